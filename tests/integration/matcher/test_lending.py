"""Lending between realms: a ticket is in one realm at a time, whatever fails in between."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from matcher import Lending, LiveTicket, Queue
from protocol.errors import QueueUnavailable, ReservationStale, TicketNotWaiting
from protocol.states import TicketState
from runtime.clock import ManualClock
from tests.integration.matcher.conftest import Hall, needs


class Cut(Lending):
    """A realm whose line is cut before or after its answer to a claim."""

    cut = ""

    async def lent(self, ticket: str, realm: str, fence: int) -> LiveTicket:
        if self.cut == "before":
            raise QueueUnavailable
        row = await super().lent(ticket, realm, fence)
        if self.cut == "after":
            raise QueueUnavailable
        return row


@pytest_asyncio.fixture
async def realms(redis: Redis, clock: ManualClock) -> AsyncIterator[tuple[Hall, Hall]]:
    """Two realms; both are in order at the end."""
    halls = Hall(Queue(redis, "hd", clock), clock), Hall(Queue(redis, "py", clock), clock)
    yield halls
    for hall in halls:
        assert await hall.queue.care.check() == []


async def test_a_borrowed_ticket_stands_where_it_stood(realms: tuple[Hall, Hall]) -> None:
    home, away = realms
    ticket = await home.citizen(needs(), needs(district=""), ticket="old")
    home.clock.advance(30)
    await away.citizen(ticket="young")
    row = await Lending(away.queue).borrow(Lending(home.queue), "old")
    assert (row.state, row.arrived_ms) == (TicketState.WAITING, ticket.arrived_ms)
    assert (await home.ticket("old")).why == "lent:py"
    assert (await away.agent("S1")).ticket == "old"
    await away.accept("S1")
    assert (await away.finish("S1")).ticket == "young"


async def test_nobody_at_home_is_given_a_lent_ticket(realms: tuple[Hall, Hall]) -> None:
    home, _ = realms
    await home.citizen(ticket="T")
    row = await Lending(home.queue).lend("T", "py")
    assert (await home.agent("S1")).ticket == ""
    await home.later(10)
    assert (await home.ticket("T")).seat == "S1", "unclaimed, it waits at home again"
    with pytest.raises(ReservationStale):
        await Lending(home.queue).lent("T", "py", row.fence)


async def test_only_a_waiting_ticket_is_lent(realms: tuple[Hall, Hall]) -> None:
    home, away = realms
    await home.agent("S1")
    await home.citizen(ticket="T")
    with pytest.raises(TicketNotWaiting):
        await Lending(away.queue).borrow(Lending(home.queue), "T")
    assert await away.queue.tickets.find("T") is None


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize("late", [False, True])
async def test_a_borrower_that_dies_half_way_is_settled_without_loss_or_double(
    realms: tuple[Hall, Hall], cut: str, late: bool
) -> None:
    home, away = realms
    await home.citizen(ticket="T")
    await away.agent("A1")
    origin, borrower = Cut(home.queue), Lending(away.queue)
    origin.cut = cut
    with pytest.raises(QueueUnavailable):
        await borrower.borrow(origin, "T")
    origin.cut = ""
    assert (await away.seat("A1")).ticket == "", "not before it is claimed"
    if late:
        await home.later(30)
        await away.later(0)
    await home.agent("H1")
    assert await borrower.settle(origin) == 1
    await home.later(0)
    holders = [(await home.seat("H1")).ticket, (await away.seat("A1")).ticket]
    assert sorted(holders) == ["", "T"]
    assert await borrower.settle(origin) == 0
