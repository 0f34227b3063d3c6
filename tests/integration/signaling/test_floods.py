"""What an anonymous socket sends has a cost: a flood is closed with 1008, others are served."""

import asyncio
import itertools
import os
import struct
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.support.nodes import Window
from tests.support.people import LIMIT_S, People

HELLO = b'{"type":"hello","version":1,"role":"citizen"}'
TEXT, PING, PONG, CONTINUATION, CLOSE = 1, 9, 10, 0, 8
AT_ONCE = 1000


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
    async def open(cls, url: str) -> "Raw":
        """Shake hands and say hello."""
        where = urlsplit(url)
        found = cls(*await asyncio.open_connection(where.hostname, where.port))
        found.writer.write(
            f"GET /ws HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        assert (await found.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
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

    async def flood(self, data: bytes) -> tuple[int, int]:
        """Send this again and again until the server closes; return its close code and how often it was sent."""
        async with asyncio.timeout(LIMIT_S):
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


@pytest.mark.parametrize(
    "piece",
    [
        lambda: frame(PING),
        lambda: frame(PING, b"x" * 125),
        lambda: frame(PONG),
        lambda: frame(TEXT),
        lambda: frame(TEXT, b"{}"),
        lambda: frame(TEXT, b'{"type":"media_state","slot":"camera","on":true}'),
    ],
    ids=["ping", "full ping", "pong", "empty text", "no frame", "media"],
)
async def test_every_kind_of_frame_spends_the_budget_and_a_flood_ends_with_1008(
    people: People, piece: Callable[[], bytes]
) -> None:
    socket = await Raw.open(people.at.url)
    code, _ = await socket.flood(piece() * AT_ONCE)
    assert code == 1008
    socket.writer.close()
    assert (await people.waiting()).ticket["state"] == "waiting"


async def test_empty_pieces_of_one_message_are_a_flood_too(people: People) -> None:
    socket = await Raw.open(people.at.url)
    socket.writer.write(frame(TEXT, b"{", last=False))
    code, sent = await socket.flood(frame(CONTINUATION, last=False) * AT_ONCE)
    assert code == 1008
    assert sent < 1000  # about 6 MB would have been a million pieces
    socket.writer.close()


async def test_a_message_in_honest_pieces_is_one_frame(people: People) -> None:
    socket = await Raw.open(people.at.url)
    text = b'{"type":"take_ticket","id":"1"}'
    for _ in range(50):
        socket.writer.write(frame(TEXT, text[:9], last=False))
        socket.writer.write(frame(PING))
        socket.writer.write(frame(CONTINUATION, text[9:]))
    kinds = [(await socket.read())[0] for _ in range(60)]
    assert CLOSE not in kinds
    assert PONG in kinds
    socket.writer.close()


async def test_a_flood_does_not_hold_up_a_quiet_page(shared: Window) -> None:
    """Counted, not timed: while floods go on a quiet page's commands are answered; every flood is cut."""
    await shared.start()
    people = People(shared)
    quiet = await people.waiting(item="MZ01")
    sockets = [await Raw.open(people.at.url) for _ in range(4)]
    floods = [asyncio.ensure_future(one.flood(frame(PING, os.urandom(8)) * AT_ONCE)) for one in sockets]
    for _ in range(20):
        await quiet.done("resume_place")
    assert [code for code, _ in await asyncio.gather(*floods)] == [1008] * 4
    for one in sockets:
        one.writer.close()
    await people.close()
