"""A composed server for each story, on both ledgers."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from booth_client.sources import document_pattern
from booth_client.still import grab
from runtime.engines import EmbeddedValkey
from tests.support.engines import PostgresServer
from tests.support.window import OwnWindow, Window, open_window, prepare


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the sample district and the staff, made once."""
    path = tmp_path_factory.mktemp("ledger") / "template.sqlite3"
    await prepare(f"sqlite:///{path}")
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_template(postgres_server: PostgresServer) -> str:
    """The same in PostgreSQL: the name of a database to copy."""
    name = await postgres_server.create_database()
    await prepare(postgres_server.url(name, driver="postgresql+asyncpg"))
    return name


@pytest_asyncio.fixture
async def sqlite_ledger(sqlite_template: Path, tmp_path: Path) -> str:
    """A ledger of its own for this story, in a file."""
    path = tmp_path / "ledger.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest_asyncio.fixture
async def postgres_ledger(postgres_server: PostgresServer, postgres_template: str) -> AsyncIterator[str]:
    """A ledger of its own for this story, in PostgreSQL."""
    name = await postgres_server.create_database(postgres_template)
    yield postgres_server.url(name, driver="postgresql+asyncpg")
    await postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """The address of a prepared ledger: the story is told once on each engine."""
    name = "sqlite_ledger" if request.param == "sqlite" else "postgres_ledger"
    url: str = request.getfixturevalue(name)
    return url


@pytest_asyncio.fixture
async def window(valkey: EmbeddedValkey, ledger_url: str, tmp_path: Path) -> AsyncIterator[Window]:
    """The server, with the sample district and a few agents."""
    async with open_window(valkey.url, ledger_url, tmp_path) as window:
        yield window


@pytest_asyncio.fixture
async def quick_window(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Window]:
    """The same server where a seat rings for a second only."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path, ring_s=1) as window:
        yield window


@pytest_asyncio.fixture
async def sqlite_window(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[OwnWindow]:
    """The server on SQLite, for stories that do not touch the ledger."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path) as window:
        yield window


@pytest_asyncio.fixture
async def paper_jpeg() -> bytes:
    """A picture of a paper, full high definition."""
    return await asyncio.to_thread(grab, document_pattern())
