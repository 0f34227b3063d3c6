"""The reference doubles on a free port of this machine, and the ports of a realm that are connected to them."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp.test_utils import TestServer

from doubles.app import Doubles
from ports.kit.connections import SystemConnection
from ports.kit.ports import Ports
from ports.register import OPERATIONS, PORTS
from records.database import Database
from runtime.clock import Clock
from runtime.sealing import Sealing
from tests.support.patience import PATIENCE_S

SECRET = b"s" * 32
WRITTEN = base64.b64encode(SECRET).decode()
"""The same as settings write it."""
SEALING = Sealing("ports", b"m" * 32)


@dataclass
class StandIns:
    """Doubles that listen, and their address."""

    doubles: Doubles
    url: str

    def connection(self, port: str, total_s: float = PATIENCE_S) -> SystemConnection:
        """Return how a port reaches its double; an answer may take `total_s` seconds."""
        return SystemConnection(
            url=f"{self.url}/{port}",
            allowed=("127.0.0.0/8",),
            secret=WRITTEN,
            total_s=total_s,
        )

    @asynccontextmanager
    async def ports(self, database: Database, clock: Clock, total_s: float = PATIENCE_S) -> AsyncIterator[Ports]:
        """Give the ports of a process that asks the doubles."""
        connections = {port: self.connection(port, total_s) for port in PORTS}
        made = Ports(OPERATIONS, connections, database, clock, SEALING)
        try:
            yield made
        finally:
            await made.close()


@asynccontextmanager
async def stand_ins(clock: Clock) -> AsyncIterator[StandIns]:
    """Run the doubles; they answer slowly only as long as the test runs."""
    doubles = Doubles(SECRET, clock, slow_s=2 * PATIENCE_S)
    server = TestServer(doubles.app())
    await server.start_server()
    try:
        yield StandIns(doubles, str(server.make_url("")).rstrip("/"))
    finally:
        await server.close()
