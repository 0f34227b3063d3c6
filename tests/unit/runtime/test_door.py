"""Data that is dear to parse is parsed in slices: it comes through whole, in order, and others have their turns."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from cloudwindow.listening import take_port
from runtime.door import SLICE_BYTES, opened
from runtime.settings import Settings

HEAD = b"HTTP/1.1\r\nHost: x\r\n"


@pytest_asyncio.fixture
async def port() -> AsyncIterator[int]:
    async def told(request: web.Request) -> web.Response:
        body = await request.read()
        return web.Response(text=f"{request.path} {len(body)} {sum(body) % 1000}\n")

    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{name}", told)
    door = take_port("127.0.0.1", 0)
    async with opened(app, door, Settings()):
        yield door.getsockname()[1]


async def answers(port: int, sent: bytes, count: int) -> list[bytes]:
    """Send all at once; return the lines that were told, the connection still open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    found = []
    for _ in range(count):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        found.append(await reader.readline())
    writer.close()
    await writer.wait_closed()
    return found


def chunked(body: bytes, size: int) -> bytes:
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("size", [1, 7, 100, 60_000])
async def test_a_body_in_chunks_of_any_size_comes_through_and_the_next_request_after_it(port: int, size: int) -> None:
    body = bytes(range(256)) * 300
    first = b"POST /a " + HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, size)
    said = await answers(port, first + b"GET /b " + HEAD + b"\r\n", 2)
    assert said == [b"/a %d %d\n" % (len(body), sum(body) % 1000), b"/b 0 0\n"]


async def test_a_body_full_of_line_ends_comes_through(port: int) -> None:
    body = b"0000000016 00000 n\r\n" * 20_000
    sent = b"POST /a " + HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    assert await answers(port, sent, 1) == [b"/a %d %d\n" % (len(body), sum(body) % 1000)]


async def test_requests_sent_by_the_hundred_are_answered_in_their_order(port: int) -> None:
    sent = b"".join(b"GET /%d " % number + HEAD + b"\r\n" for number in range(300))
    assert await answers(port, sent, 300) == [b"/%d 0 0\n" % number for number in range(300)]


async def test_while_many_send_such_bodies_the_loop_goes_round_after_each_slice(port: int) -> None:
    body = bytes(20_000)
    sent = b"POST /a " + HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, 1)
    many = asyncio.gather(*(answers(port, sent, 1) for _ in range(5)))
    turns = 0
    while not many.done():
        await asyncio.sleep(0)
        turns += 1
    assert await many == [[b"/a 20000 0\n"]] * 5
    assert turns > 5 * len(sent) / SLICE_BYTES


async def test_a_line_that_breaks_in_the_middle_of_it_harms_no_other(port: int) -> None:
    sent = b"POST /a " + HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 50_000
    for _ in range(3):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        await writer.drain()
        writer.transport.abort()
    assert await answers(port, b"GET /b " + HEAD + b"\r\n", 1) == [b"/b 0 0\n"]
