"""Lets work of several owners take turns: who brings much of it waits for it, not the others (round-robin queueing)."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from protocol.errors import StorageUnavailable


class Turns:
    """A line of bounded length before a few places; the owners' pieces of work go in turn, each owner's in order."""

    def __init__(self, places: int, most: int, most_of_one: int) -> None:
        """Do `places` pieces of work at once; let `most` of all and `most_of_one` of one owner wait or run."""
        self._free = places
        self._most, self._most_of_one = most, most_of_one
        self._here: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, owner: str) -> AsyncIterator[None]:
        """Wait for a place and hold it.

        Raises:
            StorageUnavailable: too much waits, of this owner or of all (`why` is `busy`).
        """
        if self._here.total() >= self._most or self._here[owner] >= self._most_of_one:
            raise StorageUnavailable(why="busy")
        self._here[owner] += 1
        try:
            await self._place(owner)
            try:
                yield
            finally:
                self._give_on()
        finally:
            self._here[owner] -= 1
            if not self._here[owner]:
                del self._here[owner]

    async def _place(self, owner: str) -> None:
        if self._free:
            self._free -= 1
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._give_on()  # it was called at the moment at which it went
            raise

    def _give_on(self) -> None:
        """Call the next owner's first piece of work that still waits; free the place when there is none."""
        while self._waiting:
            owner, line = self._waiting.popitem(last=False)
            while line:
                called = line.popleft()
                if called.done():  # it does not wait any more
                    continue
                if line:
                    self._waiting[owner] = line
                called.set_result(None)
                return
        self._free += 1
