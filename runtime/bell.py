"""Wakes tasks that wait for news; a ring between a look and the wait that follows it is not missed."""

import asyncio
import contextlib


class Bell:
    """Counts its rings; they say that there is news, and the listeners look for themselves."""

    def __init__(self) -> None:
        """Begin unrung."""
        self.rings = 0
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self.rings += 1
        waiting, self._next = self._next, asyncio.Event()
        waiting.set()

    async def wait(self, seen: int, limit_s: float) -> None:
        """Return once it has rung since its count was `seen`, or after `limit_s` seconds."""
        if self.rings != seen:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                _ = await self._next.wait()
