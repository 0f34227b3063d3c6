"""A socket to a node at the level of frames: it sends what no client of ours would, and its pings are answered."""

import asyncio
import json
from abc import ABC, abstractmethod
from typing import Any, Self

import aiohttp

from tests.support.patience import PATIENCE_S

VERSION = 2
GOODBYE_S = 0.5
"""How long the server's answer to a goodbye is waited for; a test that stops the server there gets none."""
Frame = dict[str, Any]


class Closed(Exception):
    """The server closed the socket; `code` says why."""

    def __init__(self, code: int | None, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Wire(ABC):
    """One connection by any way: frames that come are kept in order until they are read."""

    def __init__(self) -> None:
        self._inbox: asyncio.Queue[str | Closed] = asyncio.Queue()
        self.end: Closed | None = None
        self.raw: list[str] = []
        """The text of each frame that was read."""

    @abstractmethod
    async def send(self, frame: Frame | str | bytes) -> None:
        """Send a frame, or any text, or bytes where the way has binary frames."""

    async def hello(self, role: str, **facts: object) -> None:
        """Say hello in the wire's own version, unless another is among the facts."""
        await self.send({"type": "hello", "version": VERSION, "role": role, **facts})

    async def read(self) -> Frame:
        """Return the next frame.

        Raises:
            Closed: the server closed instead.
            TimeoutError: nothing came.
        """
        if self.end:
            raise self.end
        async with asyncio.timeout(PATIENCE_S):
            found = await self._inbox.get()
        if isinstance(found, Closed):
            self.end = found
            raise found
        self.raw.append(found)
        frame: Frame = json.loads(found)
        return frame

    async def answer(self, command: str) -> Frame:
        """Read on until the answer to the command with this id, and return it."""
        while (frame := await self.read()).get("id") != command:
            pass
        return frame


class WireSocket(Wire):
    """One WebSocket; pings are answered all the time."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__()
        self._socket = socket
        self._reading = asyncio.create_task(self._receive())

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str, **headers: str) -> Self:
        """Shake hands with the node at `url` (`http://…`); say nothing yet."""
        timeout = aiohttp.ClientWSTimeout(ws_close=GOODBYE_S)
        return cls(await http.ws_connect(f"{url}/ws", max_msg_size=0, headers=headers, timeout=timeout))

    async def send(self, frame: Frame | str | bytes) -> None:
        """Send a frame, or any text, or bytes as a binary frame."""
        if isinstance(frame, bytes):
            await self._socket.send_bytes(frame)
        else:
            await self._socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def send_as_text(self, data: bytes) -> None:
        """Send bytes that need be no UTF-8 as a text frame."""
        await self._socket.send_frame(data, aiohttp.WSMsgType.TEXT)

    def hang(self) -> None:
        """Read nothing and answer nothing any more, as a machine that hangs."""
        self._reading.cancel()
        transport = self._socket._conn and self._socket._conn.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()

    async def close(self, code: int = 1000) -> None:
        """Close it; 1001 is what a page says that is closed or left."""
        await self._socket.close(code=code)
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _receive(self) -> None:
        while True:
            message = await self._socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                self._inbox.put_nowait(message.data)
            else:
                self._inbox.put_nowait(Closed(self._socket.close_code, str(message.extra or "")))
                return
