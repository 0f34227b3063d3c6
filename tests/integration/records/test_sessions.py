"""Sessions are found by what people remember of them, shown whole, and exported."""

import csv
import io

import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from protocol.errors import BadInput, NotFound, SessionNotFound
from protocol.outcomes import Outcome
from protocol.scopes import EVERYWHERE
from protocol.states import SessionState
from records.database import Database
from records.journal.recorder import Recorder
from records.sessions import find as sessions
from records.sessions.export import BOM, cell, export_csv
from records.sessions.find import SessionSearch
from records.tables.sessions import OutcomeRow, SessionRow
from runtime.clock import CHINA, ManualClock
from tests.support.journal import REALM, ScriptedVisit


async def a_day(redis: Redis, clock: ManualClock, count: int = 3) -> list[ScriptedVisit]:
    windows = []
    for number in range(count):
        clock.advance(60)
        window = ScriptedVisit(redis, clock, f"S{number:03d}")
        await window.whole_story()
        windows.append(window)
    return windows


async def recorded(ledger: Database, redis: Redis) -> None:
    await Recorder(ledger, redis, REALM).drain()


@pytest.mark.parametrize(
    "search",
    [
        SessionSearch(number="mz003"),
        SessionSearch(receipt="20260101-MZ003-7K4Q9D"),
        SessionSearch(day="20260101"),
        SessionSearch(day="2026-01-01"),
        SessionSearch(seat="S000"),
        SessionSearch(item="MZ01"),
        SessionSearch(district="440114"),
        SessionSearch(district="440113"),
        SessionSearch(outcome="accepted", seat="s000"),
    ],
)
async def test_a_session_is_found_by_any_side_of_it(
    ledger: Database, redis: Redis, clock: ManualClock, search: SessionSearch
):
    (window,) = await a_day(redis, clock, 1)
    await recorded(ledger, redis)
    async with ledger.read() as db:
        found = await sessions.find(db, search, EVERYWHERE)
        assert await sessions.count(db, search, EVERYWHERE) == 1
    assert [line.session for line in found.sessions] == [window.session]
    line = found.sessions[0]
    assert (line.collecting_district, line.handling_district, line.rating) == ("440114", "440113", 5)
    assert (line.outcome, line.documents, line.waited_ms) == ("accepted", 1, 6_000)


@pytest.mark.parametrize(
    "search",
    [
        SessionSearch(number="MZ004"),
        SessionSearch(seat="S999"),
        SessionSearch(district="440103"),
        SessionSearch(day="20260102"),
    ],
)
async def test_what_does_not_match_is_not_found(
    ledger: Database, redis: Redis, clock: ManualClock, search: SessionSearch
):
    await a_day(redis, clock, 1)
    await recorded(ledger, redis)
    async with ledger.read() as db:
        assert (await sessions.find(db, search, EVERYWHERE)).sessions == ()


async def test_pages_show_every_session_once_newest_first(ledger: Database, redis: Redis, clock: ManualClock):
    windows = await a_day(redis, clock, 7)
    await recorded(ledger, redis)
    seen: list[str] = []
    cursor = ""
    async with ledger.read() as db:
        while True:
            page = await sessions.find(db, SessionSearch(limit=3, cursor=cursor), EVERYWHERE)
            seen += [line.session for line in page.sessions]
            cursor = page.cursor
            if not cursor:
                break
    assert seen == [window.session for window in reversed(windows)]


@pytest.mark.parametrize(
    "search", [SessionSearch(cursor="not-a-cursor"), SessionSearch(limit=0), SessionSearch(limit=100_000)]
)
async def test_a_search_that_makes_no_sense_is_refused(ledger: Database, search: SessionSearch):
    async with ledger.read() as db:
        with pytest.raises(BadInput):
            await sessions.find(db, search, EVERYWHERE)


async def test_a_ticket_nobody_answered_is_found_when_asked_for(ledger: Database, redis: Redis, clock: ManualClock):
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.leaves()
    await recorded(ledger, redis)
    async with ledger.read() as db:
        assert (await sessions.find(db, SessionSearch(number="MZ003"), EVERYWHERE)).sessions == ()
        (line,) = (await sessions.find(db, SessionSearch(number="MZ003", unanswered=True), EVERYWHERE)).sessions
        shown = await sessions.show(db, window.ticket, EVERYWHERE)
    assert (line.session, line.ticket_state) == ("", "abandoned")
    assert shown.line == line


async def test_everything_about_a_session_is_shown(ledger: Database, redis: Redis, clock: ManualClock):
    (window,) = await a_day(redis, clock, 1)
    await recorded(ledger, redis)
    async with ledger.read() as db:
        shown = await sessions.show(db, window.session, EVERYWHERE)
    assert shown.about == window.about
    assert shown.reservations[0].explain == '{"rule":"longest_idle"}'
    assert [person.participant for person in shown.participants] == ["citizen", "seat"]
    assert [(paper.name, paper.verdict) for paper in shown.documents] == [("身份证.jpg", "good")]
    assert [line.text for line in shown.chat] == ["你好", "您好，请讲"]
    assert shown.notes == "材料齐全"
    assert shown.outcome is not None
    assert shown.outcome.notice == ("户口簿",)
    assert [(rating.level, rating.comment) for rating in shown.ratings] == [(5, "好")]
    assert shown.case is not None
    assert (shown.case.state, shown.case.custody[0].holder) == ("accepted", "HD-TB")
    assert [event.kind for event in shown.events][:3] == ["ticket_taken", "document_noted", "reservation_made"]
    assert len(shown.events) == 16


