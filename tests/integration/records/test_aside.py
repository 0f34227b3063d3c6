"""What a recorder could not take is kept, and goes into the ledger once the program understands it."""

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from protocol.errors import NotFound
from records.database import Database
from records.journal import aside
from records.journal.recorder import Recorder
from records.tables.journal import JournalEntryRow, JournalPositionRow
from records.tables.ledger import TicketRow
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit


async def state(ledger: Database, ticket: str) -> str:
    async with ledger.read() as db:
        return str((await db.scalars(select(TicketRow.state).where(TicketRow.id == ticket))).one())


async def test_an_entry_that_came_too_early_is_tried_again(ledger: Database, redis: Redis, clock: ManualClock):
    window = ScriptedVisit(redis, clock)
    now = str(clock.now_ms())
    held = {"type": "ticket_held", "at_ms": now, "ticket": window.ticket, "until_ms": "9", "state": "held"}
    entry = await window.raw(held)
    await window.takes_a_ticket()
    recorder = Recorder(ledger, redis, REALM)
    await recorder.drain()
    [kept] = await aside.listed(ledger)
    assert (kept.id, kept.kind, kept.why, kept.fields) == (entry, "ticket_held", "orphan", held)
    before = await recorder.status()

    assert await aside.retry(ledger, REALM, [entry]) == []
    assert await state(ledger, window.ticket) == "held"
    after = await recorder.status()
    assert (after.applied, after.set_aside, after.last_id) == (before.applied + 1, {}, before.last_id)
    async with ledger.read() as db:
        position = (await db.scalars(select(JournalPositionRow))).one()
        written = (await db.scalars(select(JournalEntryRow.id))).all()
    assert position.set_aside == 0
    assert entry in written
    await window.leaves()
    await recorder.drain()
    assert await state(ledger, window.ticket) == "abandoned"


async def test_what_still_cannot_be_taken_stays_aside_whole(ledger: Database, redis: Redis, clock: ManualClock):
    entry = await ScriptedVisit(redis, clock).raw({"type": "moon_landed", "at_ms": "1", "crew": "三人"})
    recorder = Recorder(ledger, redis, REALM)
    await recorder.drain()
    before = await aside.listed(ledger)
    assert await aside.retry(ledger, REALM, [entry]) == [entry]
    assert await aside.listed(ledger) == before
    assert (await recorder.status()).set_aside == {"unknown_type": 1}
    with pytest.raises(NotFound):
        await aside.retry(ledger, REALM, [entry, "1-1"])
