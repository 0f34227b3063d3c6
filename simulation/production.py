"""Makes the simulated people's moves on the production scripts, the clock set to each move's time."""

import msgspec
from redis.asyncio import Redis

from matcher import LiveSeat, LiveTicket, NewTicket, Queue, SeatCard, Step
from protocol.states import SeatState, TicketState
from runtime.clock import ManualClock
from simulation.moves import (
    NOTHING,
    Accept,
    Arrive,
    Book,
    Claim,
    Come,
    Decline,
    Finish,
    GoHome,
    Leave,
    Match,
    Matches,
    Move,
    Ready,
    Sweep,
    Take,
    Then,
)
from simulation.world import World, seat_id

ENDLESS_S = 1e9
#: Ended tickets are kept this long (in real time): enough for a late move of the same millisecond.
KEEP_S = 5
TRIM_EVERY = 4_096
JOURNAL_KEPT = 1_000


class ProductionQueue:
    """A realm of the real queue, driven in virtual time."""

    def __init__(self, redis: Redis, realm: str, world: World) -> None:
        """Work on a realm of its own, which must be empty."""
        self.clock = ManualClock()
        self.queue = Queue(redis, realm, self.clock, msgspec.structs.replace(world.rules, keep_s=KEEP_S))
        self.moves = 0
        self._redis = redis
        self._told: dict[int, int] = {}
        """The fence of every call's last reservation that was told of."""
        self._start_ms = self.clock.now_ms()
        self._world = world
        self._steps: dict[tuple[int, int], tuple[Step, ...]] = {}
        self._cards = [
            SeatCard(
                seat=seat_id(seat),
                abilities=plan.abilities,
                duty="full" if plan.claims is None else "part",
                wrap_up_s=plan.wrap_up_s,
                window="window",
                lease_s=ENDLESS_S,
                home=plan.home,
            )
            for seat, plan in enumerate(world.seats)
        ]

    async def apply(self, move: Move) -> Matches:
        """Make the move and return the reservations that followed."""
        self.clock.advance((self._start_ms + move.at_ms - self.clock.now_ms()) / 1000)
        self.moves += 1
        if self.moves % TRIM_EVERY == 0:
            # The journal is not read here; a day of it would only fill the memory.
            await self._redis.xtrim(self.queue.journal_key, maxlen=JOURNAL_KEPT, approximate=True)
        return tuple(found for found in await self._make(move) if self._is_new(found))

    def _is_new(self, found: Match) -> bool:
        told = self._told.get(found.call) == found.fence
        self._told[found.call] = found.fence
        return not told

    async def _make(self, move: Move) -> Matches:
        match move:
            case Take() | Book() | Come():
                return _of_ticket(await self._comes(move))
            case Accept(_, ring):
                await self.queue.seats.accept(self._seat(ring), ring.reservation, ring.fence, f"V{ring.call:08d}")
                return NOTHING
            case Finish(_, ring, then):
                if then is Then.HOME:
                    await self.queue.seats.sign_out(self._seat(ring))
                return _of_seat(await self.queue.seats.finish(_ticket(ring.call), ring.fence))
            case Leave(_, call, seat):
                await self.queue.tickets.leave(_ticket(call))
                return NOTHING if seat < 0 else await self._look_at(seat)
            case Sweep(_, calls):
                await self.queue.seats.sweep()
                rows = [await self.queue.tickets.find(_ticket(call)) for call in calls]
                return tuple(found for row in rows if row is not None for found in _of_ticket(row))
            case _:
                return await self._seat_moves(move)

    async def _comes(self, move: Take | Book | Come) -> LiveTicket:
        match move:
            case Take(_, call, kind, priority, named):
                return await self.queue.tickets.take(
                    NewTicket(_ticket(call), self._steps_of(kind, named), priority, page_lease_s=0)
                )
            case Book(_, call, kind, priority, for_ms):
                new = NewTicket(_ticket(call), self._steps_of(kind), priority, page_lease_s=0)
                return await self.queue.tickets.schedule(new, self._start_ms + for_ms)
            case Come(_, call):
                return await self.queue.tickets.arrive(_ticket(call))

    async def _seat_moves(self, move: Decline | Ready | Arrive | GoHome | Claim) -> Matches:
        match move:
            case Claim(_, seat):
                return await self._claim(self._cards[seat].seat)
            case Ready(_, seat):
                return _of_seat(await self.queue.seats.ready(self._cards[seat].seat))
            case Arrive(_, seat):
                await self.queue.seats.sign_in(self._cards[seat])
                return NOTHING
            case GoHome(_, seat):
                await self.queue.seats.sign_out(self._cards[seat].seat)
                return NOTHING
            case Decline(_, ring):
                freed = _of_seat(await self.queue.seats.decline(self._seat(ring), ring.reservation, ring.fence))
                row = await self.queue.tickets.find(_ticket(ring.call))
                return (() if row is None else _of_ticket(row)) + freed

    async def _claim(self, seat: str) -> Matches:
        offered = await self.queue.seats.alerts(seat)
        if not offered:
            return NOTHING
        row = await self.queue.seats.claim(seat, offered[0].ticket, f"V{offered[0].ticket}")
        return (_match(row.ticket, row.seat, row.reservation, row.fence),)

    def _steps_of(self, kind: int, named: int = -1) -> tuple[Step, ...]:
        if (kind, named) not in self._steps:
            steps = self._world.classes[kind].steps("" if named < 0 else seat_id(named))
            self._steps[kind, named] = tuple(Step(step.after_s, step.needs, step.relaxed) for step in steps)
        return self._steps[kind, named]

    async def _look_at(self, seat: int) -> Matches:
        row = await self.queue.seats.find(self._cards[seat].seat)
        return NOTHING if row is None else _of_seat(row)

    def _seat(self, ring: Match) -> str:
        return self._cards[ring.seat].seat


def _ticket(call: int) -> str:
    return f"T{call:08d}"


def _of_ticket(row: LiveTicket) -> Matches:
    if row.state is not TicketState.RESERVED:
        return NOTHING
    return (_match(row.ticket, row.seat, row.reservation, row.fence),)


def _of_seat(row: LiveSeat) -> Matches:
    if row.state is not SeatState.RESERVED:
        return NOTHING
    return (_match(row.ticket, row.seat, row.reservation, row.fence),)


def _match(ticket: str, seat: str, reservation: str, fence: int) -> Match:
    return Match(int(ticket[1:]), int(seat[1:]), reservation, fence)
