"""Puts the same load on any engine: a saturated floor, a floor at 80 % load."""

import asyncio
import itertools
import random
from dataclasses import dataclass, field

from bench.engines.base import Engine, Handed, Taken, wall
from bench.engines.floor import CLASSES, Seat


@dataclass(slots=True)
class Record:
    """Tickets taken, handed over and done in one run; times in seconds."""

    taken: dict[str, Taken] = field(default_factory=dict)
    handed: list[Handed] = field(default_factory=list)
    done: int = 0
    began: float = 0.0
    ended: float = 0.0


class Load:
    """One run of an engine: seats that work, tickets that come."""

    def __init__(self, engine: Engine, seats: list[Seat], service_s: tuple[float, float], seed: int = 1) -> None:
        """Prepare; `service_s` is the range of the uniform service time."""
        self.record = Record()
        self._engine = engine
        self._seats = seats
        self._service_s = service_s
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)

    async def saturated(self, seconds: float, backlog: int) -> Record:
        """Keep `backlog` tickets of each class waiting: every ticket that is handed over is replaced."""
        kinds = [kind for _ in range(backlog) for kind in range(CLASSES)]
        for some in batches(kinds, 64):
            await asyncio.gather(*(self._take(kind) for kind in some))
        return await self._run(seconds, refill=True)

    async def steady(self, seconds: float, rate: float) -> Record:
        """Let tickets come at random (Poisson) and seats serve them."""
        return await self._run(seconds, refill=False, rate=rate)

    async def _run(self, seconds: float, *, refill: bool, rate: float = 0.0) -> Record:
        self.record.began = wall()
        tasks = [asyncio.ensure_future(self._work(seat, refill=refill)) for seat in self._seats]
        if rate:
            tasks.append(asyncio.ensure_future(self._come(rate)))
        try:
            finished, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                task.result()
        finally:
            self.record.ended = wall()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return self.record

    async def _work(self, seat: Seat, *, refill: bool) -> None:
        while True:
            handed = await self._engine.next(seat)
            self.record.handed.append(handed)
            if refill:
                await self._take(self.record.taken[handed.ticket].kind)
            await self._engine.accept(handed)
            service_s = self._random.uniform(*self._service_s)
            if service_s:
                await asyncio.sleep(service_s)
            await self._engine.done(handed)
            self.record.done += 1

    async def _come(self, rate: float) -> None:
        # One task a ticket, so that an engine that is slow to take cannot slow the arrivals down.
        async with asyncio.TaskGroup() as group:
            at = wall()
            while True:
                at += self._random.expovariate(rate)
                await asyncio.sleep(max(0.0, at - wall()))
                group.create_task(self._take(self._random.randrange(CLASSES)))

    async def _take(self, kind: int) -> None:
        ticket = f"T{next(self._numbers):07}"
        called = wall()
        # Noted before it is sent: it may be handed over before the confirmation arrives.
        taken = self.record.taken[ticket] = Taken(ticket, kind, called, float("inf"))
        await self._engine.take(ticket, kind)
        taken.acked = wall()


def batches(kinds: list[int], size: int) -> list[list[int]]:
    """Return the list in pieces of `size`."""
    return [kinds[at : at + size] for at in range(0, len(kinds), size)]
