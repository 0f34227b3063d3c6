"""One life of a node under fire: citizens who come and go, seats that work, a sweeper; killed at any moment."""

import asyncio
import ctypes
import os
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from redis.asyncio import Redis

from matcher import LiveSeat, NewTicket, Queue, Rules, SeatCard, Step
from protocol.errors import QueueUnavailable, Refused
from protocol.events import ReservationMade
from protocol.priorities import Priority
from protocol.skills import Abilities, Needs, SkillNeed
from protocol.states import SeatState
from runtime.clock import SystemClock

REALM = "fire"
LEASE_S = 1.0
RULES = Rules(ring_s=LEASE_S, grace_s=LEASE_S, shun_s=0.5, shun_alone_s=0.2, misses_max=2)
SKILLS = ("A", "B", "C")
SEATS_A_NODE = 4
LIFE_LIMIT_S = 300.0
"""No life is longer, whatever becomes of the test."""
ANSWER_LIMIT_S = 10.0
RETRY_S = 0.03
POLL_S = 0.3
_PR_SET_PDEATHSIG = 1

T = TypeVar("T")


@dataclass(frozen=True)
class Life:
    """Which node this is, how often it was started, and where things are."""

    node: int
    number: int
    url: str
    ledger: Path
    drain: Path
    """When this file exists, nobody new comes."""

    @property
    def name(self) -> str:
        """The process's name, in its windows, tickets and sessions."""
        return f"N{self.node}L{self.number}"


