"""Tickets that the queue lost and whose people did not come back end in the records, and only those."""

import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from cloudwindow.forgetting import GRACE_MS, Forgetting
from matcher import NewTicket, Queue, Rules, Step
from protocol import events
from protocol.outcomes import Outcome
from protocol.skills import Needs, SkillNeed
from protocol.states import SessionState, TicketState
from records.database import Database
from records.journal.recorder import Recorder
from records.sessions.papers_of_ticket import is_over
from records.tables.journal import SetAsideRow
from records.tables.ledger import TicketRow
from records.tables.sessions import OutcomeRow, SessionRow
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit

GRACE_S = GRACE_MS / 1000
Found = dict[str, tuple[TicketState, str]]


@pytest.fixture
def queue(redis: Redis, clock: ManualClock) -> Queue:
    return Queue(redis, REALM, clock, Rules())


async def known(ledger: Database, redis: Redis) -> Found:
    """Let the recorder write what is in the journal; return how each ticket stands."""
    _ = await Recorder(ledger, redis, REALM).drain()
    async with ledger.read() as db:
        assert (await db.scalars(select(SetAsideRow))).all() == []
        return {row.id: (row.state, row.why_ended) for row in await db.scalars(select(TicketRow))}


async def test_what_the_queue_lost_ends_after_a_grace_and_what_it_knows_goes_on(
    ledger: Database, redis: Redis, clock: ManualClock, queue: Queue
):
    waiting, reserved, serving, closed = (ScriptedVisit(redis, clock, f"S00{number}") for number in range(4))
    for person in (waiting, reserved, serving, closed):
        await person.takes_a_ticket()
    for person in (reserved, serving, closed):
        await person.is_reserved()
    for person in (serving, closed):
        await person.is_accepted()
    stays = ScriptedVisit(redis, clock)
    about = msgspec.json.encode(stays.about).decode()
    needs = Needs((SkillNeed("MZ", 3),), "cmn", 0, "HD", "")
    await queue.tickets.take(NewTicket(stays.ticket, (Step(0, needs),), about=about, page_lease_s=0))
    forgetting = Forgetting(ledger, queue, clock)
    before = await known(ledger, redis)

    clock.advance(GRACE_S + 1)
    assert await forgetting.look() == 0, "first seen missing: the grace begins"
    clock.advance(GRACE_S - 1)
    assert await forgetting.look() == 0
    assert await known(ledger, redis) == before | {stays.ticket: (TicketState.WAITING, "")}
    clock.advance(1)
    assert await forgetting.look() == 4
    assert await Forgetting(ledger, queue, clock).look() == 0
    assert await forgetting.look() == 0, "another node, or the same before the recorder: said once"

    after = await known(ledger, redis)
    lost = (TicketState.EXPIRED, "forgotten")
    assert after.pop(stays.ticket) == (TicketState.WAITING, "")
    assert after == {one.ticket: lost for one in (waiting, reserved, serving, closed)}
    async with ledger.read() as db:
        sessions = (await db.scalars(select(SessionRow))).all()
        outcomes = {row.session: row.outcome for row in await db.scalars(select(OutcomeRow))}
    assert {row.id for row in sessions} == {serving.session, closed.session}
    assert {row.state for row in sessions} == {SessionState.CLOSED}
    assert outcomes == dict.fromkeys((serving.session, closed.session), Outcome.INTERRUPTED)
    assert await queue.care.check() == []
    assert await forgetting.look() == 0, "nothing is open any more"


async def test_who_comes_back_after_all_stands_in_the_records_again(
    ledger: Database, redis: Redis, clock: ManualClock, queue: Queue
):
    person, forgetting = ScriptedVisit(redis, clock), Forgetting(ledger, queue, clock)
    await person.takes_a_ticket()
    _ = await known(ledger, redis)
    for _ in range(2):
        clock.advance(GRACE_S + 1)
        _ = await forgetting.look()
    assert await known(ledger, redis) == {person.ticket: (TicketState.EXPIRED, "forgotten")}
    assert not await is_over(ledger, person.ticket), "its stub brings it back"
    assert await is_over(ledger, person.ticket, or_forgotten=True)
    await person.takes_a_ticket()
    assert await known(ledger, redis) == {person.ticket: (TicketState.WAITING, "")}
    await person.write(events.TicketLeft(at_ms=person.now, ticket=person.ticket, state=TicketState.ABANDONED))
    await person.write(
        events.TicketLeft(at_ms=person.now, ticket=person.ticket, state=TicketState.EXPIRED, why="forgotten")
    )
    assert await known(ledger, redis) == {person.ticket: (TicketState.ABANDONED, "")}
    assert await is_over(ledger, person.ticket)
