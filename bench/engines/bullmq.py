"""BullMQ, the queue library of Node: one queue a class, one worker a seat, driven through a pipe (see bullmq.mjs).

Its times are taken inside Node, so the pipe is no part of the hand-off gap; it is part of its cycles a second.
"""

import asyncio
import itertools
import json
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Self

from bench.engines.base import LEASE_S, Handed, Where
from bench.engines.floor import Seat
from scripts.vendor import find_node

SCRIPT = Path(__file__).with_suffix(".mjs")
Answer = list[str | float | dict[str, str]]


class BullMQ:
    """Workers hold a lock on their job; a job whose lock ran out is put back by any other worker."""

    slack_s = 0.005

    def __init__(self, where: Where) -> None:
        """Use the Unix socket in `where.redis_url`."""
        self._where = where
        self._numbers = itertools.count(1)
        self._open: dict[int, asyncio.Future[Answer]] = {}
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start Node."""
        seats = {seat.name: seat.classes for seat in self._where.seats}
        socket = self._where.redis_url.removeprefix("unix://")
        self._process = await asyncio.create_subprocess_exec(
            find_node(), SCRIPT, socket, str(int(LEASE_S * 1000)), json.dumps(seats), stdin=PIPE, stdout=PIPE
        )
        self._task = asyncio.get_running_loop().create_task(self._listen(self._process))
        return self

    async def __aexit__(self, *_: object) -> None:
        """End Node."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def take(self, ticket: str, kind: int) -> None:
        """Add a job to its class's queue."""
        await self._ask("take", ticket, kind)

    async def next(self, seat: Seat) -> Handed:
        """Wait until the seat's worker is given a job."""
        ticket, freed, idle, got = await self._ask("next", seat.name)
        assert isinstance(ticket, str)
        assert isinstance(freed, float)
        assert isinstance(idle, float)
        assert isinstance(got, float)
        return Handed(seat.name, ticket, freed=freed, idle=idle, decided=got, got=got)

    async def accept(self, handed: Handed) -> bool:
        """Know no refusal."""
        return bool(handed.ticket)

    async def done(self, handed: Handed) -> None:
        """Complete the job, which fetches the next one."""
        await self._ask("done", handed.seat)

    async def _ask(self, verb: str, *facts: str | int) -> Answer:
        assert self._process is not None
        assert self._process.stdin is not None
        number = next(self._numbers)
        future = self._open[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps([number, verb, *facts]).encode() + b"\n")
        return await future

    async def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            number, *answer = json.loads(line)
            future = self._open.pop(number)
            if future.done():
                continue
            if answer and isinstance(answer[0], dict):
                future.set_exception(RuntimeError(answer[0]["error"]))
            else:
                future.set_result(answer)
