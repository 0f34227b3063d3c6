"""Lets citizens and agents work for half an hour, and reports growth and losses every five minutes.

`python -m bench.soak [--minutes 30]`: 30 citizens and 15 seats, two `cloudwindow serve` nodes behind nginx with
`deploy/nginx.conf`, Valkey with its append-only file, PostgreSQL. Each line has a text of its own, each paper a content
of its own; what was acknowledged is compared with the ledger and with both sides' screens at every look.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy import text

from bench.faults.books import Balance
from bench.faults.crowd import Crowd, Pace, crowd
from bench.faults.town import Stage, stage
from bench.tables import table
from records.database import Database
from records.signing import read_keys
from tests.support.engines import PostgresServer
from tests.support.installed import SECRETS

CITIZENS, SEATS = 30, 15
PACE = Pace(talk_s=(8.0, 16.0), between_s=(1.0, 4.0), lines=10, papers=0.5)
SETTLE_S = 15.0
"""Before a look at the ledger: the recorder is behind by less."""
MB = 1024 * 1024


@dataclass
class Look:
    """Sizes of processes and stores at one moment."""

    minute: float
    facts: dict[str, str] = field(default_factory=dict)


async def look(at: Stage, people: Crowd, began: float) -> Look:
    """Measure everything once."""
    found = Look((time.monotonic() - began) / 60)
    for number, port in enumerate(at.town.ports, start=1):
        pid = at.town.nodes[port].process.pid
        found.facts[f"node {number}: RSS MB, files"] = f"{_rss_mb(pid):.0f}, {len(list(_proc(pid, 'fd').iterdir()))}"
    async with at.valkey.client() as redis:
        info = await redis.info()
        found.facts["Valkey MB, keys"] = f"{info['used_memory'] / MB:.1f}, {await redis.dbsize()}"
        found.facts["AOF MB"] = f"{info['aof_current_size'] / MB:.1f}"
        found.facts["keys without end"] = str(sum((await _endless(redis)).values()))
        found.facts["journal entries"] = str(await redis.xlen("cw:{window}:journal"))
    found.facts["SQL MB"] = f"{await _sql_mb(at.ledger):.1f}"
    found.facts["calls; lines"] = f"{people.calls}; {len(people.books.lines)}"
    levels = Counter(json.loads(line)["level"] for line in at.log_lines())
    found.facts["log lines; above info"] = f"{levels.total()}; {levels.total() - levels['info'] - levels['debug']}"
    return found


def _proc(pid: int, name: str) -> Path:
    return Path("/proc") / str(pid) / name


def _rss_mb(pid: int) -> float:
    status = _proc(pid, "status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def _endless(redis: Redis) -> Counter[str]:
    """Count keys without a time to live, by their first word."""
    found: Counter[str] = Counter()
    keys = [key async for key in redis.scan_iter("*", count=1000)]
    for start in range(0, len(keys), 1000):
        pipe = redis.pipeline(transaction=False)
        for key in keys[start : start + 1000]:
            _ = pipe.ttl(key)
        for key, left in zip(keys[start : start + 1000], await pipe.execute(), strict=True):
            if left == -1:
                found[key.decode(errors="replace").partition("}:")[2].partition(":")[0]] += 1
    return found


async def _sql_mb(url: str) -> float:
    database = Database(url, read_keys(SECRETS["audit_key"]))
    try:
        async with database.read() as db:
            return float((await db.execute(text("SELECT pg_database_size(current_database())"))).scalar_one()) / MB
    finally:
        await database.close()


async def run(minutes: float, every_s: float) -> None:
    """Print the table."""
    looks: list[Look] = []
    postgres = PostgresServer()
    await postgres.start()
    try:
        async with stage(seats=SEATS, postgres=postgres) as at:
            began = time.monotonic()
            async with crowd(at.address, at.context, CITIZENS, at.seats, PACE) as people:
                await asyncio.sleep(min(30.0, every_s))
                looks.append(await look(at, people, began))
                while time.monotonic() - began < minutes * 60:
                    await asyncio.sleep(every_s)
                    looks.append(await look(at, people, began))
                    print(looks[-1], flush=True)
                await people.finish()
            await asyncio.sleep(SETTLE_S)
            looks.append(await look(at, people, began))
            balance = await people.books.balance(at.ledger)
            async with at.valkey.client() as redis:
                endless = await _endless(redis)
            _tell(looks, people, balance, endless)
            for line in at.log_lines():
                if json.loads(line)["level"] not in {"info", "debug"}:
                    print(line[:600])
    finally:
        await postgres.stop()


def _tell(looks: list[Look], people: Crowd, balance: Balance, endless: Counter[str]) -> None:
    table(
        ("", *(f"{one.minute:.1f} min" for one in looks[:-1]), "after"),
        [(name, *(one.facts[name] for one in looks)) for name in looks[0].facts],
    )
    books = people.books
    print(
        f"{people.calls} calls: {len(books.tickets)} tickets, {len(books.lines)} lines, {len(books.papers)} papers, "
        f"{len(books.outcomes)} outcomes, {len(books.ratings)} ratings acknowledged; lost {len(balance.lost)}, "
        f"doubled {len(balance.doubled)}; refused {dict(books.refused)}."
    )
    for one in (*balance.lost[:10], *balance.doubled[:10]):
        print("-", one)
    times = sorted(books.seconds)
    p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"Commands: p50 {p50:.3f} s, p95 {p95:.3f} s, most {times[-1]:.2f} s.")
    print("Keys without end:", ", ".join(f"`{name}` {times}" for name, times in endless.most_common()))


def main() -> None:
    """Read how long."""
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--every", type=float, default=300, help="seconds between looks")
    parser.add_argument("--quick", action="store_true", help="one minute: to see that it works")
    chosen = parser.parse_args()
    asyncio.run(run(1, 20) if chosen.quick else run(chosen.minutes, chosen.every))


if __name__ == "__main__":
    main()
