"""When each party left a session is on record, however it ended: never empty, never after the end."""

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from protocol.participants import CITIZEN, SEAT
from protocol.session_events import HungUp, SessionMoved
from protocol.states import SeatState, SessionState
from records.database import Database
from records.journal.recorder import Recorder
from records.tables.sessions import ParticipantRow, SessionRow
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit

Times = dict[tuple[str, str], int | None]


async def talking(redis: Redis, clock: ManualClock) -> ScriptedVisit:
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_accepted()
    await window.moves("active")
    clock.advance(60)
    return window


async def recorded(ledger: Database, redis: Redis, session: str) -> tuple[SessionRow, Times]:
    await Recorder(ledger, redis, REALM).drain()
    async with ledger.read() as db:
        row = (await db.scalars(select(SessionRow).where(SessionRow.id == session))).one()
        people = await db.scalars(select(ParticipantRow).where(ParticipantRow.session == session))
        return row, {(person.participant, person.who): person.left_ms for person in people}


async def left(ledger: Database, redis: Redis, window: ScriptedVisit) -> tuple[int | None, int | None]:
    """Return when the citizen and the seat left a session that is closed."""
    session, times = await recorded(ledger, redis, window.session)
    assert session.state is SessionState.CLOSED
    return times[(CITIZEN, window.ticket)], times[(SEAT, window.seat)]


async def test_when_the_agent_closes_both_leave_at_the_close(ledger: Database, redis: Redis, clock: ManualClock):
    window = await talking(redis, clock)
    await window.closes()
    closed_ms = clock.now_ms()
    clock.advance(1)
    await window.is_done()
    assert await left(ledger, redis, window) == (closed_ms, closed_ms)


