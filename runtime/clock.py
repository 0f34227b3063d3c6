"""Clocks, passed in as an argument so that tests and simulations can move them."""

import datetime as dt
import time
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Wall time for records and deadlines."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC."""
        ...

    def sure_ms(self) -> int:
        """Return the same, for times that other machines will judge: signatures, credentials, expiries.

        Raises:
            ClockWrong: this machine's clock is known to be wrong.
        """
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def sure_ms(self) -> int:
        """Return the same: nothing is known against it."""
        return self.now_ms()


class ManualClock:
    """A clock that moves only when told; for tests and simulations."""

    def __init__(self, now_ms: int = 1_767_229_200_000) -> None:
        """Start at `now_ms`; the default is 2026-01-01 09:00 in Guangzhou."""
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """Return the time it was last moved to."""
        return self._now_ms

    def sure_ms(self) -> int:
        """Return the same."""
        return self._now_ms

    def advance(self, seconds: float) -> int:
        """Move by `seconds` (negative: back) and return the new time in milliseconds."""
        self._now_ms += round(seconds * 1000)
        return self._now_ms


def local(now_ms: int) -> dt.datetime:
    """Return the wall time in Guangzhou at `now_ms`."""
    return dt.datetime.fromtimestamp(now_ms / 1000, tz=CHINA)


def day(now_ms: int) -> str:
    """Return the local day as `yyyymmdd`: ticket numbers and receipts start anew each day."""
    return local(now_ms).strftime("%Y%m%d")
