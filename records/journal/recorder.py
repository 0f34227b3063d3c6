"""Reads the queue's journal and writes the ledger: exactly once, in order, catching up after any outage.

Any number of recorders may run. The lock on the realm's row in the ledger says whose turn it is, so what is pending in
the consumer group inside that lock belongs to nobody who lives: it is taken over at once, before anything newer.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from typing import Final, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import LedgerUnavailable
from protocol.events import journal_key
from records.database import Database
from records.journal.apply import Entry, apply
from records.tables.journal import JournalPositionRow, SetAsideRow
from runtime.lifecycle import undisturbed

log = logging.getLogger(__name__)

Raw = tuple[bytes, dict[bytes, bytes] | None]
GROUP: Final = "records"
BATCH: Final = 250
REDIS_LIMIT_S: Final = 5.0
ROUND_LIMIT_S: Final = 3.0
NEWS_BLOCK_MS: Final = 1_000
BACK_OFF_FIRST_S: Final = 0.25
BACK_OFF_MAX_S: Final = 3.0


class RecorderStatus(msgspec.Struct, frozen=True):
    """Progress of the recorder: entries applied, set aside (by reason), and still waiting in the journal."""

    applied: int = 0
    last_id: str = "0-0"
    set_aside: dict[str, int] = {}
    behind: int = 0


class Recorder:
    """Brings one realm's journal into the ledger."""

    def __init__(self, database: Database, redis: Redis, realm: str, consumer: str = "recorder") -> None:
        """Read the journal of `realm` as `consumer`, a name that is this node's alone.

        Raises:
            ValueError: the ledger is seen as another realm sees it, whose rows these entries are not.
        """
        if realm != database.realm:
            raise ValueError(f"the journal of {realm} is not recorded as {database.realm}'s")
        self._database = database
        self._redis = redis
        self._realm = realm
        self._consumer = consumer
        self._key = journal_key(realm)
        self._last_id = "0-0"

    async def run(self) -> None:
        """Record until cancelled; the ledger or the queue out of reach is waited for."""
        failures = 0
        task = asyncio.current_task()
        assert task is not None
        # Drivers now and then answer a cancellation with an error of their own, or not at all: it counts all the same.
        while not task.cancelling():
            try:
                while (await undisturbed(self._round(), ROUND_LIMIT_S))[0]:
                    failures = 0
                await self._news()
            except (LedgerUnavailable, RedisError, TimeoutError) as error:
                failures += 1
                if failures == 1:
                    log.warning("recorder_waits", extra={"why": type(error).__name__})
                longest = min(BACK_OFF_MAX_S, BACK_OFF_FIRST_S * 2 ** min(failures, 10))
                if not task.cancelling():
                    await asyncio.sleep(random.uniform(longest / 2, longest))  # noqa: S311  (spread, not secret)
        raise asyncio.CancelledError

    async def drain(self) -> int:
        """Record everything that is in the journal now; return how many entries were new to the ledger.

        Raises:
            LedgerUnavailable: the database does not answer; nothing is lost, call again.
        """
        done = 0
        while True:
            read, applied = await self._round()
            done += applied
            if not read:
                return done

    async def status(self) -> RecorderStatus:
        """Return how far the ledger is."""
        async with self._database.read() as db:
            position = await db.get(JournalPositionRow, ())
            reasons = await db.execute(select(SetAsideRow.why, func.count()).group_by(SetAsideRow.why))
            set_aside = dict(reasons.all())
        async with asyncio.timeout(REDIS_LIMIT_S):
            groups = await self._groups()
        behind = groups.get(GROUP, 0)
        if position is None:
            return RecorderStatus(set_aside=set_aside, behind=behind)
        return RecorderStatus(position.applied, position.last_id, set_aside, behind)

    async def _round(self) -> tuple[int, int]:
        async with self._database.begin() as db:
            position = await self._turn(db)
            async with asyncio.timeout(REDIS_LIMIT_S):
                entries = await self._entries()
            applied = await apply(db, position, entries)
        if entries:
            async with asyncio.timeout(REDIS_LIMIT_S):
                # Lost acknowledgements do no harm: the ids are known to the ledger.
                await self._redis.xack(self._key, GROUP, *(entry for entry, _ in entries))
            self._last_id = entries[-1][0]
        return len(entries), applied

    async def _turn(self, db: AsyncSession) -> JournalPositionRow:
        """Wait for this recorder's turn: the lock on the realm's row, kept to the end of the transaction."""
        wanted = select(JournalPositionRow).where(JournalPositionRow.realm == self._realm).with_for_update()
        position = (await db.scalars(wanted)).one_or_none()
        if position is not None:
            return position
        try:
            async with db.begin_nested():
                db.add(JournalPositionRow(realm=self._realm, last_id="0-0", applied=0, set_aside=0))
        except IntegrityError:
            pass  # another recorder was faster
        return (await db.scalars(wanted)).one()

    async def _entries(self) -> Sequence[Entry]:
        """Return what others left pending, else what is new, oldest first."""
        try:
            claimed = await self._redis.xautoclaim(self._key, GROUP, self._consumer, min_idle_time=0, count=BATCH)
            if claimed[1]:
                return _entries(claimed[1])
            read = await self._redis.xreadgroup(GROUP, self._consumer, {self._key: ">"}, count=BATCH)
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            await self._make_group()
            return await self._entries()
        return _entries(_of_stream(read))

    async def _make_group(self) -> None:
        try:
            await self._redis.xgroup_create(self._key, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def _news(self) -> None:
        """Wait until there is a new entry, for a second at most: others may have left something pending."""
        async with asyncio.timeout(REDIS_LIMIT_S):
            await self._redis.xread({self._key: self._last_id}, count=1, block=NEWS_BLOCK_MS)

    async def _groups(self) -> dict[str, int]:
        """Return, by group, how many entries it has not finished with."""
        try:
            groups = await self._redis.xinfo_groups(self._key)
        except ResponseError:
            return {}
        return {group["name"].decode(): int(group["pending"]) + int(group.get("lag") or 0) for group in groups}


def _of_stream(read: object) -> Sequence[Raw]:
    """Return the entries of the one stream we read."""
    if not read:
        return ()
    if isinstance(read, dict):  # as the third version of Redis's protocol says it: one list of entries a name
        return [entry for parts in read.values() for part in parts for entry in part]
    return cast("Sequence[Raw]", read[0][1]) if isinstance(read, list) else ()


def _entries(raw: Sequence[Raw]) -> list[Entry]:
    return [(entry.decode(), fields) for entry, fields in raw if fields is not None]
