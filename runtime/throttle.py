"""Slows down guessing and flooding: token buckets in Redis, by account or device first, by address last."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.errors import QueueUnavailable, ServiceError, TooManyTries, Unavailable
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
CODE = Limit("code", burst=5, per_minute=2)
"""Tries at one account's one-time codes, by who knows its password: three in a million are right at a time."""
ENROL = Limit("enrol", burst=10, per_minute=6)
"""Wrong booth codes from one address."""
CHALLENGE = Limit("challenge", burst=200, per_minute=120)
"""Challenges that booths of one address ask for, each time they connect: a town's may share one."""
BOOTH_ALARM = Limit("booth_alarm", burst=3, per_minute=0.1)
"""Entries of the audit trail that say that a device lacked a booth's key."""
RECEIPT = Limit("receipt", burst=20, per_minute=10)
"""Wrong receipts and links from one address, at every door together: 30 random bits at this rate take centuries."""
KNOWN_RECEIPT = Limit("known_receipt", burst=20, per_minute=10)
"""Looks at one receipt that exists, by anybody with its number or link: a whole hall's phones share an address."""
RECEIPT_CODE = Limit("receipt_code", burst=60, per_minute=60)
"""QR codes drawn for one address, one at the end of each call; a town shares an address."""
COME_BACK = Limit("come_back", burst=10, per_minute=6)
"""Wrong receipts tried for a kept place at one booth: 30 random bits, a place is kept for hours at most."""
DOCUMENT_PASSWORD = Limit("document_password", burst=40, per_minute=6)
"""Wrong passwords of one document by one reader; all pages of a document, 30 at most, may be asked for at once."""
UPLOAD = Limit("upload", burst=80, per_minute=60)
"""Uploads begun for one ticket."""
PAPER = Limit("paper", burst=200, per_minute=60)
"""Looks at papers of one ticket with its token: a page shows up to 60 at once, and each look may be on the trail."""
EARLIER = Limit("earlier", burst=30, per_minute=30)
"""Pages of a chat's older lines, by ticket."""
MACHINE = Limit("machine", burst=200, per_minute=1200)
"""Requests of one machine, with all its keys and tokens, on all nodes together."""
MACHINE_TOKEN = Limit("machine_token", burst=60, per_minute=60)
"""Tokens of one machine: each is an entry of the audit trail, and lives long enough for thousands of requests."""
MACHINE_KEY = Limit("machine_key", burst=20, per_minute=10)
"""Keys and tokens of machines that open nothing, from one address: a right one there is not told to wait for them."""
MACHINE_ALARM = Limit("machine_alarm", burst=3, per_minute=0.1)
"""Entries of the audit trail that say that a machine's key was shown which opens nothing, by machine."""
TAKE = Limit("take", burst=5, per_minute=6)
"""Tickets taken by one booth."""
SANDBOX_CLOCK = Limit("sandbox_clock", burst=300, per_minute=300)
"""Times that the clock of a demonstration is set: a month, a few stops a day, in a minute."""
ADDRESS = Limit("address", burst=300, per_minute=300)
"""Anything above, from one address: a county's booths share one, so this is coarse."""

ADDRESSES_MAX = 20_000
"""So many addresses are remembered by a node; the one that asked longest ago is forgotten, its bucket full by then."""


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

    @asynccontextmanager
    async def guessing(self, limit: Limit, who: str) -> AsyncIterator[None]:
        """Count a try at something secret, which is made in the context: only one that is refused there stays counted.

        Raises:
            TooManyTries, QueueUnavailable: as of `spend`.
        """
        await self.spend(limit, who)
        try:
            yield
        except ServiceError as problem:
            if isinstance(problem, Unavailable):  # nobody looked whether it was right
                await self._forgive(limit, who)
            raise
        await self._forgive(limit, who)

    async def _forgive(self, limit: Limit, who: str) -> None:
        with suppress(QueueUnavailable):  # the bucket fills by itself
            await self.give_back(limit, who)

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


class AddressBuckets:
    """Token buckets in this node's memory, for requests too frequent to be counted in Redis."""

    def __init__(self, limit: Limit, now_s: Callable[[], float]) -> None:
        """Know no address yet; `now_s` is a monotonic clock."""
        self._burst, self._per_s = float(limit.burst), limit.per_minute / 60
        self._now_s = now_s
        self._left: dict[str, tuple[float, float]] = {}  # address: tokens, when

    def spend(self, address: str) -> int:
        """Take one token; return 0, or in how many seconds there is one."""
        now_s = self._now_s()
        tokens, at_s = self._left.pop(address, (self._burst, now_s))
        tokens = min(self._burst, tokens + max(0.0, now_s - at_s) * self._per_s)
        wait_s = 0 if tokens >= 1 else max(1, -int(-(1 - tokens) / self._per_s // 1))
        self._left[address] = (tokens if wait_s else tokens - 1, now_s)
        if len(self._left) > ADDRESSES_MAX:
            # The one that asked longest ago: dictionaries keep the order, and `pop` above moved this one to the end.
            del self._left[next(iter(self._left))]
        return wait_s
