"""What may not be kept longer is removed, what was submitted stays, and the trail says so."""

from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from protocol.errors import DocumentNotFound
from protocol.views import DocumentView, Purpose
from records import audit
from records.catalogue.entries import RetentionEntry
from records.database import Database
from records.journal.recorder import Recorder
from records.papers.documents import DocumentStore
from records.papers.retention import sweep
from records.tables.sessions import ChatLineRow, DocumentRow
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit
from tests.support.samples import PDF

DAY_S = 24 * 3600


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> DocumentStore:
    return DocumentStore(tmp_path / "files", b"k" * 32, clock)


async def stored(store: DocumentStore, window: ScriptedVisit) -> DocumentView:
    upload = await store.start("x.pdf", len(PDF), ticket=window.ticket)
    await store.append(upload, 0, PDF)
    view = await store.finish(upload, Purpose.MATERIAL)
    await window.uploads(view)
    return view


async def test_unsubmitted_papers_go_after_their_days_and_submitted_ones_stay(
    ledger: Database, redis: Redis, clock: ManualClock, store: DocumentStore
):
    gave_up, advised, submitted = (ScriptedVisit(redis, clock) for _ in range(3))
    papers = {}
    for window in (gave_up, advised, submitted):
        await window.takes_a_ticket()
        papers[window] = await stored(store, window)
    await gave_up.leaves()
    for window, outcome in ((advised, "answered"), (submitted, "accepted")):
        await window.is_accepted()
        await window.closes(outcome)
        await window.is_done()
    await Recorder(ledger, redis, REALM).drain()

    clock.advance(6 * DAY_S)
    assert (await sweep(ledger, store, RetentionEntry(), clock)).documents == 0
    clock.advance(2 * DAY_S)
    assert (await sweep(ledger, store, RetentionEntry(), clock)).documents == 2
    assert (await sweep(ledger, store, RetentionEntry(), clock)).documents == 0
    for window in (gave_up, advised):
        with pytest.raises(DocumentNotFound):
            await store.get(papers[window].document)
    assert (await store.get(papers[submitted].document)).ticket == submitted.ticket
    async with ledger.read() as db:
        wiped = await db.scalars(select(DocumentRow.id).where(DocumentRow.wiped_ms.is_not(None)))
        assert set(wiped) == {papers[gave_up].document, papers[advised].document}
        assert {entry.action for entry in await audit.trail(db, actor="retention")} == {
            "document.wiped",
            "retention.run",
        }
        assert (await audit.verify(db)).is_whole


async def test_chat_and_notes_go_after_their_days(
    ledger: Database, redis: Redis, clock: ManualClock, store: DocumentStore
):
    await ScriptedVisit(redis, clock).whole_story()
    await Recorder(ledger, redis, REALM).drain()
    clock.advance(181 * DAY_S)
    swept = await sweep(ledger, store, RetentionEntry(), clock)
    assert (swept.chat_lines, swept.notes) == (2, 1)
    async with ledger.read() as db:
        assert (await db.scalars(select(ChatLineRow))).all() == []


async def test_an_upload_that_was_never_finished_goes_after_a_day(
    ledger: Database, clock: ManualClock, store: DocumentStore
):
    await store.start("x.pdf", 100)
    clock.advance(DAY_S / 2)
    await store.start("y.pdf", 100)
    clock.advance(DAY_S / 2 + 60)
    assert (await sweep(ledger, store, RetentionEntry(), clock)).uploads == 1
