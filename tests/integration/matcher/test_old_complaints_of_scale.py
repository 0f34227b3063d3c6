"""What users of large queues complain about, by what went wrong there; costs are counted in commands, never in time."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from matcher import NewTicket, Queue, SeatCard, Step
from matcher.board import Board
from protocol.errors import QueueUnavailable, Refused, ReservationStale
from protocol.events import JournalEvent, ReservationAccepted, ReservationMade, TicketDone
from protocol.states import TICKET_ENDS, SeatState, TicketState
from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from tests.integration.matcher.conftest import Hall, able, needs

NODES = 2
AT_ONCE = 50
"""Calls on their way at the same time, and seats and tickets in one slice of the floor."""


def sizes(name: str, short: int, large: int) -> pytest.MarkDecorator:
    """Run a test at a size of every day, and at a really large one behind the flag."""
    marks = [pytest.mark.long, pytest.mark.timeout(600)]
    return pytest.mark.parametrize(name, [short, pytest.param(large, marks=marks)])


@pytest_asyncio.fixture
async def nodes(valkey: EmbeddedValkey, clock: ManualClock) -> AsyncIterator[list[Hall]]:
    """Two nodes on one realm: each has its own connections, they share nothing but the server."""
    clients = [valkey.client() for _ in range(NODES)]
    yield [Hall(Queue(client, "hd", clock), clock) for client in clients]
    for client in clients:
        await client.aclose()


async def together(calls: list[Coroutine[None, None, object]]) -> None:
    """Make many calls, so many at once."""
    for start in range(0, len(calls), AT_ONCE):
        await asyncio.gather(*calls[start : start + AT_ONCE])


async def floor(queue: Queue, kinds: int, seats: int = 4, waiting: int = 8) -> None:
    """Let `kinds` kinds of tickets wait, each with its own seats, all of them in a call."""
    names = [(f"K{kind}", f"K{kind}-{n}") for kind in range(kinds) for n in range(seats)]
    await together([queue.seats.sign_in(SeatCard(seat, able(kind), lease_s=3600)) for kind, seat in names])
    await together([queue.seats.ready(seat) for _, seat in names])
    wanted = [(f"K{kind}", f"T{kind}-{n}") for n in range(seats + waiting) for kind in range(kinds)]
    await together(
        [queue.tickets.take(NewTicket(name, (Step(0, needs(kind)),), page_lease_s=0)) for kind, name in wanted]
    )


async def whole_journal(queue: Queue) -> list[JournalEvent]:
    """Return all events so far, however many."""
    found, after = list[JournalEvent](), "0-0"
    while some := await queue.journal.entries(after):
        after = some[-1][0]
        found += [event for _, event in some]
    return found


async def commands(redis: Redis, call: Coroutine[None, None, object]) -> Counter[str]:
    """Return how many commands of each name a call made the server do, those inside its scripts too."""
    await redis.config_resetstat()
    await call
    found = await redis.info("commandstats")
    return Counter({name.removeprefix("cmdstat_"): row["calls"] for name, row in found.items()})


# --- overload ---------------------------------------------------------------------------------


@sizes("seconds", 12, 300)
async def test_27_twenty_calls_a_second_leave_no_agent_and_no_call_stuck(nodes: list[Hall], seconds: int) -> None:
    draw, clock = random.Random(27), nodes[0].clock
    seats = [f"S{n}" for n in range(40)]
    await together([nodes[0].agent(seat) for seat in seats])

    async def works(seat: str) -> None:
        """Finish half of the calls, answer most that ring, refuse a few, be away from some."""
        hall = draw.choice(nodes)
        row = await hall.seat(seat)
        if row.state is SeatState.SERVING and draw.random() < 0.5:
            await hall.finish(seat)
        elif row.state is SeatState.RESERVED and draw.random() < 0.8:
            with suppress(ReservationStale):  # the citizen hung up meanwhile
                await (hall.accept(seat) if draw.random() < 0.9 else hall.decline(seat))
        elif row.state is SeatState.PAUSED:
            await hall.queue.seats.ready(seat)

    async def hangs_up(number: int) -> None:
        with suppress(Refused):
            await draw.choice(nodes).queue.tickets.leave(f"C{number}")

    for second in range(seconds):
        calls: list[Coroutine[None, None, object]] = [works(seat) for seat in seats]
        calls += [draw.choice(nodes).citizen(ticket=f"C{20 * second + n}") for n in range(20)]
        calls += [hangs_up(draw.randrange(20 * second + 1)) for _ in range(2)]
        draw.shuffle(calls)
        await together(calls)
        clock.advance(1)
        await asyncio.gather(*(hall.queue.seats.sweep() for hall in nodes))
    for _ in range(5 * seconds):  # nobody new comes: what is there is worked off
        await together([works(seat) for seat in seats])
        clock.advance(3)
        await nodes[0].queue.seats.sweep()
    rows = [await nodes[0].ticket(f"C{number}") for number in range(20 * seconds)]
    assert Counter(row.state in TICKET_ENDS for row in rows) == {True: 20 * seconds}
    assert {row.state for row in (await nodes[0].queue.line.snapshot()).seats} == {SeatState.IDLE}
    assert await nodes[0].queue.care.check() == []


# --- several nodes ----------------------------------------------------------------------------


@sizes("waiting", 60, 5000)
async def test_28_two_nodes_serve_one_queue_and_nobody_twice(nodes: list[Hall], waiting: int) -> None:
    seats = [f"S{n}" for n in range(waiting // 10)]
    for n, seat in enumerate(seats):
        await nodes[n % NODES].agent(seat)
    names = [f"C{n}" for n in range(waiting)]
    await together([nodes[n % NODES].citizen(ticket=name) for n, name in enumerate(names)])

    async def answer(hall: Hall, seat: str) -> None:
        with suppress(Refused):  # the other node was faster
            await hall.accept(seat, f"{id(hall)} {seat}")

    async def end(hall: Hall, seat: str) -> None:
        with suppress(Refused):
            await hall.finish(seat)

    while (await nodes[0].queue.line.snapshot()).lanes or any(
        row.ticket for row in (await nodes[1].queue.line.snapshot()).seats
    ):
        await together([answer(hall, seat) for seat in seats for hall in nodes])
        await together([end(hall, seat) for seat in seats for hall in nodes])
    journal = await whole_journal(nodes[0].queue)
    for kind in (ReservationMade, ReservationAccepted, TicketDone):
        assert Counter(event.ticket for event in journal if isinstance(event, kind)) == dict.fromkeys(names, 1)
    assert await nodes[1].queue.care.check() == []


async def test_28b_what_one_node_began_the_other_ends_when_it_is_gone(
    nodes: list[Hall], valkey: EmbeddedValkey
) -> None:
    gone, stays = nodes
    await gone.agent("S1")
    served, waits = await gone.citizen(), await gone.citizen(ticket="waits")
    await gone.accept("S1")
    nowhere = Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    gone.queue = Queue(nowhere, "hd", gone.clock)  # its network fails
    with pytest.raises(QueueUnavailable):
        await gone.finish("S1")
    assert (await stays.finish("S1")).ticket == waits.ticket
    assert (await stays.ticket(served.ticket)).state is TicketState.DONE


# --- large floors -----------------------------------------------------------------------------


@sizes("kinds", 100, 2500)
async def test_29_showing_a_large_floor_does_not_stall_the_realm(hall: Hall, redis: Redis, kinds: int) -> None:
    await floor(hall.queue, kinds)
    seats = 4 * kinds
    spent = await commands(redis, hall.queue.line.snapshot(AT_ONCE))
    calls = spent.pop("fcall")
    assert calls >= seats / (2 * AT_ONCE), "in slices, so that others come in between"
    assert spent.total() / calls < 8 * AT_ONCE
    assert len((await hall.queue.line.snapshot(AT_ONCE)).seats) == seats
    assert spent["smembers"] == spent["hgetall"] - calls - seats == 0


@sizes("kinds", 100, 2500)
async def test_29d_checking_a_large_floor_does_not_stall_the_realm(hall: Hall, redis: Redis, kinds: int) -> None:
    await floor(hall.queue, kinds)
    await hall.queue.care.check()  # the server knows the verbs
    spent = await commands(redis, hall.queue.care.check())
    assert spent["zscan"] > kinds, "each line and each profile by itself"
    assert not spent.keys() & {"fcall", "smembers", "zrange"}, "nothing is wrong, so nothing is read at one moment"


@sizes("kinds", 60, 1500)
async def test_29b_a_floor_read_in_slices_while_it_moves_is_exact_with_the_journal(
    hall: Hall, valkey: EmbeddedValkey, kinds: int
) -> None:
    await floor(hall.queue, kinds)
    moves = 0

    async def move() -> None:
        nonlocal moves
        async with valkey.client() as client:
            other = Hall(Queue(client, "hd", hall.clock), hall.clock)
            for n in range(0, 4 * kinds, 7):
                await other.accept(f"K{n % kinds}-{n % 4}")
                await other.finish(f"K{n % kinds}-{n % 4}")
                await other.queue.seats.pause(f"K{n % kinds}-{(n + 1) % 4}", "meal")
                await other.queue.tickets.leave(f"T{n % kinds}-11")
                await other.citizen(needs(f"K{n % kinds}"), ticket=f"new{n}")
                moves += 1

    moving = asyncio.ensure_future(move())
    while not moves:
        await asyncio.sleep(0)
    torn = await hall.queue.line.snapshot(AT_ONCE)
    await moving
    board, fresh = Board.of(torn), Board.of(await hall.queue.line.snapshot(10_000))
    after = await hall.queue.journal.entries(torn.last_id)
    assert len(after) > 50, "it moved meanwhile"
    for _, event in after:
        board.apply(event)
    assert board.seats == fresh.seats
    assert board.waiting == fresh.waiting
    assert board.counters(hall.clock.now_ms()) == fresh.counters(hall.clock.now_ms())


@sizes("large", 100, 2500)
async def test_29c_a_place_and_a_call_cost_the_same_on_a_small_and_on_a_large_floor(
    valkey: EmbeddedValkey, clock: ManualClock, large: int
) -> None:
    spent: dict[int, list[Counter[str]]] = {}
    async with valkey.client() as redis:
        for kinds in (5, large):
            hall = Hall(Queue(redis, f"floor{kinds}", clock), clock)
            await floor(hall.queue, kinds)
            spent[kinds] = [
                await commands(redis, hall.queue.line.places(["T2-9"])),
                await commands(redis, hall.accept("K2-1")),
                await commands(redis, hall.finish("K2-1")),
                await commands(redis, hall.citizen(needs("K3"))),
                await commands(redis, hall.queue.seats.sweep()),
            ]
    assert spent[5] == spent[large]


@sizes("long_line", 1_000, 40_000)
async def test_30_many_readers_of_places_do_not_look_at_all_who_wait(
    valkey: EmbeddedValkey, clock: ManualClock, long_line: int
) -> None:
    spent: dict[int, list[Counter[str]]] = {}
    async with valkey.client() as redis:
        for waiting in (30, long_line):
            hall = Hall(Queue(redis, f"line{waiting}", clock), clock)
            await floor(hall.queue, 1, waiting=waiting)
            await hall.agent("part", able("K0"), duty="part")
            readers = [f"T0-{n}" for n in range(10, 30)]
            spent[waiting] = [
                await commands(redis, hall.queue.line.places(readers)),
                await commands(redis, hall.queue.seats.alerts("part")),
                await commands(redis, hall.queue.tickets.seen(readers)),
            ]
    assert spent[30] == spent[long_line]
    assert spent[30][0]["hgetall"] == 20, "each reader's own row"
    assert not spent[30][0].keys() & {"zrange", "zscan", "keys", "smembers"}


async def crowded(queue: Queue, clock: ManualClock, seats: int) -> None:
    """Seats that all do the same and each something of its own; citizens wait for both, all seats ring."""
    names = [f"S{n}" for n in range(seats)]
    await together([queue.seats.sign_in(SeatCard(name, able(f"common own-{name}"), lease_s=3600)) for name in names])
    await together([queue.seats.ready(name) for name in names])
    for kind, skills in (
        ("rings", ["common"] * seats),
        ("own", [f"own-{name}" for name in names]),
        ("common", ["common"] * seats),
    ):
        new = [NewTicket(f"{kind}-{n}", (Step(0, needs(skill)),), page_lease_s=0) for n, skill in enumerate(skills)]
        for start in range(0, seats, AT_ONCE):
            clock.advance(0.001)  # some thousands of one millisecond are the most that keep their order
            await together([queue.tickets.take(ticket) for ticket in new[start : start + AT_ONCE]])


@sizes("large", 400, 3000)
async def test_30b_a_place_costs_no_more_where_seats_and_kinds_of_tickets_are_very_many(
    valkey: EmbeddedValkey, clock: ManualClock, large: int
) -> None:
    spent: dict[int, Counter[str]] = {}
    async with valkey.client() as redis:
        for seats in (100, large):
            queue = Queue(redis, f"crowd{seats}", clock)
            await crowded(queue, clock, seats)
            last = f"common-{seats - 1}"
            spent[seats] = await commands(redis, queue.line.places([last]))
            place = (await queue.line.places([last]))[0]
            assert place.able_seats == seats
            assert 0.9 < place.place / (2 * seats) < 1.1, "its own kind and all others that want the same seats"
    assert spent[100] == spent[large]


async def test_30c_a_thousand_readers_of_places_do_not_stop_the_realm(hall: Hall, redis: Redis) -> None:
    await crowded(hall.queue, hall.clock, 200)
    readers = [f"{kind}-{n}" for kind in ("own", "common") for n in range(200)] * 3
    spent = await commands(redis, hall.queue.line.places(readers))
    calls = spent.pop("fcall")
    assert spent.total() / calls < 1500, "each call of the script ends soon; whoever else asks comes in between"
    assert [place.ticket for place in await hall.queue.line.places(readers)] == readers
