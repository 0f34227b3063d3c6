"""Each time limit and number of the queue, one millisecond or one too few, and exactly: what is so on either side."""

from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from redis.asyncio import Redis

from matcher import Lending, Queue, Rules
from protocol.errors import ReservationStale
from protocol.exhausted import WrapUpOver
from protocol.priorities import HEAD_START_S, Priority
from runtime.clock import ManualClock
from tests.integration.matcher.conftest import Hall, able, needs

MOMENT_S = 0.001
LONG_S = 3600
LONG_RING = Rules(ring_s=LONG_S)
Act = Callable[[Hall], Awaitable[object]]
Look = Callable[[Hall], Awaitable[str]]


def hall_of(redis: Redis, rules: Rules) -> Hall:
    clock = ManualClock()
    return Hall(Queue(redis, "hd", clock, rules), clock)


async def ticket(hall: Hall) -> str:
    return (await hall.ticket("T")).state.value


async def seat(hall: Hall) -> str:
    return (await hall.seat("A")).state.value


async def step(hall: Hall) -> str:
    return str((await hall.ticket("T")).step)


async def rings(hall: Hall) -> None:
    await hall.agent("A")
    await hall.citizen(ticket="T")


async def leased(hall: Hall) -> None:
    await hall.citizen(ticket="T", page_lease_s=120)


async def leased_rings(hall: Hall) -> None:
    await hall.agent("A")
    await leased(hall)


async def given_back(hall: Hall) -> None:
    await leased_rings(hall)
    row = await hall.accept("A")
    await hall.queue.seats.pause("A", "break")
    hall.clock.advance(LONG_S)
    await hall.queue.seats.give_back("T", row.fence, "transferred")


async def held(hall: Hall) -> None:
    await hall.citizen(ticket="T")
    await hall.queue.tickets.hold("T", 50)


async def held_twice(hall: Hall) -> None:
    await held(hall)
    hall.clock.advance(30)
    await hall.queue.tickets.hold("T", 50)


async def resumed(hall: Hall) -> None:
    await leased(hall)
    await hall.queue.tickets.hold("T", 500)
    hall.clock.advance(400)
    await hall.queue.tickets.resume("T")


async def lent(hall: Hall) -> None:
    await hall.citizen(ticket="T")
    await Lending(hall.queue).lend("T", "other", 10)


async def called_back(hall: Hall) -> None:
    await hall.citizen(ticket="T")
    await hall.queue.tickets.callback("T", hall.clock.now_ms() + 90_000)


async def appointed(hall: Hall) -> None:
    await hall.queue.tickets.schedule(hall.new(needs(), ticket="T"), hall.clock.now_ms() + 90_000)


async def wraps_up(hall: Hall) -> None:
    await hall.agent("A", wrap_up_s=45)
    await hall.citizen(ticket="T")
    await hall.accept("A")
    await hall.finish("A")


async def wraps_up_longer(hall: Hall) -> None:
    await wraps_up(hall)
    await hall.queue.seats.extend_wrap_up("A", 60)


async def idle(hall: Hall) -> None:
    await hall.agent("A", lease_s=15)


async def idle_and_heard(hall: Hall) -> None:
    await idle(hall)
    hall.clock.advance(10)
    await hall.queue.seats.heartbeat(hall.windows)


async def rings_unheard(hall: Hall) -> None:
    await idle(hall)
    await hall.citizen(ticket="T")


async def serves_unheard(hall: Hall) -> None:
    await rings_unheard(hall)
    await hall.accept("A")
    await hall.later(15)  # the lease is over, the grace time begins


async def widens(hall: Hall) -> None:
    await hall.citizen(needs(), needs(district=""), needs(language="", district=""), ticket="T")


async def widens_again(hall: Hall) -> None:
    await widens(hall)
    await hall.later(60)


async def restored(hall: Hall) -> None:
    await hall.citizen(needs(), needs(district=""), ticket="T", arrived_ms=hall.clock.now_ms() - 50_000)


async def widens_while_held(hall: Hall) -> None:
    await widens(hall)
    await hall.queue.tickets.hold("T", 500)


async def declined_alone(hall: Hall) -> None:
    await rings(hall)
    await hall.decline("A")


async def declined_beside_another(hall: Hall) -> None:
    await hall.agent("B", ready=False)
    await declined_alone(hall)


