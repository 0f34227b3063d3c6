"""Measures what each verb of the queue costs the server on a floor of a given size."""

from collections.abc import Awaitable, Callable, Sequence

from redis.asyncio import Redis

from bench.pipelined import Pipelined, all_of
from bench.queue_floor import Floor
from matcher import LiveSeat, LiveTicket, NewTicket
from protocol.states import PauseReason, TicketState

EMPTY = "empty script"
TAKE = "take, no idle seat"
TAKE_MATCH = "take, idle seat: match"
FREE = "seat frees, next ticket: match"
ACCEPT = "accept"
FINISH = "finish, nobody waits"
FINISH_NEXT = "finish, next ticket: match"
DECLINE = "decline, next ticket: match"
LEAVE = "leave"
WIDEN = "sweep, one ticket widened"
SWEEP = "sweep, nothing due"
PLACES = "places, one ticket"
VERBS = (TAKE, TAKE_MATCH, FREE, ACCEPT, FINISH, FINISH_NEXT, DECLINE, LEAVE, WIDEN, SWEEP, PLACES)
Costs = dict[str, float]


class Meter:
    """Measures the server's CPU time over batches of calls."""

    def __init__(self, redis: Redis) -> None:
        """Read INFO through `redis`."""
        self._redis = redis
        self.costs: Costs = {}

    async def measure(self, name: str, calls: int, work: Callable[[], Awaitable[object]]) -> None:
        """Note the microseconds a call."""
        before = await used_us(self._redis)
        await work()
        self.costs[name] = (await used_us(self._redis) - before) / max(1, calls)


async def used_us(redis: Redis) -> float:
    """Return the CPU time of the server's main thread so far, in microseconds."""
    info = await redis.info("cpu")
    return 1e6 * (float(info["used_cpu_user_main_thread"]) + float(info["used_cpu_sys_main_thread"]))


async def costs(floor: Floor, redis: Redis, calls: int, *, only_limited: bool = False) -> Costs:
    """Run every verb (or those with a limit) about `calls` times; the floor is afterwards as it was."""
    meter = Meter(redis)
    await meter.measure(EMPTY, 4 * calls, lambda: all_of([_empty(floor.server) for _ in range(4 * calls)]))
    await _line(floor, meter, calls)
    await _crowded_seats(floor, meter, calls)
    if not only_limited:
        await _quiet_seats(floor, meter, calls)
        await _widening(floor, meter, calls)
    await floor.grow_line(floor.wanted)
    return meter.costs


async def _empty(server: Pipelined) -> object:
    return await server.execute_command("EVAL", "return 1", 0)


async def _line(floor: Floor, meter: Meter, calls: int) -> None:
    queue = floor.queue
    new = [floor.ticket(crowded=True) for _ in range(calls)]
    await meter.measure(TAKE, calls, lambda: all_of([queue.tickets.take(ticket) for ticket in new]))
    await meter.measure(LEAVE, calls, lambda: all_of([queue.tickets.leave(ticket.ticket) for ticket in new]))


async def _crowded_seats(floor: Floor, meter: Meter, calls: int) -> None:
    queue = floor.queue
    seats = floor.crowded[: min(calls, len(floor.crowded))]
    await meter.measure(FREE, len(seats), lambda: all_of([queue.seats.ready(seat) for seat in seats]))
    rung = await _holding(floor, seats)
    some, others = rung[: len(rung) // 4], rung[len(rung) // 4 :]
    await meter.measure(
        DECLINE, len(some), lambda: all_of([queue.seats.decline(row.seat, row.reservation, row.fence) for row in some])
    )
    await meter.measure(
        ACCEPT,
        len(others),
        lambda: all_of([queue.seats.accept(row.seat, row.reservation, row.fence, "c") for row in others]),
    )
    await meter.measure(
        FINISH_NEXT, len(others), lambda: all_of([queue.seats.finish(row.ticket, row.fence) for row in others])
    )
    await all_of([queue.seats.pause(seat, PauseReason.BREAK) for seat in seats])
    floor.waiting -= len(others)


async def _holding(floor: Floor, seats: Sequence[str]) -> list[LiveSeat]:
    rows = await all_of([floor.queue.seats.find(seat) for seat in seats])
    return [row for row in rows if row is not None and row.ticket]


async def _quiet_seats(floor: Floor, meter: Meter, calls: int) -> None:
    queue = floor.queue
    new = [floor.ticket(crowded=False) for _ in range(min(calls, len(floor.quiet) // 8))]
    await meter.measure(TAKE_MATCH, len(new), lambda: all_of([queue.tickets.take(ticket) for ticket in new]))
    rung = [row for row in await _rows(floor, new) if row.seat]
    await all_of([queue.seats.accept(row.seat, row.reservation, row.fence, "c") for row in rung])
    await meter.measure(FINISH, len(rung), lambda: all_of([queue.seats.finish(row.ticket, row.fence) for row in rung]))
    for row in await _rows(floor, new):
        if row.state is TicketState.WAITING:  # no seat fits its needs
            await queue.tickets.leave(row.ticket)


async def _rows(floor: Floor, tickets: Sequence[NewTicket]) -> list[LiveTicket]:
    rows = await all_of([floor.queue.tickets.find(ticket.ticket) for ticket in tickets])
    return [row for row in rows if row is not None]


async def _widening(floor: Floor, meter: Meter, calls: int) -> None:
    queue = floor.queue
    new = [floor.ticket(crowded=True, widens=True) for _ in range(calls)]
    await all_of([queue.tickets.take(ticket) for ticket in new])
    await meter.measure(PLACES, calls, lambda: all_of([queue.line.places([ticket.ticket]) for ticket in new]))
    floor.clock.advance(61)
    await meter.measure(WIDEN, calls, queue.seats.sweep)
    await all_of([queue.tickets.leave(ticket.ticket) for ticket in new])
    await meter.measure(SWEEP, calls, lambda: all_of([queue.seats.sweep() for _ in range(calls)]))
