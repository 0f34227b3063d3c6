"""From the button to the end of the call, as the queue sees it."""

import pytest

from protocol.errors import ReservationStale, TicketIdTaken, TicketNotWaiting
from protocol.events import ReservationMade, TicketWidened
from protocol.priorities import Priority
from protocol.states import SeatState, TicketState
from tests.integration.matcher.conftest import Hall, able, needs


async def test_a_ticket_is_reserved_for_a_free_seat_served_and_done(hall: Hall) -> None:
    await hall.agent("HD-01")
    ticket = await hall.citizen()
    assert (ticket.state, ticket.seat) == (TicketState.RESERVED, "HD-01")
    hall.clock.advance(3)
    assert (await hall.accept("HD-01")).state is TicketState.SERVING
    assert (await hall.seat("HD-01")).state is SeatState.SERVING
    assert (await hall.finish("HD-01")).state is SeatState.IDLE
    assert (await hall.ticket(ticket.ticket)).state is TicketState.DONE


async def test_a_waiting_ticket_goes_to_the_seat_that_frees(hall: Hall) -> None:
    first, second = await hall.citizen(), await hall.citizen()
    await hall.agent("HD-01")
    assert (await hall.seat("HD-01")).ticket == first.ticket
    await hall.accept("HD-01")
    assert (await hall.finish("HD-01")).ticket == second.ticket


async def test_the_same_ticket_taken_twice_is_one_ticket(hall: Hall) -> None:
    first = await hall.citizen(ticket="T1")
    hall.clock.advance(5)
    assert await hall.citizen(ticket="T1") == first
    with pytest.raises(TicketIdTaken):
        await hall.citizen(needs("HJ"), ticket="T1")


async def test_a_declined_ticket_goes_to_another_seat_and_keeps_its_place(hall: Hall) -> None:
    await hall.agent("HD-01")
    declined = await hall.citizen()
    later = await hall.citizen()
    assert (await hall.decline("HD-01", "too hard")).ticket == later.ticket
    await hall.agent("HD-02")
    assert (await hall.seat("HD-02")).ticket == declined.ticket


async def test_a_seat_that_does_not_answer_is_put_away_and_the_ticket_goes_on(hall: Hall) -> None:
    await hall.agent("HD-01")
    ticket = await hall.citizen()
    await hall.later(20)
    seat = await hall.seat("HD-01")
    assert (seat.state, seat.reason) == (SeatState.PAUSED, "missed")
    assert (await hall.ticket(ticket.ticket)).state is TicketState.WAITING
    assert (await hall.queue.seats.ready("HD-01")).ticket == ticket.ticket


async def test_a_stale_accept_is_refused_and_changes_nothing(hall: Hall) -> None:
    await hall.agent("HD-01")
    await hall.citizen()
    old = await hall.seat("HD-01")
    await hall.later(20)
    await hall.queue.seats.ready("HD-01")
    new = await hall.seat("HD-01")
    assert new.fence > old.fence
    for reservation, fence in [(old.reservation, old.fence), (new.reservation, old.fence), ("R1", new.fence)]:
        with pytest.raises(ReservationStale):
            await hall.queue.seats.accept("HD-01", reservation, fence, "S1")
    assert await hall.seat("HD-01") == new


async def test_a_citizen_who_leaves_while_it_rings_frees_the_seat(hall: Hall) -> None:
    await hall.agent("HD-01")
    ticket = await hall.citizen()
    await hall.queue.tickets.leave(ticket.ticket, "changed my mind")
    assert (await hall.seat("HD-01")).state is SeatState.IDLE
    assert (await hall.queue.tickets.leave(ticket.ticket)).state is TicketState.ABANDONED
    with pytest.raises(TicketNotWaiting):
        await hall.queue.tickets.hold(ticket.ticket, 60)


async def test_a_ticket_widens_step_by_step_and_each_step_is_told(hall: Hall) -> None:
    await hall.agent("PY-01", able(districts="PY"))
    ticket = await hall.citizen(needs(), needs(district=""))
    assert ticket.state is TicketState.WAITING
    await hall.later(60)
    row = await hall.ticket(ticket.ticket)
    assert (row.seat, row.step, row.relaxed, row.needs.district) == ("PY-01", 1, ("step1",), "")
    assert [event.step for event in await hall.journal(TicketWidened)] == [1]


async def test_a_part_time_seat_is_alerted_and_the_first_claim_wins(hall: Hall) -> None:
    await hall.agent("ZJ-01", duty="part")
    await hall.agent("ZJ-02", duty="part")
    ticket = await hall.citizen()
    assert ticket.state is TicketState.WAITING
    assert [row.ticket for row in await hall.queue.seats.alerts("ZJ-02")] == [ticket.ticket]
    assert (await hall.queue.seats.claim("ZJ-02", ticket.ticket, "S1")).seat == "ZJ-02"
    with pytest.raises(TicketNotWaiting):
        await hall.queue.seats.claim("ZJ-01", ticket.ticket, "S2")
    assert await hall.queue.seats.alerts("ZJ-01") == []
    assert await hall.journal(ReservationMade) == []


async def test_a_ticket_whose_seat_was_lost_in_the_call_stands_at_the_head_again(hall: Hall) -> None:
    await hall.agent("HD-01", lease_s=15)
    dropped = await hall.citizen()
    await hall.accept("HD-01")
    hall.clock.advance(1)
    later = await hall.citizen()
    await hall.later(15)
    await hall.later(30)
    row = await hall.ticket(dropped.ticket)
    assert (row.state, row.priority) == (TicketState.WAITING, Priority.RETURNING)
    assert row.score < dropped.score < later.score
    assert (await hall.agent("HD-02")).ticket == dropped.ticket
    await hall.accept("HD-02")
    assert (await hall.finish("HD-02")).ticket == later.ticket
