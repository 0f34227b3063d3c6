"""Runs one real node for the measurement: sample district, as many seats as asked for, everybody's cookie printed."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import msgspec
import uvloop
from aiohttp import web

from matcher import Queue
from protocol.rights import Role
from records.catalogue.directory import Directory
from records.catalogue.file import read_catalogue
from records.catalogue.holder import CatalogueHolder
from records.catalogue.importer import import_catalogue
from records.database import Database
from records.migrations import upgrade
from records.papers.documents import DocumentStore
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from runtime.redis_pool import open_redis
from runtime.settings import Settings
from signaling.app import build_app
from signaling.services import RealmServices

SAMPLE = Path(__file__).parents[2] / "records" / "sample" / "catalog.yaml"
MANY = 1e9
"""The measurement sends far more than a page may: the limit is counted as ever, only its size is raised."""


async def district(database: Database, seats: int) -> Directory:
    """Import the sample district with this number of agents, all able to serve MZ01."""
    catalogue = read_catalogue(SAMPLE)
    able = next(row for row in catalogue.seats if row.entry.id == "S004")
    many = tuple(
        msgspec.structs.replace(able, entry=msgspec.structs.replace(able.entry, id=f"B{number:05}"))
        for number in range(seats)
    )
    await import_catalogue(database, msgspec.structs.replace(catalogue, seats=many))
    return await Directory.load(database)


async def serve(seats: int) -> None:
    """Serve until standard input is closed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'ledger.sqlite3'}"
        await upgrade(url)
        database = Database(url)
        async with EmbeddedValkey(folder / "valkey") as valkey, open_redis(valkey.url) as redis:
            settings = Settings(
                secret_key="x" * 32,
                realm="bench",
                hours="always",
                frames_per_s=MANY,
                frames_burst=int(MANY),
                candidates_burst=int(MANY),
            )
            clock = SystemClock()
            services = RealmServices.of(
                settings,
                clock=clock,
                redis=redis,
                queue=Queue(redis, "bench", clock),
                database=database,
                catalogue=CatalogueHolder(database, await district(database, seats)),
                documents=DocumentStore(folder, bytes(32), clock),
            )
            runner = web.AppRunner(build_app(services), access_log=None, shutdown_timeout=10)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
            logins = [
                await services.logins.begin(f"b{number}", Role.AGENT, f"B{number:05}", "x") for number in range(seats)
            ]
            cookies = [f"window_login={cookie}" for cookie, _ in logins]
            print(json.dumps({"port": runner.addresses[0][1], "cookies": cookies}), flush=True)
            await asyncio.to_thread(sys.stdin.read)
            await runner.cleanup()
            await database.close()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
