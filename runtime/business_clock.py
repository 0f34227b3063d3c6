"""The time of day that people go by: opening hours, days of numbers, calls back; settable in a demonstration.

`BusinessTime` is no number and `BusinessClock` is no `Clock`: mypy refuses either where a lease, a deadline, a token or
a signature is made, and the queue's milliseconds where it is asked whether a hall is open.
"""

import datetime as dt

import msgspec

from runtime.clock import Clock, ahead_ms, day, local


class BusinessTime(msgspec.Struct, frozen=True, order=True):
    """A moment of the business clock: `ms` since the epoch as that clock shows it."""

    ms: int

    def day(self, zone: dt.tzinfo) -> str:
        """Return the day in a time zone as `yyyymmdd`."""
        return day(self.ms, zone)

    def local(self, zone: dt.tzinfo) -> dt.datetime:
        """Return the wall time in a time zone."""
        return local(self.ms, zone)


class BusinessClock:
    """The business clock of a realm; it shows the real time, and nothing can set it."""

    def __init__(self, clock: Clock) -> None:
        """Go by `clock`."""
        self._clock = clock

    @property
    def offset_ms(self) -> int:
        """Return by how many milliseconds this clock is ahead of the real one (negative: behind)."""
        return 0

    def now(self) -> BusinessTime:
        """Return the time now."""
        return self.at(self._clock.now_ms())

    def at(self, real_ms: int) -> BusinessTime:
        """Return what this clock, as it is set now, shows at a real moment."""
        return BusinessTime(real_ms + self.offset_ms)

    def real_ms(self, time: BusinessTime) -> int:
        """Return the real moment, in ms since the epoch, at which this clock, as it is set now, shows `time`."""
        return time.ms - self.offset_ms

    def ahead_ms(self, real_ms: int, zone: dt.tzinfo) -> int:
        """Return by how much the business day's clocks in a time zone are ahead of UTC at a real moment."""
        return self.offset_ms + ahead_ms(self.at(real_ms).ms, zone)


class SettableBusinessClock(BusinessClock):
    """The business clock of a demonstration."""

    def __init__(self, clock: Clock, offset_ms: int = 0) -> None:
        """Be `offset_ms` ahead of `clock`."""
        super().__init__(clock)
        self._offset_ms = offset_ms

    @property
    def offset_ms(self) -> int:
        """Return by how many milliseconds this clock is ahead of the real one (negative: behind)."""
        return self._offset_ms

    def adopt(self, offset_ms: int) -> None:
        """Be ahead of the real clock by so many milliseconds from now on."""
        self._offset_ms = offset_ms
