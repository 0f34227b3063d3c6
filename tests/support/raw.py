"""A socket without a WebSocket library: it sends what no good client would. Tests and measurements use it."""

import asyncio
import itertools
import struct
from urllib.parse import urlsplit

HELLO = b'{"type":"hello","version":2,"role":"citizen"}'
TEXT, PING, PONG, CONTINUATION, CLOSE = 1, 9, 10, 0, 8
LIMIT_S = 30.0


def frame(kind: int, payload: bytes = b"", *, last: bool = True) -> bytes:
    """Return one masked frame (RFC 6455, 5.2); the mask is zero."""
    size = len(payload)
    head = bytes(((0x80 if last else 0) | kind, 0x80 | min(size, 126))) + (
        struct.pack("!H", size) if size > 125 else b""
    )
    return head + bytes(4) + payload


class Raw:
    """A socket without a WebSocket library: it sends what no good client would."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, url: str, local: str | None = None) -> "Raw":
        """Shake hands, from the address `local`, and say hello.

        Raises:
            ConnectionRefusedError: the server wants no socket.
        """
        where = urlsplit(url)
        own = (local, 0) if local else None
        found = cls(*await asyncio.open_connection(where.hostname, where.port, local_addr=own))
        found.writer.write(
            f"GET /ws HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        if not (await found.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101"):
            found.writer.close()
            raise ConnectionRefusedError
        found.writer.write(frame(TEXT, HELLO))
        kind, _ = await found.read()
        assert kind == TEXT
        return found

    async def read(self) -> tuple[int, bytes]:
        """Return kind and payload of the next frame from the server."""
        head = await self.reader.readexactly(2)
        size = head[1]
        if size == 126:
            size = struct.unpack("!H", await self.reader.readexactly(2))[0]
        return head[0] & 15, await self.reader.readexactly(size)

    async def flood(self, data: bytes, within_s: float = LIMIT_S) -> tuple[int, int]:
        """Send this again and again until the server closes; return its close code and how often it was sent."""
        async with asyncio.timeout(within_s):
            reading = asyncio.ensure_future(self._until_close())
            for sent in itertools.count(1):
                if reading.done():
                    return reading.result(), sent
                self.writer.write(data)
                await asyncio.sleep(0)
                if self.writer.transport.get_write_buffer_size() > 1024 * 1024:
                    return await reading, sent
        raise AssertionError

    async def _until_close(self) -> int:
        while True:
            kind, payload = await self.read()
            if kind == CLOSE:
                return int(struct.unpack("!H", payload[:2])[0])
