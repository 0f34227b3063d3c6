"""What users of other queues complain about, by what went wrong there; the numbers are those of docs/queue.md."""

import asyncio
from collections import Counter

import pytest
from redis.asyncio import Redis

from matcher import NewTicket, Queue, Rules, Step
from protocol.errors import ReservationStale, SeatNotFound, SeatNotIdle, ServiceError, TicketNotWaiting
from protocol.events import (
    Event,
    ReservationAccepted,
    ReservationDeclined,
    ReservationExpired,
    ReservationMade,
    ReservationRescinded,
    SeatChanged,
)
from protocol.priorities import Priority
from protocol.states import SeatState, TicketState
from runtime.clock import ManualClock
from tests.integration.matcher.conftest import Hall, able, needs
from tests.support.patience import PATIENCE_S

# --- lost, doubled, too many at once ----------------------------------------------------------


async def test_01_two_agents_cannot_take_the_same_ticket_at_once(hall: Hall) -> None:
    for seat in ("S1", "S2"):
        await hall.agent(seat, duty="part")
    ticket = await hall.citizen()
    found = await asyncio.gather(
        *(hall.queue.seats.claim(seat, ticket.ticket, seat) for seat in ("S1", "S2")), return_exceptions=True
    )
    assert sorted(type(row).__name__ for row in found) == ["LiveTicket", "TicketNotWaiting"]


async def test_02_three_nodes_racing_do_not_exceed_a_seat_s_limit(valkey, clock: ManualClock) -> None:
    clients = [valkey.client() for _ in range(3)]
    queues = [Queue(client, "race", clock) for client in clients]
    hall = Hall(queues[0], clock)
    await hall.agent("S1")
    steps = (Step(0, needs()),)
    await asyncio.gather(*(queues[n % 3].tickets.take(NewTicket(f"T{n}", steps, page_lease_s=0)) for n in range(9)))
    made = await hall.journal(ReservationMade)
    assert [event.seat for event in made] == ["S1"]
    assert await hall.queue.care.check() == []
    for client in clients:
        await client.aclose()


