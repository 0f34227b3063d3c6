"""PostgreSQL `FOR UPDATE SKIP LOCKED`: a seat claims its oldest fitting row; NOTIFY wakes seats, leases mend crashes.

Idle seats wait for a NOTIFY of their class (one is woken for each) and look again every second in case one was missed.
`fsync` and `synchronous_commit` are on, as `appendfsync always` is for the engines on Valkey.
"""

import asyncio
from typing import Self

import asyncpg

from bench.engines.base import LEASE_S, Handed, Where, wall
from bench.engines.floor import Seat

SCHEMA = """
CREATE TABLE IF NOT EXISTS tickets (
  ticket text PRIMARY KEY, kind int NOT NULL, arrived bigserial, state text NOT NULL DEFAULT 'waiting',
  seat text, lease timestamptz);
CREATE INDEX IF NOT EXISTS tickets_waiting ON tickets (arrived) INCLUDE (kind) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS tickets_held ON tickets (lease) WHERE state = 'held';
"""
TAKE = "WITH put AS (INSERT INTO tickets (ticket, kind) VALUES ($1, $2)) SELECT pg_notify('class' || $2::int, '')"
CLAIM = """
UPDATE tickets SET state = 'held', seat = $2, lease = now() + $3::float * interval '1 second'
WHERE ticket = (SELECT ticket FROM tickets WHERE state = 'waiting' AND kind = ANY($1::int[])
                ORDER BY arrived LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING ticket, extract(epoch FROM clock_timestamp())::float
"""
DONE = "UPDATE tickets SET state = 'done' WHERE ticket = $1 AND state = 'held' AND seat = $2"
RENEW = """
UPDATE tickets SET lease = now() + $2::float * interval '1 second'
WHERE state = 'held' AND ticket = ANY($1::text[])
"""
REAP = """
WITH late AS (UPDATE tickets SET state = 'waiting', seat = NULL WHERE state = 'held' AND lease < now() RETURNING kind)
SELECT pg_notify('class' || kind, '') FROM late
"""
CONNECTIONS = 24
POLL_S = 1.0


class SkipLocked:
    """A careful queue in SQL."""

    slack_s = 0.005

    def __init__(self, where: Where) -> None:
        """Use `where.postgres_url`."""
        self._where = where
        self._pool: asyncpg.Pool | None = None
        self._ear: asyncpg.Connection | None = None
        self._idle: dict[int, list[asyncio.Event]] = {}
        self._held: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect, make the table, listen."""
        url = self._where.postgres_url
        self._ear = await asyncpg.connect(url)
        await self._ear.execute("SELECT pg_advisory_lock(1)")
        await self._ear.execute(SCHEMA)
        await self._ear.execute("SELECT pg_advisory_unlock(1)")
        for kind in sorted({kind for seat in self._where.seats for kind in seat.classes}):
            await self._ear.add_listener(f"class{kind}", self._heard)
        self._pool = await asyncpg.create_pool(url, min_size=4, max_size=CONNECTIONS)
        if self._where.dispatches:
            self._task = asyncio.get_running_loop().create_task(self._mend())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._ear is not None:
            await self._ear.close()
        if self._pool is not None:
            self._pool.terminate()

    async def take(self, ticket: str, kind: int) -> None:
        """Insert the ticket and notify its class."""
        await self._sql.execute(TAKE, ticket, kind)

    async def next(self, seat: Seat) -> Handed:
        """Claim the oldest fitting ticket, or wait for a notification."""
        freed = wall()
        while True:
            bell = asyncio.Event()
            for kind in seat.classes:  # listening before looking: nothing falls between
                self._idle.setdefault(kind, []).append(bell)
            row = await self._sql.fetchrow(CLAIM, list(seat.classes), seat.name, LEASE_S)
            if row is None:
                try:
                    async with asyncio.timeout(POLL_S):
                        await bell.wait()
                except TimeoutError:
                    pass
            for kind in seat.classes:
                if bell in self._idle[kind]:
                    self._idle[kind].remove(bell)
            if row is not None:
                self._held.add(row[0])
                return Handed(seat.name, row[0], freed=freed, idle=freed, decided=row[1], got=wall())

    async def accept(self, handed: Handed) -> bool:
        """Know no refusal."""
        return bool(handed.ticket)

    async def done(self, handed: Handed) -> None:
        """Mark the row, if it is still the seat's."""
        await self._sql.execute(DONE, handed.ticket, handed.seat)
        self._held.discard(handed.ticket)

    @property
    def _sql(self) -> asyncpg.Pool:
        assert self._pool is not None
        return self._pool

    def _heard(self, _connection: object, _pid: int, channel: str, _payload: str) -> None:
        bells = self._idle.get(int(channel.removeprefix("class")), [])
        if bells:
            bells.pop(0).set()

    async def _mend(self) -> None:
        """Renew the leases of this process's tickets and give back what dead processes held."""
        while True:
            await asyncio.sleep(LEASE_S / 4)
            await self._sql.execute(RENEW, sorted(self._held), LEASE_S)
            await self._sql.execute(REAP)
