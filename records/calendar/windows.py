"""Reads the time windows and day spans of a catalogue: `09:00-12:00`, `2026-10-01/07`."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

import msgspec

DAY_MIN: Final = 24 * 60
_WINDOW: Final = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)
_SPAN: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:/(\d{2}))?", re.ASCII)


class Window(msgspec.Struct, frozen=True, order=True):
    """A part of a day in minutes since midnight; `end` is not in it."""

    start: int
    end: int


class BadWindow(ValueError):
    """A time window cannot be read; `why` is format, order or overlap."""

    def __init__(self, text: str, why: str) -> None:
        """Keep the text as it was written."""
        super().__init__(f"{text}: {why}")
        self.text = text
        self.why = why


class BadDays(ValueError):
    """A span of days cannot be read."""

    def __init__(self, text: str) -> None:
        """Keep the text as it was written."""
        super().__init__(text)
        self.text = text


def windows(texts: Iterable[str]) -> tuple[Window, ...]:
    """Read the windows of a day, in order.

    Raises:
        BadWindow: a text is no window, ends before it starts, or overlaps another one.
    """
    read: list[Window] = []
    for text in texts:
        found = _WINDOW.fullmatch(text)
        if found is None:
            raise BadWindow(text, "format")
        hour, minute, end_hour, end_minute = map(int, found.groups())
        window = Window(hour * 60 + minute, end_hour * 60 + end_minute)
        if max(minute, end_minute) >= 60 or window.end > DAY_MIN:  # noqa: PLR2004  (minutes of an hour)
            raise BadWindow(text, "format")
        if window.start >= window.end:
            raise BadWindow(text, "order")
        if any(window.start < other.end and other.start < window.end for other in read):
            raise BadWindow(text, "overlap")
        read.append(window)
    return tuple(sorted(read))


def days(text: str) -> tuple[dt.date, ...]:
    """Read a day or a span of days within a month.

    Raises:
        BadDays: it is neither, or ends before it starts.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise BadDays(text)
    try:
        first = dt.date.fromisoformat(found[1])
        last = first.replace(day=int(found[2])) if found[2] else first
    except ValueError:
        raise BadDays(text) from None
    if last < first:
        raise BadDays(text)
    return tuple(first + dt.timedelta(days=number) for number in range((last - first).days + 1))
