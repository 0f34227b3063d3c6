"""The one patience of the suite: how long a test waits for what must come, and what it says when that did not come."""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar, overload

from tests.support import mishaps

#: Far longer than any of these waits takes on a busy machine, and far below pytest's own limit, which names no wait.
PATIENCE_S = 20.0
PATIENCE_MS = round(PATIENCE_S * 1000)
#: For programs that have to start or end: several imports, engines, a browser.
START_LIMIT_S = 60.0
POLL_S = 0.02

T = TypeVar("T")


@overload
async def until(fact: Callable[[], Awaitable[T | None]], within_s: float = PATIENCE_S) -> T: ...
@overload
async def until(fact: Callable[[], T | None], within_s: float = PATIENCE_S) -> T: ...
async def until(fact: Callable[[], object], within_s: float = PATIENCE_S) -> object:
    """Return what `fact` gives, plain or awaited, once that is true; for what announces itself to nobody.

    What `fact` raises ends the wait at once.

    Raises:
        AssertionError: it was not true within `within_s` seconds; the message has its source and its last value. Or
            something went wrong beside it (`mishaps`): then at once.
    """
    deadline_s = monotonic() + within_s
    while True:
        found = fact()
        value = await found if inspect.isawaitable(found) else found
        if value:
            return value
        mishaps.check()
        if monotonic() > deadline_s:
            raise AssertionError(f"not within {within_s:g} s, last {value!r}: {_source(fact)}")
        await asyncio.sleep(POLL_S)


def _source(fact: Callable[[], object]) -> str:
    try:
        return re.sub(r"\s+", " ", inspect.getsource(fact)).strip()
    except OSError:
        return repr(fact)
