"""Full cycles (take, match, accept, finish) from one process of many seats: run as its own process by `queue_cost`."""

import asyncio
import sys
import time

import uvloop
from redis.asyncio import BlockingConnectionPool, Redis

from matcher import NewTicket, Queue, SeatCard, Step
from protocol.skills import Abilities, Needs, SkillNeed
from runtime.clock import SystemClock

SEATS = 64
CONNECTIONS = 64
WARM_S = 0.5


async def seat_works(queue: Queue, name: str, counts: list[int], until: list[float]) -> None:
    """Take a ticket that only this seat can serve, so that it is matched at once; accept, finish; again."""
    skill = (SkillNeed(name),)
    await queue.seats.sign_in(SeatCard(name, Abilities(skills=skill), wrap_up_s=0, window="w", lease_s=3600))
    await queue.seats.ready(name)
    steps = (Step(0, Needs(skills=skill)),)
    number = 0
    while time.monotonic() < until[0]:
        number += 1
        row = await queue.tickets.take(NewTicket(f"{name}-{number}", steps, page_lease_s=0))
        assert row.seat == name
        await queue.seats.accept(name, row.reservation, row.fence, f"session-{row.fence}")
        await queue.seats.finish(row.ticket, row.fence)
        counts[0] += 1


async def main(url: str, part: str, seconds: float) -> None:
    """Warm up, wait for a word on standard input; print the cycles a second and the CPU time of one in microseconds."""
    pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, timeout=60, socket_timeout=None)
    async with Redis.from_pool(pool) as redis:
        queue = Queue(redis, "cycles", SystemClock())
        counts, until = [0], [time.monotonic() + WARM_S]
        names = [f"{part}-{number}" for number in range(SEATS)]
        await asyncio.gather(*(seat_works(queue, name, counts, until) for name in names))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        began, used = time.monotonic(), time.process_time()
        counts[0], until[0] = 0, began + seconds
        names = [f"{name}-again" for name in names]
        await asyncio.gather(*(seat_works(queue, name, counts, until) for name in names))
        used_us = 1e6 * (time.process_time() - used) / max(1, counts[0])
        print(counts[0] / (time.monotonic() - began), used_us, flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
