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
from runtime.clock import ManualClock
from tests.support.engines import PostgresServer
from tests.support.hook_office import Office
from tests.support.receiver import Receiver, receiving

SAMPLE = Path(records.sample.__path__[0]) / "catalog.yaml"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def sample() -> Catalogue:
    return read_catalogue(SAMPLE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stocked_file(migrated_file: Path, sample: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite ledger with the sample catalogue, to be copied."""
    file = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("stocked")))
    await stock(f"sqlite:///{file}", sample)
    return file


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stocked_database(postgres_server: PostgresServer, migrated_database: str, sample: Catalogue) -> str:
    """The same in PostgreSQL: the name of a database to copy."""
    name = await postgres_server.create_database(migrated_database)
    await stock(postgres_server.url(name, driver="postgresql+asyncpg"), sample)
    return name


async def stock(url: str, sample: Catalogue) -> None:
    """Import the sample catalogue at the time at which the tests' clocks stand."""
    database = Database(url)
    try:
        await import_catalogue(database, sample, ManualClock())
    finally:
        await database.close()


@pytest.fixture
def copied_file(request: pytest.FixtureRequest) -> Path:
    """The file that this test's ledger is a copy of: with the catalogue if the test asks for `stocked`."""
    file: Path = request.getfixturevalue("stocked_file" if "stocked" in request.fixturenames else "migrated_file")
    return file


@pytest.fixture
def copied_database(request: pytest.FixtureRequest) -> str:
    """The database that it is a copy of."""
    is_stocked = "stocked" in request.fixturenames
    name: str = request.getfixturevalue("stocked_database" if is_stocked else "migrated_database")
    return name


@pytest_asyncio.fixture
async def postgres_copy(postgres_server: PostgresServer, copied_database: str) -> AsyncIterator[str]:
    name = await postgres_server.create_database(copied_database)
    yield postgres_server.url(name, driver="postgresql+asyncpg")
    await postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger with all its tables, empty or `stocked`; the test runs once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('copied_file'), tmp_path / 'ledger.sqlite3')}"
    url: str = request.getfixturevalue("postgres_copy")
    return url


@pytest_asyncio.fixture
async def ledger(ledger_url: str) -> AsyncIterator[Database]:
    """A ledger with all its tables: empty, unless the test asks for `stocked` too."""
    database = Database(ledger_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def stocked(ledger: Database) -> Database:
    """A ledger with the sample catalogue in it."""
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
