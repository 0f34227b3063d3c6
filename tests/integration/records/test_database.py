"""The ledger's address, its outages, and its migrations."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from protocol.errors import LedgerUnavailable
from records.database import Database, LedgerAddressError
from records.migrations import LOCK, newest, upgrade
from records.tables import Base
from tests.support.patience import PATIENCE_S


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://h/db", "postgresql://host", "http://x", "sqlite", "postgresql://h:port/db"]
)
def test_an_address_that_makes_no_sense_is_one_clear_line(url: str):
    with pytest.raises(LedgerAddressError) as caught:
        Database(url)
    assert str(caught.value).startswith("database address: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["postgresql://nobody:secret@127.0.0.1:1/db", "postgresql+asyncpg://nobody@/db?host=/nowhere"]
)
async def test_a_database_that_does_not_answer_is_said_to_be_unavailable(url: str):
    database = Database(url)
    with pytest.raises(LedgerUnavailable) as caught:
        await database.ping()
    assert "secret" not in str(caught.value)
    with pytest.raises(LedgerUnavailable):
        await upgrade(url)
    await database.close()


async def test_a_folder_that_is_no_database_is_unavailable(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path}")
    with pytest.raises(LedgerUnavailable):
        await database.ping()
    await database.close()


async def test_nonsense_of_our_own_is_no_outage(ledger: Database):
    async def repeats_a_key() -> None:
        async with ledger.begin() as db:
            for _ in range(2):
                await db.execute(text("INSERT INTO settings (realm, name, value) VALUES ('window', 'x', '1')"))

    with pytest.raises(IntegrityError):
        await repeats_a_key()


async def test_the_migrated_tables_are_those_of_the_program(database_url: str):
    await asyncio.gather(upgrade(database_url), upgrade(database_url))  # two nodes start at once
    await upgrade(database_url)
    database = Database(database_url)

    def differences(connection: Connection) -> tuple[str | None, list[object]]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return context.get_current_revision(), list(compare_metadata(context, Base.metadata))

    async with database.engine.begin() as connection:
        revision, found = await connection.run_sync(differences)
    await database.close()
    assert revision == newest()
    assert found == []


async def test_a_migration_takes_longer_than_any_other_statement_may(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    other = Database(postgres_url)
    monkeypatch.setattr("records.database.STATEMENT_LIMIT_S", 0.1)
    async with other.engine.begin() as connection:
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        migration = asyncio.create_task(upgrade(postgres_url))
        await connection.execute(text("SELECT pg_sleep(0.5)"))
        assert not migration.done()
    await migration
    await other.close()


async def test_readers_do_not_wait_for_a_writer(ledger: Database):
    async with ledger.begin() as writer:
        await writer.execute(text("INSERT INTO settings (realm, name, value) VALUES ('window', 'x', '1')"))
        async with asyncio.timeout(PATIENCE_S), ledger.read() as reader:
            assert (await reader.execute(text("SELECT count(*) FROM settings"))).scalar_one() == 0


async def test_closing_waits_for_connections_whose_users_were_cancelled(tmp_path: Path):
    before = set(threading.enumerate())
    for moment in range(60):  # from before the thread has begun until its first statement, which waits for the file
        path = tmp_path / f"{moment}.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            database = Database(f"sqlite:///{path}")
            visit = asyncio.create_task(database.ping())
            for _ in range(moment):
                await asyncio.sleep(0)
            visit.cancel()
            holder.execute("ROLLBACK")
        await asyncio.gather(visit, return_exceptions=True)
        await database.close()
        assert {thread for thread in threading.enumerate() if "connection_worker" in thread.name} <= before, moment
