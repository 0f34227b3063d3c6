"""Events for other systems: written in the commit of what they tell, in the order of commits, none passed over."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import product
from typing import cast

import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.event_errors import CursorGone
from protocol.events import TicketTaken, journal_key
from protocol.outbox import KINDS, ResumedData
from protocol.participants import CITIZEN, SEAT
from protocol.priorities import Priority
from protocol.scopes import EVERYWHERE, Place, Scope, ScopeKind
from protocol.session_events import ClosingAmended, SessionClosed
from records.database import Database
from records.journal.apply import apply
from records.journal.recorder import GROUP, Recorder
from records.outbox import feed, forget
from records.outbox.envelope import envelope
from records.outbox.tell import Telling, tell
from records.tables.journal import JournalPositionRow
from records.tables.ledger import TicketRow
from records.tables.outbox import OutboxRow
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit

STORY = [
    "ticket.taken", "document.stored", "session.began", "document.judged", "session.closed", "ticket.done",
    "session.rated",
]  # fmt: skip


def resumed(name: str, at_ms: int = 1, **places: str) -> Telling:
    return Telling(cause=name, subject=name, data=ResumedData(ticket=name), at_ms=at_ms, **places)


class PowerCut(Exception):
    """Ends a transaction before its commit."""


@asynccontextmanager
async def undone(ledger: Database) -> AsyncIterator[AsyncSession]:
    """Give a transaction that is never committed."""
    with suppress(PowerCut):
        async with ledger.begin() as db:
            yield db
            raise PowerCut


async def told(ledger: Database) -> list[OutboxRow]:
    async with ledger.read() as db:
        return list(await db.scalars(select(OutboxRow).order_by(OutboxRow.seq)))


async def tickets(ledger: Database) -> int:
    async with ledger.read() as db:
        return len((await db.scalars(select(TicketRow.id))).all())


async def test_a_visit_is_told_from_the_button_to_the_rating_in_its_order(
    stocked: Database, redis: Redis, clock: ManualClock
) -> None:
    window = ScriptedVisit(redis, clock)
    await window.whole_story()
    await Recorder(stocked, redis, REALM).drain()
    rows = await told(stocked)
    assert [row.kind for row in rows] == STORY
    assert [row.seq for row in rows] == list(range(1, len(STORY) + 1))
    assert {row.subject for row in rows} == {window.ticket}
    places = {(row.collecting_district, row.handling_district, row.department, row.site) for row in rows}
    assert places == {("440114", "440113", "MZ", "HD-TB")}
    closed = json.loads(rows[4].data)
    assert (closed["outcome"], closed["case_state"]) == ("accepted", "accepted")


async def test_an_event_says_nothing_of_the_person(stocked: Database, redis: Redis, clock: ManualClock) -> None:
    window = ScriptedVisit(redis, clock)
    await window.whole_story()
    await Recorder(stocked, redis, REALM).drain()
    text = "".join(msgspec.json.encode(envelope(row)).decode() for row in await told(stocked))
    written = ("你好", "材料齐全", "收件", "身份证", "idcard", "户口簿", "yue", "priority", "好")
    for words in (*written, window.seat, window.about.receipt, "优待卡"):
        assert words not in text


async def test_an_envelope_is_a_cloud_event_with_the_data_of_its_kind(
    stocked: Database, redis: Redis, clock: ManualClock
) -> None:
    window = ScriptedVisit(redis, clock)
    await window.whole_story()
    await Recorder(stocked, redis, REALM).drain()
    rows = await told(stocked)
    event = json.loads(msgspec.json.encode(envelope(rows[0])))
    assert (event["specversion"], event["source"]) == ("1.0", "urn:cloudwindow:realm:window")
    assert (event["type"], event["subject"]) == ("cloudwindow.ticket.taken.v1", window.ticket)
    assert event["sequence"] == "0000000000000000001"
    assert "replaces" not in event
    for row in rows:
        data = msgspec.json.decode(row.data, type=KINDS[row.kind])
        assert msgspec.json.encode(data).decode() == row.data


async def test_a_commit_that_fails_leaves_neither_the_ticket_nor_its_event(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    await ScriptedVisit(redis, clock).takes_a_ticket()
    [(entry, fields)] = cast("list[tuple[bytes, dict[bytes, bytes]]]", await redis.xrange(journal_key(REALM)))
    async with undone(ledger) as db:
        position = JournalPositionRow(realm=REALM, last_id="0-0", applied=0, set_aside=0)
        db.add(position)
        assert await apply(db, position, [(entry.decode(), fields)]) == 1
    assert (await tickets(ledger), await told(ledger)) == (0, [])
    await Recorder(ledger, redis, REALM).drain()
    assert (await tickets(ledger), len(await told(ledger))) == (1, 1)


async def test_an_entry_that_is_set_aside_tells_nothing_and_those_beside_it_do(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_reserved()
    await window.is_reserved()  # its key is taken: the batch goes one by one
    await window.is_accepted()
    await window.closes("no such outcome")
    await window.rates(5)
    await window.rates(1)
    await Recorder(ledger, redis, REALM).drain()
    assert [row.kind for row in await told(ledger)] == ["ticket.taken", "session.began", "session.rated"]


async def test_a_corrected_closing_replaces_the_one_before_in_the_same_batch_and_in_later_ones(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    window, recorder = ScriptedVisit(redis, clock), Recorder(ledger, redis, REALM)
    await window.takes_a_ticket()
    await window.is_accepted()
    await window.closes("accepted")
    for outcome in ("correction", "answered"):
        await window.notes(ClosingAmended(**window.next(), outcome=outcome, receipt="", summary="", notice=()))
        await recorder.drain()
    closings = [row for row in await told(ledger) if row.kind.startswith("session.") and row.kind != "session.began"]
    assert [row.kind for row in closings] == ["session.closed", "session.amended", "session.amended"]
    assert [row.replaces for row in closings] == ["", closings[0].id, closings[1].id]


async def test_a_call_that_broke_off_is_told_as_closed_without_an_outcome(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_accepted()
    await window.is_given_back()
    await window.leaves("forgotten")
    await Recorder(ledger, redis, REALM).drain()
    rows = [(row.kind, json.loads(row.data)) for row in await told(ledger)]
    assert [kind for kind, _ in rows] == [
        "ticket.taken", "session.began", "session.closed", "ticket.returned", "session.closed", "ticket.left",
    ]  # fmt: skip
    assert [data["outcome"] for kind, data in rows if kind == "session.closed"] == ["", "interrupted"]
    assert (rows[3][1]["why"], rows[5][1]["state"]) == ("seat_lost", "expired")


async def test_a_close_that_is_told_twice_is_one_event(ledger: Database, redis: Redis, clock: ManualClock) -> None:
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_accepted()
    for outcome in ("accepted", "answered"):
        await window.notes(SessionClosed(**window.next(), outcome=outcome, receipt="", summary="", notice=()), SEAT)
    await window.chats(CITIZEN, "我在")
    await Recorder(ledger, redis, REALM).drain()
    assert [row.kind for row in await told(ledger)] == ["ticket.taken", "session.began", "session.closed"]


async def test_a_time_beyond_all_calendars_is_told_as_the_last_one(ledger: Database, redis: Redis) -> None:
    clock = ManualClock(2**52)
    window = ScriptedVisit(redis, clock)
    about = msgspec.json.encode(window.about).decode()
    taken = TicketTaken(
        at_ms=clock.now_ms(), ticket="T", arrived_ms=1, priority=Priority.NORMAL, needs="{}", about=about
    )
    await window.write(taken)
    await Recorder(ledger, redis, REALM).drain()
    [row] = await told(ledger)
    assert envelope(row).time == "9999-12-31T23:59:59.999Z"


async def read_all(ledger: Database, until: asyncio.Event) -> list[str]:
    """Read the feed page by page until nothing more is written, as a reader of another system does."""
    found: list[str] = []
    cursor: int | None = None
    while True:
        is_last = until.is_set()
        async with ledger.read() as db:
            page = await feed.read(db, cursor, EVERYWHERE, 3)
        found += [row.id for row in page.rows]
        cursor = page.cursor
        if is_last and not page.rows:
            return found
        await asyncio.sleep(0)


async def writes(ledger: Database, name: str, count: int) -> None:
    """Tell in transactions of several sizes, of which every fifth is undone."""
    for number in range(count):
        events = [resumed(f"{name}-{number}-{part}") for part in range(1 + number % 3)]
        async with undone(ledger) if number % 5 == 4 else ledger.begin() as db:
            await tell(db, events)
            await asyncio.sleep(0)


async def test_a_reader_misses_nothing_that_parallel_writers_commit_and_sees_it_in_one_order(ledger: Database) -> None:
    done = asyncio.Event()
    reading = [asyncio.create_task(read_all(ledger, done)) for _ in range(2)]
    await asyncio.gather(*(writes(ledger, f"writer{number}", 15) for number in range(4)))
    done.set()
    rows = await told(ledger)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == 4 * sum(1 + number % 3 for number in range(15) if number % 5 != 4)
    assert [await one for one in reading] == [[row.id for row in rows]] * 2


async def test_events_end_with_their_retention_and_a_cursor_from_before_is_told_where_to_begin(
    ledger: Database,
) -> None:
    async with ledger.begin() as db:
        await tell(db, [resumed(name, at_ms) for name, at_ms in (("A", 10), ("B", 40), ("C", 20), ("D", 50))])
    assert await forget.sweep(ledger, 30) == 1
    assert await forget.sweep(ledger, 30) == 0
    assert [row.subject for row in await told(ledger)] == ["B", "C", "D"], "an older one waits for those before it"
    async with ledger.read() as db:
        with pytest.raises(CursorGone) as gone:
            await feed.read(db, 0, EVERYWHERE, 10)
        assert gone.value.params == {"begin": "1"}
        assert [row.subject for row in (await feed.read(db, 1, EVERYWHERE, 10)).rows] == ["B", "C", "D"]
        assert [row.subject for row in (await feed.read(db, None, EVERYWHERE, 10)).rows] == ["B", "C", "D"]
    assert await forget.sweep(ledger, 60) == 3
    async with ledger.begin() as db:
        await tell(db, [resumed("E", 70)])
    assert [row.seq for row in await told(ledger)] == [5], "a number is never used again"


async def test_a_cursor_from_a_ledger_that_was_since_restored_is_no_cursor(ledger: Database) -> None:
    async with ledger.begin() as db:
        await tell(db, [resumed("A")])
    async with ledger.read() as db:
        with pytest.raises(CursorGone):
            await feed.read(db, 2, EVERYWHERE, 10)
        assert await feed.read(db, feed.NEWEST, EVERYWHERE, 10) == feed.FeedPage((), 1)


def shown(rows: Sequence[OutboxRow]) -> set[str]:
    return {row.subject for row in rows}


async def test_a_scope_chooses_the_same_events_as_its_policy_and_the_cursor_passes_the_others(
    ledger: Database,
) -> None:
    places: dict[str, Place] = {}
    sides = product(("440113", "440114", ""), ("440113", ""), ("MZ", ""), ("PY-HALL", ""))
    async with ledger.begin() as db:
        for number, (collecting, handling, department, site) in enumerate(sides):
            name = f"T{number}"
            places[name] = Place(districts=(collecting, handling), departments=(department,), sites=(site,))
            one = resumed(
                name, collecting_district=collecting, handling_district=handling, department=department, site=site
            )
            await tell(db, [one])
    scopes = [EVERYWHERE, *(Scope(kind) for kind in ScopeKind if kind is not ScopeKind.REALM)]
    scopes += [Scope(ScopeKind.DISTRICT, code) for code in ("440113", "440114", "440103")]
    scopes += [Scope(ScopeKind.DEPARTMENT, "MZ"), Scope(ScopeKind.SITE, "PY-HALL"), Scope(ScopeKind.SITE, "HD-HALL")]
    for scope in scopes:
        async with ledger.read() as db:
            page = await feed.read(db, None, scope, 100)
        assert shown(page.rows) == {name for name, place in places.items() if scope.covers(place)}, scope
        assert page.cursor == len(places)


async def test_realms_tell_apart(ledger: Database) -> None:
    other = ledger.of_realm("other", ledger.keys)
    for database in (ledger, other):
        async with database.begin() as db:
            await tell(db, [resumed("A")])
    [one], [another] = await told(ledger), await told(other)
    assert (one.seq, another.seq) == (1, 1)
    assert one.id != another.id


async def test_a_listener_is_told_of_a_commit_and_not_of_what_was_undone(ledger: Database) -> None:
    rung: list[str] = []
    ledger.after_telling.append(lambda: rung.append("rung"))
    async with undone(ledger) as db:
        await tell(db, [resumed("A")])
    async with ledger.begin() as db:
        await tell(db, [])
    assert rung == []
    async with ledger.begin() as db:
        await tell(db, [resumed("A")])
    assert rung == ["rung"]


async def test_a_journal_that_is_read_again_tells_nothing_again(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    await ScriptedVisit(redis, clock).whole_story()
    recorder = Recorder(ledger, redis, REALM)
    await recorder.drain()
    before = [row.id for row in await told(ledger)]
    await redis.xgroup_destroy(journal_key(REALM), GROUP)
    await recorder.drain()
    assert [row.id for row in await told(ledger)] == before
