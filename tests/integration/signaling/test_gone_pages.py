"""A page gone in the moment it is written to is no error; uvloop's transports are less patient than asyncio's."""

import asyncio

import aiohttp
import uvloop
from aiohttp import web

from protocol.frames import Done
from signaling.socket.budget import Budget, PageLimits
from signaling.socket.connections import Connection, Connections
from signaling.socket.websocket import upgrade
from tests.support.patience import PATIENCE_S, until


async def write_to_a_closed_socket() -> list[str]:
    """Serve one socket, close its transport under it, then say all that a node may want to say."""
    said: list[str] = []

    async def endpoint(request: web.Request) -> web.StreamResponse:
        budget = Budget(50, 200, 0)
        socket = await upgrade(request, 1024, budget)
        limits = PageLimits(budget, budget, budget)
        page = Connection("c1", socket, Connections(max_bytes=1024, max_frames=8), limits)
        line = request.transport
        assert line is not None
        line.abort()
        _ = await until(lambda: "closed=True" in repr(line))  # which nothing announces
        page.send(Done(id="1"))
        socket.ping()
        socket.dismiss(1000, "")
        await socket.farewell(1000, "")
        said.append("all")
        return socket.response

    app = web.Application()
    app.router.add_get("/", endpoint)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as http, http.ws_connect(f"http://{host}:{port}/") as page:
        async with asyncio.timeout(PATIENCE_S):
            message = await page.receive()
        assert message.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSE}
    await runner.cleanup()
    return said


def test_a_page_that_is_gone_while_it_is_written_to_is_no_error() -> None:
    assert uvloop.run(write_to_a_closed_socket()) == ["all"]
