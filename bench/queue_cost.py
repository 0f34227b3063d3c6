"""Measure the cost of each verb on the server, by size; memory; full cycles a second.

Cost: batches of one verb on one connection; the CPU time of the server's main thread (INFO: other programs of the
machine do not count) over the number of calls, the least of the rounds; the append-only file is written every second.
The multiple is of a script that returns 1, sent and measured the same way. 50 districts, 2 languages, 20 skills that
people wait for and 20 that nobody does: up to 2,000 lanes each; a seat has 8 skills in 2 districts, half of the seats
are idle. Cycles: coroutines in processes of their own (uvloop, 64 seats and a pool of connections each), take (matched
at once), accept, finish; every answer is on the disk before it is sent (`appendfsync always`).
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import uvloop
from redis.asyncio import Redis

from bench.disk import shown
from bench.pipelined import Pipelined
from bench.queue_floor import Floor
from bench.queue_verbs import EMPTY, FREE, TAKE, VERBS, Costs, costs, used_us
from bench.tables import table
from runtime.engines import EmbeddedValkey

SIZES = ((1_000, 2_000), (10_000, 2_000), (100_000, 2_000), (100_000, 200), (100_000, 10_000), (300_000, 2_000))
QUICK_SIZES = ((1_000, 200), (5_000, 200), (5_000, 1_000))
LIMITS = {TAKE: 1.3, FREE: 2.0}
AIMS = {1: 2_500, 4: 8_000}
Size = tuple[int, int]


@dataclass(frozen=True)
class Memory:
    """Bytes that one more of something takes, in the queue itself and in its journal."""

    count: int
    queue: float
    journal: float


async def measure_costs(redis: Redis, *, quick: bool) -> dict[Size, Costs]:
    calls, rounds = (200, 2) if quick else (1_000, 3)
    floor = Floor(Pipelined(redis))
    found: dict[Size, Costs] = {}
    tickets, seats = [], []
    for waiting, signed_in in QUICK_SIZES if quick else SIZES:
        print(f"... {waiting:,} waiting, {signed_in:,} seats", file=sys.stderr, flush=True)
        more = signed_in - len(floor.crowded + floor.quiet)
        seats.append(await memory_of(redis, floor.queue.journal_key, more, floor.grow_seats(signed_in)))
        more = waiting - floor.waiting
        tickets.append(await memory_of(redis, floor.queue.journal_key, more, floor.grow_line(waiting)))
        runs = [await costs(floor, redis, calls) for _ in range(rounds)]
        found[waiting, signed_in] = {name: min(run[name] for run in runs) for name in runs[0]}
    show_memory({"waiting ticket": tickets, "seat": seats})
    return found


async def memory_of(redis: Redis, journal: str, count: int, growing: Coroutine[object, object, None]) -> Memory:
    """Grow, and reckon what each of `count` took."""
    before = await _bytes(redis, journal)
    await growing
    after = await _bytes(redis, journal)
    kept = after[1] - before[1]
    return Memory(count, (after[0] - before[0] - kept) / max(1, count), kept / max(1, count))


async def _bytes(redis: Redis, journal: str) -> tuple[int, int]:
    info = await redis.info("memory")
    return int(info["used_memory"]), int(await redis.memory_usage(journal, samples=50) or 0)


def show_memory(grown: dict[str, list[Memory]]) -> None:
    rows = []
    for name, steps in grown.items():
        most = max(steps, key=lambda step: step.count)
        rows.append([name, f"{most.count:,}", f"{most.queue:,.0f}", f"{most.journal:,.0f}"])
    table(["memory, bytes for one more", "measured over", "queue", "journal"], rows)


def show_costs(found: dict[Size, Costs]) -> None:
    head = ["waiting / seats", *(f"{waiting:,} / {seats:,}" for waiting, seats in found)]
    rows = [[EMPTY, *(f"{run[EMPTY]:.1f} us" for run in found.values())]]
    rows += [
        [verb, *(f"{run[verb]:.0f} us ({run[verb] / run[EMPTY]:.0f}x)" for run in found.values())] for verb in VERBS
    ]
    table(head, rows)


async def show_limits(folder: Path, *, quick: bool) -> None:
    """Compare a short and a long line, measured in turns, so that a busy machine troubles both alike."""
    short, long = (1_000, 5_000) if quick else (1_000, 100_000)
    seats, calls, rounds = (200, 200, 3) if quick else (2_000, 1_000, 7)
    runs: dict[int, list[Costs]] = {short: [], long: []}
    async with AsyncExitStack() as stack:
        floors = []
        for waiting in (short, long):
            server = await stack.enter_async_context(EmbeddedValkey(folder / f"limits-{waiting}"))
            redis = await stack.enter_async_context(server.client())
            floors.append((waiting, redis, floor := Floor(Pipelined(redis))))
            await floor.grow_seats(seats)
            await floor.grow_line(waiting)
        for _ in range(rounds):
            for waiting, redis, floor in floors:
                runs[waiting].append(await costs(floor, redis, calls, only_limited=True))
    for verb, limit in LIMITS.items():
        times = min(run[verb] for run in runs[long]) / min(run[verb] for run in runs[short])
        verdict = "pass" if times <= limit else "falls short"
        print(f"- {verb}: from {short:,} to {long:,} waiting {times:.2f} times, limit {limit}: {verdict}")
    print(flush=True)


@dataclass(frozen=True)
class Cycles:
    """Full cycles a second, and the CPU time of one in microseconds: the clients' and the server's."""

    rate: float
    client_us: float
    server_us: float


async def measure_cycles(server: EmbeddedValkey, processes: int, seconds: float) -> Cycles:
    run = token_hex(4)  # so that tickets of an earlier run are not met again
    command = [sys.executable, "-m", "bench.cycles", server.url]
    parts = [
        await asyncio.create_subprocess_exec(*command, f"{run}-{number}", str(seconds), stdin=PIPE, stdout=PIPE)
        for number in range(processes)
    ]
    streams = [(part.stdin, part.stdout) for part in parts]
    for _, said in streams:
        assert said is not None
        await said.readline()
    for told, _ in streams:
        assert told is not None
        told.write(b"go\n")
    async with server.client() as redis:
        before = await used_us(redis)
        found = [tuple(map(float, (await said.readline()).split())) for _, said in streams if said is not None]
        server_us = await used_us(redis) - before
    await asyncio.gather(*(part.wait() for part in parts))
    rate = sum(rate for rate, _ in found)
    return Cycles(rate, statistics.mean(us for _, us in found), server_us / max(1.0, rate * seconds))


async def show_cycles(folder: Path, *, quick: bool) -> None:
    seconds, rounds = (2.0, 1) if quick else (5.0, 3)
    rows, last = [], Cycles(0, 0, 0)
    for processes, aim in AIMS.items():
        async with EmbeddedValkey(folder / f"cycles-{processes}", appendfsync="always") as server:
            runs = [await measure_cycles(server, processes, seconds) for _ in range(rounds)]
        last = best = max(runs, key=lambda run: run.rate)
        verdict = "pass" if best.rate >= aim else "falls short"
        rows.append([
            str(processes), f"{best.rate:,.0f}", f"{aim:,}", verdict,
            f"{best.server_us:,.0f} us", f"{best.client_us:,.0f} us",
        ])  # fmt: skip
    table(["processes", "full cycles a second", "aim", "", "server's CPU a cycle", "clients' CPU a cycle"], rows)
    show_cores(last)


def show_cores(cycle: Cycles) -> None:
    """Print the cycles per second that CPU time allows: the server has one thread, the clients the other cores."""
    server = 1e6 / cycle.server_us
    rows = []
    for cores in (2, 4, 8):
        together = cores * 1e6 / (cycle.server_us + cycle.client_us)
        rows.append([str(cores), f"{min(server, together):,.0f}", "the server" if server < together else "the cores"])
    table(["cores", "cycles a second at most, by CPU time", "what ends first"], rows)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works, not to quote")
    parser.add_argument("--folder", help="where the servers keep their data; its disk is part of what is measured")
    asked = parser.parse_args()
    quick = asked.quick
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        print(f"{shown(folder)}\n", flush=True)
        async with EmbeddedValkey(folder / "costs") as server, server.client() as redis:
            found = await measure_costs(redis, quick=quick)
        show_costs(found)
        await show_limits(folder, quick=quick)
        await show_cycles(folder, quick=quick)
    print(f"`python -m bench.queue_cost{' --quick' if quick else ''}{' --folder ...' if asked.folder else ''}`")


if __name__ == "__main__":
    uvloop.run(main())
