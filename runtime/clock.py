"""Clocks, passed in as an argument so that tests and simulations can move them."""

import datetime as dt
import time
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""The time zone of a realm that names none."""


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


def local(now_ms: int, zone: dt.tzinfo) -> dt.datetime:
    """Return the wall time in a time zone at `now_ms`."""
    return dt.datetime.fromtimestamp(now_ms / 1000, tz=zone)


def day(now_ms: int, zone: dt.tzinfo) -> str:
    """Return the day in a time zone as `yyyymmdd`: ticket numbers and receipts start anew each day."""
    return local(now_ms, zone).strftime("%Y%m%d")


def at_wall_time(date: dt.date, minutes: int, zone: dt.tzinfo) -> int:
    """Return when clocks show `minutes` after midnight of a date, in milliseconds; a change of the clocks counts."""
    wall = dt.datetime.combine(date, dt.time(), zone) + dt.timedelta(minutes=minutes)
    return round(wall.timestamp() * 1000)


def ahead_ms(now_ms: int, zone: dt.tzinfo) -> int:
    """Return by how much a time zone's clocks are ahead of UTC at `now_ms`, in milliseconds."""
    ahead = local(now_ms, zone).utcoffset()
    return round(ahead.total_seconds() * 1000) if ahead is not None else 0
