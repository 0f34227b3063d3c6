"""The product behind nginx with the configuration that is shipped: pages, sockets, large papers, what is closed."""

import asyncio
import io
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, WebSocketRoute, expect

from booth_client.address import Address
from booth_client.citizen import Citizen
from booth_client.http_api import Credentials, sign_in
from booth_client.simulated_seat import SeatClient
from runtime.engines import EmbeddedValkey
from tests.support.installed import PASSWORD
from tests.support.patience import until
from tests.support.proxy import Proxy, free_ports, proxy
from tests.support.relay import here
from tests.support.served import served
from tests.support.window import open_window

COMMENT_BYTES = 65_000
LARGE_BYTES = 15 * 1024 * 1024
LIMIT_S = 30.0


@dataclass
class Front:
    """The proxy, and browsers that trust its certificate."""

    proxy: Proxy
    context: ssl.SSLContext

    @property
    def address(self) -> Address:
        return Address.parse(self.proxy.url)

    def browser(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=self.context)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.CookieJar(unsafe=True))


@pytest_asyncio.fixture
async def front(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Front]:
    """One node that serves, one that does not, and nginx before both."""
    plain, port, nobody = free_ports(3)
    async with open_window(valkey.url, sqlite_ledger, tmp_path, proxies=1) as window:
        node = int(window.address.base.rpartition(":")[2])
        async with proxy((plain, port), (nobody, node)) as found:
            yield Front(found, ssl.create_default_context(cafile=found.certificate))


