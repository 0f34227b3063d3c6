"""Fixtures every test may ask for: engines that are real, and a clock that only moves when it is told to."""

import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from importlib.util import find_spec, module_from_spec
from pathlib import Path

import pytest
import pytest_asyncio
from blockbuster import BlockBuster
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser
from redis.asyncio import Redis

from records.migrations import upgrade
from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from tests.support import mishaps
from tests.support.browser import chromium
from tests.support.chance import EXAMPLES, SEED
from tests.support.engines import PostgresServer
from tests.support.ledgers import District, found_district, hire, prepare
from tests.support.within_realm import watch

# Real engines answer when they can: a slow example is no failure, pytest's own limit holds.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], database=EXAMPLES, print_blob=True
)
settings.load_profile("house")
watch()

#: Rooms that share one event loop among all citizens: where they lie, not what is in them (nothing is imported).
SERVER_ROOMS = [
    module_from_spec(spec)
    for name in ("matcher", "ports", "records", "seat_console", "signaling", "webui")
    if (spec := find_spec(name))
]


HOUSE = Path(__file__).with_name("house")


def pytest_report_header() -> str:
    """Say how the random lives of this run can be lived again."""
    return f"random lives: TEST_SEED={SEED}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell beside a failure what a page or a program said that ended its waits."""
    report = yield
    if report.failed and mishaps.said():
        report.sections.append(("Beside the test", mishaps.said()))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it at the end of a failed run too, where a quiet one has no header."""
    if terminalreporter.stats.get("failed"):
        terminalreporter.write_line(pytest_report_header())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """Let one worker have all browsers, one the rules of the house, and none be left alone with a long test at the end.

    Two calls with real video at once are more than two cores encode in time. The groups are named before xdist's own
    hook writes them down; the tests that were given more time come first, whatever order the others put them in.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif HOUSE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("house"))  # which read all files, and keep them
    yield
    if config.getoption("loadgroup", default=False):
        _keep_groups(items)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def _keep_groups(items: list[pytest.Item]) -> None:
    """Write each item's group into its id, from which the scheduler reads it.

    xdist 3.8 writes it where pytest 9.2 no longer reads it: each worker would have a Chromium.
    """
    for item in items:
        if (named := vars(item).get("_nodeid")) is not None:
            item._id = item.id.parse(named)
        group = item.get_closest_marker("xdist_group")
        assert group is None or item.nodeid.endswith(f"@{group.args[0]}"), f"{item.nodeid} lost its group"


@pytest.fixture(autouse=True)
def _no_mishaps() -> None:
    """Begin without those of the test before."""
    mishaps.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test when a console of a browser complained of what it does not expect, before its servers stop."""
    result = yield
    expected = [words for mark in item.iter_markers("console") for words in mark.args]
    assert mishaps.complaints(*expected) == []
    return result


@pytest.fixture(autouse=True, scope="session")
def _free_loop() -> Iterator[None]:
    """Fail the test that makes a server's event loop sleep, or wait for a socket or for SQLite."""
    guard = BlockBuster(scanned_modules=SERVER_ROOMS)
    for name, function in guard.functions.items():
        if name.startswith(("time.sleep", "socket.", "ssl.", "sqlite3.")):
            function.activate()
    yield
    guard.deactivate()


@pytest.fixture
def clock() -> ManualClock:
    """A clock at nine in the morning that moves only by `clock.advance(seconds)`."""
    return ManualClock()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedValkey]:
    """One Valkey for the session (for each worker); tests ask for `valkey`."""
    async with EmbeddedValkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest_asyncio.fixture
async def valkey(valkey_server: EmbeddedValkey) -> EmbeddedValkey:
    """An empty Valkey with `.url` and `.client()`; a test that kills or restarts one makes its own `EmbeddedValkey`."""
    await valkey_server.start()  # a no-op, unless a test killed it after all
    async with valkey_server.client() as redis:
        await redis.flushall()
    return valkey_server


@pytest_asyncio.fixture
async def redis(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """A client of the empty Valkey; answers are bytes."""
    async with valkey.client() as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_server() -> AsyncIterator[PostgresServer]:
    """One PostgreSQL for the session (for each worker); tests ask for `postgres_url` or `database_url`."""
    server = PostgresServer()
    try:
        await server.start()
        yield server
    finally:
        await server.stop()


@pytest_asyncio.fixture
async def postgres_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """The SQLAlchemy address of a fresh, empty PostgreSQL database."""
    name = await postgres_server.create_database()
    yield postgres_server.url(name, driver="postgresql+asyncpg")
    await postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy address of a fresh, empty database: the test runs once on each engine."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'records.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite ledger with all its tables and nothing in them, to be copied: migrating takes most of a second."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.sqlite3"
    await upgrade(f"sqlite:///{path}")
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_database(postgres_server: PostgresServer) -> str:
    """The same in PostgreSQL: the name of a database to copy."""
    name = await postgres_server.create_database()
    await upgrade(postgres_server.url(name, driver="postgresql+asyncpg"))
    return name


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def district(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> District:
    """The sample district in such a file, where nobody has an account yet; its catalogue is read once."""
    path = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("district") / "district.sqlite3"))
    await found_district(f"sqlite:///{path}")
    return await District.of(path)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_template(district: District, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a file with the sample district and its staff."""
    path = Path(shutil.copy(district.file, tmp_path_factory.mktemp("ledger") / "template.sqlite3"))
    await hire(f"sqlite:///{path}")
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_template(postgres_server: PostgresServer, migrated_database: str) -> str:
    """The same in PostgreSQL: the name of a database to copy."""
    name = await postgres_server.create_database(migrated_database)
    await prepare(postgres_server.url(name, driver="postgresql+asyncpg"))
    return name


@pytest.fixture
def sqlite_ledger(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a ledger of the test's own with the sample district and its staff, in a file."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ledger.sqlite3')}"


@pytest_asyncio.fixture
async def postgres_ledger(postgres_server: PostgresServer, postgres_template: str) -> AsyncIterator[str]:
    """The same in PostgreSQL."""
    name = await postgres_server.create_database(postgres_template)
    yield postgres_server.url(name, driver="postgresql+asyncpg")
    await postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def prepared_url(request: pytest.FixtureRequest) -> str:
    """The address of such a ledger: the test runs once on each engine."""
    url: str = request.getfixturevalue("sqlite_ledger" if request.param == "sqlite" else "postgres_ledger")
    return url


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium with a fake camera and microphone; each person takes a `browser.new_context()`."""
    async with chromium() as running:
        yield running
