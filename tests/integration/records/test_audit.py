"""The audit trail is whole, or says where it breaks."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from records import audit
from records.database import Database
from runtime.clock import ManualClock


async def looked_at(ledger: Database, clock: ManualClock, times: int = 5) -> None:
    for number in range(times):
        async with ledger.begin() as db:
            await audit.note(db, "sup", "document.viewed", f"D{number}", {"session": "X1"}, clock=clock)
    async with ledger.begin() as db:
        await audit.seal(db)


async def checked(ledger: Database) -> audit.AuditResult:
    async with ledger.read() as db:
        return await audit.verify(db)


async def by_somebody_with_the_keys(ledger: Database, statement: str) -> None:
    """Change the trail as somebody could who may do anything in the database."""
    async with ledger.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("DROP TRIGGER audit_is_append_only ON audit"))
        else:
            await connection.execute(text("DROP TRIGGER audit_refuses_update"))
            await connection.execute(text("DROP TRIGGER audit_refuses_delete"))
        await connection.execute(text(statement))


async def test_an_empty_trail_is_whole(ledger: Database):
    result = await checked(ledger)
    assert result.is_whole
    assert result.entries == 0


async def test_what_was_noted_is_whole_and_can_be_read(ledger: Database, clock: ManualClock):
    await looked_at(ledger, clock)
    result = await checked(ledger)
    assert result.is_whole, str(result)
    assert result.entries == 5
    async with ledger.read() as db:
        entries = await audit.trail(db, subject="D3")
    assert [(entry.seq, entry.actor, entry.facts) for entry in entries] == [(4, "sup", {"session": "X1"})]


async def test_an_undone_transaction_leaves_no_gap(ledger: Database, clock: ManualClock):
    await looked_at(ledger, clock, 2)

    async def looked_and_failed() -> None:
        async with ledger.begin() as db:
            await audit.note(db, "sup", "document.viewed", "D9", clock=clock)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await looked_and_failed()
    await looked_at(ledger, clock, 2)
    result = await checked(ledger)
    assert result.is_whole, str(result)
    assert result.entries == 4


async def test_writers_at_once_make_one_chain(ledger: Database, clock: ManualClock):
    await asyncio.gather(*(looked_at(ledger, clock, 5) for _ in range(6)))
    result = await checked(ledger)
    assert result.is_whole, str(result)
    assert result.entries == 30


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody' WHERE seq = 3", "DELETE FROM audit"])
async def test_the_database_itself_refuses_changes(ledger: Database, clock: ManualClock, statement: str):
    await looked_at(ledger, clock)
    with pytest.raises(DBAPIError, match="append-only"):
        async with ledger.engine.begin() as connection:
            await connection.execute(text(statement))
    assert (await checked(ledger)).entries == 5


@pytest.mark.parametrize(
    ("statement", "where", "why"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 3", 3, "entry_changed"),
        ("UPDATE audit SET facts = '{}' WHERE seq = 5", 5, "entry_changed"),
        ("DELETE FROM audit WHERE seq = 2", 2, "entry_missing"),
        ("DELETE FROM audit WHERE seq = 5", 5, "end_missing"),
        ("UPDATE audit SET previous = hash WHERE seq = 4", 4, "link_changed"),
    ],
)
async def test_a_change_behind_its_back_is_found_where_it_was_made(
    ledger: Database, clock: ManualClock, statement: str, where: int, why: str
):
    await looked_at(ledger, clock)
    await by_somebody_with_the_keys(ledger, statement)
    result = await checked(ledger)
    assert (result.is_whole, result.broken_at, result.why) == (False, where, why)
    assert str(where) in str(result)
