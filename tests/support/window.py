"""A whole server for stories: composed as in production, on a free port, with people who come to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web

from booth_client.address import Address
from booth_client.citizen import Citizen
from booth_client.device_key import DeviceKey
from booth_client.http_api import Credentials, new_session, sign_in
from booth_client.simulated_seat import SeatClient
from cloudwindow.compose import node
from cloudwindow.demo import ANYWHERE
from cloudwindow.installation import Installation
from cloudwindow.listening import listen, take_port
from protocol.states import SeatState
from protocol.views import SessionView
from records.sessions.views import SessionRecord
from runtime.clock import Clock
from runtime.settings import Settings
from tests.support.installed import ALWAYS_OPEN, PASSWORD, SECRETS
from tests.support.patience import PATIENCE_S, until


class Window:
    """The server's address, and verbs that bring people to it; all of them go when the story ends."""

    def __init__(self, address: Address, stack: AsyncExitStack, *, verify_tls: bool = True) -> None:
        self.address = address
        self._verify_tls = verify_tls
        self._stack = stack

    async def http(self) -> aiohttp.ClientSession:
        """Return a browser's worth of cookies."""
        return await self._stack.enter_async_context(new_session(verify_tls=self._verify_tls))

    async def citizen(self, device: DeviceKey | None = None) -> Citizen:
        """Return a citizen with an open page."""
        return await self._stack.enter_async_context(Citizen(await self.http(), self.address, device=device))

    async def seat(self, name: str, *, ready: bool = True) -> SeatClient:
        """Return a seat with its agent signed in."""
        http = await self.http()
        await sign_in(http, self.address, Credentials(name, PASSWORD))
        seat = await self._stack.enter_async_context(SeatClient(http, self.address))
        await seat.until(lambda: seat.seat)
        if ready:
            await seat.ready()
            await seat.until(lambda: seat.state in {SeatState.IDLE, SeatState.RESERVED})
        return seat

    async def talking(self) -> tuple[Citizen, SeatClient, SessionView]:
        """Return a citizen and the agent of S004 in a call, and its session as the agent has it."""
        citizen, seat = await self.citizen(), await self.seat("s004")
        await citizen.take("MZ01")
        session = await seat.accept(await seat.until(lambda: seat.ringing))
        assert await citizen.in_session(PATIENCE_S)
        return citizen, seat, session

    async def staff(self, name: str) -> aiohttp.ClientSession:
        """Return the browser of somebody signed in."""
        http = await self.http()
        await sign_in(http, self.address, Credentials(name, PASSWORD))
        return http

    async def get(self, http: aiohttp.ClientSession, path: str) -> bytes:
        """Return the body of a page that must be there."""
        async with http.get(self.address.to(path)) as answer:
            body = await answer.read()
            assert answer.status == 200, (path, answer.status, body[:500])
            return body

    async def page_with(self, http: aiohttp.ClientSession, path: str, words: str) -> str:
        """Return a page once these words are in it: the recorder may be a moment behind."""

        async def shown() -> str:
            page = (await self.get(http, path)).decode()
            return page if words in page else ""

        return await until(shown)

    async def ask(self, http: aiohttp.ClientSession, path: str) -> dict[str, object]:
        """Return the JSON of an address that must be there."""
        return msgspec.json.decode(await self.get(http, path), type=dict[str, object])

    async def record(self, session: str, *, rated: bool = False) -> SessionRecord:
        """Return what the ledger says of a closed session, once the recorder has it."""
        supervisor = await self.staff("sup")

        async def written() -> SessionRecord | None:
            async with supervisor.get(self.address.to(f"/api/sessions/{session}")) as answer:
                body = await answer.read()
            assert answer.status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}, (answer.status, body[:300])
            if answer.status == HTTPStatus.NOT_FOUND:
                return None
            found = msgspec.json.decode(body, type=SessionRecord)
            return found if found.outcome and (found.ratings or not rated) else None

        return await until(written)


class OwnWindow(Window):
    """A window whose node runs in this process."""

    def __init__(self, address: Address, stack: AsyncExitStack, app: web.Application) -> None:
        super().__init__(address, stack)
        self.app = app


@asynccontextmanager
async def open_window(
    redis_url: str, database_url: str, folder: Path, *, clock: Clock | None = None, **settings: object
) -> AsyncIterator[OwnWindow]:
    """Serve one node on a free port while the story is told."""
    given: dict[str, object] = {
        **ALWAYS_OPEN,
        "ice_networks": ANYWHERE,
        **SECRETS,
        **settings,
    }
    chosen = msgspec.convert(
        {"redis_url": redis_url, "database_url": database_url, "documents_folder": str(folder / "files"), **given},
        Settings,
    )
    stop, opened = asyncio.Event(), asyncio.Event()
    with take_port("127.0.0.1", 0) as door:
        async with node(chosen, Installation(folder), clock) as app:
            serving = asyncio.create_task(listen(app, door, chosen, stop, opened.set))
            await asyncio.wait({serving, asyncio.create_task(opened.wait())}, return_when=asyncio.FIRST_COMPLETED)
            try:
                async with AsyncExitStack() as stack:
                    yield OwnWindow(Address.parse(f"http://127.0.0.1:{door.getsockname()[1]}"), stack, app)
            finally:
                stop.set()
                await serving
