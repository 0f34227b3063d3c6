"""Who is to be called back leaves the line until then, and loses nothing by it: neither the place nor the figures."""

from matcher import NewTicket, Step
from matcher.board import Board
from protocol.events import ReservationAccepted, ReservationMade
from protocol.states import TicketState
from tests.integration.matcher.conftest import Hall, needs


async def test_a_callback_comes_at_its_time_with_its_old_score(hall: Hall) -> None:
    early = await hall.citizen()
    await hall.queue.tickets.callback(early.ticket, hall.clock.now_ms() + 600_000)
    hall.clock.advance(10)
    await hall.citizen(ticket="later")
    await hall.later(590)
    assert (await hall.agent("S1")).ticket == early.ticket


async def test_who_is_back_before_the_callback_stands_at_the_old_place(hall: Hall) -> None:
    early = await hall.citizen()
    hall.clock.advance(10)
    late = await hall.citizen()
    await hall.queue.tickets.callback(early.ticket, hall.clock.now_ms() + 600_000)
    hall.clock.advance(60)
    await hall.queue.tickets.arrive(early.ticket)
    assert [place.place for place in await hall.queue.line.places([early.ticket, late.ticket])] == [1, 2]
    assert (await hall.agent("S1")).ticket == early.ticket


async def test_a_callback_that_finds_nobody_at_the_page_gives_up_the_place(hall: Hall) -> None:
    away = await hall.citizen(page_lease_s=120)
    await hall.queue.tickets.callback(away.ticket, hall.clock.now_ms() + 600_000)
    await hall.later(600)
    assert (await hall.ticket(away.ticket)).state is TicketState.WAITING
    await hall.later(120)
    assert (await hall.ticket(away.ticket)).state is TicketState.ABANDONED


async def test_the_time_away_for_a_callback_is_no_waiting(hall: Hall) -> None:
    patient, hasty = await hall.citizen(), await hall.citizen()
    await hall.later(200)
    for row in (patient, hasty):
        await hall.queue.tickets.callback(row.ticket, hall.clock.now_ms() + 600_000)
    await hall.later(100)
    await hall.queue.tickets.arrive(hasty.ticket)
    await hall.later(500)
    hall.clock.advance(7)
    await hall.agent("S1")
    assert (await hall.accept("S1")).waited_ms == 207_000
    await hall.finish("S1")
    assert (await hall.accept("S1")).waited_ms == 707_000
    accepted = [event.waited_ms for event in await hall.journal(ReservationAccepted)]
    assert accepted == [207_000, 707_000]


async def test_the_floor_shows_since_when_somebody_waits_and_not_since_when_they_were_away(hall: Hall) -> None:
    ticket = await hall.citizen()
    board = Board.of(await hall.queue.line.snapshot())
    last = (await hall.queue.line.snapshot()).last_id
    await hall.later(200)
    at_ms = hall.clock.now_ms() + 600_000
    await hall.queue.tickets.callback(ticket.ticket, at_ms)
    assert (await hall.queue.line.snapshot()).lanes == ()
    await hall.later(700)
    [lane] = (await hall.queue.line.snapshot()).lanes
    assert lane.oldest_ms == at_ms - 200_000
    for _, event in await hall.queue.journal.entries(last):
        board.apply(event)
    assert board.lanes() == Board.of(await hall.queue.line.snapshot()).lanes()
    assert [row.since_ms for row in board.waiting.values()] == [lane.oldest_ms]


async def test_a_callback_widens_by_its_waiting_alone(hall: Hall) -> None:
    ticket = await hall.citizen(needs(), needs(district=""))
    await hall.later(30)
    await hall.queue.tickets.callback(ticket.ticket, hall.clock.now_ms() + 600_000)
    await hall.later(629)
    assert (await hall.ticket(ticket.ticket)).step == 0
    await hall.later(1)
    assert (await hall.ticket(ticket.ticket)).step == 1


async def test_a_wait_that_was_told_before_a_callback_is_compared_with_nothing(hall: Hall) -> None:
    ticket = await hall.citizen()
    assert await hall.queue.run_int("told", ticket.ticket, 10, 20) == 1
    await hall.queue.tickets.callback(ticket.ticket, hall.clock.now_ms() + 600_000)
    await hall.later(600)
    await hall.agent("S1")
    assert [event.told_low_s for event in await hall.journal(ReservationMade)] == [-1]


async def test_a_forgotten_ticket_that_was_to_be_called_back_does_not_ring_before(hall: Hall) -> None:
    await hall.agent("S1")
    now = hall.clock.now_ms()
    new = NewTicket("T", (Step(0, needs()),), arrived_ms=now - 300_000, page_lease_s=0)
    assert (await hall.queue.tickets.take(new, now + 600_000)).state is TicketState.SCHEDULED
    await hall.later(600)
    row = await hall.ticket("T")
    assert (row.state, int(row.score)) == (TicketState.RESERVED, now - 300_000)
    assert (await hall.accept("S1")).waited_ms == 300_000


async def test_an_appointment_that_has_come_may_still_be_called_back(hall: Hall) -> None:
    booked = await hall.queue.tickets.schedule(NewTicket("booked", (Step(0, needs()),)), hall.clock.now_ms() + 60_000)
    hall.clock.advance(60)
    await hall.queue.tickets.arrive(booked.ticket)
    await hall.queue.tickets.callback(booked.ticket, hall.clock.now_ms() + 600_000)
    await hall.later(600)
    assert (await hall.ticket(booked.ticket)).state is TicketState.WAITING
