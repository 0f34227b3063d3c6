"""Each class of what is kept ends at its time and not a millisecond before: a table, on both engines."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from protocol.errors import DocumentNotFound
from protocol.ids import new_id
from protocol.participants import SEAT
from protocol.states import CaseState, SeatState, SessionState
from protocol.views import Purpose
from records import audit
from records.catalogue.entries import RetentionEntry
from records.database import Database
from records.papers.documents import DocumentStore
from records.papers.files import DocumentFacts, DocumentFiles
from records.papers.retention import EMPTIED, NAMES_ONLY, Swept, sweep
from records.tables.base import Base
from records.tables.hooks import DeliveryState, HookDeliveryRow
from records.tables.journal import JournalEntryRow, SetAsideRow
from records.tables.ledger import SeatChangeRow
from records.tables.outbox import OutboxRow
from records.tables.sessions import CaseRow, ChatLineRow, CustodyRow, DocumentRow, SessionRow
from runtime.clock import ManualClock

KEY: Final = b"k" * 32
DAY_MS: Final = 24 * 3600 * 1000
RETENTION: Final = RetentionEntry(chat=5, uploads_unsubmitted=7, signaling_log=200)
AGES: Final = {
    "chat": 5 * DAY_MS,
    "uploads_unsubmitted": 7 * DAY_MS,
    "signaling_log": 200 * DAY_MS,
    "events": 30 * DAY_MS,
}
NOT_SWEPT: Final = {"audit_log", "recording_consult", "recording_handle", "uploads_submitted"}
"""The trail and submitted papers stay; nothing is recorded yet."""

#: Which states of a case keep its papers; the second: somebody holds them.
PAPERS: Final = {
    **{(state.value, held): True for state in CaseState for held in (True, False)},
    ("none", False): False,
    ("draft", False): False,
    ("draft", True): False,
    ("decided", False): False,
}


def case(ticket: str, state: str) -> CaseRow:
    return CaseRow(ticket=ticket, state=CaseState(state), opened_ms=0, changed_ms=0)


def paper(name: str, at_ms: int) -> DocumentRow:
    facts = {"name": "x", "media_type": "image/png", "bytes": 3, "sha256": "", "purpose": Purpose.MATERIAL}
    return DocumentRow(id=name, ticket=name, stored_ms=at_ms, **facts)


def session(name: str, at_ms: int) -> SessionRow:
    facts = {"ticket": name, "seat": "S1", "reservation": "r", "day": "20260101", "state": SessionState.CLOSED}
    return SessionRow(id=name, began_ms=at_ms, notes="材料齐全", **facts)


def line(name: str, at_ms: int) -> ChatLineRow:
    return ChatLineRow(entry=name, session="s", seq=1, at_ms=at_ms, participant=SEAT, text="你好")


def aside(name: str, at_ms: int) -> SetAsideRow:
    fields = {**dict.fromkeys(NAMES_ONLY, "kept"), "body": "what people wrote", "text": "你好"}
    return SetAsideRow(id=name, why="orphan", detail="more of it", fields=fields, kept_ms=at_ms)


def entry(name: str, at_ms: int) -> JournalEntryRow:
    return JournalEntryRow(id=name, position=at_ms, kind="ticket_taken", at_ms=at_ms, facts={})


def change(name: str, at_ms: int) -> SeatChangeRow:
    return SeatChangeRow(entry=name, seat="S1", at_ms=at_ms, was=SeatState.IDLE, state=SeatState.PAUSED)


def event(name: str, at_ms: int) -> OutboxRow:
    return OutboxRow(seq=at_ms, id=name, kind="ticket.resumed", subject="t", at_ms=at_ms, data="{}")


Make = Callable[[str, int], Base]
#: What is kept: the setting that says how long, how one is made, whether a row is still all there.
CLASSES: Final[dict[str, tuple[str, Make, Callable[[Base], bool]]]] = {
    "chat_lines": ("chat", line, lambda _row: True),
    "notes": ("chat", session, lambda row: isinstance(row, SessionRow) and row.notes != ""),
    "aside": ("chat", aside, lambda row: isinstance(row, SetAsideRow) and row.detail != EMPTIED),
    "journal": ("signaling_log", entry, lambda _row: True),
    "seat changes": ("signaling_log", change, lambda _row: True),
    "events": ("events", event, lambda _row: True),
    "documents": ("uploads_unsubmitted", paper, lambda row: isinstance(row, DocumentRow) and row.wiped_ms is None),
}


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> DocumentStore:
    return DocumentStore(tmp_path / "files", KEY, clock)


def test_each_setting_of_retention_has_a_class_here_or_says_why_not() -> None:
    assert {setting for setting, _, _ in CLASSES.values()} | NOT_SWEPT == set(RetentionEntry.__struct_fields__)


@pytest.mark.parametrize("kind", CLASSES)
async def test_what_is_kept_ends_at_its_time_and_not_before(
    ledger: Database, clock: ManualClock, store: DocumentStore, kind: str
) -> None:
    setting, make, is_there = CLASSES[kind]
    over_ms = clock.now_ms() - AGES[setting]
    names = {new_id(age): age for age in (over_ms - 1, over_ms, over_ms + 1)}
    async with ledger.begin() as db:
        db.add_all([make(name, at_ms) for name, at_ms in names.items()])
    swept = await sweep(ledger, store, RETENTION, clock)
    field = "journal" if kind == "seat changes" else kind
    assert swept == Swept(**{**dict.fromkeys(("documents", "chat_lines", "notes", "uploads"), 0), field: 1})
    async with ledger.read() as db:
        rows = (await db.scalars(select(type(make("x", 0))))).all()
        there = {name for row in rows if is_there(row) for name in names if name in (row.__dict__.values())}
        assert there == {name for name, at_ms in names.items() if at_ms >= over_ms}
        told = {entry.action: entry for entry in await audit.trail(db, actor="retention")}
    assert told["retention.run"].facts == {field: 1}
    acts = {
        "documents": "document.wiped",
        "aside": "aside.emptied",
        "chat_lines": "talk.removed",
        "notes": "talk.removed",
    }
    assert set(told) == {"retention.run", *([acts[kind]] if kind in acts else [])}
    if kind in {"chat_lines", "notes"}:
        counts = {"chat_lines": 0, "notes": 0, kind: 1}
        assert told["talk.removed"].facts == {**counts, "before_ms": over_ms}
    assert await sweep(ledger, store, RETENTION, clock) == Swept(0, 0, 0, 0)


async def test_dead_deliveries_end_with_their_events_and_those_that_wait_stay(
    ledger: Database, clock: ManualClock, store: DocumentStore
) -> None:
    over_ms = clock.now_ms() - AGES["events"]
    same = {"hook": "h", "seq": 1, "kind": "ticket.resumed", "subject": "t", "body": "{}", "attempts": 1}
    rows = [(DeliveryState.DEAD, over_ms - 1), (DeliveryState.DEAD, over_ms), (DeliveryState.WAITING, 1)]
    async with ledger.begin() as db:
        for number, (state, tried_ms) in enumerate(rows):
            row = HookDeliveryRow(event=str(number), state=state, first_ms=1, next_ms=1, tried_ms=tried_ms, **same)
            db.add(row)
    _ = await sweep(ledger, store, RETENTION, clock)
    async with ledger.read() as db:
        assert sorted(await db.scalars(select(HookDeliveryRow.event))) == ["1", "2"]


async def test_of_an_entry_set_aside_names_stay_and_words_go(
    ledger: Database, clock: ManualClock, store: DocumentStore
) -> None:
    async with ledger.begin() as db:
        db.add(aside("1-1", 0))
    assert (await sweep(ledger, store, RETENTION, clock)).aside == 1
    async with ledger.read() as db:
        row = (await db.scalars(select(SetAsideRow))).one()
    assert (row.fields, row.detail, row.why) == (dict.fromkeys(NAMES_ONLY, "kept"), EMPTIED, "orphan")


async def test_papers_of_each_state_of_a_case_go_or_stay(
    ledger: Database, clock: ManualClock, tmp_path: Path, store: DocumentStore
) -> None:
    files, papers = DocumentFiles(tmp_path / "files", KEY), {}
    async with ledger.begin() as db:
        for number, ((state, held), stays) in enumerate(PAPERS.items()):
            name = new_id(number)
            upload = files.create(name, DocumentFacts(name="x", size=3, ticket=name))
            files.append(upload, 0, b"abc")
            files.keep(upload, DocumentFacts(name="x", size=3, ticket=name, media_type="image/png"))
            db.add(paper(name, 0))
            if state != "none":
                db.add(case(name, state))
            if held:
                db.add(CustodyRow(ticket=name, position=1, holder="HD", since_ms=0))
            papers[name] = (state, held, stays)
    assert (await sweep(ledger, store, RETENTION, clock)).documents == 4
    async with ledger.read() as db:
        wiped = {row.id: row.wiped_ms for row in await db.scalars(select(DocumentRow))}
        told = [entry.subject for entry in await audit.trail(db, action="document.wiped")]
    for name, (state, held, stays) in papers.items():
        assert wiped[name] == (None if stays else clock.now_ms()), (state, held)
        assert told.count(name) == (0 if stays else 1), (state, held)
        if stays:
            assert (await store.get(name)).ticket == name, (state, held)
        else:
            with pytest.raises(DocumentNotFound):
                await store.get(name)


async def test_more_than_fit_one_turn_are_all_swept(
    ledger: Database, clock: ManualClock, store: DocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.papers.retention.BATCH", 3)
    monkeypatch.setattr("records.papers.retention.REMOVED_AT_ONCE", 3)
    many = 7
    async with ledger.begin() as db:
        for make in (paper, aside, entry, change):
            db.add_all([make(new_id(number), 0) for number in range(many)])
    swept = await sweep(ledger, store, RETENTION, clock)
    assert (swept.documents, swept.aside, swept.journal) == (many, many, 2 * many)
    async with ledger.read() as db:
        assert len(await audit.trail(db, action="document.wiped")) == many


@pytest.mark.parametrize(("age_s", "stays"), [(24 * 3600, True), (24 * 3600 + 0.001, False)])
async def test_an_upload_that_is_not_finished_is_kept_a_day(
    ledger: Database, clock: ManualClock, store: DocumentStore, age_s: float, stays: bool
) -> None:
    upload = await store.start("x.pdf", 100)
    clock.advance(age_s)
    assert (await sweep(ledger, store, RETENTION, clock)).uploads == (0 if stays else 1)
    if stays:
        assert await store.offset(upload) == 0
    else:
        with pytest.raises(DocumentNotFound):
            await store.offset(upload)
