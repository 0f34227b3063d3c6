"""A node that slept through its leases wakes up with old fences and can do nothing with them."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from matcher import LiveSeat, NewTicket, Queue, SeatCard, Step
from protocol.skills import Abilities, Needs, SkillNeed
from protocol.states import SeatState, TicketState
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from tests.support.fire_worker import LEASE_S, REALM, RULES
from tests.support.fire_zombie import SEAT, run
from tests.support.patience import PATIENCE_S, until


@pytest_asyncio.fixture
async def queue(redis: Redis) -> AsyncIterator[Queue]:
    queue = Queue(redis, REALM, SystemClock(), RULES)
    yield queue
    assert await queue.care.check() == []


async def rings(queue: Queue, seat: str) -> LiveSeat | None:
    """Do a node's chores, which end the leases that ran out; return the seat if it rings."""
    await queue.seats.heartbeat({seat: seat})
    await queue.seats.sweep()
    row = await queue.seats.find(seat)
    assert row is not None
    return row if row.state is SeatState.RESERVED else None


@pytest.mark.parametrize("when", [SeatState.RESERVED, SeatState.SERVING], ids=["ringing", "serving"])
async def test_a_zombie_can_do_nothing_with_its_old_fence(
    queue: Queue, valkey: EmbeddedValkey, when: SeatState, tmp_path: Path
) -> None:
    await queue.tickets.take(NewTicket("T1", (Step(0, Needs((SkillNeed("A"),))),), page_lease_s=0))
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("forkserver").Process(
        target=run, args=(valkey.url, when, theirs), daemon=True
    )
    process.start()
    try:
        ticket, fence = await asyncio.to_thread(ours.recv)
        assert ticket == "T1"

        # It freezes; its seat's lease runs out, then the call's grace time: the next seat gets the ticket.
        await queue.seats.sign_in(
            SeatCard("S2", Abilities((SkillNeed("A"),)), wrap_up_s=0, window="S2", lease_s=10 * LEASE_S)
        )
        await queue.seats.ready("S2")
        row = await until(lambda: rings(queue, "S2"))
        assert row.ticket == "T1"
        assert row.fence > fence
        await queue.seats.accept("S2", row.reservation, row.fence, "session of S2")
        length = await queue.redis.execute_command("XLEN", queue.journal_key)

        assert process.pid is not None
        os.kill(process.pid, signal.SIGCONT)
        async with asyncio.timeout(PATIENCE_S):
            said = await asyncio.to_thread(ours.recv)
    finally:
        process.kill()
        await asyncio.to_thread(process.join)
        ours.close()
        theirs.close()

    assert said == ["reservation_stale"] * 5 + [SEAT]
    assert await queue.redis.execute_command("XLEN", queue.journal_key) == length, "nothing moved"
    served = await queue.tickets.find("T1")
    assert served is not None
    assert (served.state, served.seat) == (TicketState.SERVING, "S2")
    await queue.seats.finish("T1", row.fence)