async def test_03_a_call_cannot_be_answered_by_two_agents(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    rang = await hall.seat("S1")
    await hall.later(20)
    await hall.agent("S2")
    await hall.accept("S2")
    with pytest.raises(ReservationStale):
        await hall.queue.seats.accept("S1", rang.reservation, rang.fence, "two")
    assert len(await hall.journal(ReservationAccepted)) == 1


async def test_04_a_burst_does_not_ring_the_same_agent(hall: Hall) -> None:
    seats = [f"S{n}" for n in range(10)]
    for seat in seats:
        await hall.agent(seat)
    await asyncio.gather(*(hall.citizen() for _ in range(30)))
    rung = Counter(event.seat for event in await hall.journal(ReservationMade))
    assert rung == dict.fromkeys(seats, 1)


async def test_05_a_reservation_does_not_loop_between_created_and_canceled(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    await hall.decline("S1")
    for _ in range(10):
        await hall.later(1)
    assert len(await hall.journal(ReservationMade)) == 1, "no new one before the refusal is forgotten"


async def test_06_no_ticket_leaks_when_it_is_deleted_while_it_is_matched(hall: Hall, redis: Redis) -> None:
    for _ in range(20):
        ticket = await hall.citizen()
        await asyncio.gather(
            hall.queue.tickets.leave(ticket.ticket),
            hall.agent("S1"),
            hall.queue.tickets.leave(ticket.ticket),
            return_exceptions=True,
        )
        await hall.queue.seats.sign_out("S1")
    prefix = hall.queue.journal_key.removesuffix("journal")
    for name in ("open", "line", "heads"):
        assert await redis.exists(prefix + name) == 0


async def test_07_a_held_ticket_that_returns_does_not_exceed_the_limit(hall: Hall) -> None:
    held = await hall.citizen()
    await hall.queue.tickets.hold(held.ticket, 600)
    await hall.agent("S1")
    await hall.citizen()
    await hall.accept("S1")
    assert (await hall.queue.tickets.resume(held.ticket)).state is TicketState.WAITING


# --- stuck ------------------------------------------------------------------------------------


async def test_08_an_agent_does_not_stay_reserved_after_a_lost_race(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    rang = await hall.seat("S1")
    await asyncio.gather(
        hall.queue.tickets.leave(ticket.ticket),
        hall.queue.seats.accept("S1", rang.reservation, rang.fence, "S"),
        return_exceptions=True,
    )
    seat = await hall.seat("S1")
    assert seat.state in {SeatState.IDLE, SeatState.SERVING}


async def test_09_a_citizen_does_not_stay_answered_for_hours_after_the_end(hall: Hall) -> None:
    await hall.agent("S1", lease_s=15)
    ticket = await hall.citizen()
    await hall.accept("S1")
    await hall.later(16)
    await hall.later(31)
    assert (await hall.ticket(ticket.ticket)).state is TicketState.WAITING
    assert (await hall.seat("S1")).state is SeatState.OFFLINE


async def test_10_one_agent_who_is_away_does_not_halt_the_others(hall: Hall) -> None:
    await hall.agent("S1", lease_s=15)
    await hall.agent("S2")
    first = await hall.citizen()
    assert first.seat == "S1"
    await hall.later(16)
    assert (await hall.ticket(first.ticket)).seat == "S2"


async def test_11_changing_state_while_it_rings_makes_no_loop(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    await hall.queue.seats.pause("S1", "break")
    await hall.later(1)
    assert (await hall.ticket(ticket.ticket)).state is TicketState.WAITING
    assert [event.why for event in await hall.journal(ReservationRescinded)] == ["paused"]
    assert len(await hall.journal(ReservationMade)) == 1


async def test_12_an_agent_whose_goodbye_was_lost_is_not_in_a_call_for_ever(hall: Hall) -> None:
    await hall.agent("S1", lease_s=15)
    await hall.citizen()
    served = await hall.accept("S1")
    await hall.later(16)
    await hall.agent("S1", window="after the crash")  # back within the grace: the call goes on
    await hall.later(14)
    assert (await hall.ticket(served.ticket)).state is TicketState.SERVING
    assert (await hall.finish("S1")).state is SeatState.IDLE


async def test_13_an_agent_who_missed_a_call_can_come_back(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    await hall.later(20)
    assert (await hall.queue.seats.ready("S1")).ticket == ticket.ticket


async def test_13b_no_ghost_call_rings_after_the_caller_hung_up(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    rang = await hall.seat("S1")
    await hall.queue.tickets.leave(ticket.ticket)
    with pytest.raises(ReservationStale):
        await hall.queue.seats.accept("S1", rang.reservation, rang.fence, "ghost")


async def test_14_a_refused_call_does_not_keep_ringing_the_only_agent(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    assert (await hall.decline("S1")).state is SeatState.IDLE
    await hall.later(19)
    assert (await hall.seat("S1")).state is SeatState.IDLE
    await hall.later(1)
    assert (await hall.seat("S1")).ticket == ticket.ticket, "but it is not lost either"


async def test_14b_a_state_asked_for_during_a_call_is_replaced_by_a_newer_one(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    await hall.accept("S1")
    await hall.queue.seats.pause("S1", "meal")
    await hall.queue.seats.pause("S1", "training")
    assert (await hall.finish("S1")).reason == "training"


async def test_15_missed_declined_and_failed_can_be_told_apart(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    await hall.decline("S1", "no_interpreter")
    await hall.citizen()
    await hall.later(20)
    declined, missed = await hall.journal(ReservationDeclined), await hall.journal(ReservationExpired)
    assert [event.reason for event in declined] == ["no_interpreter"]
    assert len(missed) == 1
    assert (await hall.seat("S1")).reason == "missed"


async def test_16_a_ticket_that_returned_can_be_removed(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    served = await hall.accept("S1")
    await hall.queue.seats.give_back(ticket.ticket, served.fence, "transferred")
    assert (await hall.queue.tickets.leave(ticket.ticket)).state is TicketState.ABANDONED


async def test_17_a_waiting_ticket_is_seen_without_a_reload(hall: Hall) -> None:
    tail = hall.queue.journal.tail()
    waiting = asyncio.ensure_future(anext(tail))
    async with asyncio.timeout(PATIENCE_S):
        while not waiting.done():
            await hall.citizen()
            await asyncio.sleep(0)
        assert type((await waiting)[1]).__name__ == "TicketTaken"
    await tail.aclose()


# --- idle while somebody waits ----------------------------------------------------------------


async def test_18_the_queued_ticket_goes_before_a_newer_one_when_a_call_ends(hall: Hall) -> None:
    await hall.agent("S1")
    tickets = [(await hall.citizen()).ticket for _ in range(2)]
    await hall.accept("S1")
    await hall.finish("S1")
    assert (await hall.citizen()).state is TicketState.WAITING
    assert (await hall.seat("S1")).ticket == tickets[1]


async def test_19_agents_who_come_later_get_what_waits(hall: Hall) -> None:
    tickets = [(await hall.citizen()).ticket for _ in range(3)]
    for seat, ticket in zip(("S1", "S2", "S3"), tickets, strict=True):
        assert (await hall.agent(seat)).ticket == ticket


async def test_20_the_end_of_wrap_up_is_noticed_for_every_agent(hall: Hall) -> None:
    for seat in ("S1", "S2"):
        await hall.agent(seat, wrap_up_s=30)
        await hall.citizen()
        await hall.accept(seat)
        await hall.finish(seat)
    tickets = [(await hall.citizen()).ticket for _ in range(2)]
    await hall.later(30)
    assert [(await hall.ticket(ticket)).state for ticket in tickets] == [TicketState.RESERVED] * 2


async def test_21_a_ticket_nobody_here_can_take_does_not_starve_lesser_ones(hall: Hall) -> None:
    await hall.citizen(needs("HJ"), priority=Priority.SOS)
    normal = await hall.citizen(needs("MZ"))
    assert (await hall.agent("S1", able("MZ"))).ticket == normal.ticket


async def test_22_two_lanes_do_not_deadlock_over_who_waits_longest(hall: Hall) -> None:
    first = await hall.citizen(needs("MZ"))
    hall.clock.advance(1)
    second = await hall.citizen(needs("HJ"))
    assert (await hall.agent("S1", able("HJ"))).ticket == second.ticket
    assert (await hall.agent("S2", able("MZ"))).ticket == first.ticket


# --- order and load ---------------------------------------------------------------------------


async def test_23_thirteen_callers_are_connected_in_their_order(hall: Hall) -> None:
    tickets = []
    for number in range(13):
        tickets.append((await hall.citizen(needs("MZ HJ"[3 * (number % 2) :][:2]))).ticket)
        hall.clock.advance(1)
    served = []
    await hall.agent("S1", able("MZ HJ"))
    for _ in range(13):
        served.append((await hall.accept("S1")).ticket)
        await hall.finish("S1")
    assert served == tickets


async def test_24_calls_are_shared_among_equal_agents(hall: Hall) -> None:
    seats = ["S1", "S2", "S3"]
    for seat in seats:
        await hall.agent(seat)
    for _ in range(9):
        ticket = await hall.citizen()
        await hall.accept(ticket.seat)
        hall.clock.advance(1)
        await hall.finish(ticket.seat)
    assert Counter(event.seat for event in await hall.journal(ReservationMade)) == dict.fromkeys(seats, 3)


async def test_25_nothing_goes_to_an_agent_who_is_offline(hall: Hall) -> None:
    await hall.agent("S1", lease_s=15)
    await hall.later(16)
    assert (await hall.citizen()).state is TicketState.WAITING
    ticket = await hall.citizen(needs(seat="S1"), needs())
    await hall.later(60)
    assert (await hall.ticket(ticket.ticket)).step == 1, "the same agent as before is only the first wish"


async def test_26_no_widening_step_is_skipped(hall: Hall) -> None:
    ticket = await hall.citizen(needs("MZ:5"), needs("MZ:4"), needs("MZ:3"), needs("MZ:2"))
    await hall.agent("S1", able("MZ:3"))
    await hall.later(60)
    assert (await hall.ticket(ticket.ticket)).step == 1
    await hall.later(60)
    assert (await hall.ticket(ticket.ticket)).seat == "S1"


async def test_26b_the_best_agent_is_found_beyond_the_first_hundred(hall: Hall) -> None:
    for number in range(120):
        await hall.agent(f"S{number}", able("MZ:1"))
    await hall.agent("expert", able("MZ:5"))
    assert (await hall.citizen(needs("MZ:5"))).seat == "expert"


# --- asked for --------------------------------------------------------------------------------


async def test_31_place_seats_and_waiting_are_told(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    tickets = [(await hall.citizen()).ticket for _ in range(3)]
    found = await hall.queue.line.places(tickets)
    assert [(place.place, place.able_seats) for place in found] == [(1, 1), (2, 1), (3, 1)]
    snapshot = await hall.queue.line.snapshot()
    assert sum(lane.waiting for lane in snapshot.lanes) == 3


async def test_a_thousand_raced_tickets_are_each_served_once_in_a_hall(valkey, clock: ManualClock) -> None:
    clients = [valkey.client() for _ in range(4)]
    queues = [Queue(client, "hall", clock, Rules()) for client in clients]
    hall = Hall(queues[0], clock)
    windows = [f"W{n}" for n in range(8)]
    for window in windows:
        await hall.agent(window, duty="part")
    steps = (Step(0, needs()),)
    for start in range(0, 1000, 100):
        await asyncio.gather(
            *(queues[n % 4].tickets.take(NewTicket(f"N{n}", steps, page_lease_s=0)) for n in range(start, start + 100))
        )
    served: list[str] = []

    async def window_calls(number: int) -> None:
        queue = queues[number % 4]
        while True:
            try:
                row = await queue.seats.call_next(windows[number], f"{number} {len(served)}")
            except ServiceError as error:
                raise AssertionError(windows[number]) from error
            if row is None:
                return
            served.append(row.ticket)
            await queue.seats.finish(row.ticket, row.fence)

    await asyncio.gather(*(window_calls(number) for number in range(8)))
    assert sorted(served) == sorted(f"N{n}" for n in range(1000))
    assert await hall.queue.care.check() == []
    for client in clients:
        await client.aclose()


async def test_every_state_of_a_seat_is_on_the_journal(hall: Hall) -> None:
    await hall.agent("S1", wrap_up_s=10)
    await hall.citizen()
    await hall.accept("S1")
    await hall.finish("S1")
    await hall.later(10)
    await hall.queue.seats.sign_out("S1")
    assert [str(event.state) for event in await hall.journal(SeatChanged)] == (
        ["paused", "idle", "reserved", "serving", "wrap_up", "idle", "offline"]
    )
    with pytest.raises(SeatNotFound):
        await hall.queue.seats.ready("S1")
    assert all(event.at_ms for event in await hall.journal(Event))


async def test_a_seat_that_rings_cannot_claim_another(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    other = await hall.citizen()
    with pytest.raises(SeatNotIdle):
        await hall.queue.seats.claim("S1", other.ticket, "S")
    with pytest.raises(TicketNotWaiting):
        await hall.queue.tickets.resume((await hall.queue.tickets.leave(other.ticket)).ticket)
