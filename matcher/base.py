"""Base of all parts of the queue: the server, the realm, the clock, the rules, and one way to run a verb."""

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from matcher import scripts
from matcher.codes import raise_for
from matcher.courier import Courier
from matcher.rules import Rules, packed
from matcher.scripts import Argument, Reply, Server
from protocol import events
from protocol.errors import QueueUnavailable
from protocol.skills import Abilities
from runtime.business_clock import BusinessClock
from runtime.clock import Clock
from runtime.spoilt import is_spoilt

Roster = Callable[[str], Abilities | None]
"""Skills that a seat may announce at most; None if the seat does not exist."""

AWAY = (RedisConnectionError, RedisTimeoutError, ReadOnlyError, OSError)
"""The server does not answer, or is a replica just now."""


class QueueBase:
    """A realm of the queue on one server."""

    def __init__(
        self,
        redis: Server,
        realm: str,
        clock: Clock,
        rules: Rules | None = None,
        roster: Roster | None = None,
        business: BusinessClock | None = None,
    ) -> None:
        """Work on the realm's keys through this client; `roster` checks what seats announce.

        `business` says which day it is that counters count; every time and deadline is the `clock`'s.
        """
        self.redis = redis
        self.realm = realm
        self.clock = clock
        self.business = business or BusinessClock(clock)
        self.rules = rules or Rules()
        self.roster = roster
        self.away = 0
        """Commands that the server did not answer."""
        self.unread = 0
        """Journal entries and rows that were passed over because their bytes make no sense."""
        self.journal_key = events.journal_key(realm)
        self._packed = (0, 0, b"")
        self._work_by(self.rules)
        self._server = Courier(redis) if isinstance(redis, Redis) else redis

    async def adopt(self, rules: Rules) -> int:
        """Work with other rules from now on, and make them the realm's; return the version in force there.

        A lower version than the realm's changes nothing: its newer rules go on being in force for this caller, too.
        """
        self._work_by(rules)
        return await self.run_int("adopt_rules")

    def _work_by(self, rules: Rules) -> None:
        self.rules, self.zone = rules, ZoneInfo(rules.zone)
        self._packed = (0, 0, b"")

    def _told(self, now_ms: int) -> bytes:
        """Return the rules as of now: they are packed anew when the realm's clocks change."""
        ahead, shift = self.business.ahead_ms(now_ms, self.zone), self.business.offset_ms
        if (ahead, shift) != self._packed[:2] or not self._packed[2]:
            self._packed = (ahead, shift, packed(self.rules, ahead, shift))
        return self._packed[2]

    def key(self, name: str) -> str:
        """Return a key of the realm, as lib/keys.lua makes it."""
        return self.journal_key.removesuffix("journal") + name

    async def run(self, verb: str, *arguments: Argument) -> Reply:
        """Run a verb now.

        Raises:
            ServiceError: what the verb refused, see `matcher.codes`.
            QueueUnavailable: the server does not answer, or answers that it cannot.
        """
        now_ms = self.clock.now_ms()
        given: list[Argument] = [now_ms, self._told(now_ms), *arguments]
        try:
            reply = await scripts.run(self._server, verb, self.journal_key, given)
        except AWAY as error:
            self.away += 1
            raise QueueUnavailable from error
        except ResponseError as error:
            if is_spoilt(error):
                raise
            self.away += 1
            raise QueueUnavailable from error
        raise_for(reply)
        return reply

    async def command(self, *arguments: Argument) -> Reply:
        """Send one plain command, which may block, on a connection of its own."""
        try:
            return await self.redis.execute_command(*arguments)
        except AWAY as error:
            self.away += 1
            raise QueueUnavailable from error

    async def ask(self, *arguments: Argument) -> Reply:
        """Send one plain command that does not block, together with verbs."""
        try:
            return await self._server.execute_command(*arguments)
        except AWAY as error:
            raise QueueUnavailable from error

    async def run_list(self, verb: str, *arguments: Argument) -> list[Reply]:
        """Run a verb that answers with a list."""
        return cast("list[Reply]", await self.run(verb, *arguments))

    async def run_int(self, verb: str, *arguments: Argument) -> int:
        """Run a verb that answers with a number."""
        return cast("int", await self.run(verb, *arguments))
