"""A window as an operator runs it: two nodes behind the shipped nginx, a queue and a ledger, each killed at will."""

import asyncio
import os
import socket
import ssl
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.faults.crowd import furnish
from booth_client.address import Address
from runtime.engines import EmbeddedValkey
from tests.support.engines import PostgresServer
from tests.support.proxy import proxy
from tests.support.served import Served, served

ONE_ADDRESS = {
    "tickets_per_address_burst": "10000",
    "tickets_per_address_per_min": "10000",
    "silent_sockets_per_address": "1000",
}
"""All pages come from this machine: more at once than a town."""
DISK_MB = 1200
"""More than the reserve below which no upload begins (`WINDOW_DISK_RESERVE_BYTES`, 1 GiB), and room for a crowd."""


def free_ports(count: int) -> list[int]:
    """Return ports that nobody has just now."""
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [door.getsockname()[1] for door in doors]


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of `DISK_MB` in memory at a folder; False, and the folder as it is, where this user may not."""
    folder.mkdir(exist_ok=True)
    mount = ["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "tmpfs", str(folder)]
    is_mounted = os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            _ = subprocess.run(["/usr/bin/umount", "--lazy", str(folder)], check=True)


class Town:
    """Two nodes behind nginx, started and killed at will."""

    def __init__(self, valkey: str, ledger: str, folder: Path, **settings: str) -> None:
        self._valkey, self._ledger, self._folder, self._settings = valkey, ledger, folder, settings
        self.ports = free_ports(2)
        self.nodes: dict[int, Served] = {}
        self._ends: dict[int, AsyncExitStack] = {}

    def log(self, port: int) -> Path:
        """Return where a node writes its log."""
        return self._folder / f"node-{port}.log"

    async def start(self, port: int) -> None:
        """Start the node of a port and wait until it serves."""
        stack = self._ends[port] = AsyncExitStack()
        told = {"node": f"n{port}", "proxies": "1", "drain_s": "10", "log_format": "json", **ONE_ADDRESS}
        told |= {"log": str(self.log(port)), "port": str(port), **self._settings}
        self.nodes[port] = await stack.enter_async_context(served(self._valkey, self._ledger, self._folder, **told))

    async def stop(self, port: int) -> None:
        """Send SIGTERM and wait for the end."""
        del self.nodes[port]
        await self._ends.pop(port).aclose()

    async def kill(self, port: int) -> None:
        """Send SIGKILL."""
        await self.nodes[port].kill()
        await self.stop(port)

    async def close(self) -> None:
        """End what still serves."""
        for port in list(self.nodes):
            await self.stop(port)


@dataclass
class Stage:
    """All that a row may break, and where its people come in."""

    town: Town
    valkey: EmbeddedValkey
    ledger: str
    postgres: PostgresServer | None
    folder: Path
    address: Address
    context: ssl.SSLContext
    seats: list[str]
    pairs: list[str]
    has_small_disk: bool

    @property
    def papers(self) -> Path:
        """Return where the nodes keep papers."""
        return self.folder / "files"

    def log_lines(self) -> list[str]:
        """Return what all nodes wrote."""
        logs = sorted(self.folder.glob("node-*.log"))
        return [line for log in logs for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]


@asynccontextmanager
async def stage(
    *, seats: int = 5, pairs: int = 0, postgres: PostgresServer | None = None, **settings: str
) -> AsyncIterator[Stage]:
    """Set a window up with seats for the crowd and some for pairs; `settings` are the nodes'.

    Without PostgreSQL the ledger is an SQLite file.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger = f"sqlite:///{folder}/ledger.db"
        if postgres is not None:
            ledger = postgres.url(await postgres.create_database(), "postgresql")
        has_small_disk = stack.enter_context(small_disk(folder / "files"))
        names = await furnish(ledger, folder, seats, pairs)
        valkey = await stack.enter_async_context(EmbeddedValkey(folder / "valkey"))
        town = Town(valkey.url, ledger, folder, **settings)
        stack.push_async_callback(town.close)
        await asyncio.gather(*(town.start(port) for port in town.ports))
        plain, port = free_ports(2)
        front = await stack.enter_async_context(proxy((plain, port), (town.ports[0], town.ports[1])))
        context = ssl.create_default_context(cafile=front.certificate)
        there = (folder, Address.parse(front.url), context)
        yield Stage(town, valkey, ledger, postgres, *there, names[:seats], names[seats:], has_small_disk)
