"""Keeps the queue server's time on this node, and knows how far this machine's own clock is off it.

Every node of a realm writes leases and deadlines into one Redis and reads the others'. So all of them go by the clock
of that server, measured every few seconds and carried on by the machine's monotonic clock: a wall clock that is wrong,
or set while the node runs, changes nothing. It is still a fault, because certificates, logs, the ledger and the relay
go by wall clocks: such a node says so, signs nothing and decides nothing until it is set.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.errors import ClockWrong
from runtime.clock import Clock, SystemClock
from runtime.lifecycle import Tasks

log = logging.getLogger(__name__)

MEASURED_EVERY_S: Final = 5.0
SLOW_MS: Final = 250.0
"""An answer that took longer says little about now: the time from before is carried on, unless that is old."""
OLD_S: Final = 30.0


class ServerClock:
    """A `Clock` by the queue server's TIME; `measure` before the first use."""

    def __init__(self, redis: Redis, skew_s: float, wall: Clock | None = None) -> None:
        """Measure against this server; the machine's clock (`wall`) is wrong when it is off by more than `skew_s`."""
        self._redis = redis
        self._skew_ms = skew_s * 1000
        self._wall = wall or SystemClock()
        self._server_ms = 0.0
        self._at_s = float("-inf")  # when, by the monotonic clock, the server's was `_server_ms`
        self.off_ms = 0
        self._is_wrong = False

    def now_ms(self) -> int:
        """Return the queue server's time in milliseconds since the epoch."""
        return round(self._server_ms + (time.monotonic() - self._at_s) * 1000)

    def sure_ms(self) -> int:
        """Return the same, for signatures and expiries.

        Raises:
            ClockWrong: this machine's clock is off; `off_ms` says how far it is ahead.
        """
        if self._is_wrong:
            raise ClockWrong(off_ms=self.off_ms)
        return self.now_ms()

    async def measure(self) -> None:
        """Ask the server for its time; half of the way to and from it is taken for the way back.

        Raises:
            RedisError: it does not answer; the time from before is carried on.
        """
        began_s, wall_ms = time.monotonic(), self._wall.now_ms()
        seconds, micros = await self._redis.time()
        ended_s = time.monotonic()
        half_ms = (ended_s - began_s) * 500
        server_ms = seconds * 1000 + micros / 1000
        if 2 * half_ms <= SLOW_MS or ended_s - self._at_s > OLD_S:
            self._server_ms, self._at_s = server_ms + half_ms, ended_s
        self.off_ms = round(wall_ms + half_ms - server_ms)
        self._judge(abs(self.off_ms) - half_ms > self._skew_ms)

    def _judge(self, is_wrong: bool) -> None:  # noqa: FBT001 - the one thing that it is told
        if is_wrong and not self._is_wrong:
            log.error("clock_wrong", extra={"off_ms": self.off_ms})
        elif self._is_wrong and not is_wrong:
            log.info("clock_right", extra={"off_ms": self.off_ms})
        self._is_wrong = is_wrong


@asynccontextmanager
async def server_clock(redis: Redis, skew_s: float) -> AsyncIterator[ServerClock]:
    """Give a clock that was measured and is measured again and again meanwhile."""
    clock = ServerClock(redis, skew_s)
    await clock.measure()
    tasks = Tasks(calm=(RedisError, OSError, asyncio.TimeoutError))
    tasks.every("clock", MEASURED_EVERY_S, clock.measure)
    try:
        yield clock
    finally:
        await tasks.close()
