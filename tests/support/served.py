"""Nodes as operators run them, `cloudwindow serve` in processes of their own, and a door that finds one that lives."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from booth_client.address import Address
from cloudwindow.demo import ANYWHERE
from tests.support.installed import SECRETS
from tests.support.mishaps import watch
from tests.support.window import Window

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
CHUNK_BYTES = 64 * 1024
_numbers = count(1)


@dataclass
class Served:
    """One node process that said where it is."""

    process: asyncio.subprocess.Process
    port: int
    watch: asyncio.Task[None]

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.watch.cancel()
        self.process.kill()
        await self.process.wait()


def clock_off(seconds: int) -> dict[str, str]:
    """Return the environment in which a program sees a wall clock that is off; time passes as ever."""
    found = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
    assert found, "no libfaketime: `make setup-dev` installs it"
    # Times of files stay as they are: with others Python would compile every module anew.
    quiet = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    return {"LD_PRELOAD": str(found), "FAKETIME": f"{seconds:+d}s", **quiet}


@asynccontextmanager
async def served(redis_url: str, database_url: str, folder: Path, **settings: str) -> AsyncIterator[Served]:
    """Run one node on a free port, or on the one in the settings; it is told to stop at the end, if it still lives.

    With `machine_clock_off_s` beside the settings its machine's clock is off by so much; with `log` its log is
    added to that file.
    """
    port = settings.pop("port", "0")
    log = Path(settings.pop("log", str(folder / f"node-{next(_numbers)}.log")))
    off_s = int(settings.pop("machine_clock_off_s", "0"))
    said = {
        "redis_url": redis_url,
        "database_url": database_url,
        "documents_folder": str(folder / "files"),
        "hours": "always",
        "drain_s": "2",
        "factor_roles": "",  # stories sign in with a password alone
        "ice_networks": ",".join(ANYWHERE),  # calls of a story meet on this machine
        **SECRETS,
        **settings,
    }
    environment = {**os.environ, **{f"WINDOW_{name.upper()}": text for name, text in said.items()}}
    if off_s:
        environment |= clock_off(off_s)
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cloudwindow", "serve", "--port", port, cwd=ROOT, env=environment,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=errors,
        )  # fmt: skip
    watching = asyncio.create_task(watch(process, "a node", log))
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), START_LIMIT_S)
        found = re.search(rb"://[^\s:]+:(\d+)", line)
        assert found, line
        yield Served(process, int(found[1]), watching)
    finally:
        watching.cancel()
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError("the node did not end on SIGTERM") from None


@dataclass
class Door:
    """A port that leads to the first of its nodes that answers, as a proxy in front of them does."""

    nodes: list[Served]
    port: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        with contextlib.closing(writer):
            for node in self._order():
                with contextlib.suppress(OSError):
                    inside = await asyncio.open_connection("127.0.0.1", node.port)
                    with contextlib.closing(inside[1]):
                        await _both(reader, writer, *inside)
                    return

    def _order(self) -> Iterator[Served]:
        return (node for node in self.nodes if node.process.returncode is None)


async def _both(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    inside_reader: asyncio.StreamReader,
    inside_writer: asyncio.StreamWriter,
) -> None:
    ways = {asyncio.ensure_future(_copy(reader, inside_writer)), asyncio.ensure_future(_copy(inside_reader, writer))}
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def door(*nodes: Served) -> AsyncIterator[Window]:
    """Give a window whose people come in through one port; they reach the first of the nodes that lives."""
    found = Door(list(nodes))
    server = await asyncio.start_server(found.enter, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with AsyncExitStack() as stack:
            yield Window(Address.parse(f"http://127.0.0.1:{port}"), stack)
    finally:
        server.close()
        for task in list(found.tasks):
            task.cancel()
        await asyncio.gather(*found.tasks, return_exceptions=True)
