"""SQLite as the ledger's engine: its connections' threads, its settings, how its transactions begin."""

import asyncio
from pathlib import Path
from threading import Thread
from typing import Any, Final

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_LIMIT_MS: Final = 10_000
JOIN_LIMIT_S: Final = 5.0


class Workers:
    """The threads of aiosqlite, one per connection.

    A cancelled statement leaves its thread at work: it answers to an event loop that may be gone by then. So closing
    the ledger joins them.
    """

    def __init__(self) -> None:
        """Know of none yet."""
        self._threads: set[Thread] = set()

    def connect(self, *arguments: Any, **options: Any) -> aiosqlite.Connection:
        """Make a connection, which starts its thread when it is awaited."""
        connection = aiosqlite.connect(*arguments, **options)
        thread = connection._thread  # noqa: SLF001 - SQLAlchemy reaches for it in the same way
        thread.daemon = True
        self._threads = {known for known in self._threads if known.is_alive()} | {thread}
        return connection

    async def join(self) -> None:
        """Wait for the end of those that have been told to stop."""
        for thread in self._threads:
            if thread.is_alive():
                await asyncio.to_thread(thread.join, JOIN_LIMIT_S)


def make_engine(address: URL, workers: Workers, pool_limit_s: float) -> AsyncEngine:
    """Make the engine of an address; it makes the folder, and connects when first used."""
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(address, pool_timeout=pool_limit_s, connect_args={"async_creator_fn": workers.connect})
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: it would begin them too late for `BEGIN IMMEDIATE`.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_LIMIT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer that starts as a reader can be refused half-way; one that says so at once just waits its turn.
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
