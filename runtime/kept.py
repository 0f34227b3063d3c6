"""Decodes values kept in Redis: unreadable bytes are counted, logged once a minute, and treated as missing."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")
log = logging.getLogger(__name__)

UNREADABLE: Final = (msgspec.MsgspecError, ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError)
"""The exceptions of decoding bytes of another kind, depth or size."""
TELL_S: Final = 60.0

unreadable: Final[Counter[str]] = Counter()
"""Unreadable values that this process met, by kind; shown in the metrics."""


class Seldom:
    """Tells what happens again and again at most once in `apart_s` seconds a key, and how often it was meanwhile."""

    def __init__(self, apart_s: float = TELL_S, now: Callable[[], float] = time.monotonic) -> None:
        """Have told nothing yet."""
        self._apart_s = apart_s
        self._now = now
        self._told: dict[str, tuple[float, int]] = {}

    def due(self, key: str) -> int:
        """Count one more; return how many there were since it was last told when it is to be told now, else 0."""
        at, held = self._told.get(key, (float("-inf"), 0))
        now = self._now()
        if now - at < self._apart_s:
            self._told[key] = (at, held + 1)
            return 0
        self._told[key] = (now, 0)
        return held + 1


_seldom = Seldom()


def count(kind: str, error: BaseException) -> None:
    """Count an unreadable value and log it now and then, without its content."""
    unreadable[kind] += 1
    if times := _seldom.due(kind):
        log.warning("kept_unreadable", extra={"kind": kind, "why": type(error).__name__, "times": times})


def read(kind: str, raw: Any, decode: Callable[[Any], T]) -> T | None:
    """Return the decoded value; None for a missing or unreadable one."""
    if raw is None:
        return None
    try:
        return decode(raw)
    except UNREADABLE as error:
        count(kind, error)
        return None
