"""Our own queue as a node uses it: verbs through a pool, reservations from the tail of the journal."""

import asyncio
from contextlib import AsyncExitStack
from typing import Self

from bench.engines.base import LEASE_S, Handed, Where, connect, wall
from bench.engines.floor import Seat, language_of, topic_of
from matcher import LiveSeat, NewTicket, Queue, Rules, SeatCard, Step
from protocol.errors import Refused, ReservationStale
from protocol.events import ReservationMade
from protocol.skills import Abilities, Needs, SkillNeed
from protocol.states import SeatState
from runtime.clock import SystemClock

RULES = Rules(ring_s=LEASE_S, grace_s=LEASE_S)
HELD = (SeatState.RESERVED, SeatState.SERVING)


def needs_of(kind: int) -> Needs:
    """Return the needs of a ticket of the class."""
    return Needs(skills=(SkillNeed(f"t{topic_of(kind)}"),), language=f"l{language_of(kind)}")


def abilities_of(seat: Seat) -> Abilities:
    """Return the seat's abilities."""
    skills = tuple(SkillNeed(f"t{topic}") for topic in sorted({topic_of(kind) for kind in seat.classes}))
    return Abilities(skills=skills, languages=tuple({f"l{language_of(kind)}" for kind in seat.classes}))


class Ours:
    """Finishing with a ticket frees the seat and reserves its next one in the same script."""

    slack_s = 0.0

    def __init__(self, where: Where) -> None:
        """Use `where.redis_url`."""
        self._where = where
        self._redis = connect(where.redis_url)
        self._queue = Queue(self._redis, "bench", SystemClock(), RULES)
        self._rung: dict[str, asyncio.Queue[tuple[str, ReservationMade]]] = {
            seat.name: asyncio.Queue() for seat in where.seats
        }
        self._windows: dict[str, str] = {}
        self._freed: dict[str, tuple[float, float]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Connect and tail the journal."""
        self._stack.push_async_callback(self._redis.aclose)
        loop = asyncio.get_running_loop()
        after = await self._queue.journal.last_entry()
        self._tasks = [loop.create_task(self._tail(after)), loop.create_task(self._keep())]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    async def take(self, ticket: str, kind: int) -> None:
        """Take a ticket."""
        await self._queue.tickets.take(NewTicket(ticket, (Step(0, needs_of(kind)),), page_lease_s=0))

    async def next(self, seat: Seat) -> Handed:
        """Wait for the journal to tell of a reservation; sign in before the first one."""
        if seat.name not in self._windows:
            row = await self._sign_in(seat)
            if row.state in HELD:  # an earlier life of this process had it
                now = wall()
                return Handed(
                    seat.name,
                    row.ticket,
                    now,
                    now,
                    now,
                    now,
                    row.reservation,
                    row.fence,
                    row.state is SeatState.SERVING,
                )
        entry, made = await self._rung[seat.name].get()
        freed, idle = self._freed[seat.name]
        milliseconds, _, number = entry.partition("-")
        decided = int(milliseconds) / 1000 + min(int(number), 999) / 1_000_000
        return Handed(seat.name, made.ticket, freed, idle, decided, wall(), made.reservation, made.fence)

    async def accept(self, handed: Handed) -> bool:
        """Accept with the reservation's fence."""
        if handed.was_held:
            return True
        try:
            await self._queue.seats.accept(handed.seat, handed.mark, handed.fence, f"C{handed.fence}")
        except ReservationStale:
            self._windows.pop(handed.seat)
            return False
        return True

    async def done(self, handed: Handed) -> None:
        """Finish the ticket; the seat's next one comes through the journal."""
        freed = wall()
        self._freed[handed.seat] = (freed, freed)
        try:
            await self._queue.seats.finish(handed.ticket, handed.fence)
        except Refused:
            self._windows.pop(handed.seat)
        self._freed[handed.seat] = (freed, wall())

    async def _sign_in(self, seat: Seat) -> LiveSeat:
        window = f"{self._where.node}-{seat.name}"
        while not self._rung[seat.name].empty():
            self._rung[seat.name].get_nowait()
        card = SeatCard(seat.name, abilities_of(seat), wrap_up_s=0, window=window, lease_s=LEASE_S)
        row = await self._queue.seats.sign_in(card)
        self._windows[seat.name] = window
        freed = wall()
        self._freed[seat.name] = (freed, freed)
        if row.state not in HELD:
            await self._queue.seats.ready(seat.name)
            self._freed[seat.name] = (freed, wall())
        return row

    async def _tail(self, after: str) -> None:
        async for entry, event in self._queue.journal.tail(after):
            if isinstance(event, ReservationMade) and event.seat in self._rung:
                self._rung[event.seat].put_nowait((entry, event))

    async def _keep(self) -> None:
        """Beat for the seats and sweep, as every node does."""
        while True:
            await asyncio.sleep(LEASE_S / 8)
            for seat in (beats := await self._queue.seats.heartbeat(self._windows)) + beats.unknown:
                self._windows.pop(seat, None)
            await self._queue.seats.sweep()
