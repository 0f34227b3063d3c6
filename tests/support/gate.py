"""A gate between a node and its Valkey: all passes at once, but what a test names waits until it says go."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.patience import PATIENCE_S

CHUNK_BYTES = 64 * 1024


@dataclass
class Stop:
    """Requests that `pattern` is found in wait here, twice: before Valkey has them, and with its answer."""

    pattern: re.Pattern[bytes]
    came: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    may_ask: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    is_cut: bool = False

    async def until_asked(self) -> None:
        """Wait until such a request is here."""
        await asyncio.wait_for(self.came.wait(), PATIENCE_S)

    async def ask(self) -> None:
        """Let the requests reach Valkey; return when an answer is here, which still waits."""
        self.may_ask.set()
        await asyncio.wait_for(self.answered.wait(), PATIENCE_S)

    def open(self) -> None:
        """Let everything through from now on."""
        self.is_cut = False
        self.may_ask.set()
        self.may_answer.set()

    def cut(self) -> None:
        """Break the line under every such request, before Valkey has it."""
        self.is_cut = True
        self.may_ask.set()


class Gate:
    """All that goes through it, and what is stopped there just now."""

    def __init__(self, door: Path, target: Path) -> None:
        """Stand at the Unix socket `door`, before the server's own at `target`."""
        self.url = f"unix://{door}"
        self._target = target
        self._stops: list[Stop] = []

    def stop(self, pattern: bytes) -> Stop:
        """Stop every request that this is found in, from now on."""
        stop = Stop(re.compile(pattern, re.DOTALL))
        self._stops.append(stop)
        return stop

    def open(self) -> None:
        """Stop nothing any more."""
        for stop in self._stops:
            stop.open()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on one connection of the node."""
        server_reader, server_writer = await asyncio.open_unix_connection(self._target)
        stopped: list[Stop] = []
        back = asyncio.ensure_future(self._answers(server_reader, writer, stopped))
        try:
            while data := await reader.read(CHUNK_BYTES):
                stopped[:] = [stop for stop in self._stops if stop.pattern.search(data)]
                for stop in stopped:
                    stop.came.set()
                    await stop.may_ask.wait()
                if any(stop.is_cut for stop in stopped):
                    return
                server_writer.write(data)
                await server_writer.drain()
        except ConnectionError:
            pass
        finally:
            back.cancel()
            writer.close()
            server_writer.close()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stopped: list[Stop]) -> None:
        while data := await reader.read(CHUNK_BYTES):
            for stop in stopped:
                stop.answered.set()
                await stop.may_answer.wait()
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def gate(target: Path) -> AsyncIterator[Gate]:
    """Open a gate before the server that listens at `target`."""
    folder = Path(tempfile.mkdtemp(prefix="gate-"))  # short: a socket's path is
    found = Gate(folder / "s", target)
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        await found.serve(reader, writer)

    server = await asyncio.start_unix_server(serve, folder / "s")
    try:
        yield found
    finally:
        found.open()
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        shutil.rmtree(folder)
