"""Per-skill intersection, as Redis's own agent example dispatches: pop the oldest ticket, `ZINTER` the available seats.

Its steps (repository redis-developer/basic-acd, src/dispatcher.py), each a round trip of its own: `BZPOPMIN` of the
queue, the ticket's skills, `ZINTER` of one sorted set of available seats per skill, a lock with one second to live and
a state change for the seat; when no seat was found the ticket goes back one second later than it was and the dispatcher
sleeps up to two seconds. There the seat learns of its ticket by asking; here it is told at once, in its favour.
"""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Any, Self

from bench.engines.base import Handed, Where, connect, wall
from bench.engines.floor import Seat, language_of, topic_of
from bench.engines.mailbox import Mailbox
from runtime.redis_pool import queued

LOCK_MS = 1000
PENALTY = 1000
SLEEP_MAX_S = 2.0
DISPATCHERS = 3


def skills_of(kind: int) -> list[str]:
    """Return the sets a seat must be in to serve the class."""
    return [f"avail:l{language_of(kind)}", f"avail:t{topic_of(kind)}"]


class Intersection:
    """Three dispatchers a process."""

    slack_s = 0.005

    def __init__(self, where: Where) -> None:
        """Use `where.redis_url`."""
        self._where = where
        self._redis = connect(where.redis_url)
        self._mail = Mailbox(self._redis, where.node)
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Connect and start the dispatchers."""
        self._stack.push_async_callback(self._redis.aclose)
        await self._stack.enter_async_context(self._mail)
        loop = asyncio.get_running_loop()
        count = DISPATCHERS if self._where.dispatches else 0
        self._tasks = [loop.create_task(self._dispatch()) for _ in range(count)]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop them and disconnect."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    async def take(self, ticket: str, kind: int) -> None:
        """Store the ticket, then put it into the queue."""
        await self._ask("HSET", f"ticket:{ticket}", "kind", kind, "state", "queued")
        await self._ask("ZADD", "queue", int(wall() * 1000), ticket)

    async def next(self, seat: Seat) -> Handed:
        """Become available in every skill set and wait to be told."""
        letter = self._mail.expect(seat.name)
        freed = wall()
        sets = sorted({name for kind in seat.classes for name in skills_of(kind)})
        since = int(freed * 1000)
        async with self._redis.pipeline(transaction=True) as batch:
            facts = ("state", "available", "sets", ",".join(sets), "channel", self._mail.channel)
            queued(batch.execute_command("HSET", f"seat:{seat.name}", *facts))
            for name in sets:
                queued(batch.execute_command("ZADD", name, since, seat.name))
            await batch.execute()
        return await self._mail.handed(seat.name, letter, freed, wall())

    async def accept(self, handed: Handed) -> bool:
        """Know no refusal."""
        return bool(handed.ticket)

    async def done(self, handed: Handed) -> None:
        """Complete the ticket."""
        await self._ask("HSET", f"ticket:{handed.ticket}", "state", "complete")

    async def _dispatch(self) -> None:
        while True:
            _, member, score = await self._ask("BZPOPMIN", "queue", 0)
            ticket = member.decode()
            sets = skills_of(int(await self._ask("HGET", f"ticket:{ticket}", "kind")))
            for seat in await self._ask("ZINTER", len(sets), *sets):
                if await self._assign(ticket, seat.decode()):
                    break
            else:
                await self._ask("ZADD", "queue", float(score) + PENALTY, ticket)
                await asyncio.sleep(random.uniform(0, SLEEP_MAX_S))

    async def _assign(self, ticket: str, seat: str) -> bool:
        if not await self._redis.set(f"lock:{seat}", ticket, nx=True, px=LOCK_MS):
            return False
        try:
            state, sets, channel = await self._ask("HMGET", f"seat:{seat}", "state", "sets", "channel")
            if state != b"available":
                return False
            async with self._redis.pipeline(transaction=True) as batch:
                for name in sets.decode().split(","):
                    queued(batch.execute_command("ZREM", name, seat))
                queued(batch.execute_command("HSET", f"seat:{seat}", "state", "unavailable"))
                await batch.execute()
        finally:
            await self._redis.delete(f"lock:{seat}")
        await self._ask("HSET", f"ticket:{ticket}", "seat", seat, "state", "assigned")
        await self._ask("PUBLISH", channel, f"{seat}|{ticket}|{wall()}")
        return True

    async def _ask(self, *command: str | float | bytes) -> Any:
        return await self._redis.execute_command(*command)