def large(jpeg: bytes) -> bytes:
    """Return the picture as a camera with much to say of itself would make it."""
    comment = b"\xff\xfe" + (COMMENT_BYTES + 2).to_bytes(2, "big") + b"x" * COMMENT_BYTES
    return jpeg[:2] + comment * (LARGE_BYTES // len(comment)) + jpeg[2:]


async def test_a_call_with_a_large_paper_goes_through(front: Front, paper_jpeg: bytes):
    async with front.browser() as agents, front.browser() as citizens:
        await sign_in(agents, front.address, Credentials("s004", PASSWORD))
        assert all(cookie["secure"] for cookie in agents.cookie_jar)
        async with SeatClient(agents, front.address) as seat, Citizen(citizens, front.address) as citizen:
            await seat.ready()
            await citizen.take("MZ01")
            await seat.accept(await seat.until(lambda: seat.ringing))
            assert await citizen.in_session(LIMIT_S)
            paper = large(paper_jpeg)
            _ = await citizen.upload("身份证.jpg", paper)
            await seat.until(lambda: seat.session and seat.session.documents)
            assert seat.session is not None
            [document] = seat.session.documents
            assert document.bytes == len(paper) > LARGE_BYTES - COMMENT_BYTES
            async with agents.get(front.address.to(f"/api/documents/{document.document}")) as answer:
                assert answer.status == 200
                assert len(await answer.read()) == len(paper)
            await seat.close("answered")


async def test_pages_come_with_all_their_headers_and_plain_http_leads_to_tls(front: Front):
    async with front.browser() as http:
        async with http.get(front.address.to("/")) as answer:
            assert answer.status == 200
            assert answer.headers["Strict-Transport-Security"]
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        async with http.get(f"http://localhost:{front.proxy.plain}/booth", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (301, f"{front.proxy.url}/booth")
        async with http.post(front.address.to("/api/login"), data=io.BytesIO(b"x" * 2_000_000)) as answer:
            assert answer.status == 413


async def test_it_serves_ipv6_as_shipped_and_starts_where_there_is_none(front: Front):
    host, there = {"Host": f"localhost:{front.proxy.port}"}, f"https://[::1]:{front.proxy.port}"
    async with front.browser() as http:
        get = partial(http.get, server_hostname="localhost", allow_redirects=False)
        for path in ("/", "/metrics"):  # of which the second is for the machine itself
            async with get(f"{there}{path}", headers=host) as answer:
                assert answer.status == 200
        async with get(f"{there}/ws", headers=handshake(front.proxy.url) | host) as answer:
            assert answer.status == 101
        plain_host = {"Host": f"localhost:{front.proxy.plain}"}
        async with http.get(
            f"http://[::1]:{front.proxy.plain}/booth", headers=plain_host, allow_redirects=False
        ) as answer:
            assert answer.headers["Location"] == f"{front.proxy.url}/booth"
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await get(f"{there}/", headers={"Host": "elsewhere.example"})
    plain, port, nobody, node = free_ports(4)
    async with proxy((plain, port), (nobody, node), has_ipv6=False) as found:
        _, writer = await asyncio.open_connection("127.0.0.1", found.port)
        writer.close()
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("::1", found.port)


async def test_a_page_of_another_site_gets_no_socket(front: Front):
    async with front.browser() as http:
        for origin, status in (("https://elsewhere.example", 403), (front.proxy.url, 101)):
            async with http.get(front.address.to("/ws"), headers=handshake(origin)) as answer:
                assert answer.status == status


def handshake(origin: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }


async def test_what_only_operators_ask_is_closed_to_others(front: Front):
    async with front.browser() as http:
        for path, status in (("/metrics", 403), ("/readyz", 403), ("/livez", 200)):
            async with http.get(front.address.to(path)) as answer:
                assert answer.status == 200
            elsewhere = f"https://{here()}:{front.proxy.port}{path}"
            async with http.get(elsewhere, headers={"Host": f"localhost:{front.proxy.port}"}) as answer:
                assert answer.status == status


@pytest.mark.browser
@pytest.mark.console("/ws)", "/api/channel/open)", "/api/public)", "/livez)")
@pytest.mark.parametrize("closed", [(), ("/livez",)], ids=["as_shipped", "livez_kept_from_pages"])
async def test_a_page_behind_it_names_a_network_that_stops_all_frames_and_a_server_that_is_away(
    browser: Browser, valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path, closed: tuple[str, ...]
):
    async def hang_up(socket: WebSocketRoute) -> None:
        await socket.close()

    plain, port, nobody = free_ports(3)
    async with AsyncExitStack() as stack:
        window = await stack.enter_async_context(open_window(valkey.url, sqlite_ledger, tmp_path, proxies=1))
        node = int(window.address.base.rpartition(":")[2])
        found = await stack.enter_async_context(proxy((plain, port), (nobody, node), closed=closed))
        context = await browser.new_context(ignore_https_errors=True)
        page = await context.new_page()
        await page.goto(f"{found.url}/?lang=en")
        await context.route_web_socket("**/ws", hang_up)
        await context.route("**/api/channel/*", lambda route: route.abort("connectionrefused"))
        await page.locator("[data-start]").click()
        await expect(page.get_by_text("This network lets no video through.")).to_be_visible()
        await context.route("**/api/public*", lambda route: route.fulfill(status=502))
        await context.route("**/livez", lambda route: route.fulfill(status=502))
        await expect(page.get_by_text("cannot be reached just now")).to_be_visible()
        await context.close()


async def test_other_names_lead_nowhere(front: Front):
    async with front.browser() as http:
        for url in (front.address.to("/"), f"http://localhost:{front.proxy.plain}/"):
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await http.get(url, headers={"Host": "evil.example"})


async def opens_a_page(front: Front, files: int) -> int:
    """Ask for a page's files, all sent at once, as a browser that sees it for the first time; return the refusals."""
    reader, writer = await asyncio.open_connection("localhost", front.proxy.port, ssl=front.context)
    with closing(writer):
        ask = f"HEAD /static/a.js HTTP/1.1\r\nHost: localhost:{front.proxy.port}\r\n"
        writer.write(f"{ask}\r\n".encode() * (files - 1) + f"{ask}Connection: close\r\n\r\n".encode())
        answers = await reader.read()
    assert answers.count(b"HTTP/1.1 ") == files
    return answers.count(b"HTTP/1.1 429")


async def test_a_town_behind_one_address_opens_its_pages_in_the_same_moment(front: Front):
    refused = await asyncio.gather(*(opens_a_page(front, 50) for _ in range(120)))
    assert sum(refused) == 0
    async with front.browser() as http, http.get(front.address.to("/")) as answer:
        assert answer.status == 200


async def test_nodes_that_were_all_away_are_used_again_by_everybody_at_once(
    valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
):
    plain, port, first, second = free_ports(4)
    async with proxy((plain, port), (first, second)) as found, AsyncExitStack() as stack:
        front = Front(found, ssl.create_default_context(cafile=found.certificate))
        http = await stack.enter_async_context(front.browser())
        for _ in range(10):  # more failures than any limit of failures
            async with http.get(front.address.to("/livez")) as answer:
                assert answer.status == 502
        for node in (first, second):
            await stack.enter_async_context(served(valkey.url, sqlite_ledger, tmp_path, port=str(node), proxies="1"))
        # Sockets that stay open: the first ones must not keep the next ones out.
        for _ in range(12):
            _ = await stack.enter_async_context(http.ws_connect(front.address.to("/ws")))


async def comes_to(page: Citizen, node: str) -> None:
    """Wait until a page is on this node and was shown its ticket there."""
    await page.until(lambda: page.welcome.node == node and page.ticket, LIMIT_S)


async def places(pages: list[Citizen]) -> list[int]:
    """Return where all stand, once no two stand at one place.

    Two who came to two nodes within milliseconds stand in the order of the clocks of these.
    """

    def apart() -> list[int] | None:
        found = [page.ticket.place for page in pages if page.ticket]
        return found if sorted(found) == list(range(1, len(pages) + 1)) else None

    return await until(apart)


async def test_taking_one_node_after_the_other_keeps_every_place(
    valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
):
    plain, port, first, second = free_ports(4)
    node = partial(served, valkey.url, sqlite_ledger, tmp_path, proxies="1")
    async with proxy((plain, port), (first, second)) as found, AsyncExitStack() as stack:
        front = Front(found, ssl.create_default_context(cafile=found.certificate))
        async with node(port=str(second), node="two"):
            async with node(port=str(first), node="one"):
                citizens = []
                for _ in range(8):
                    http = await stack.enter_async_context(front.browser())
                    citizen = await stack.enter_async_context(Citizen(http, front.address))
                    citizens.append((citizen, (await citizen.take("MZ01")).ticket))
                stood = await places([citizen for citizen, _ in citizens])
            for citizen, _ in citizens:
                await comes_to(citizen, "two")
            await stack.enter_async_context(node(port=str(first), node="one again"))
        for citizen, ticket in citizens:
            await comes_to(citizen, "one again")
            assert citizen.ticket is not None
            assert citizen.ticket.ticket == ticket
        assert await places([citizen for citizen, _ in citizens]) == stood
