"""A line to the window in user space that can be cut, be slow, or carry nothing for a while."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CHUNK_BYTES = 64 * 1024
UNDER_WAY_MAX = 256
"""Chunks that a slow line has under way in one direction at most."""


@dataclass
class Line:
    """A port that leads to another one of this machine; what enters leaves `delay_s` seconds later, in its order."""

    to: int
    delay_s: float = 0.0
    port: int = 0
    carries: asyncio.Event = field(default_factory=asyncio.Event)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def cut(self) -> None:
        """Break all connections without a word."""
        for writer in list(self.writers):
            writer.transport.abort()

    async def lose(self, seconds: float) -> None:
        """Carry nothing in either direction for a while; bytes sent meanwhile follow after it."""
        self.carries.clear()
        await asyncio.sleep(seconds)
        self.carries.set()

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on until either side ends it."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        inside: asyncio.StreamWriter | None = None
        try:
            inside_reader, inside = await asyncio.open_connection("127.0.0.1", self.to)
            self.writers |= {writer, inside}
            ways = [asyncio.ensure_future(self._copy(*way)) for way in ((reader, inside), (inside_reader, writer))]
            with contextlib.suppress(asyncio.CancelledError):  # the line is closed: asyncio's server would log it
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
        finally:
            for one in (writer, inside):
                if one is not None:
                    self.writers.discard(one)
                    one.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDER_WAY_MAX)
        entering = asyncio.ensure_future(self._enter(reader, under_way))
        try:
            with contextlib.suppress(OSError):
                while (item := await under_way.get())[1]:
                    due_s, data = item
                    await asyncio.sleep(due_s - loop.time())
                    _ = await self.carries.wait()
                    writer.write(data)
                    await writer.drain()
        finally:
            entering.cancel()

    async def _enter(self, reader: asyncio.StreamReader, under_way: asyncio.Queue[tuple[float, bytes]]) -> None:
        """Take what enters until its end, which is an empty chunk."""
        data = b"-"
        while data:
            try:
                data = await reader.read(CHUNK_BYTES)
            except OSError:
                data = b""
            await under_way.put((asyncio.get_running_loop().time() + self.delay_s, data))


@asynccontextmanager
async def line(to: int, delay_s: float = 0.0) -> AsyncIterator[Line]:
    """Open a line to a port of this machine."""
    found = Line(to, delay_s)
    found.carries.set()
    server = await asyncio.start_server(found.enter, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for task in list(found.tasks):
            task.cancel()
        await asyncio.gather(*found.tasks, return_exceptions=True)
