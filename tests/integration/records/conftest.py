"""What tests of the ledger share: a migrated database on each engine, the sample catalogue, a standing clock."""

import datetime as dt
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

import records.sample
from records.catalogue.directory import Directory
from records.catalogue.file import Catalogue, import_catalogue, read_catalogue
from records.database import Database
from records.migrations import upgrade
from runtime.clock import ManualClock
from tests.support.engines import PostgresServer
from tests.support.hook_office import Office
from tests.support.receiver import Receiver, receiving
from tests.support.within_realm import watch

SAMPLE = Path(records.sample.__path__[0]) / "catalog.yaml"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def sample() -> Catalogue:
    return read_catalogue(SAMPLE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite ledger with all its tables and nothing in them, to be copied: migrating takes most of a second."""
    file = tmp_path_factory.mktemp("migrated") / "ledger.sqlite3"
    await upgrade(f"sqlite:///{file}")
    return file


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_database(postgres_server: PostgresServer) -> str:
    """The same on PostgreSQL."""
    name = await postgres_server.create_database()
    await upgrade(postgres_server.url(name, driver="postgresql+asyncpg"))
    return name


@pytest_asyncio.fixture
async def postgres_copy(postgres_server: PostgresServer, migrated_database: str) -> AsyncIterator[str]:
    name = await postgres_server.create_database(migrated_database)
    yield postgres_server.url(name, driver="postgresql+asyncpg")
    await postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty ledger with all its tables; the test runs once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'ledger.sqlite3')}"
    url: str = request.getfixturevalue("postgres_copy")
    return url


@pytest_asyncio.fixture
async def ledger(ledger_url: str) -> AsyncIterator[Database]:
    """An empty ledger with all its tables."""
    database = Database(ledger_url)
    watch(database.engine)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def stocked(ledger: Database, sample: Catalogue, clock: ManualClock) -> Database:
    """A ledger with the sample catalogue in it."""
    await import_catalogue(ledger, sample, clock)
    return ledger


@pytest_asyncio.fixture
async def directory(stocked: Database) -> Directory:
    return await Directory.load(stocked)


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest_asyncio.fixture
async def office(ledger: Database, receiver: Receiver) -> AsyncIterator[Office]:
    # The reference library goes by the machine's own clock.
    found = Office(ledger, ManualClock(round(dt.datetime.now(dt.UTC).timestamp() * 1000)), receiver)
    yield found
    for client in found.clients:
        await client.close()
