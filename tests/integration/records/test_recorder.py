"""The journal becomes the ledger: exactly once, in order, after any outage, and the same on a replay."""

import asyncio
from pathlib import Path
from typing import TypeVar

import pytest
from redis.asyncio import Redis
from sqlalchemy import make_url, select

from protocol.errors import LedgerUnavailable
from protocol.events import SERVER, TicketHeld, TicketResumed, journal_key
from protocol.outcomes import Outcome
from protocol.participants import CITIZEN, SEAT
from protocol.session_events import DocumentStored
from protocol.states import CaseState, ReservationState, SeatState, SessionState, TicketState
from protocol.views import Verdict
from records.calendar.zone import ZoneUnknown
from records.database import Database
from records.journal.recorder import GROUP, Recorder
from records.migrations import upgrade
from records.tables import Base
from records.tables.journal import JournalEntryRow, SetAsideRow
from records.tables.ledger import ReservationRow, SeatChangeRow, TicketRow
from records.tables.outbox import OutboxRow
from records.tables.sessions import (
    CaseRow,
    ChatLineRow,
    CustodyRow,
    DocumentRow,
    OutcomeRow,
    ParticipantRow,
    RatingRow,
    SessionRow,
)
from records.tables.settings import SettingRow
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit
from tests.support.patience import until

WRITTEN = (
    TicketRow,
    ReservationRow,
    SeatChangeRow,
    SessionRow,
    ParticipantRow,
    DocumentRow,
    ChatLineRow,
    OutcomeRow,
    RatingRow,
    CaseRow,
    CustodyRow,
    JournalEntryRow,
    SetAsideRow,
    OutboxRow,
)


async def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.engine.connect() as db:
        return {
            kind.__tablename__: sorted((tuple(row) for row in await db.execute(select(kind.__table__))), key=str)
            for kind in WRITTEN
        }


R = TypeVar("R", bound=Base)


async def one(database: Database, kind: type[R]) -> R:
    async with database.read() as db:
        return (await db.scalars(select(kind))).one()


