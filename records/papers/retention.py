"""Removes data past its retention: unsubmitted papers, chat, poison entries, old journal, lost uploads."""

from typing import Final

import msgspec
from sqlalchemy import and_, delete, exists, or_, select, update

from protocol.states import CaseState
from records import audit
from records.catalogue.entries import RetentionEntry
from records.database import Database, rows_changed
from records.outbox import forget
from records.papers.documents import DocumentStore
from records.tables.journal import JournalEntryRow, SetAsideRow
from records.tables.ledger import SeatChangeRow
from records.tables.sessions import CaseRow, ChatLineRow, CustodyRow, DocumentRow, SessionRow
from runtime.clock import Clock

DAY_MS: Final = 24 * 3600 * 1000
UPLOAD_LIFE_S: Final = 24 * 3600
BATCH: Final = 200
REMOVED_AT_ONCE: Final = 5000
EMPTIED: Final = "emptied: its time was over"
NAMES_ONLY: Final = frozenset({"type", "at_ms", "ticket", "session", "seat", "reservation", "document", "kind", "seq"})


class Swept(msgspec.Struct, frozen=True):
    """Numbers of objects that a sweep removed."""

    documents: int
    chat_lines: int
    notes: int
    uploads: int
    aside: int = 0
    journal: int = 0
    events: int = 0


async def sweep(database: Database, store: DocumentStore, retention: RetentionEntry, clock: Clock) -> Swept:
    """Remove the data past its retention; idempotent, and safe to stop half-way.

    Raises:
        LedgerUnavailable, StorageUnavailable: a store does not answer; the rest is for the next run.
    """
    now_ms = clock.now_ms()
    documents = await _documents(database, store, now_ms - retention.uploads_unsubmitted * DAY_MS, clock)
    chat_lines, notes = await _talk(database, now_ms - retention.chat * DAY_MS, clock)
    aside = await _aside(database, now_ms - retention.chat * DAY_MS, clock)
    journal = await _journal(database, now_ms - retention.signaling_log * DAY_MS)
    events = await forget.sweep(database, now_ms - retention.events * DAY_MS)
    uploads = await store.sweep_uploads(UPLOAD_LIFE_S)
    swept = Swept(documents, chat_lines, notes, uploads, aside, journal, events)
    facts = {name: value for name in swept.__struct_fields__ if (value := getattr(swept, name))}
    if facts:
        async with database.begin() as db:
            _ = await audit.note(db, "retention", "retention.run", "", facts, clock=clock)
    return swept


async def _documents(database: Database, store: DocumentStore, before_ms: int, clock: Clock) -> int:
    held = exists().where(CustodyRow.ticket == DocumentRow.ticket)
    # "Decided" without papers in anybody's hands was advice: what was shown for it was never submitted.
    unsubmitted = or_(
        CaseRow.state.is_(None), CaseRow.state == CaseState.DRAFT, and_(CaseRow.state == CaseState.DECIDED, ~held)
    )
    wanted = (
        select(DocumentRow.id)
        .join(CaseRow, CaseRow.ticket == DocumentRow.ticket, isouter=True)
        .where(DocumentRow.wiped_ms.is_(None), DocumentRow.stored_ms < before_ms, unsubmitted)
        .order_by(DocumentRow.id)
        .limit(BATCH)
    )
    gone = 0
    while True:
        async with database.read() as db:
            over = (await db.scalars(wanted)).all()
        if not over:
            return gone
        for document in over:
            await store.discard(document)
        async with database.begin() as db:
            await db.execute(update(DocumentRow).where(DocumentRow.id.in_(over)).values(wiped_ms=clock.now_ms()))
            for document in over:
                await audit.note(db, "retention", "document.wiped", document, clock=clock)
        gone += len(over)


async def _talk(database: Database, before_ms: int, clock: Clock) -> tuple[int, int]:
    async with database.begin() as db:
        lines = await db.execute(delete(ChatLineRow).where(ChatLineRow.at_ms < before_ms))
        stale = and_(SessionRow.notes != "", SessionRow.began_ms < before_ms)
        notes = await db.execute(update(SessionRow).where(stale).values(notes=""))
        counts = (rows_changed(lines), rows_changed(notes))
        if any(counts):
            facts = {"chat_lines": counts[0], "notes": counts[1], "before_ms": before_ms}
            await audit.note(db, "retention", "talk.removed", "", facts, clock=clock)
    return counts


async def _aside(database: Database, before_ms: int, clock: Clock) -> int:
    """Empty entries that are set aside of what people wrote; that there was one, and why, stays."""
    wanted = select(SetAsideRow).where(SetAsideRow.kept_ms < before_ms, SetAsideRow.detail != EMPTIED)
    emptied = 0
    while True:
        async with database.begin() as db:
            rows = (await db.scalars(wanted.limit(BATCH))).all()
            for row in rows:
                row.fields = {name: text for name, text in row.fields.items() if name in NAMES_ONLY}
                row.detail = EMPTIED
            if rows:
                _ = await audit.note(db, "retention", "aside.emptied", "", {"entries": len(rows)}, clock=clock)
        emptied += len(rows)
        if len(rows) < BATCH:
            return emptied


async def _journal(database: Database, before_ms: int) -> int:
    """Remove the journal's own lines and the moves of seats; what they made of the records stays."""
    removed = 0
    for kind, key in ((JournalEntryRow, JournalEntryRow.id), (SeatChangeRow, SeatChangeRow.entry)):
        while True:
            some = select(key).where(kind.at_ms < before_ms).limit(REMOVED_AT_ONCE)
            async with database.begin() as db:
                gone = rows_changed(await db.execute(delete(kind).where(key.in_(some.scalar_subquery()))))
            removed += gone
            if gone < REMOVED_AT_ONCE:
                break
    return removed
