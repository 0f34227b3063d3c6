"""A WebSocket client that costs little beside the measured server: one protocol object, frames parsed by hand."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable

MASK = b"\x11\x22\x33\x44"
TEXT, PING, CLOSE = 1, 9, 8


def masked(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return a client's frame, ready to be sent any number of times."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    key = (MASK * (size // 4 + 1))[:size]
    return head + MASK + (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


class Socket(asyncio.Protocol):
    """One connection; `hear` is called with each text message."""

    def __init__(self) -> None:
        self.hear: Callable[[bytes], None] = self._keep
        self.kept: asyncio.Queue[bytes] = asyncio.Queue()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self._buffer = b""

    def _keep(self, message: bytes) -> None:
        self.kept.put_nowait(message)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail a handshake that was never answered."""
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionError("closed during the handshake"))

    def greet(self, path: str, cookie: str = "") -> None:
        """Ask for the upgrade."""
        key = base64.b64encode(os.urandom(16)).decode()
        more = f"Cookie: {cookie}\r\n" if cookie else ""
        self.transport.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{more}"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def send(self, payload: bytes) -> None:
        """Send one text message."""
        self.transport.write(masked(payload))

    def data_received(self, data: bytes) -> None:  # noqa: C901 - one loop, so that it costs little
        """Take frames apart."""
        if not self.opened.done():
            head, found, data = (self._buffer + data).partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            self._buffer = b""
            if not head.startswith(b"HTTP/1.1 101"):
                self.opened.set_exception(ConnectionError(head.split(b"\r\n", 1)[0].decode()))
                return
            self.opened.set_result(None)
        if self._buffer:
            data = self._buffer + data
        at, end = 0, len(data)
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                if end - at < 4:
                    break
                size, start = (data[at + 2] << 8) | data[at + 3], at + 4
            elif size == 127:
                if end - at < 10:
                    break
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if end - start < size:
                break
            opcode, at = data[at] & 15, start + size
            if opcode == TEXT:
                self.hear(data[start:at])
            elif opcode == PING:
                self.transport.write(masked(data[start:at], 10))
        self._buffer = data[at:] if at < end else b""


async def connect(port: int, path: str, cookie: str = "") -> Socket:
    """Open a WebSocket."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(Socket, "127.0.0.1", port)
    socket.greet(path, cookie)
    await asyncio.wait_for(socket.opened, 30)
    return socket
