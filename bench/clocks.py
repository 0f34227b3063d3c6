"""Count tickets and rings that a node with a wrong clock ends, unguarded and as composed for production.

Twenty citizens wait whose pages a good node keeps alive, one of them rings at a seat. Beside it another node sweeps
for two seconds whose machine's clock is off. Counted are tickets that were ended and rings that were cut short.
"""

import argparse
import asyncio
import secrets
import tempfile
from pathlib import Path

from redis.asyncio import Redis

from bench.tables import table
from matcher import NewTicket, Queue, Rules, SeatCard, Step
from protocol.errors import ClockWrong
from protocol.skills import Abilities, Needs, SkillNeed
from protocol.states import TICKET_ENDS, SeatState
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from runtime.server_clock import ServerClock

OFF_S = (0, 25, 600, -600)
WAITING = 20
SKEW_S = 5
SWEEPS, SWEEP_S = 10, 0.2


class Off(SystemClock):
    """A machine's clock that is off."""

    def __init__(self, seconds: float) -> None:
        self._off_ms = round(seconds * 1000)

    def now_ms(self) -> int:
        """Return the wrong time."""
        return super().now_ms() + self._off_ms


async def fate(redis: Redis, off_s: float, *, composed: bool) -> tuple[int, int, str]:
    """Return how many of the waiting tickets ended, how many rings were cut short, and whether the node said so."""
    realm = f"clocks{secrets.token_hex(4)}"
    good = Queue(redis, realm, SystemClock())
    needs = Needs((SkillNeed("MZ"),), "cmn")
    abilities = Abilities((SkillNeed("MZ"),), ("cmn",))
    tickets = [f"t{number}" for number in range(WAITING)]
    for ticket in tickets:
        await good.tickets.take(NewTicket(ticket, (Step(0, needs),), page_lease_s=120))
    await good.seats.sign_in(SeatCard("s1", abilities, window="page", lease_s=15))
    await good.seats.ready("s1")
    clock = ServerClock(redis, SKEW_S, Off(off_s)) if composed else Off(off_s)
    wrong = Queue(redis, realm, clock, Rules(skew_s=SKEW_S if composed else 0))
    said = ""
    for _ in range(SWEEPS):
        await good.seats.heartbeat({"s1": "page"})
        await good.tickets.seen(tickets)
        if isinstance(clock, ServerClock):
            await clock.measure()
        try:
            _ = clock.sure_ms()
            await wrong.seats.sweep()
        except ClockWrong as problem:
            said = problem.code
        await asyncio.sleep(SWEEP_S)
    rows = [await good.tickets.find(ticket) for ticket in tickets]
    seat = await good.seats.find("s1")
    cut = int(seat is None or seat.state is not SeatState.RESERVED)
    return sum(row is None or row.state in TICKET_ENDS for row in rows), cut, said or "-"


async def measure(folder: Path) -> None:
    """Print one row for each clock."""
    rows = []
    async with EmbeddedValkey(folder) as valkey:
        redis = Redis.from_url(valkey.url)
        for off_s in OFF_S:
            for composed in (False, True):
                lost, cut, said = await fate(redis, off_s, composed=composed)
                rows.append(
                    (
                        f"{off_s:+d} s",
                        "own clock" if not composed else "as composed",
                        f"{lost} of {WAITING}",
                        str(cut),
                        said,
                    )
                )
        await redis.aclose()
    table(("clock", "node goes by", "tickets lost", "rings cut short", "node says"), rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.clocks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the same: it takes twenty seconds")
    parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(measure(Path(made)))