async def test_an_unknown_session_is_not_found(ledger: Database):
    async with ledger.read() as db:
        with pytest.raises(SessionNotFound):
            await sessions.show(db, "nothing", EVERYWHERE)


async def test_a_receipt_tells_how_the_matter_stands_and_nothing_else(
    ledger: Database, redis: Redis, clock: ManualClock
):
    await a_day(redis, clock, 1)
    await recorded(ledger, redis)
    async with ledger.read() as db:
        _, told = await sessions.by_receipt(db, " 20260101-mz003-7k4q9d ")
        for copied in ("20260101mz0037k4q9d", "２０２６０１０１－ＭＺ００３－７Ｋ４Ｑ９Ｄ", "2O26OIOI—MZOO3—7K4Q9D。"):
            assert (await sessions.by_receipt(db, copied))[1] == told
        with pytest.raises(NotFound):
            await sessions.by_receipt(db, "20260101-MZ003-000000")
        for unreadable in ("", "MZ003", "\x00abc"):
            with pytest.raises(BadInput):
                await sessions.by_receipt(db, unreadable)
    assert (told.outcome, told.case_state, told.notice) == ("accepted", "accepted", ("户口簿",))


async def test_a_receipt_tells_of_the_latest_session_of_its_matter(ledger: Database, redis: Redis, clock: ManualClock):
    await a_day(redis, clock, 1)
    await recorded(ledger, redis)
    async with ledger.begin() as db:
        first = (await db.scalars(select(SessionRow))).one()
        facts = {"ticket": first.ticket, "seat": "S005", "reservation": "r", "day": first.day, "notes": ""}
        for name, began_ms, outcome in (
            ("later", first.began_ms + 1, Outcome.ANSWERED),
            ("before", first.began_ms - 1, Outcome.INTERRUPTED),
        ):
            db.add(SessionRow(id=name, began_ms=began_ms, closed_ms=9, state=SessionState.CLOSED, **facts))
            db.add(OutcomeRow(session=name, outcome=outcome, summary="", notice=(), receipt="", by="S005", at_ms=9))
    async with ledger.read() as db:
        assert (await sessions.by_receipt(db, "20260101-MZ003-7K4Q9D"))[1].outcome == "answered"


async def test_a_search_is_forgiven_its_writing_and_refused_where_it_cannot_be_read(
    ledger: Database, redis: Redis, clock: ManualClock
):
    await a_day(redis, clock, 1)
    await recorded(ledger, redis)
    right = (
        SessionSearch(day="２０２６/１/１", number="ｍｚ－００３"),
        SessionSearch(receipt="20260101 MZOO3 7K4Q9D"),
        SessionSearch(seat="ｓ０００\u200b"),
    )
    wrong = (
        SessionSearch(day="2026-02-30"),
        SessionSearch(day="1.1.2026"),
        SessionSearch(number="\u200b"),
        SessionSearch(receipt="MZ003"),
    )
    named = ("number", "receipt", "seat", "item", "district", "ticket", "outcome")
    hidden = [msgspec.convert({name: "\u200b\u2800"}, SessionSearch) for name in named]
    empty = [msgspec.convert({name: typed}, SessionSearch) for name in ("ticket", "receipt") for typed in ("..", "－")]
    async with ledger.read() as db:
        for given in right:
            assert len((await sessions.find(db, given, EVERYWHERE)).sessions) == 1
        for given in (*wrong, *empty, *hidden):
            with pytest.raises(BadInput):
                await sessions.find(db, given, EVERYWHERE)


async def test_closed_sessions_of_a_seat_are_counted_by_day(ledger: Database, redis: Redis, clock: ManualClock):
    await a_day(redis, clock, 2)
    await recorded(ledger, redis)
    async with ledger.read() as db:
        assert await sessions.count_closed(db, "S000", "20260101") == 1
        assert await sessions.count_closed(db, "S000", "20260102") == 0


async def test_the_export_opens_in_a_spreadsheet_and_computes_nothing(
    ledger: Database, redis: Redis, clock: ManualClock
):
    windows = await a_day(redis, clock, 2)
    evil = ScriptedVisit(redis, clock)
    evil.about = type(evil.about)(number="MZ009", item_name='=HYPERLINK("http://x","y")', collecting_district="+1")
    await evil.takes_a_ticket()
    await evil.is_accepted()
    await recorded(ledger, redis)
    raw = b"".join(
        [part async for part in export_csv(ledger, SessionSearch(), EVERYWHERE, {"number": "号码"})]
    ).decode()
    assert raw.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(raw.removeprefix(BOM))))
    assert len(rows) == 3
    assert rows[0]["item_name"] == '\'=HYPERLINK("http://x","y")'
    assert rows[0]["collecting_district"] == "'+1"
    assert rows[1]["号码"] == "MZ003"
    assert rows[1]["session"] == windows[1].session
    assert rows[1]["arrived_at"].startswith("2026-01-01 09:")
    exact = b"".join([part async for part in export_csv(ledger, SessionSearch(), EVERYWHERE)]).decode()
    assert next(csv.DictReader(io.StringIO(exact.removeprefix(BOM))))["arrived_at"].endswith("+08:00")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
async def test_no_cell_is_a_formula(text: str):
    assert cell("item_name", text, CHINA) == f"'{text}"
