"""A node that will be killed: its seats work with one engine and log their acts in a file that survives."""

import asyncio
import os
import random
import sys
from pathlib import Path

import msgspec
import uvloop

from bench.engines.all import ENGINES
from bench.engines.base import Engine, Where, wall
from bench.engines.floor import Seat

SERVICE_S = (0.05, 0.15)


class Post(msgspec.Struct):
    """Arguments of a node at its start."""

    engine: str
    where: Where
    notes: str


async def main(post: Post) -> None:
    """Work until killed."""
    notes = os.open(Path(post.notes), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(what: str, ticket: str = "-", seat: str = "-") -> None:
        os.write(notes, f"{what} {ticket} {seat} {os.getpid()} {wall():.6f}\n".encode())

    async def work(engine: Engine, seat: Seat) -> None:
        while True:
            handed = await engine.next(seat)
            if not await engine.accept(handed):
                continue
            note("resumed" if handed.was_held else "began", handed.ticket, seat.name)
            await asyncio.sleep(random.uniform(*SERVICE_S))
            note("over", handed.ticket, seat.name)
            await engine.done(handed)
            note("ended", handed.ticket, seat.name)

    async with ENGINES[post.engine](post.where) as engine, asyncio.TaskGroup() as group:
        note("up")
        for seat in post.where.seats:
            group.create_task(work(engine, seat))


if __name__ == "__main__":
    uvloop.run(main(msgspec.json.decode(sys.argv[1], type=Post)))
