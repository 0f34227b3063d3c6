"""Run the matrix of faults and print it as a table: `python -m bench.faults [WORD …] [--runs 10] [--quick] [--busy]`.

Real `cloudwindow serve` processes, two nodes behind nginx with `deploy/nginx.conf`, Valkey with its append-only file,
PostgreSQL. Beside the pair on whom a fault is tried a crowd works on. What was acknowledged to a client (tickets,
lines, papers, outcomes, ratings) is compared with the ledger and with both sides' screens after the last run of a row.
The row of a full disk mounts a small one and needs root. Clocks that are off: `python -m bench.clocks`. Media
on a line that loses and delays: `python -m bench.media_loss`.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from bench.faults import browsers, disk, machines, pages, races, returns
from bench.faults.crowd import Crowd, Pace, crowd
from bench.faults.town import Stage, stage
from bench.tables import table
from tests.support.engines import PostgresServer

Row = Callable[[Stage, Crowd], Awaitable[float]]
ROWS: dict[str, Row] = {**pages.ROWS, **browsers.ROWS, **races.ROWS, **disk.ROWS, **machines.ROWS}
HEAD = (
    "fault",
    "runs",
    "back p50 s",
    "p95 s",
    "most s",
    "acknowledged",
    "all in the ledger after s",
    "lost",
    "doubled",
    "log: warnings, traces",
)
CITIZENS, SEATS, PAIRS = 6, 4, 2
PACE = Pace(talk_s=(1.0, 2.0), between_s=(0.5, 1.5))
RECORDED_S = 60.0
"""Acts that are not in the ledger this long after the last run, in seconds, count as lost."""
RUN_LIMIT_S = 150.0


async def one_row(name: str, run: Row, at: Stage, runs: int) -> tuple[str, ...]:
    """Try a row; return its cells. A run that does not come to its end is told beside its number."""
    seen, times, failed = len(at.log_lines()), [], 0
    async with crowd(at.address, at.context, CITIZENS, at.seats, PACE) as people:
        for _ in range(runs):
            try:
                async with asyncio.timeout(RUN_LIMIT_S):
                    times.append(await run(at, people))
            except Exception:  # noqa: BLE001  (a row that breaks is a finding, and the next one goes on)
                failed += 1
                traceback.print_exc()
                for pair in list(people.open_pairs):
                    await pair.clear()
        await people.finish()
    balance, recorded_s = await people.books.settled(at.ledger, RECORDED_S)
    for what, found in (("lost", balance.lost), ("doubled", balance.doubled)):
        for one in found[:20]:
            print(f"- {name}: {what}: {one}")
    if people.books.refused:
        print(f"- {name}: refused {dict(people.books.refused)}")
    warnings, traces = _said(name, at.log_lines()[seen:])
    times.sort()
    figures = [f"{one:.2f}" for one in (_at(times, 50), _at(times, 95), _at(times, 100))]
    told = f"{runs}" if not failed else f"{runs}, {failed} broken"
    return (
        name,
        told,
        *figures,
        str(balance.checked),
        "never" if balance.unrecorded else f"{recorded_s:.1f}",
        str(len(balance.lost)),
        str(len(balance.doubled)),
        f"{warnings}, {traces}",
    )


def _at(times: list[float], percent: int) -> float:
    return times[min(len(times) - 1, len(times) * percent // 100)] if times else float("nan")


def _said(name: str, lines: list[str]) -> tuple[int, int]:
    """Count lines above info and those with a traceback; print what they were."""
    found: Counter[str] = Counter()
    traces = 0
    for line in lines:
        said = json.loads(line)
        if said["level"] in {"warning", "error", "critical"}:
            found[f"{said['level']} {said['event']}"] += 1
        if "trace" in said:
            traces += 1
            print(f"- {name}: {line[:1500]}")
    if found:
        print(f"- {name}: {dict(found)}")
    return found.total(), traces


async def matrix(runs: int, words: list[str]) -> None:
    """Print a row after the other, then the table."""
    rows = []
    postgres = PostgresServer()
    await postgres.start()
    try:
        async with stage(seats=SEATS, pairs=PAIRS, postgres=postgres) as at:
            for name, run in ROWS.items():
                if not words or any(word in name for word in words):
                    rows.append(await one_row(name, run, at, runs))
                    print("|", " | ".join(rows[-1]), "|", flush=True)
    finally:
        await postgres.stop()
    print(f"\nload {os.getloadavg()[0]:.1f}")
    table(HEAD, rows)


async def many(runs: int, words: list[str]) -> None:
    """Print how soon waiting pages are back."""
    rows = []
    for name, (act, size) in returns.ROWS.items():
        if words and not any(word in name for word in words):
            continue
        times, moved = await returns.measured(act, size, runs)
        figures = [f"{one:.1f}" for one in (_at(times, 50), _at(times, 95), _at(times, 100))]
        rows.append((name, str(size), str(runs), *figures, str(moved)))
    print(f"load {os.getloadavg()[0]:.1f}")
    table(("fault", "pages", "runs", "back p50 s", "p95 s", "last s", "places changed"), rows)


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """Keep so many cores busy meanwhile."""
    beside = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(loops)]
    try:
        yield
    finally:
        for process in beside:
            process.kill()
            _ = process.wait()


def main() -> None:
    """Read which rows."""
    parser = argparse.ArgumentParser(prog="bench.faults", description=__doc__)
    parser.add_argument("words", nargs="*", help="only rows that hold one of these words")
    parser.add_argument("--quick", action="store_true", help="one run a row")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--busy", action="store_true", help="beside a busy loop on each core")
    chosen = parser.parse_args()
    runs, words = 1 if chosen.quick else chosen.runs, chosen.words
    with busy(os.cpu_count() or 1 if chosen.busy else 0):
        if not words or any(word in name for word in words for name in ROWS):
            asyncio.run(matrix(runs, words))
        if not words or any(word in name for word in words for name in returns.ROWS):
            asyncio.run(many(runs, words))


if __name__ == "__main__":
    main()
