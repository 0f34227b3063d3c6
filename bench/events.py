"""Measure events for other systems: commit to receiver at a steady rate, pages of the feed, a day's outage caught up.

The receiver is a process of its own and answers at once. Rows: each engine; the outage is `--backlog` events.
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from aiohttp import web

from bench.tables import table
from hooks.client import HookClient
from hooks.sender import HookSender
from protocol.outbox import ResumedData
from protocol.scopes import EVERYWHERE
from records import migrations
from records.database import Database
from records.outbox import feed
from records.outbox.hooks import Hooks, HookSpec
from records.outbox.tell import Telling, tell
from runtime.bell import Bell
from runtime.clock import SystemClock
from runtime.metrics import Metrics
from runtime.receivers import AllowList
from runtime.sealing import Sealing
from tests.support.engines import PostgresServer

RATE_PER_S: Final = 100
BATCH: Final = 10
MATTERS: Final = 200
PAGE: Final = 500
RETRY_S: Final = 3 * 24 * 3600.0
_numbers = count(1)


def receive(pipe: Connection) -> None:
    """Be the receiver: answer each delivery at once, and tell the times between event and delivery when asked."""
    waits: list[float] = []

    async def take(request: web.Request) -> web.Response:
        event = json.loads(await request.read())
        waits.append(time.time() - int(event["data"]["ticket"].split("-")[1]) / 1e6)
        return web.Response(status=204)

    async def serve() -> None:
        app = web.Application()
        _ = app.router.add_post("/events", take)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        pipe.send(runner.addresses[0][1])
        while True:
            asked = await asyncio.to_thread(pipe.recv)
            if asked == "end":
                return
            pipe.send(list(waits) if asked == "waits" else len(waits))

    asyncio.run(serve())


@asynccontextmanager
async def receiver() -> AsyncIterator[tuple[int, Connection]]:
    """Run a receiver; yield its port and the pipe to ask it by."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=receive, args=(theirs,), daemon=True)
    process.start()
    port = await asyncio.to_thread(ours.recv)
    try:
        yield port, ours
    finally:
        ours.send("end")
        await asyncio.to_thread(process.join)


async def happen(database: Database, events: int) -> None:
    """Commit events, each with the time of its making in its data."""
    async with database.begin() as db:
        told = []
        for _ in range(events):
            number = next(_numbers)
            name = f"T{number}-{round(time.time() * 1e6)}"
            data = ResumedData(ticket=name)
            told.append(Telling(cause=str(number), subject=f"T{number % MATTERS}", data=data, at_ms=1))
        await tell(db, told)


class Bench:
    """One engine with one web-hook."""

    def __init__(self, database: Database, port: int, pipe: Connection) -> None:
        """Send to the receiver at `port`."""
        self.database, self.pipe, self.bell = database, pipe, Bell()
        database.after_telling.append(self.bell.ring)
        allowed, sealing = AllowList([f"http://127.0.0.1:{port}"]), Sealing("web-hook", b"m" * 32)
        self.hooks = Hooks(database, SystemClock(), sealing, allowed)
        client = HookClient(allowed, 15)
        self.sender = HookSender(database, SystemClock(), sealing, client, retry_s=RETRY_S, metrics=Metrics())
        self.url = f"http://127.0.0.1:{port}/events"

    async def received(self) -> int:
        """Return how many deliveries came."""
        self.pipe.send("count")
        found: int = await asyncio.to_thread(self.pipe.recv)
        return found

    async def until_received(self, wanted: int) -> None:
        """Wait for the receiver to have so many."""
        while await self.received() < wanted:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)

    async def delays(self, events: int) -> tuple[float, float]:
        """Return p50 and p95 from commit to receiver in ms, at a steady rate."""
        sending = asyncio.create_task(self.sender.run(self.bell))
        before, began = await self.received(), time.perf_counter()
        for number in range(0, events, BATCH):
            await happen(self.database, BATCH)
            await asyncio.sleep(max(0.0, began + (number + BATCH) / RATE_PER_S - time.perf_counter()))
        await self.until_received(before + events)
        _ = sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        self.pipe.send("waits")
        waits = (await asyncio.to_thread(self.pipe.recv))[before:]
        return statistics.median(waits) * 1000, statistics.quantiles(waits, n=20)[-1] * 1000

    async def caught_up(self, events: int) -> tuple[float, float]:
        """Return how many seconds a backlog takes, and by how many MB this process grew."""
        for _ in range(0, events, PAGE):
            await happen(self.database, PAGE)
        before, grown, began = await self.received(), _peak_mb(), time.perf_counter()
        sending = asyncio.create_task(self.sender.run(self.bell))
        await self.until_received(before + events)
        spent = time.perf_counter() - began
        _ = sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        return spent, _peak_mb() - grown

    async def feed_per_s(self) -> float:
        """Return how many events a second a reader pages through."""
        cursor, read, began = 0, 0, time.perf_counter()
        while True:
            async with self.database.read() as db:
                page = await feed.read(db, cursor, EVERYWHERE, PAGE)
            if not page.rows:
                return read / (time.perf_counter() - began)
            cursor, read = page.cursor, read + len(page.rows)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measured(url: str, events: int, backlog: int) -> list[str]:
    """Measure one engine; return its row."""
    await migrations.upgrade(url)
    database = Database(url)
    async with receiver() as (port, pipe):
        bench = Bench(database, port, pipe)
        _ = await bench.hooks.make(HookSpec(name="bench", url=bench.url))
        p50, p95 = await bench.delays(events)
        seconds, grown = await bench.caught_up(backlog)
        per_s = await bench.feed_per_s()
    await database.close()
    caught = f"{backlog:,} in {seconds:.0f} s ({backlog / seconds:,.0f}/s), +{grown:.0f} MB"
    return [url.partition("+")[0], f"{p50:.0f} / {p95:.0f}", caught, f"{per_s:,.0f}"]


async def main() -> None:
    """Measure SQLite and PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--events", type=int, default=6_000)
    parser.add_argument("--backlog", type=int, default=100_000)
    chosen = parser.parse_args()
    events, backlog = (500, 5_000) if chosen.quick else (chosen.events, chosen.backlog)
    head = [
        "engine",
        f"commit to receiver at {RATE_PER_S}/s, p50 / p95 ms",
        "outage caught up",
        "feed, events a second",
    ]
    server = PostgresServer()
    await server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            postgres = server.url(await server.create_database(), driver="postgresql+asyncpg")
            urls = (f"sqlite+aiosqlite:///{Path(folder) / 'ledger.sqlite3'}", postgres)
            rows = [await measured(url, events, backlog) for url in urls]
    finally:
        await server.stop()
    table(head, rows)


if __name__ == "__main__":
    asyncio.run(main())
