"""Slows down guessing and flooding: token buckets in Redis, by account or device first, by address last."""

from pathlib import Path

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.errors import QueueUnavailable, TooManyTries
from runtime.clock import Clock

_SCRIPT = (Path(__file__).parent / "lua" / "throttle.lua").read_text(encoding="utf-8")


class Limit(msgspec.Struct, frozen=True):
    """A bucket's size and how fast it fills."""

    name: str
    burst: int
    per_minute: float


SIGN_IN = Limit("sign_in", burst=5, per_minute=6)
"""Tries at one account's password from one address, or from one browser that signed in to it before."""
GUESS = Limit("guess", burst=60, per_minute=10)
"""Tries at one account's password from all browsers that never signed in to it: more than one address can use up."""
ENROL = Limit("enrol", burst=10, per_minute=6)
"""Tries at booth codes from one address."""
RECEIPT = Limit("receipt", burst=20, per_minute=10)
"""Receipts asked for from one address: 30 random bits at this rate take centuries."""
TAKE = Limit("take", burst=5, per_minute=6)
"""Tickets taken by one booth."""
ADDRESS = Limit("address", burst=300, per_minute=300)
"""Anything above, from one address: a county's booths share one, so this is coarse."""


class Throttle:
    """Counts tries in Redis, so that all nodes count together."""

    def __init__(self, redis: Redis, realm: str, clock: Clock) -> None:
        """Keep buckets under the realm's keys."""
        self._take = redis.register_script(_SCRIPT)
        self._prefix = f"cw:{{{realm}}}:throttle"
        self._clock = clock

    async def spend(self, limit: Limit, who: str) -> None:
        """Take one token of `who`.

        Raises:
            TooManyTries: there is none; `retry_after_s` says when.
            QueueUnavailable: Redis does not answer.
        """
        wait_ms = await self._change(limit, who, 1)
        if wait_ms:
            raise TooManyTries(retry_after_s=-(-wait_ms // 1000))

    async def give_back(self, limit: Limit, who: str) -> None:
        """Put one token back."""
        _ = await self._change(limit, who, -1)

    async def clear(self, limit: Limit, who: str) -> None:
        """Fill the bucket of `who`."""
        _ = await self._change(limit, who, -limit.burst)

    async def _change(self, limit: Limit, who: str, tokens: int) -> int:
        keys = [f"{self._prefix}:{limit.name}:{who}"]
        args = [self._clock.now_ms(), limit.per_minute / 60, limit.burst, tokens]
        try:
            return int(await self._take(keys=keys, args=args))
        except (RedisError, OSError, TimeoutError):
            raise QueueUnavailable from None