#: What was done, in a realm with these rules; seconds until something is due; what is looked at; before, and then.
LIMITS: list[tuple[Act, Rules, float, Look, str, str]] = [
    (rings, Rules(), 20, ticket, "reserved", "waiting"),
    (rings, Rules(), 20, seat, "reserved", "paused"),
    (leased, Rules(), 120, ticket, "waiting", "abandoned"),
    (leased_rings, LONG_RING, 120, ticket, "reserved", "abandoned"),
    (leased_rings, LONG_RING, 120, seat, "reserved", "idle"),
    (given_back, Rules(), 120, ticket, "waiting", "abandoned"),
    (held, Rules(), 50, ticket, "held", "abandoned"),
    (held_twice, Rules(), 50, ticket, "held", "abandoned"),
    (resumed, Rules(), 120, ticket, "waiting", "abandoned"),
    (lent, Rules(), 10, ticket, "held", "waiting"),
    (called_back, Rules(), 90, ticket, "scheduled", "waiting"),
    (appointed, Rules(on_time_s=60), 150, ticket, "scheduled", "no_show"),
    (wraps_up, Rules(), 45, seat, "wrap_up", "idle"),
    (wraps_up_longer, Rules(), 105, seat, "wrap_up", "idle"),
    (idle, Rules(), 15, seat, "idle", "offline"),
    (idle_and_heard, Rules(), 15, seat, "idle", "offline"),
    (rings_unheard, Rules(), 15, ticket, "reserved", "waiting"),
    (rings_unheard, Rules(), 15, seat, "reserved", "offline"),
    (serves_unheard, Rules(), 30, ticket, "serving", "waiting"),
    (serves_unheard, Rules(), 30, seat, "serving", "offline"),
    (widens, Rules(), 60, step, "0", "1"),
    (widens_again, Rules(), 60, step, "1", "2"),
    (widens_while_held, Rules(), 60, step, "0", "1"),
    (restored, Rules(), 10, step, "0", "1"),
    (declined_alone, LONG_RING, 20, seat, "idle", "reserved"),
    (declined_beside_another, LONG_RING, 120, seat, "idle", "reserved"),
]


@pytest.mark.parametrize(
    ("act", "rules", "limit_s", "look", "before", "then"),
    LIMITS,
    ids=[f"{act.__name__}-{look.__name__}" for act, _, _, look, _, _ in LIMITS],
)
async def test_what_is_due_is_done_at_its_millisecond_and_not_before(
    redis: Redis, act: Act, rules: Rules, limit_s: float, look: Look, before: str, then: str
) -> None:
    hall = hall_of(redis, rules)
    await act(hall)
    await hall.later(limit_s - MOMENT_S)
    assert await look(hall) == before, "too early"
    await hall.later(MOMENT_S)
    assert await look(hall) == then, "not at its time"
    assert await hall.queue.care.check() == []


@pytest.mark.parametrize(("late_s", "is_taken"), [(0, True), (MOMENT_S, False)])
async def test_a_ringing_ticket_is_accepted_up_to_its_deadline_whoever_sweeps(
    hall: Hall, late_s: float, is_taken: bool
) -> None:
    await rings(hall)
    hall.clock.advance(20 + late_s)
    if is_taken:
        assert (await hall.accept("A")).state == "serving"
        return
    with pytest.raises(ReservationStale):
        await hall.accept("A")
    assert await ticket(hall) == "reserved"


@pytest.mark.parametrize("misses", [1, 2, 3])
async def test_a_seat_is_put_away_after_so_many_misses_in_a_row(redis: Redis, misses: int) -> None:
    hall = hall_of(redis, Rules(misses_max=misses, shun_s=1, shun_alone_s=1))
    await rings(hall)
    for missed in range(1, misses + 1):
        await hall.later(20)
        row = await hall.seat("A")
        assert (row.state, row.reason) == (("paused", "missed") if missed == misses else ("idle", ""))
        await hall.later(1)
    assert (await hall.queue.seats.ready("A")).misses == 0


async def test_an_answered_call_forgives_the_misses_before_it(redis: Redis) -> None:
    hall = hall_of(redis, Rules(misses_max=2, shun_s=1, shun_alone_s=1))
    await rings(hall)
    await hall.later(20)
    await hall.later(1)
    await hall.accept("A")
    await hall.finish("A")
    await hall.citizen(ticket="U")
    await hall.later(20)
    assert await seat(hall) == "idle"


@pytest.mark.parametrize(
    ("off_s", "priority"),
    [(-600 - MOMENT_S, "normal"), (-600, "appointment"), (600, "appointment"), (600 + MOMENT_S, "normal")],
)
async def test_an_appointment_is_on_time_so_much_early_or_late(hall: Hall, off_s: float, priority: str) -> None:
    at_ms = hall.clock.now_ms() + LONG_S * 1000
    await hall.queue.tickets.schedule(hall.new(needs(), ticket="T"), at_ms)
    hall.clock.advance(LONG_S + off_s)
    row = await hall.queue.tickets.arrive("T")
    head_start_ms = HEAD_START_S[Priority(priority)] * 1000
    assert (row.priority, round(row.score)) == (priority, hall.clock.now_ms() - head_start_ms)


