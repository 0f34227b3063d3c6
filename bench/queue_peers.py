"""Queue engines beside each other under the same load.

The floor: 42 seats, 6 classes of tickets (2 languages by 3 topics), 7 seats a class; then the same with two topics a
seat. Every engine stands behind one small interface (bench/engines/base.py), driven by the same coroutines on uvloop;
the listener is the node's own: for ours the tail of the journal, for the others a subscription, a notification, a
blocking call. All confirm what is on disk (`appendfsync always`; `fsync` and `synchronous_commit` on). BullMQ runs in
Node behind a pipe: its times are taken in Node, only its cycles a second contain the pipe.

- Hand-off gap: all seats busy 0.5 to 1.5 s a ticket, 20 tickets waiting a class; from the call that frees a seat to the
  next ticket at its listener. Its parts: to the engine's decision (its own clock, to the millisecond; where it has
  none, all of it), from there through the disk to the listener; beside them the round trip of the freeing call.
  Slowest sync: how long the disk kept Valkey waiting at most in that run, by its own latency monitor.
- Order: hand-overs that passed over an older ticket (confirmed 1 ms or more before the other was asked for) which the
  same seat could have had, in that run and the next.
- Idle while waiting: at 80 % load (Poisson, 10 to 190 ms of service), the time that a seat and the very ticket it got
  stood idle and waiting together, spells under 10 ms left out as the way of a message.
- Cycles: no service time; take, hand over, accept, finish; one process.
- Killed: two processes with half of the seats each, 60 tickets a second; a second after both work, one is killed
  (SIGKILL) and started again. Lost: confirmed to its taker and never served to the end. Doubled: in two hands at once,
  or begun after its end was confirmed. Begun again: its hand died and another one began from the start.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop

from bench.disk import shown
from bench.engines.all import ENGINES
from bench.engines.base import Engine, Where
from bench.engines.driver import Load, Record
from bench.engines.floor import CLASSES, SEATS_A_CLASS, floor
from bench.engines.killing import Killing, Losses
from bench.engines.verdict import cycles, gap, idle_while_waiting, parts, violations
from bench.tables import table
from runtime.engines import EmbeddedValkey
from tests.support.engines import PostgresServer

BUSY_S = (0.5, 1.5)
STEADY_S = (0.01, 0.19)
LOAD = 0.8
BACKLOG = 20
STEADY_RATE = LOAD * CLASSES * SEATS_A_CLASS / (sum(STEADY_S) / 2)
SYNC, SYNC_SEEN_MS = b"aof-fsync-always", 10
Make = Callable[[Where], Engine]


class Servers:
    """A Valkey and a PostgreSQL, empty for each run."""

    def __init__(self, valkey: EmbeddedValkey, postgres: PostgresServer) -> None:
        """Use these."""
        self._valkey = valkey
        self._postgres = postgres

    async def fresh(self, skills: int) -> Where:
        """Return where to run, with nothing in it."""
        async with self._valkey.client() as redis:
            await redis.flushall()
            await redis.execute_command("LATENCY RESET")
        database = await self._postgres.create_database()
        return Where(self._valkey.url, self._postgres.url(database), tuple(floor(skills)))

    async def slowest_sync(self) -> str:
        """Return how long the disk kept Valkey waiting at most since `fresh`, as its own latency monitor saw it."""
        async with self._valkey.client() as redis:
            events = await redis.execute_command("LATENCY LATEST")
        worst_ms = max((int(worst) for name, _, _, worst, *_ in events if name == SYNC), default=0)
        return f"{worst_ms} ms" if worst_ms else f"below {SYNC_SEEN_MS} ms"


@asynccontextmanager
async def servers(folder: Path) -> AsyncIterator[Servers]:
    os.chmod(folder, 0o755)  # noqa: PTH101, S103  (PostgreSQL may run as another user)
    postgres = PostgresServer(durable=True, folder=folder)
    try:
        await postgres.start()
        async with EmbeddedValkey(
            folder / "valkey", appendfsync="always", options={"latency-monitor-threshold": f"{SYNC_SEEN_MS}"}
        ) as valkey:
            yield Servers(valkey, postgres)
    finally:
        await postgres.stop()


async def saturated(make: Make, where: Where, seconds: float, service_s: tuple[float, float]) -> Record:
    async with make(where) as engine:
        return await Load(engine, list(where.seats), service_s).saturated(seconds, BACKLOG)


async def steady(make: Make, where: Where, seconds: float) -> Record:
    async with make(where) as engine:
        return await Load(engine, list(where.seats), STEADY_S).steady(seconds, STEADY_RATE)


async def compare(all_servers: Servers, skills: int, *, quick: bool) -> None:
    seconds = 2.0 if quick else 5.0
    rows, ways = [], []
    for name, make in ENGINES.items():
        print(f"... {name}, {skills} a seat", file=sys.stderr, flush=True)
        busy = await saturated(make, await all_servers.fresh(skills), 2 * seconds, BUSY_S)
        sync = await all_servers.slowest_sync() if "PostgreSQL" not in name else "-"
        calm = await steady(make, where := await all_servers.fresh(skills), seconds)
        fast = await saturated(make, await all_servers.fresh(skills), seconds, (0.0, 0.0))
        handed = gap(busy)
        slack_s = make(where).slack_s
        passed = sum(violations(record, list(where.seats), slack_s) for record in (busy, calm))
        rows.append([
            name, f"{handed.p50_ms:.1f} ms", f"{handed.p99_ms:.1f} ms", sync,
            f"{passed} of {len(busy.handed + calm.handed)}", f"{idle_while_waiting(calm):.1f} s",
            f"{cycles(fast):,.0f}",
        ])  # fmt: skip
        way = parts(busy)
        ways.append([name, f"{way.decided_ms:.1f} ms", f"{way.heard_ms:.1f} ms", f"{way.call_ms:.1f} ms"])
    print(f"{skills} topic{'s' if skills > 1 else ''} a seat:\n")
    names = ["engine", "hand-off p50", "p99", "slowest sync", "out of order", "idle while waiting", "cycles a second"]
    table(names, rows)
    if skills == 1:
        print("Where the hand-off goes (p50):\n")
        table(["engine", "call to decision", "decision to listener", "call to its answer"], ways)


async def kill(all_servers: Servers, folder: Path, *, quick: bool) -> None:
    kills = 4 if quick else 8
    rows = []
    for number, name in enumerate(ENGINES):
        print(f"... {name}, killed", file=sys.stderr, flush=True)
        notes = folder / f"kill-{number}"
        notes.mkdir()
        found: Losses = await Killing(name, await all_servers.fresh(1), notes).run(kills)
        rows.append([name, f"{found.tickets}", f"{found.lost}", f"{found.doubled}", f"{found.again}"])
    print(f"{kills} kills:\n")
    table(["engine", "tickets", "lost", "doubled", "begun again"], rows)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short runs: to see that it works, not to quote")
    parser.add_argument("--folder", help="where the servers keep their data; its disk is part of what is measured")
    asked = parser.parse_args()
    quick = asked.quick
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        print(f"{shown(folder)}\n", flush=True)
        async with servers(folder) as both:
            for skills in (1, 2):
                await compare(both, skills, quick=quick)
            await kill(both, folder, quick=quick)
    print(f"`python -m bench.queue_peers{' --quick' if quick else ''}{' --folder ...' if asked.folder else ''}`")


if __name__ == "__main__":
    uvloop.run(main())
