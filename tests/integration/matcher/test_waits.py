"""Place and expected wait: true at every moment, and measured against what the wait came to."""

import random

from matcher import QueuePlace
from matcher.estimate import expected_wait
from protocol.priorities import Priority
from tests.integration.matcher.conftest import Hall, able, needs


async def places(hall: Hall, *tickets: str) -> list[QueuePlace]:
    return await hall.queue.line.places(tickets)


async def test_a_place_counts_all_who_go_before_for_the_same_seats(hall: Hall) -> None:
    await hall.agent("S1", able("MZ HJ"))
    await hall.citizen()  # rings
    first = await hall.citizen(needs("HJ"))
    hall.clock.advance(1)
    second = await hall.citizen(needs("MZ"))
    elsewhere = await hall.citizen(needs("SB"))
    urgent = await hall.citizen(needs("HJ"), priority=Priority.SOS)
    found = await places(hall, first.ticket, second.ticket, elsewhere.ticket, urgent.ticket)
    assert [(place.place, place.able_seats) for place in found] == [(2, 1), (3, 1), (1, 0), (1, 1)]
    assert {place.low_s for place in found} == {None}, "nothing was measured yet"


async def test_a_place_moves_up_as_others_leave(hall: Hall) -> None:
    await hall.agent("S1")
    _, first, second = [await hall.citizen() for _ in range(3)]
    assert [place.place for place in await places(hall, second.ticket)] == [2]
    await hall.queue.tickets.leave(first.ticket)
    assert [place.place for place in await places(hall, second.ticket)] == [1]
    await hall.queue.tickets.hold(second.ticket, 60)
    assert [place.place for place in await places(hall, second.ticket)] == [0]


async def test_the_wait_told_is_compared_with_what_it_came_to(hall: Hall) -> None:
    chance = random.Random(7)
    seats = [f"S{n}" for n in range(5)]
    for seat in seats:
        await hall.agent(seat)
    ends: dict[str, float] = {}
    now = 0.0
    for arrival in range(250):
        until = now + chance.expovariate(1 / 62)  # just below what five seats can do
        while ends and min(ends.values()) <= until:
            seat = min(ends, key=ends.__getitem__)
            hall.clock.advance(ends[seat] - now)
            now = ends.pop(seat)
            await hall.finish(seat)
            await ring(hall, seats, ends, now, chance)
        hall.clock.advance(until - now)
        now = until
        ticket = await hall.citizen(ticket=f"C{arrival}")
        await ring(hall, seats, ends, now, chance)
        await places(hall, ticket.ticket)
    counters = (await hall.queue.line.snapshot()).counters
    assert counters["told"] > 60
    assert counters["told_inside"] / counters["told"] > 0.65
    assert counters["told_error_ms"] < 0.5 * counters["told_actual_ms"]


async def ring(hall: Hall, seats: list[str], ends: dict[str, float], now: float, chance: random.Random) -> None:
    """Whoever rings accepts at once, for a call of five minutes in the mean."""
    for seat in seats:
        if seat not in ends and (await hall.seat(seat)).reservation:
            await hall.accept(seat)
            ends[seat] = now + chance.expovariate(1 / 300)


def test_the_expected_wait_is_the_sum_of_its_stages() -> None:
    wait = expected_wait(3, rate=0.1, giving_up=0.05)
    assert wait is not None
    assert abs(wait.mean_s - (1 / 0.1 + 1 / 0.15 + 1 / 0.2 + 1 / 0.25)) < 1e-9
    assert wait.low_s < wait.mean_s < wait.high_s


def test_a_long_line_is_summed_without_counting_every_head() -> None:
    near = expected_wait(499.0, rate=1, giving_up=0.01)
    far = expected_wait(100_000, rate=1, giving_up=0.0)
    assert near is not None
    assert far is not None
    assert abs(far.mean_s - 100_001) < 1
    assert far.high_s - far.low_s < 1000


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert expected_wait(5, rate=0, giving_up=0.1) is None
