"""Times at which a citizen can be called back instead of waiting: pure, without a clock of its own."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from runtime.clock import ahead_ms

STEP_MS: Final = 30 * 60_000
"""Times are full and half hours of the realm's clocks, the first one at least so far ahead: for less one keeps one's
place."""
TIMES_MAX: Final = 4
Span = tuple[int, int]
"""A span in which tickets are given, in ms since the epoch; the end is not part of it."""


def callback_times(spans: Sequence[Span], now_ms: int, longest_ms: int, zone: dt.tzinfo) -> tuple[int, ...]:
    """Return the first times within the spans, at most `longest_ms` from now, at which a call may be booked."""
    return tuple(islice(_times(spans, now_ms, longest_ms, zone), TIMES_MAX))


def _times(spans: Sequence[Span], now_ms: int, longest_ms: int, zone: dt.tzinfo) -> Iterator[int]:
    at_ms = _step_from(now_ms + STEP_MS, zone)
    while at_ms <= now_ms + longest_ms:
        if _is_in(spans, at_ms):
            yield at_ms
        at_ms = _step_from(at_ms + 1, zone)


def _step_from(from_ms: int, zone: dt.tzinfo) -> int:
    """Return the next full or half hour, this one included; clocks may be a quarter of an hour off the full one."""
    ahead = ahead_ms(from_ms, zone)
    return -(-(from_ms + ahead) // STEP_MS) * STEP_MS - ahead


def callback_refusal(spans: Sequence[Span], now_ms: int, at_ms: int, longest_ms: int) -> str:
    """Return why a call at that time is refused: past, out_of_range or closed; empty if it can be booked.

    Any time will do, not only those that are offered: a page may show its choices for a while.
    """
    if at_ms <= now_ms:
        return "past"
    if at_ms > now_ms + longest_ms:
        return "out_of_range"
    return "" if _is_in(spans, at_ms) else "closed"


def _is_in(spans: Sequence[Span], at_ms: int) -> bool:
    return any(start <= at_ms < end for start, end in spans)
