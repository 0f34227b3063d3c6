"""Measure the time to record a closed call, in turns with 0 and with 50 audit entries a second."""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bench.disk import shown
from bench.tables import table
from records import audit, migrations
from records.database import Database
from records.journal.recorder import Recorder
from records.signing import AuditKeys
from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from tests.support.engines import PostgresServer
from tests.support.journal import REALM, ScriptedVisit

ENTRIES_PER_S: Final = (0, 50)
KEYS: Final = AuditKeys(b"k" * 32)


async def noting(database: Database, per_s: int, noted: list[int]) -> None:
    """Note looks at a steady rate, and seal once a second, as a node does."""
    began = time.perf_counter()
    for number in range(1, 1_000_000):
        async with database.begin() as db:
            await audit.note(db, "supervisor:sup", "document.viewed", f"D{number}")
        noted[0] += 1
        if number % per_s == 0:
            async with database.begin() as db:
                await audit.seal(db)
        await asyncio.sleep(max(0.0, began + number / per_s - time.perf_counter()))


@asynccontextmanager
async def entries(database: Database, per_s: int, noted: list[int]) -> AsyncIterator[None]:
    """Write so many entries a second meanwhile."""
    task = asyncio.create_task(noting(database, per_s, noted)) if per_s else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def closes(recorder: Recorder, valkey: EmbeddedValkey, count: int) -> list[float]:
    """Return how long each close of a call takes to be on record, in seconds."""
    spent = []
    async with valkey.client() as redis:
        for number in range(count):
            call = ScriptedVisit(redis, ManualClock(), f"S{number % 30 + 1:03}")
            await call.takes_a_ticket()
            await call.is_accepted()
            await recorder.drain()
            await call.closes("answered")
            await call.is_done()
            began = time.perf_counter()
            await recorder.drain()
            spent.append(time.perf_counter() - began)
    return spent


async def measured(url: str, folder: Path, turns: int, count: int) -> list[str]:
    """Measure one engine; return its row."""
    await migrations.upgrade(url)
    database = Database(url, KEYS)
    spent: dict[int, list[float]] = {per_s: [] for per_s in ENTRIES_PER_S}
    noted, within = [0], 0.0
    async with EmbeddedValkey(folder / url.partition(":")[0]) as valkey, valkey.client() as redis:
        recorder = Recorder(database, redis, REALM)
        for _ in range(turns):
            for per_s in ENTRIES_PER_S:
                began = time.perf_counter()
                async with entries(database, per_s, noted):
                    spent[per_s] += await closes(recorder, valkey, count)
                within += (time.perf_counter() - began) if per_s else 0.0
    await database.close()
    p50 = {per_s: statistics.median(some) * 1000 for per_s, some in spent.items()}
    p90 = {per_s: statistics.quantiles(some, n=10)[-1] * 1000 for per_s, some in spent.items()}
    told = [f"{p50[per_s]:.1f} / {p90[per_s]:.1f}" for per_s in ENTRIES_PER_S]
    ratio = p50[ENTRIES_PER_S[1]] / p50[ENTRIES_PER_S[0]]
    return [url.partition("+")[0], *told, f"{ratio:.2f}", f"{noted[0] / within:.0f}"]


async def work(turns: int, count: int) -> None:
    """Measure both engines and print the table."""
    server = PostgresServer()
    await server.start()
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            postgres = server.url(await server.create_database(), driver="postgresql+asyncpg")
            urls = (f"sqlite+aiosqlite:///{folder / 'ledger.sqlite3'}", postgres)
            rows = [await measured(url, folder, turns, count) for url in urls]
            print(shown(folder))
    finally:
        await server.stop()
    head = (
        "ledger",
        "close, none: p50 / p90 ms",
        "close, 50 a second: p50 / p90 ms",
        "ratio of p50",
        "entries a second",
    )
    table(head, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    asyncio.run(work(2 if quick else 6, 20 if quick else 50))
