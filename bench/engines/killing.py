"""Kills the nodes of an engine again and again, and counts which tickets were lost and which were served twice."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import Process
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from bench.engines.all import ENGINES
from bench.engines.base import Engine, Where, wall
from bench.engines.floor import CLASSES, Seat
from bench.engines.node import Post
from runtime.leash import leashed

NODES = 2
RATE = 60.0
KILL_EVERY_S = 1.0
QUIET_S = 6.0
"""When nothing has ended for so long after the last kill, what has not ended is lost."""
DRAIN_LIMIT_S = 40.0
START_LIMIT_S = 20.0
POLL_S = 0.05


@dataclass(frozen=True)
class Losses:
    """Tickets lost, doubled or begun again."""

    tickets: int
    lost: int
    doubled: int
    again: int


class Killing:
    """One run with one engine."""

    def __init__(self, engine: str, where: Where, folder: Path) -> None:
        """The nodes share the seats; their notes lie in the folder."""
        self._engine = engine
        self._where = where
        self._folder = folder
        self._nodes: dict[int, Process] = {}
        self._died: dict[int, float] = {}
        self._taken: set[str] = set()
        self._random = random.Random(3)

    async def run(self, kills: int) -> Losses:
        """Let tickets come, kill, drain, count."""
        parent = replace(self._where, seats=(), node="parent", dispatches=False)
        try:
            for node in range(NODES):
                await self._start(node)
            await self._until_up(NODES)
            async with ENGINES[self._engine](parent) as engine:
                over = asyncio.Event()
                coming = asyncio.ensure_future(self._come(engine, over))
                for number in range(kills):
                    await self._until_up(NODES + number)  # else a slow machine kills only those who never worked
                    await asyncio.sleep(KILL_EVERY_S)
                    await self._kill(number % NODES)
                    await self._start(number % NODES)
                over.set()
                await coming
                await self._drain()
        finally:
            for node in list(self._nodes):
                await self._kill(node)
        return count(self._taken, self._notes(), self._died)

    async def _start(self, node: int) -> None:
        seats: tuple[Seat, ...] = self._where.seats[node::NODES]
        post = Post(self._engine, replace(self._where, seats=seats, node=f"node{node}"), str(self._folder / "notes"))
        command = leashed([sys.executable, "-m", "bench.engines.node", msgspec.json.encode(post).decode()])
        # A session of its own: its children die with it.
        self._nodes[node] = await asyncio.create_subprocess_exec(*command, start_new_session=True)

    async def _kill(self, node: int) -> None:
        process = self._nodes.pop(node)
        self._died[process.pid] = wall()
        with suppress(ProcessLookupError):  # it died by itself: the others' errors tell why
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _until_up(self, count: int) -> None:
        async with asyncio.timeout(START_LIMIT_S):
            while sum(note[0] == "up" for note in self._notes()) < count:  # noqa: ASYNC110  (other processes set no event)
                await asyncio.sleep(POLL_S)

    async def _come(self, engine: Engine, over: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            at, number = wall(), 0
            while not over.is_set():
                at += self._random.expovariate(RATE)
                await asyncio.sleep(max(0.0, at - wall()))
                number += 1
                group.create_task(self._take(engine, f"T{number:06}", self._random.randrange(CLASSES)))

    async def _take(self, engine: Engine, ticket: str, kind: int) -> None:
        await engine.take(ticket, kind)
        self._taken.add(ticket)

    async def _drain(self) -> None:
        ended, last, ends = -1, wall(), wall() + DRAIN_LIMIT_S
        while wall() < ends and wall() - last < QUIET_S:
            over = {ticket for what, ticket, *_ in self._notes() if what == "over"}
            if self._taken <= over:
                return
            if len(over) > ended:
                ended, last = len(over), wall()
            await asyncio.sleep(POLL_S * 4)

    def _notes(self) -> list[tuple[str, str, str, int, float]]:
        path = self._folder / "notes"
        lines = path.read_text().splitlines() if path.exists() else []
        parts = [line.split() for line in lines]
        return [(what, ticket, seat, int(pid), float(at)) for what, ticket, seat, pid, at in parts]


def count(taken: set[str], notes: list[tuple[str, str, str, int, float]], died: dict[int, float]) -> Losses:
    """Count tickets confirmed and never served to the end; in two hands at once or after a confirmed end; begun again.

    A hand that died has let go at that moment.
    """
    over = {ticket for what, ticket, *_ in notes if what == "over"}
    spells: dict[str, list[tuple[float, float]]] = defaultdict(list)
    confirmed: dict[str, float] = {}
    doubled: set[str] = set()
    for what, ticket, _, pid, at in sorted(notes, key=lambda note: note[-1]):
        if what == "began":
            if any(at < end for _, end in spells[ticket]) or at > confirmed.get(ticket, float("inf")):
                doubled.add(ticket)
            spells[ticket].append((at, died.get(pid, float("inf"))))
        elif what == "over" and spells[ticket]:
            spells[ticket][-1] = (spells[ticket][-1][0], at)
        elif what == "ended":
            confirmed.setdefault(ticket, at)
    again = sum(len(begun) > 1 for begun in spells.values())
    return Losses(len(taken), len(taken - over), len(doubled), again)