async def test_a_citizen_who_said_goodbye_left_then_though_the_page_stays_for_the_rating(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    await window.notes(HungUp(**window.next()))
    goodbye_ms = clock.now_ms()
    await window.moves("suspended", seat=False)  # the agent's page reloads: says nothing about the citizen
    await window.moves("active")
    clock.advance(30)
    await window.closes()
    assert await left(ledger, redis, window) == (goodbye_ms, clock.now_ms())


async def test_a_citizen_who_never_came_back_left_when_the_page_went_and_not_when_the_grace_was_over(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    await window.moves("suspended", citizen=False)
    gone_ms = clock.now_ms()
    clock.advance(120)
    await window.notes(HungUp(**window.next()), by="server")
    clock.advance(10)
    await window.closes("interrupted")
    assert await left(ledger, redis, window) == (gone_ms, clock.now_ms())


async def test_who_went_and_came_back_left_at_the_end(ledger: Database, redis: Redis, clock: ManualClock):
    window = await talking(redis, clock)
    await window.notes(HungUp(**window.next()))
    await window.moves("suspended", citizen=False)
    await window.moves("active")
    clock.advance(5)
    await window.closes()
    assert await left(ledger, redis, window) == (clock.now_ms(), clock.now_ms())


async def test_when_the_seat_is_lost_the_citizen_leaves_that_session_when_the_ticket_goes_back(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    await window.moves("suspended", seat=False)
    lost_ms = clock.now_ms()
    clock.advance(30)
    await window.is_given_back()
    back_ms, first = clock.now_ms(), window.session
    # A page that was on its way says so late: to a session that is over nobody comes or goes.
    await window.moves("suspended", citizen=False)
    window.session, window.seat = f"{first}-2", "S005"
    await window.is_accepted()
    clock.advance(60)
    await window.closes()
    _, times = await recorded(ledger, redis, first)
    assert times == {(CITIZEN, window.ticket): back_ms, (SEAT, "S004"): lost_ms}
    assert await left(ledger, redis, window) == (clock.now_ms(), clock.now_ms())


async def test_when_the_ticket_ends_in_mid_session_so_does_everybodys_presence(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    await window.leaves("page_lost")
    assert await left(ledger, redis, window) == (clock.now_ms(), clock.now_ms())


async def test_a_ticket_that_is_done_without_a_close_leaves_nobody_behind(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    await window.is_done()
    _, times = await recorded(ledger, redis, window.session)
    assert set(times.values()) == {clock.now_ms()}


async def test_a_session_that_was_mended_goes_on_until_it_is_closed(ledger: Database, redis: Redis, clock: ManualClock):
    window = await talking(redis, clock)
    await window.takes_a_ticket()  # the queue's memory was lost: its seat's page gives the ticket back
    await window.is_accepted()
    clock.advance(60)
    await window.closes()
    assert await left(ledger, redis, window) == (clock.now_ms(), clock.now_ms())


async def test_who_had_said_goodbye_before_the_queue_forgot_is_not_back_with_the_mended_session(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    await window.notes(HungUp(**window.next()))
    goodbye_ms = clock.now_ms()
    clock.advance(5)
    await window.takes_a_ticket()
    await window.is_accepted()
    clock.advance(5)
    await window.closes()
    assert await left(ledger, redis, window) == (goodbye_ms, clock.now_ms())


async def test_a_session_that_nobody_mended_is_over_when_its_ticket_waits_again(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    forgotten = window.session
    await window.takes_a_ticket()
    again_ms = clock.now_ms()
    clock.advance(60)
    window.session, window.seat = f"{forgotten}-2", "S005"
    await window.is_accepted()
    session, times = await recorded(ledger, redis, forgotten)
    assert (session.state, session.closed_ms) == (SessionState.CLOSED, again_ms)
    assert set(times.values()) == {again_ms}


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_session_that_was_forgotten_with_its_citizen_is_over_when_its_seat_opens_again(
    ledger: Database, redis: Redis, clock: ManualClock, at_once: bool
):
    window = await talking(redis, clock)
    if not at_once:  # the ledger had it long before
        await Recorder(ledger, redis, REALM).drain()
    await window.seat_moves(SeatState.OFFLINE, SeatState.PAUSED, "break")
    opened_ms = clock.now_ms()
    clock.advance(60)
    await window.seat_moves(SeatState.PAUSED, SeatState.IDLE)
    assert await left(ledger, redis, window) == (opened_ms, opened_ms)


async def test_a_seat_that_opens_again_and_mends_its_session_is_there_until_the_close(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    await window.seat_moves(SeatState.OFFLINE, SeatState.PAUSED, "break")
    await window.takes_a_ticket()
    await window.is_accepted()
    await window.seat_moves(SeatState.PAUSED, SeatState.SERVING)
    session, times = await recorded(ledger, redis, window.session)
    assert (session.closed_ms, set(times.values())) == (None, {None})
    clock.advance(60)
    await window.closes()
    assert await left(ledger, redis, window) == (clock.now_ms(), clock.now_ms())


async def test_by_two_clocks_nobody_leaves_after_the_close(ledger: Database, redis: Redis, clock: ManualClock):
    window = await talking(redis, clock)
    late = window.next() | {"at_ms": clock.now_ms() + 4_000}
    await window.notes(SessionMoved(**late, state="suspended", here=(SEAT,)))
    await window.closes()
    assert await left(ledger, redis, window) == (clock.now_ms(), clock.now_ms())


async def test_the_first_goodbye_is_the_one_on_record(ledger: Database, redis: Redis, clock: ManualClock):
    window = await talking(redis, clock)
    await window.notes(HungUp(**window.next()))
    first_ms = clock.now_ms()
    clock.advance(10)
    await window.notes(HungUp(**window.next()))
    session, times = await recorded(ledger, redis, window.session)
    assert (session.hung_up_ms, times[(CITIZEN, window.ticket)]) == (first_ms, first_ms)


@pytest.mark.parametrize("late", ["active", "connecting", "suspended", "held", "wrap_up"])
async def test_a_move_that_comes_after_the_close_reopens_nothing(
    ledger: Database, redis: Redis, clock: ManualClock, late: str
):
    window = await talking(redis, clock)
    await window.closes()
    closed_ms = clock.now_ms()
    clock.advance(5)
    await window.moves(late, citizen=False)
    session, times = await recorded(ledger, redis, window.session)
    assert (session.state, session.closed_ms) == (SessionState.CLOSED, closed_ms)
    assert set(times.values()) == {closed_ms}


async def test_absences_are_counted_by_who_was_away_and_the_first_picture_stays(
    ledger: Database, redis: Redis, clock: ManualClock
):
    window = await talking(redis, clock)
    first_ms = clock.now_ms() - 60_000
    for citizen, seat in ((False, True), (False, True), (True, False), (True, True), (False, False), (True, True)):
        await window.moves("active" if citizen and seat else "suspended", citizen=citizen, seat=seat)
    await Recorder(ledger, redis, REALM).drain()
    async with ledger.read() as db:
        people = await db.scalars(select(ParticipantRow).where(ParticipantRow.session == window.session))
        counts = {one.participant: (one.absences, one.here, one.left_ms) for one in people}
        session = await db.get(SessionRow, window.session)
    assert counts == {CITIZEN: (2, True, None), SEAT: (2, True, None)}
    assert session is not None
    assert (session.state, session.active_ms) == (SessionState.ACTIVE, first_ms)
