"""What tests of the ledger share: a migrated database on each engine, the sample catalogue, a standing clock."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

import records.sample
from records.catalogue import Catalogue, import_catalogue, read_catalogue
from records.database import Database
from records.directory import Directory
from records.migrations import upgrade
from runtime.clock import ManualClock

SAMPLE = Path(records.sample.__path__[0]) / "catalog.yaml"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def sample() -> Catalogue:
    return read_catalogue(SAMPLE)


@pytest_asyncio.fixture
async def ledger(database_url: str) -> AsyncIterator[Database]:
    """An empty ledger with all its tables."""
    await upgrade(database_url)
    database = Database(database_url)
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