async def test_an_appointment_of_somebody_with_a_better_class_keeps_that_class(hall: Hall) -> None:
    await hall.queue.tickets.schedule(hall.new(needs(), ticket="T", priority=Priority.SOS), hall.clock.now_ms() + 1000)
    row = await hall.queue.tickets.arrive("T")
    assert (row.priority, round(row.score)) == (Priority.SOS, hall.clock.now_ms() - HEAD_START_S[Priority.SOS] * 1000)


BY_HEAD_START = sorted(HEAD_START_S, key=lambda priority: -HEAD_START_S[priority])


@pytest.mark.parametrize(("ahead", "behind"), list(pairwise(BY_HEAD_START)))
@pytest.mark.parametrize("is_in_time", [True, False])
async def test_a_class_overtakes_those_who_came_less_than_its_head_start_before(
    hall: Hall, ahead: Priority, behind: Priority, is_in_time: bool
) -> None:
    lead_s = HEAD_START_S[ahead] - HEAD_START_S[behind]
    await hall.citizen(ticket="first", priority=behind)
    hall.clock.advance(lead_s + (-MOMENT_S if is_in_time else MOMENT_S))
    await hall.citizen(ticket="second", priority=ahead)
    assert (await hall.agent("A")).ticket == ("second" if is_in_time else "first")


@pytest.mark.parametrize(("waited_s", "counted"), [(60, 1), (60 + MOMENT_S, 0)])
async def test_an_answer_is_within_the_target_up_to_it(redis: Redis, waited_s: float, counted: int) -> None:
    hall = hall_of(redis, LONG_RING)
    await rings(hall)
    hall.clock.advance(waited_s)
    await hall.accept("A")
    totals = await hall.queue.care.totals()
    assert (totals["answered"], totals.get("answered_in_target", 0)) == (1, counted)
    assert totals["answered_wait_ms"] == round(waited_s * 1000)


@pytest.mark.parametrize(("waited_s", "counted"), [(10 - MOMENT_S, 1), (10, 0)])
async def test_who_gives_up_sooner_than_the_short_time_is_counted_apart(
    hall: Hall, waited_s: float, counted: int
) -> None:
    await hall.citizen(ticket="T")
    hall.clock.advance(waited_s)
    await hall.queue.tickets.leave("T")
    totals = await hall.queue.care.totals()
    assert (totals["abandoned"], totals.get("abandoned_short", 0)) == (1, counted)


async def test_a_wrap_up_is_prolonged_up_to_half_an_hour_since_its_call(hall: Hall) -> None:
    await wraps_up(hall)
    began_ms = hall.clock.now_ms()
    ends = [(await hall.queue.seats.extend_wrap_up("A", 600)).until_ms - began_ms for _ in range(3)]
    assert ends == [645_000, 1_245_000, 1_800_000]
    with pytest.raises(WrapUpOver):
        await hall.queue.seats.extend_wrap_up("A", 30)


#: What each act adds to the day's counters.
COUNTED: list[tuple[Act, dict[str, int]]] = [
    (rings, {"taken": 1, "reserved": 1}),
    (declined_alone, {"taken": 1, "reserved": 1, "declined": 1, "returned": 1}),
    (held_twice, {"taken": 1, "held": 2}),
    (lent, {"taken": 1, "held": 1}),
    (called_back, {"taken": 1, "held": 1}),
    (widens_again, {"taken": 1, "widened": 1}),
    (wraps_up, {"taken": 1, "reserved": 1, "answered": 1, "answered_in_target": 1, "done": 1}),
    (given_back, {"taken": 1, "reserved": 1, "answered": 1, "answered_in_target": 1, "returned": 1}),
]


@pytest.mark.parametrize(("act", "counted"), COUNTED, ids=[act.__name__ for act, _ in COUNTED])
async def test_each_act_is_counted_once(hall: Hall, act: Act, counted: dict[str, int]) -> None:
    await act(hall)
    totals = await hall.queue.care.totals()
    found = {name: number for name, number in totals.items() if not name.endswith("_ms") and number}
    assert {name: number for name, number in found.items() if name != "waiting"} == counted


@pytest.mark.parametrize("others", [0, 1])
async def test_a_ticket_handed_on_does_not_ring_at_the_same_seat(hall: Hall, others: int) -> None:
    await hall.agent("A", able("MZ"))
    row = await hall.citizen(ticket="T")
    await hall.accept("A")
    for number in range(others):
        await hall.agent(f"B{number}")
    row = await hall.queue.seats.give_back("T", row.fence, "transferred")
    assert row.seat == ("B0" if others else "")
