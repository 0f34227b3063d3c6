"""Both Python clients over a socket: one exchange of a key for all calls, lists, gaps of the feed, no redirect."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from cloudwindow_client import Away, Client, FeedPage, Key, Program, Refused
from cloudwindow_client.aio import AsyncClient
from cloudwindow_client.api.errors import CursorGone

PROGRAM: Final = Program("bi", "cwm_1")
HIT: Final = {"item": "MZ01", "name": "x", "department": "MZ", "district": "", "kind": "x"}
GAP: Final = {"code": "cursor_gone", "params": {"begin": "40"}}


class Window:
    """A server of a few answers; it counts the exchanges of keys."""

    def __init__(self) -> None:
        self.url = ""
        self.exchanges = 0
        self.shown: list[str] = []

    async def token(self, _: web.Request) -> web.Response:
        self.exchanges += 1
        return web.json_response({"access_token": f"cwt_{self.exchanges}", "expires_in": 600})

    async def search(self, request: web.Request) -> web.Response:
        self.shown.append(request.headers["Authorization"])
        return web.json_response([HIT])

    async def listed(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "")
        return web.json_response({"items": [HIT], "after": "" if after else "MZ01"})

    async def events(self, request: web.Request) -> web.Response:
        after = request.query["after"]
        if after == "7":
            return web.json_response(GAP, status=410)
        return web.json_response([], headers={"Events-Cursor": "41"})

    async def csv(self, request: web.Request) -> web.Response:
        if request.query.get("seat") == "away":
            raise web.HTTPFound("/api/catalogue/search")
        return web.Response(body=b"a,b\n", content_type="text/csv")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Window]:
    window, app = Window(), web.Application()
    app.router.add_post("/api/oauth/token", window.token)
    app.router.add_get("/api/catalogue/search", window.search)
    app.router.add_get("/api/catalogue", window.listed)
    app.router.add_get("/api/events", window.events)
    app.router.add_get("/api/sessions.csv", window.csv)
    async with TestServer(app, host="127.0.0.1") as running:
        window.url = f"http://127.0.0.1:{running.port}"
        yield window


async def test_calls_at_the_same_time_exchange_the_key_once(server: Window) -> None:
    client = Client(server.url, PROGRAM)
    found = await asyncio.gather(*(asyncio.to_thread(client.get_catalogue_search, q="x") for _ in range(4)))
    assert ({hits[0].item for hits in found}, server.exchanges) == ({"MZ01"}, 1)
    async with AsyncClient(server.url, PROGRAM) as other:
        await asyncio.gather(*(other.get_catalogue_search(q="x") for _ in range(4)))
    assert (server.exchanges, server.shown) == (2, ["Bearer cwt_1"] * 4 + ["Bearer cwt_2"] * 4)


async def test_a_list_is_read_page_after_page_and_a_file_as_bytes(server: Window) -> None:
    client = Client(server.url, Key("cwm_1"))
    assert await asyncio.to_thread(lambda: [hit.item for hit in client.iter_get_catalogue()]) == ["MZ01", "MZ01"]
    assert await asyncio.to_thread(client.get_sessions_csv, seat="S001") == b"a,b\n"
    async with AsyncClient(server.url, Key("cwm_1")) as other:
        assert [hit.item async for hit in other.iter_get_catalogue()] == ["MZ01", "MZ01"]
        assert await other.get_sessions_csv(seat="S001") == b"a,b\n"


async def test_a_gap_of_the_feed_is_told_or_raised(server: Window) -> None:
    client = Client(server.url, Key("cwm_1"))
    gaps: list[str] = []
    pages = await asyncio.to_thread(lambda: list(client.feed("7", wait_s=0, on_gap=gaps.append)))
    assert (pages, gaps) == ([FeedPage((), "41")], ["40"])
    with pytest.raises(CursorGone):
        await asyncio.to_thread(next, client.feed("7"))
    async with AsyncClient(server.url, Key("cwm_1")) as other:
        assert [page async for page in other.feed("7", wait_s=0, on_gap=gaps.append)] == pages
        with pytest.raises(CursorGone):
            await anext(other.feed("7"))
    assert gaps == ["40", "40"]


async def test_a_redirect_is_not_followed_and_a_server_that_is_away_is_told(server: Window) -> None:
    client = Client(server.url, Key("cwm_1"))
    with pytest.raises(Refused, match="302"):
        await asyncio.to_thread(client.get_sessions_csv, seat="away")
    async with AsyncClient(server.url, Key("cwm_1")) as other:
        with pytest.raises(Refused, match="302"):
            await other.get_sessions_csv(seat="away")
    assert server.shown == []
    with pytest.raises(Away):
        await asyncio.to_thread(Client("http://127.0.0.1:1", Key("cwm_1"), attempts=1).get_catalogue)
    async with AsyncClient("http://127.0.0.1:1", Key("cwm_1"), attempts=1) as nowhere:
        with pytest.raises(Away):
            await nowhere.get_catalogue()
    with pytest.raises(RuntimeError, match="async with"):
        await AsyncClient(server.url, Key("cwm_1")).get_catalogue()
