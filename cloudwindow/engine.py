"""Starts the embedded queue engine again when it ends by itself, killed by hand or for want of memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from runtime.engines import EmbeddedValkey, EngineError
from runtime.lifecycle import Tasks

STARTS_MAX: Final = 5
LOOK_S: Final = 0.5


@asynccontextmanager
async def kept_running(valkey: EmbeddedValkey, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Look after an engine that runs: start it again on the same data, at most `STARTS_MAX` times, and say so."""
    tasks = Tasks()
    _ = tasks.start("engine", _keep(valkey, say))
    try:
        yield
    finally:
        await tasks.close()


async def _keep(valkey: EmbeddedValkey, say: Callable[[str], None]) -> None:
    for left in range(STARTS_MAX, -1, -1):
        while valkey.is_running:  # noqa: ASYNC110  (a process sets no event)
            await asyncio.sleep(LOOK_S)
        if not left:
            say(f"The queue has ended {STARTS_MAX + 1} times. It is not started again: see {valkey.log}.")
            return
        await valkey.kill()  # gives the folder free
        try:
            await valkey.start()
        except EngineError as problem:
            say(f"The queue has ended and cannot be started again: {problem}")
            return
        say(f"The queue had ended and was started again with the same data ({left - 1} more times at most).")