def run(life: Life) -> None:
    """Live until killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    asyncio.run(Node(life).live())


class Node:
    """What a server node does, as roughly as it can get."""

    def __init__(self, life: Life) -> None:
        """Open the ledger: what this process was told, which outlives it because the kernel has it."""
        self._life = life
        self._redis = Redis.from_url(life.url, socket_timeout=None)
        self._queue = Queue(self._redis, REALM, SystemClock(), RULES)
        self._random = random.Random(life.name)
        self._told = os.open(life.ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._rings = {f"S{life.node}{n}": asyncio.Event() for n in range(SEATS_A_NODE)}
        self._windows = {seat: f"{life.name}{seat}" for seat in self._rings}

    async def live(self) -> None:
        """Do everything at once."""
        async with asyncio.timeout(LIFE_LIMIT_S), asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._keep())
            group.create_task(self._citizens())
            for seat in self._rings:
                group.create_task(self._seat(seat))

    def _tell(self, *words: object) -> None:
        os.write(self._told, (" ".join(map(str, (self._life.name, *words))) + "\n").encode())

    async def _sure(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer: every verb may be asked twice."""
        while True:
            try:
                async with asyncio.timeout(ANSWER_LIMIT_S):
                    return await ask()
            except (QueueUnavailable, TimeoutError):
                await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        after = await self._sure(self._queue.journal.last_entry)
        while True:
            try:
                async for entry, event in self._queue.journal.tail(after):
                    after = entry
                    if isinstance(event, ReservationMade) and event.seat in self._rings:
                        self._rings[event.seat].set()
            except QueueUnavailable:
                await asyncio.sleep(RETRY_S)

    async def _keep(self) -> None:
        while True:
            await self._sure(lambda: self._queue.seats.heartbeat(self._windows))
            await self._sure(self._queue.seats.sweep)
            await asyncio.sleep(LEASE_S / 10)

    # --- citizens -----------------------------------------------------------------------------------------------------

    async def _citizens(self) -> None:
        for ticket in in_doubt(self._life):
            await self._take(ticket)
        number = 0
        async with asyncio.TaskGroup() as group:
            while not self._life.drain.exists():
                number += 1
                ticket = f"{self._life.name}-{number}"
                self._tell("wants", ticket)
                await self._take(ticket)
                if self._random.random() < 0.2:
                    group.create_task(self._change_mind(ticket))
                await asyncio.sleep(self._random.uniform(0.01, 0.06))

    async def _take(self, ticket: str) -> None:
        # All of a ticket follows from its name, so that a later life asks for the same one again.
        dice = random.Random(ticket)
        skill, other = dice.sample(SKILLS, 2)
        steps = [Step(0, Needs((SkillNeed(skill),)))]
        if dice.random() < 0.3:
            steps.append(Step(0.5, Needs((SkillNeed(other),)), ("skill",)))
        new = NewTicket(ticket, tuple(steps), dice.choice(list(Priority)), page_lease_s=0)
        await self._sure(lambda: self._queue.tickets.take(new))
        self._tell("has", ticket)

    async def _change_mind(self, ticket: str) -> None:
        try:
            if self._random.random() < 0.5:
                await self._sure(lambda: self._queue.tickets.hold(ticket, 0.4))
                await self._sure(lambda: self._queue.tickets.resume(ticket))
            await self._sure(lambda: self._queue.tickets.leave(ticket, "changed_mind"))
            self._tell("left", ticket)
        except Refused:
            return

    # --- seats --------------------------------------------------------------------------------------------------------

    async def _seat(self, seat: str) -> None:
        skills = tuple(SkillNeed(skill) for skill in sorted({SKILLS[self._life.node % 3], SKILLS[int(seat[-1]) % 3]}))
        wrap_up_s = 0.05 if seat.endswith("0") else 0.0
        card = SeatCard(
            seat, Abilities(skills=skills), wrap_up_s=wrap_up_s, window=self._windows[seat], lease_s=LEASE_S
        )
        await self._sure(lambda: self._queue.seats.sign_in(card))
        while True:
            self._rings[seat].clear()
            row = await self._sure(lambda: self._queue.seats.find(seat))
            if row is None or row.state is SeatState.OFFLINE:
                await self._sure(lambda: self._queue.seats.sign_in(card))
            elif row.window != card.window:
                return  # superseded: a later life has the seat
            else:
                await self._work(row)

    async def _work(self, row: LiveSeat) -> None:
        try:
            if row.state is SeatState.PAUSED:
                await self._sure(lambda: self._queue.seats.ready(row.seat))
            elif row.state is SeatState.RESERVED:
                await self._answer(row)
            elif row.state is SeatState.SERVING:
                await self._serve(row)
            else:
                async with asyncio.timeout(POLL_S):
                    await self._rings[row.seat].wait()
        except (Refused, TimeoutError):
            return

    async def _answer(self, row: LiveSeat) -> None:
        if self._random.random() < 0.05:
            await self._sure(lambda: self._queue.seats.decline(row.seat, row.reservation, row.fence, "fire"))
            return
        await asyncio.sleep(self._random.uniform(0, 0.01))
        session = f"{self._life.name}-{row.fence}"
        await self._sure(lambda: self._queue.seats.accept(row.seat, row.reservation, row.fence, session))
        self._tell("serves", row.ticket, row.fence)

    async def _serve(self, row: LiveSeat) -> None:
        await asyncio.sleep(self._random.uniform(0, 0.03))
        if self._random.random() < 0.05:
            await self._sure(lambda: self._queue.seats.give_back(row.ticket, row.fence, "transferred"))
            return
        await self._sure(lambda: self._queue.seats.finish(row.ticket, row.fence))
        self._tell("served", row.ticket, row.fence)


def in_doubt(life: Life) -> list[str]:
    """Return the tickets that earlier lives of the node asked for without hearing an answer."""
    wanted: dict[str, None] = {}
    for _, what, ticket, *_ in told(life.ledger):
        if what == "wants":
            wanted[ticket] = None
        elif what == "has":
            wanted.pop(ticket, None)
    return list(wanted)


def told(ledger: Path) -> list[list[str]]:
    """Return what the node's lives were told, line by line; an unfinished last line was told to nobody."""
    text = ledger.read_text() if ledger.exists() else ""
    return [line.split() for line in text.splitlines() if len(line.split()) >= 3]
