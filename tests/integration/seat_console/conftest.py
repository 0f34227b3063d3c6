"""The staff's pages on a real queue and ledger: the sample district, an agent, a supervisor, an administrator."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from redis.asyncio import Redis

from cloudwindow.commands.ledger import SAMPLE
from records import migrations
from records.catalogue import import_catalogue, read_catalogue
from records.database import Database
from records.directory import Directory
from records.staff import Account, Role, create_account
from runtime import edge, security
from runtime.clock import ManualClock
from runtime.logins import Logins
from runtime.throttle import Throttle
from seat_console.pages import Parts, mount
from webui.pages import Pages

PASSWORD = "correct horse battery"
STAFF = (
    Account("s004", Role.AGENT, "S004", "坐席004"),
    Account("sup", Role.SUPERVISOR, "", "督导"),
    Account("admin", Role.ADMIN, "", "管理员"),
)


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


async def fill(url: str) -> None:
    """Make the tables, import the sample district, create the staff."""
    await migrations.upgrade(url)
    database = Database(url)
    try:
        await import_catalogue(database, read_catalogue(SAMPLE))
        for account in STAFF:
            await create_account(database, account, PASSWORD)
    finally:
        await database.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the sample district, to be copied."""
    path = tmp_path_factory.mktemp("ledger") / "records.sqlite3"
    asyncio.run(fill(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def pages() -> Pages:
    """All templates and static files, read once."""
    return Pages()


@pytest.fixture
def clock() -> ManualClock:
    """Time that moves when told."""
    return ManualClock()


@pytest_asyncio.fixture
async def database(filled: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A ledger of this test's own."""
    path = tmp_path / "records.sqlite3"
    shutil.copy(filled, path)
    ledger = Database(f"sqlite+aiosqlite:///{path}")
    yield ledger
    await ledger.close()


@pytest_asyncio.fixture
async def site(redis: Redis, database: Database, clock: ManualClock, pages: Pages) -> AsyncIterator[TestServer]:
    """The staff's pages, served."""
    app = web.Application(middlewares=[edge.middleware])
    app.on_response_prepare.append(security.add_headers)
    parts = Parts(
        pages=pages,
        clock=clock,
        database=database,
        directory=await Directory.load(database),
        logins=Logins(redis, "test", clock, idle_s=3600, max_s=43_200),
        throttle=Throttle(redis, "test", clock),
    )
    mount(app, parts)
    pages.mount(app)
    async with TestServer(app) as server:
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
