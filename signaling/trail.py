"""Puts acts on the audit trail, also through an hour in which the ledger does not answer: then they wait in Redis."""

import logging
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from redis.asyncio import Redis

from protocol.errors import BadInput, LedgerUnavailable, Param
from records import audit
from records.audit.acts import ACTS
from records.audit.notes import DONE, Who, who_of
from records.database import Database
from records.journal import aside
from runtime import origin
from runtime.clock import Clock
from runtime.kept import count, read
from runtime.login import Login
from signaling.keys import Keys

log = logging.getLogger(__name__)


WAITING_MAX = 100_000
"""About 30 MB of Redis: an hour without the ledger at a hundred times the load of a large district."""
TURN_S = 60
"""Longer than a write to the ledger may take; a node that dies in its turn holds the others up so long."""


class TrailEntry(msgspec.Struct, frozen=True):
    """One act for the trail: account, act, object, time, result, origin."""

    at_ms: int
    who: Who
    action: str
    subject: str
    facts: dict[str, Param]
    result: str = DONE
    came: origin.RequestOrigin = origin.COMMAND


_decode = msgspec.json.Decoder(TrailEntry).decode


class Trail:
    """The way from this node to the audit trail; page, interface and socket all go it."""

    def __init__(self, database: Database, redis: Redis, keys: Keys, clock: Clock) -> None:
        """Write to the ledger, or into the realm's waiting list."""
        self._database = database
        self._redis = redis
        self._key = keys.trail
        self._clock = clock
        self.after: list[Callable[[TrailEntry], Awaitable[None]]] = []
        """Callbacks after an act was noted: alarms, anchors."""

    async def note(
        self,
        who: Login | Who | str,
        action: str,
        subject: str,
        facts: Mapping[str, Param] | None = None,
        *,
        result: str = DONE,
        **more: Param,
    ) -> None:
        """Put an act on record; a call must not stop because the ledger does.

        Raises:
            LedgerUnavailable: the ledger does not answer, and too much waits for it already.
        """
        named = who_of(who) if isinstance(who, Login) else Who(who) if isinstance(who, str) else who
        look = TrailEntry(
            self._clock.now_ms(), named, action, subject, {**(facts or {}), **more}, result, origin.current()
        )
        try:
            await self._write(look)
        except LedgerUnavailable:
            log.warning("trail_waits", extra={"action": action})
            if await self._redis.llen(self._key) >= WAITING_MAX:
                raise  # what cannot go on record any more may not be done
            _ = await self._redis.rpush(self._key, msgspec.json.encode(look))

    async def note_once(
        self, mark: str, kept_s: int, who: Login | Who | str, action: str, subject: str, **facts: Param
    ) -> bool:
        """Put an act on record unless its mark stands in Redis, for `kept_s` seconds; return whether it was put there.

        Raises:
            LedgerUnavailable: it cannot go on record; it is not marked, and the next call tries again.
        """
        if not await self._redis.set(mark, b"1", nx=True, ex=kept_s):
            return False
        try:
            await self.note(who, action, subject, facts)
        except BaseException:
            _ = await self._redis.delete(mark)
            raise
        return True

    async def _write(self, look: TrailEntry) -> None:
        """Write an act to the ledger, and do what follows on looks and exports; also on those that waited."""
        facts = dict(look.facts)
        if look.at_ms != self._clock.now_ms():
            facts["looked_ms"] = look.at_ms  # the entry's own time is that of its writing
        with origin.during(look.came):
            async with self._database.begin() as db:
                _ = await audit.note(
                    db, look.who, look.action, look.subject, facts, result=look.result, clock=self._clock
                )
        act = ACTS.get(look.action)
        if act is not None and (act.looks or act.exports):
            for follow in self.after:
                await follow(look)

    async def _write_waiting(self, raw: bytes) -> None:
        """Write an act that waited; one that cannot be read is kept aside, whole, and the rest goes on."""
        look = read("trail", raw, _decode)
        if look is None:
            await aside.keep(self._database, "trail", raw, self._clock.now_ms())
            return
        try:
            await self._write(look)
        except BadInput as problem:
            count("trail", problem)
            await aside.keep(self._database, "trail", raw, self._clock.now_ms())

    async def catch_up(self) -> None:
        """Write the waiting entries; an entry leaves the list only after it is on record.

        One node at a time: two that read the same entry would write it twice.
        """
        while isinstance(first := await self._redis.lindex(self._key, 0), bytes):
            if not await self._redis.set(f"{self._key}:turn", b"1", nx=True, ex=TURN_S):
                return
            try:
                if await self._redis.lindex(self._key, 0) == first:
                    await self._write_waiting(first)
                    _ = await self._redis.lpop(self._key)
            finally:
                _ = await self._redis.delete(f"{self._key}:turn")
