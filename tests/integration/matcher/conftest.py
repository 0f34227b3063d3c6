"""A queue on an empty server, a clock that moves when told, and short words for seats and tickets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from matcher import LiveSeat, LiveTicket, NewTicket, Queue, Rules, SeatCard, Step
from protocol.events import Event
from protocol.priorities import Priority
from protocol.skills import Abilities, Needs, SkillNeed
from runtime.clock import ManualClock

E = TypeVar("E", bound=Event)


def able(skills: str = "MZ", languages: str = "cmn", districts: str = "HD", authority: int = 5) -> Abilities:
    """Abilities from words: `able("MZ:3 HJ")`."""
    held = (word.partition(":") for word in skills.split())
    return Abilities(
        tuple(SkillNeed(name, int(level or 1)) for name, _, level in held),
        tuple(languages.split()),
        authority,
        tuple(districts.split()),
    )


def needs(skills: str = "MZ", language: str = "cmn", district: str = "HD", authority: int = 0, seat: str = "") -> Needs:
    """Needs from words: `needs("MZ:2")`."""
    asked = (word.partition(":") for word in skills.split())
    return Needs(
        tuple(SkillNeed(name, int(level or 1)) for name, _, level in asked), language, authority, district, seat
    )


@dataclass
class Hall:
    """A queue and the people around it."""

    queue: Queue
    clock: ManualClock
    numbers: count = field(default_factory=lambda: count(1))
    windows: dict[str, str] = field(default_factory=dict)

    async def citizen(
        self, *steps: Needs, ticket: str = "", priority: Priority = Priority.NORMAL, **more
    ) -> LiveTicket:
        """Take a ticket; further needs are widening steps at 60, 120 ... seconds."""
        return await self.queue.tickets.take(self.new(*steps, ticket=ticket, priority=priority, **more))

    def new(self, *steps: Needs, ticket: str = "", priority: Priority = Priority.NORMAL, **more) -> NewTicket:
        """A ticket that was not taken yet."""
        policy = tuple(Step(60 * i, need, (f"step{i}",) if i else ()) for i, need in enumerate(steps or (needs(),)))
        more.setdefault("page_lease_s", 0)
        return NewTicket(ticket or f"T{next(self.numbers)}", policy, priority, **more)

    async def agent(self, seat: str, abilities: Abilities | None = None, *, ready: bool = True, **more) -> LiveSeat:
        """Sign a seat in and make it ready."""
        more.setdefault("wrap_up_s", 0)
        more.setdefault("lease_s", 86400)
        self.windows[seat] = more.setdefault("window", f"window of {seat}")
        row = await self.queue.seats.sign_in(SeatCard(seat, abilities or able(), **more))
        return await self.queue.seats.ready(seat) if ready else row

    async def accept(self, seat: str, session: str = "") -> LiveTicket:
        """Take what rings at the seat."""
        row = await self.seat(seat)
        return await self.queue.seats.accept(seat, row.reservation, row.fence, session or f"session of {row.ticket}")

    async def decline(self, seat: str, reason: str = "") -> LiveSeat:
        """Refuse what rings at the seat."""
        row = await self.seat(seat)
        return await self.queue.seats.decline(seat, row.reservation, row.fence, reason)

    async def finish(self, seat: str) -> LiveSeat:
        """End the seat's call."""
        row = await self.seat(seat)
        return await self.queue.seats.finish(row.ticket, row.fence)

    async def later(self, seconds: float) -> int:
        """Let time pass, with heartbeats on time, and sweep."""
        self.clock.advance(seconds)
        return await self.queue.seats.sweep()

    async def ticket(self, ticket: str) -> LiveTicket:
        """Look at a ticket."""
        row = await self.queue.tickets.find(ticket)
        assert row is not None
        return row

    async def seat(self, seat: str) -> LiveSeat:
        """Look at a seat."""
        row = await self.queue.seats.find(seat)
        assert row is not None
        return row

    async def journal(self, kind: type[E]) -> list[E]:
        """All entries of one kind so far."""
        return [event for _, event in await self.queue.journal.entries() if isinstance(event, kind)]


@pytest.fixture
def clock() -> ManualClock:
    """09:00 in Guangzhou."""
    return ManualClock()


@pytest.fixture
def rules() -> Rules:
    """The default rules; a test module or class may override this."""
    return Rules()


@pytest_asyncio.fixture
async def hall(redis: Redis, clock: ManualClock, rules: Rules) -> AsyncIterator[Hall]:
    """A queue of its own realm; whatever a test did, every invariant must hold at its end."""
    hall = Hall(Queue(redis, "hd", clock, rules), clock)
    yield hall
    assert await hall.queue.care.check() == []
