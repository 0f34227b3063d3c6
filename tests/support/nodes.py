"""A cluster for tests: nodes on real sockets over one Valkey and one ledger with the sample district."""

import dataclasses
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from redis.asyncio import Redis

from cloudwindow.listening import take_port
from matcher import Queue, Rules
from records.catalogue.directory import Directory
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.papers.documents import DocumentStore
from runtime import door
from runtime.business_clock import BusinessClock, SettableBusinessClock
from runtime.clock import Clock, SystemClock
from runtime.redis_pool import connect
from runtime.settings import Settings
from signaling.app import build_app
from signaling.node import NODE, Node
from signaling.services import RealmServices
from signaling.session.media_plane import MakeMediaPlane
from signaling.session.relay import Relay
from signaling.socket import plain_websocket
from signaling.socket.endpoint import UPGRADE
from tests.support.described import Described
from tests.support.installed import ALWAYS_OPEN
from tests.support.ledgers import District
from tests.support.wire_socket import WireSocket
from tests.support.wires import PlainSocket, Wire

SECRET = "a secret that only these tests know"
MASTER = bytes(range(32))
ONE_ADDRESS = {"requests_per_address_burst": 10**6}
"""All people of a test come from this machine, and some try thousands of addresses."""


@dataclasses.dataclass
class Running:
    """One node that serves."""

    url: str
    node: Node
    app: web.Application
    serving: AsyncExitStack
    wire: Wire = WireSocket
    """How pages of tests connect to it."""

    async def stop(self) -> None:
        """Drain and end, as SIGTERM does."""
        await self.serving.aclose()


@dataclasses.dataclass
class Cluster:
    """What the nodes of a test share."""

    redis_url: str
    database: Database
    directory: Directory
    folder: Path
    clock: Clock
    changes: dict[str, object]
    described: Described = dataclasses.field(default_factory=Described)
    version: int = 0
    """Of the directory."""
    running: list[Running] = dataclasses.field(default_factory=list)
    clients: list[Redis] = dataclasses.field(default_factory=list)
    make_media: MakeMediaPlane = Relay
    wire: Wire = WireSocket
    is_demonstration: bool = False
    """Whether the business clock can be set."""

    async def start(self, **changes: object) -> Running:
        """Start one more node."""
        given: dict[str, Any] = {**ALWAYS_OPEN, **ONE_ADDRESS, **self.changes, **changes}
        settings = Settings(secret_key=SECRET, **given)
        redis = connect(self.redis_url)
        self.clients.append(redis)
        rules = Rules(ring_s=settings.ring_s or 20)
        business = SettableBusinessClock(self.clock) if self.is_demonstration else BusinessClock(self.clock)
        services = RealmServices.of(
            settings,
            clock=self.clock,
            redis=redis,
            queue=Queue(redis, settings.realm, self.clock, rules, business=business),
            database=self.database,
            catalogue=CatalogueHolder(self.database, self.directory, self.version),
            documents=DocumentStore(self.folder / "files", MASTER, self.clock, settings.document_max_bytes),
        )
        app, port = build_app(services, self.make_media), take_port("127.0.0.1", 0)
        app.on_response_prepare.append(self.described.watch)
        if self.wire is PlainSocket:
            app[UPGRADE] = plain_websocket.upgrade
        stack = AsyncExitStack()
        await stack.enter_async_context(door.opened(app, port, settings))
        found = Running(f"http://127.0.0.1:{port.getsockname()[1]}", app[NODE], app, stack, self.wire)
        self.running.append(found)
        return found

    async def close(self) -> None:
        """End everything."""
        for one in self.running:
            await one.stop()
        for client in self.clients:
            await client.aclose()
        await self.database.close()
        self.described.judge()


@asynccontextmanager
async def cluster(
    redis_url: str, district: District, folder: Path, clock: Clock | None = None, **changes: object
) -> AsyncIterator[Cluster]:
    """Open a cluster whose ledger is a copy of the sample district."""
    path = shutil.copy(district.file, folder / "ledger.sqlite3")
    database = Database(f"sqlite+aiosqlite:///{path}")
    found = Cluster(
        redis_url, database, district.directory, folder, clock or SystemClock(), dict(changes), version=district.version
    )
    try:
        yield found
    finally:
        await found.close()


def session() -> aiohttp.ClientSession:
    """Return a client that keeps cookies for addresses too."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