async def test_a_whole_session_is_on_record_from_the_button_to_the_rating(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = ScriptedVisit(redis, clock)
    await window.whole_story()
    assert await Recorder(ledger, redis, REALM).drain() == 16

    async with ledger.read() as db:
        ticket = (await db.scalars(select(TicketRow))).one()
        session = (await db.scalars(select(SessionRow))).one()
        case = (await db.scalars(select(CaseRow))).one()
        outcome = (await db.scalars(select(OutcomeRow))).one()
        rating = (await db.scalars(select(RatingRow))).one()
        document = (await db.scalars(select(DocumentRow))).one()
        reservation = (await db.scalars(select(ReservationRow))).one()
        custody = (await db.scalars(select(CustodyRow))).one()
        chat = (await db.scalars(select(ChatLineRow).order_by(ChatLineRow.seq))).all()
        people = {row.participant: row for row in await db.scalars(select(ParticipantRow))}
    assert (ticket.state, ticket.number, ticket.waited_ms) == (TicketState.DONE, "MZ003", 6_000)
    assert (case.collecting_district, case.handling_district) == ("440114", "440113")
    assert (case.state, custody.holder) == (CaseState.ACCEPTED, "HD-TB")
    assert (session.state, session.served_ms, session.notes) == (SessionState.CLOSED, 300_000, "材料齐全")
    assert session.active_ms is not None
    assert (outcome.outcome, outcome.notice, outcome.by) == (Outcome.ACCEPTED, ("户口簿",), "S004")
    assert (rating.level, rating.stage) == (5, 1)
    assert (document.session, document.verdict) == (window.session, Verdict.GOOD)
    assert (reservation.state, reservation.explain) == (ReservationState.ACCEPTED, '{"rule":"longest_idle"}')
    assert [line.text for line in chat] == ["你好", "您好，请讲"]
    assert (people[CITIZEN].absences, people[CITIZEN].place) == (1, "HD-TB-01")
    assert people[SEAT].who == "S004"


async def test_what_people_wrote_is_not_repeated_in_the_journals_facts(
    ledger: Database, redis: Redis, clock: ManualClock
):
    await ScriptedVisit(redis, clock).whole_story()
    await Recorder(ledger, redis, REALM).drain()
    async with ledger.read() as db:
        facts = " ".join(str(row) for row in await db.scalars(select(JournalEntryRow.facts)))
    for words in ("你好", "材料齐全", "收件", "身份证"):
        assert words not in facts


@pytest.mark.parametrize(("by", "sender"), [(CITIZEN, CITIZEN), ("agent:s004", "agent:s004"), (SERVER, "")])
async def test_a_document_of_a_call_is_on_record_by_its_one_entry(
    ledger: Database, redis: Redis, clock: ManualClock, by: str, sender: str
) -> None:
    visit = ScriptedVisit(redis, clock)
    _ = await visit.takes_a_ticket(), await visit.is_reserved(), await visit.is_accepted()
    document = visit.document()
    _ = await visit.notes(DocumentStored(**visit.next(), document=document), by)
    await Recorder(ledger, redis, REALM).drain()
    row = await one(ledger, DocumentRow)
    assert (row.id, row.session, row.uploaded_by) == (document.document, visit.session, sender)


async def test_the_same_journal_read_again_changes_nothing(ledger: Database, redis: Redis, clock: ManualClock):
    await ScriptedVisit(redis, clock).whole_story()
    recorder = Recorder(ledger, redis, REALM)
    await recorder.drain()
    before = await everything(ledger)
    await redis.xgroup_destroy(journal_key(REALM), GROUP)  # as after a restore: everything is unread again
    assert await recorder.drain() == 0
    assert await everything(ledger) == before


async def test_a_replay_into_an_empty_ledger_gives_the_same_rows(
    ledger: Database, redis: Redis, clock: ManualClock, tmp_path
):
    for seat in ("S004", "S005"):
        await ScriptedVisit(redis, clock, seat).whole_story()
    await Recorder(ledger, redis, REALM).drain()
    other_url = f"sqlite+aiosqlite:///{tmp_path / 'replayed.sqlite3'}"
    await upgrade(other_url)
    other = Database(other_url)
    await redis.xgroup_destroy(journal_key(REALM), GROUP)
    await Recorder(other, redis, REALM).drain()
    assert await everything(other) == await everything(ledger)
    await other.close()


async def test_entries_that_a_dead_recorder_had_read_are_taken_over_in_order(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_reserved()
    key = journal_key(REALM)
    await redis.xgroup_create(key, GROUP, id="0", mkstream=True)
    await redis.xreadgroup(GROUP, "dead", {key: ">"})  # read, never written, never acknowledged
    await window.is_accepted()
    assert await Recorder(ledger, redis, REALM, "alive").drain() == 3
    async with ledger.read() as db:
        kinds = (await db.scalars(select(JournalEntryRow.kind).order_by(JournalEntryRow.position))).all()
    assert kinds == ["ticket_taken", "reservation_made", "reservation_accepted"]
    assert (await redis.xpending(key, GROUP))["pending"] == 0


async def test_several_recorders_at_once_write_every_entry_once(ledger: Database, redis: Redis, clock: ManualClock):
    windows = [ScriptedVisit(redis, clock) for _ in range(40)]
    for window in windows:
        await window.whole_story()
    recorders = [Recorder(ledger, redis, REALM, f"node-{number}") for number in range(4)]
    done = await asyncio.gather(*(recorder.drain() for recorder in recorders))
    assert sum(done) == 16 * 40
    async with ledger.read() as db:
        states = (await db.scalars(select(SessionRow.state))).all()
        aside = (await db.scalars(select(SetAsideRow.id))).all()
        positions = (await db.scalars(select(JournalEntryRow.position).order_by(JournalEntryRow.id))).all()
    assert states == [SessionState.CLOSED] * 40
    assert aside == []
    assert sorted(positions) == list(range(1, 16 * 40 + 1))


async def test_unknown_and_malformed_entries_are_kept_aside_and_counted_and_the_rest_goes_on(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = ScriptedVisit(redis, clock)
    await window.raw({"type": "moon_landed", "at_ms": "1", "crew": "3"})
    await window.takes_a_ticket()
    await window.raw({"type": "ticket_left", "at_ms": "soon"})
    await window.raw({"type": "ticket_held", "at_ms": "1", "ticket": "nobody", "until_ms": "2"})
    await redis.xadd(journal_key(REALM), {"type": "ticket_taken", "about": b"\xff\xfe\x00"})
    recorder = Recorder(ledger, redis, REALM)
    await recorder.drain()
    status = await recorder.status()
    assert status.applied == 1
    assert status.set_aside == {"unknown_type": 1, "malformed": 2, "orphan": 1}
    assert status.behind == 0
    async with ledger.read() as db:
        kept = (await db.scalars(select(SetAsideRow).where(SetAsideRow.why == "unknown_type"))).one()
    assert kept.fields == {"type": "moon_landed", "at_ms": "1", "crew": "3"}


async def test_an_entry_that_the_database_refuses_does_not_stop_the_journal(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_reserved()
    await window.is_reserved()  # the same reservation twice: its key is taken
    await window.is_accepted()
    recorder = Recorder(ledger, redis, REALM)
    await recorder.drain()
    status = await recorder.status()
    assert status.applied == 3
    assert status.set_aside == {"refused": 1}


async def test_nul_signs_in_a_chat_line_do_no_harm(ledger: Database, redis: Redis, clock: ManualClock):
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_accepted()
    await window.chats(CITIZEN, "a\x00b")
    await Recorder(ledger, redis, REALM).drain()
    assert (await one(ledger, ChatLineRow)).text == "ab"


async def test_a_second_rating_of_a_session_is_kept_aside_and_the_first_stands(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = ScriptedVisit(redis, clock)
    await window.whole_story()
    await window.rates(1, "其他")
    await Recorder(ledger, redis, REALM).drain()
    assert (await one(ledger, RatingRow)).level == 5
    assert (await one(ledger, SetAsideRow)).why == "repeated"


async def test_a_ticket_that_comes_back_with_its_stub_keeps_its_arrival(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = ScriptedVisit(redis, clock)
    arrived_ms = clock.now_ms()
    await window.takes_a_ticket()
    clock.advance(600)
    await window.takes_a_ticket()  # the queue's memory was lost in between
    await Recorder(ledger, redis, REALM).drain()
    assert (await one(ledger, TicketRow)).arrived_ms == arrived_ms


async def test_a_ticket_that_is_to_be_called_later_says_so_until_it_waits_again(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window, recorder = ScriptedVisit(redis, clock), Recorder(ledger, redis, REALM)
    await window.takes_a_ticket()
    await window.write(TicketHeld(at_ms=1, ticket=window.ticket, until_ms=9, state=TicketState.SCHEDULED))
    await recorder.drain()
    assert (await one(ledger, TicketRow)).state is TicketState.SCHEDULED
    await window.write(TicketResumed(at_ms=9, ticket=window.ticket))
    await recorder.drain()
    assert (await one(ledger, TicketRow)).state is TicketState.WAITING


async def test_a_time_zone_that_this_machine_does_not_know_sets_no_entry_aside(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window, recorder = ScriptedVisit(redis, clock), Recorder(ledger, redis, REALM)
    await window.takes_a_ticket()
    async with ledger.begin() as db:
        db.add(SettingRow(name="timezone", value='"Mars/Olympus_Mons"'))
    with pytest.raises(ZoneUnknown, match="Mars/Olympus_Mons"):
        await recorder.drain()
    async with ledger.begin() as db:
        (await db.scalars(select(SettingRow))).one().value = '"Asia/Kathmandu"'
    await recorder.drain()
    assert (await one(ledger, TicketRow)).state is TicketState.WAITING
    assert (await everything(ledger))["journal_set_aside"] == []


async def test_an_abandoned_ticket_is_on_record_with_its_wait(ledger: Database, redis: Redis, clock: ManualClock):
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.leaves("page_lost")
    await Recorder(ledger, redis, REALM).drain()
    ticket = await one(ledger, TicketRow)
    assert (ticket.state, ticket.waited_ms, ticket.why_ended) == (TicketState.ABANDONED, 90_000, "page_lost")


async def test_every_move_of_a_seat_is_on_record(ledger: Database, redis: Redis, clock: ManualClock):
    window = ScriptedVisit(redis, clock)
    await window.seat_moves(SeatState.OFFLINE, SeatState.PAUSED, "break")
    await window.seat_moves(SeatState.PAUSED, SeatState.IDLE)
    await Recorder(ledger, redis, REALM).drain()
    async with ledger.read() as db:
        moves = [(row.was, row.state) for row in await db.scalars(select(SeatChangeRow).order_by(SeatChangeRow.entry))]
    assert moves == [(SeatState.OFFLINE, SeatState.PAUSED), (SeatState.PAUSED, SeatState.IDLE)]


async def test_the_journal_waits_while_the_ledger_is_out_of_reach(redis: Redis, clock: ManualClock, tmp_path):
    window = ScriptedVisit(redis, clock)
    await window.whole_story()
    lost = Database("postgresql+asyncpg://postgres@127.0.0.1:1/window")
    with pytest.raises(LedgerUnavailable):
        await Recorder(lost, redis, REALM).drain()
    await lost.close()
    url = f"sqlite+aiosqlite:///{tmp_path / 'later.sqlite3'}"
    await upgrade(url)
    back = Database(url)
    assert await Recorder(back, redis, REALM).drain() == 16
    await back.close()


async def test_a_running_recorder_writes_what_comes_and_stops_when_told(
    ledger: Database, redis: Redis, clock: ManualClock
):
    recorder = Recorder(ledger, redis, REALM)
    running = asyncio.create_task(recorder.run())
    window = ScriptedVisit(redis, clock)
    await window.whole_story()
    _ = await until(lambda: has_applied(recorder, 16))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()


async def has_applied(recorder: Recorder, entries: int) -> bool:
    return (await recorder.status()).applied >= entries


class Door:
    """The way to a PostgreSQL server: closed, whoever knocks is refused, and who is inside is thrown out."""

    def __init__(self, server_folder: str, folder: Path) -> None:
        self._inside = f"{server_folder}/.s.PGSQL.5432"
        self._outside = folder / ".s.PGSQL.5432"
        self._folder = folder
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._through, self._outside)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.close()
        self._outside.unlink(missing_ok=True)

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(self._inside)
        self._open |= {writer, inner_writer}
        await asyncio.gather(self._pipe(reader, inner_writer), self._pipe(inner_reader, writer))
        self._open -= {writer, inner_writer}

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


async def test_a_running_recorder_sits_out_an_outage_and_catches_up(
    redis: Redis, clock: ManualClock, postgres_copy: str, tmp_path: Path
):
    address = make_url(postgres_copy)
    door = Door(str(address.query["host"]), tmp_path)
    await door.open()
    database, direct = Database(door.url(str(address.database))), Database(postgres_copy)
    recorder, outside = Recorder(database, redis, REALM), Recorder(direct, redis, REALM)
    running = asyncio.create_task(recorder.run())
    try:
        await ScriptedVisit(redis, clock).whole_story()
        _ = await until(lambda: has_applied(outside, 16))
        await door.close()
        await ScriptedVisit(redis, clock).whole_story()
        with pytest.raises(LedgerUnavailable):
            await database.ping()
        assert (await outside.status()).applied == 16
        await door.open()
        _ = await until(lambda: has_applied(outside, 32))
        assert (await recorder.status()).set_aside == {}
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await database.close()
        await direct.close()
        await door.close()
