"""A node that is frozen while a ticket rings or is served, and on waking tries all it can with its old fence."""

import asyncio
import ctypes
import os
import signal
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

from redis.asyncio import Redis

from matcher import LiveSeat, Queue, SeatCard
from protocol.errors import Refused
from protocol.skills import Abilities, SkillNeed
from protocol.states import SeatState
from runtime.clock import SystemClock
from tests.support.fire_worker import LEASE_S, REALM, RULES
from tests.support.patience import until

LIFE_LIMIT_S = 60.0
SEAT = "zombie"


def run(url: str, until: SeatState, pipe: Connection) -> None:
    """Get a ticket, report it, freeze (the parent wakes us), then try to go on and report how that went."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # die with the parent
    asyncio.run(_live(url, until, pipe))


async def _live(url: str, until: SeatState, pipe: Connection) -> None:
    async with asyncio.timeout(LIFE_LIMIT_S), Redis.from_url(url) as redis:
        queue = Queue(redis, REALM, SystemClock(), RULES)
        row = await _get_a_ticket(queue)
        if until is SeatState.SERVING:
            await queue.seats.accept(SEAT, row.reservation, row.fence, "session of the zombie")
        pipe.send((row.ticket, row.fence))
        os.kill(os.getpid(), signal.SIGSTOP)
        pipe.send(await _try_everything(queue, row))


async def _get_a_ticket(queue: Queue) -> LiveSeat:
    card = SeatCard(SEAT, Abilities((SkillNeed("A"),)), wrap_up_s=0, window="zombie", lease_s=LEASE_S)
    await queue.seats.sign_in(card)
    _ = await queue.seats.ready(SEAT)

    async def rings() -> LiveSeat | None:
        row = await queue.seats.find(SEAT)
        return row if row and row.state is SeatState.RESERVED else None

    return await until(rings)


async def _try_everything(queue: Queue, row: LiveSeat) -> list[str]:
    return [
        await _said(lambda: queue.seats.accept(SEAT, row.reservation, row.fence, "session of the zombie")),
        await _said(lambda: queue.seats.accept(SEAT, row.reservation, row.fence, "another session")),
        await _said(lambda: queue.seats.decline(SEAT, row.reservation, row.fence)),
        await _said(lambda: queue.seats.finish(row.ticket, row.fence)),
        await _said(lambda: queue.seats.give_back(row.ticket, row.fence, "transferred")),
        *(await queue.seats.heartbeat({SEAT: "zombie"})).unknown,
    ]


async def _said(ask: Callable[[], Awaitable[object]]) -> str:
    try:
        await ask()
    except Refused as refusal:
        return refusal.code
    return "done"
