"""Keeps each row's sealed hash on disk during verification: millions of rows, little memory."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

MEMORY_KIB: Final = 65_536
"""The cache of the temporary SQLite file in KiB; the file has no name and is removed at the end."""
PAGE: Final = 1000
SCHEMA: Final = (
    f"PRAGMA cache_size = -{MEMORY_KIB}",
    "PRAGMA journal_mode = OFF",
    "CREATE TABLE standing (name TEXT PRIMARY KEY, hash TEXT, at_ms INTEGER, seen INTEGER) WITHOUT ROWID",
    "BEGIN",
)


class SealedLine(NamedTuple):
    """One row of a batch: its name, its hash before (empty: it was new) and after, and the time it belongs to."""

    name: str
    was: str
    now: str
    at_ms: int


class Standing:
    """The last sealed hash and the time of each row, by the row's name. The disk is waited for in threads."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use a temporary database of its own."""
        self._db = db

    async def follow(self, lines: Iterable[SealedLine]) -> list[SealedLine]:
        """Set the hashes that a batch gave to its rows; return the lines whose earlier hash is not the stored one."""
        return await asyncio.to_thread(self._follow, lines)

    async def compare(self, found: Mapping[str, str]) -> list[SealedLine]:
        """Mark rows as there, by name and hash; return those that differ: `was` is the sealed hash, `now` the found."""
        return await asyncio.to_thread(self._compare, found)

    async def unseen(self, after: str = "") -> list[tuple[str, int]]:
        """Return names and times of the next rows that should be there and were not seen."""
        wanted = "SELECT name, at_ms FROM standing WHERE name > ? AND hash <> '' AND seen = 0 ORDER BY name LIMIT ?"
        return await asyncio.to_thread(lambda: self._db.execute(wanted, (after, PAGE)).fetchall())

    def _follow(self, lines: Iterable[SealedLine]) -> list[SealedLine]:
        odd = []
        for line in lines:
            if line.was != self._of(line.name)[0]:
                odd.append(line)
            row = (line.name, line.now, line.at_ms)
            _ = self._db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, 0)", row)
        return odd

    def _compare(self, found: Mapping[str, str]) -> list[SealedLine]:
        odd = []
        for name, now in found.items():
            sealed, at_ms = self._of(name)
            if now != sealed:
                odd.append(SealedLine(name, sealed, now, at_ms))
        _ = self._db.executemany("UPDATE standing SET seen = 1 WHERE name = ?", ((name,) for name in found))
        return odd

    def _of(self, name: str) -> tuple[str, int]:
        found = self._db.execute("SELECT hash, at_ms FROM standing WHERE name = ?", (name,)).fetchone()
        return (found[0], found[1]) if found else ("", 0)


@asynccontextmanager
async def standing() -> AsyncIterator[Standing]:
    """Yield an empty store; its file is deleted at the end."""
    db = await asyncio.to_thread(_open)
    try:
        yield Standing(db)
    finally:
        await asyncio.to_thread(db.close)


def _open() -> sqlite3.Connection:
    # An empty name is a temporary database, on disk when it grows. One thread at a time uses it.
    db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for line in SCHEMA:
        _ = db.execute(line)
    return db
