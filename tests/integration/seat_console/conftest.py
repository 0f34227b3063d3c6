"""The staff's pages on a real queue and ledger: the sample district, an agent, a supervisor, an administrator."""

import shutil
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser as PlaywrightBrowser
from redis.asyncio import Redis

from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.sessions.looks import SessionReader
from records.staff.accounts import Account, Role, create_account
from records.staff.factors import Factors
from records.staff.sign_ins import SignIns
from runtime import edge, security
from runtime.addresses import Visitors
from runtime.business_clock import BusinessClock
from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from runtime.logins import Logins
from runtime.request_logins import RequestLogins
from runtime.sealing import Sealing
from runtime.settings import Settings
from runtime.throttle import Throttle
from runtime.tries import Devices, Tries
from seat_console.pages import mount
from seat_console.services import ConsoleServices
from signaling.keys import Keys
from signaling.trail import Trail
from tests.support.browser import chromium
from tests.support.installed import PASSWORD
from tests.support.window import Window, open_window
from webui.pages import Pages

ADMIN = Account("admin", Role.SYSTEM, "", "系统管理员")


class Browser(TestClient[web.Request, web.Application]):
    """A browser without script: it follows no redirect by itself and keeps cookies."""

    async def look(self, path: str, status: int = 200) -> str:
        """Open a page that must answer so; returns its text."""
        answer = await self.get(path, allow_redirects=False)
        assert answer.status == status, (path, answer.status)
        return await answer.text()

    async def leads(self, path: str) -> str:
        """Open a page that sends one on; returns where to."""
        answer = await self.get(path, allow_redirects=False)
        assert answer.status == web.HTTPSeeOther.status_code, (path, answer.status)
        return answer.headers["Location"]

    async def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> ClientResponse:
        """Send the sign-in form."""
        fields = {"name": name, "password": password, **more}
        return await self.post("/sign-in", data=fields, allow_redirects=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the sample district, its staff and an administrator, to be copied."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("filled") / "records.sqlite3"))
    database = Database(f"sqlite:///{path}")
    try:
        await create_account(database, ADMIN, PASSWORD)
    finally:
        await database.close()
    return path


@pytest.fixture(scope="session")
def pages() -> Pages:
    """All templates and static files, read once."""
    return Pages()


@pytest.fixture
def clock() -> ManualClock:
    """Time that moves when told."""
    return ManualClock()


@pytest.fixture
def ledger(filled: Path, tmp_path: Path) -> str:
    """The address of a ledger of this test's own."""
    path = tmp_path / "records.sqlite3"
    shutil.copy(filled, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest_asyncio.fixture
async def database(ledger: str) -> AsyncIterator[Database]:
    """That ledger, open."""
    opened = Database(ledger)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def site(redis: Redis, database: Database, clock: ManualClock, pages: Pages) -> AsyncIterator[TestServer]:
    """The staff's pages, served."""
    app = web.Application(middlewares=[edge.middleware])
    visitors = Visitors(Settings())
    app.on_response_prepare.append(security.headers_for(visitors))
    logins = Logins(redis, "test", clock, idle_s=3600, max_s=43_200, factor_roles={Role.AUDITOR})
    trail = Trail(database, redis, Keys("test"), clock)

    async def dismiss(logins: Collection[str], *, leaves: bool) -> None:
        """No page is open with a login here."""

    services = ConsoleServices(
        pages=pages,
        clock=clock,
        business=BusinessClock(clock),
        database=database,
        holder=await CatalogueHolder.load(database),
        logins=logins,
        request_logins=RequestLogins(logins),
        factors=Factors(database, clock, Sealing("second-factor", bytes(32)), Throttle(redis, "test", clock)),
        tries=Tries(Throttle(redis, "test", clock), Devices("0" * 64, clock), visitors.address),
        visitors=visitors,
        sign_ins=SignIns(database, logins, clock, dismiss, trail.note),
        reader=SessionReader(database, trail.note),
        note=trail.note,
    )
    mount(app, services)
    pages.mount(app)
    server = TestServer(app)
    async with server:
        yield server


@pytest_asyncio.fixture
async def browser(site: TestServer) -> AsyncIterator[Browser]:
    """A browser that nobody signed in with."""
    async with Browser(site, cookie_jar=CookieJar(unsafe=True)) as client:
        yield client


@pytest_asyncio.fixture
async def agent(browser: Browser) -> Browser:
    """The agent's browser, signed in."""
    assert (await browser.sign_in("s004")).status == web.HTTPSeeOther.status_code
    return browser


@pytest_asyncio.fixture
async def supervisor(browser: Browser) -> Browser:
    """The supervisor's browser, signed in."""
    assert (await browser.sign_in("sup")).status == web.HTTPSeeOther.status_code
    return browser


@pytest_asyncio.fixture
async def window(valkey: EmbeddedValkey, ledger: str, tmp_path: Path) -> AsyncIterator[Window]:
    """A whole server."""
    async with open_window(valkey.url, ledger, tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def chrome() -> AsyncIterator[PlaywrightBrowser]:
    """A real browser with a fake camera."""
    async with chromium() as browser:
        yield browser
