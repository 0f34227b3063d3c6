"""Lets work of several owners take turns: who brings much of it waits for it, not the others (round-robin queueing)."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from protocol.errors import StorageUnavailable

Waiting = deque[asyncio.Future[None]]


class Turns:
    """A line of bounded length before a few places; the owners' pieces of work go in turn, each owner's in order.

    Owners belong to groups (tickets of one address): the groups take turns too, however many owners one has.
    """

    def __init__(self, places: int, most: int, most_of_one: int, most_of_group: int = 0) -> None:
        """Do `places` pieces of work at once.

        Let `most` of all, `most_of_one` of one owner and `most_of_group` of one group (0: of all) wait or run.
        """
        self._free = places
        self._most, self._most_of_one, self._most_of_group = most, most_of_one, most_of_group or most
        self._here: Counter[tuple[str, ...]] = Counter()
        self._waiting: OrderedDict[str, OrderedDict[str, Waiting]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, owner: str, group: str = "") -> AsyncIterator[None]:
        """Wait for a place and hold it.

        Raises:
            StorageUnavailable: too much waits, of this owner, of its group or of all (`why` is `busy`).
        """
        counted: dict[tuple[str, ...], int] = {(): self._most, (group, owner): self._most_of_one}
        if group:
            counted[group,] = self._most_of_group
        if any(self._here[key] >= most for key, most in counted.items()):
            raise StorageUnavailable(why="busy")
        self._here.update(counted.keys())
        try:
            await self._place(owner, group)
            try:
                yield
            finally:
                self._give_on()
        finally:
            self._here.subtract(counted.keys())
            self._here += Counter()  # without those of which nothing is here

    async def _place(self, owner: str, group: str) -> None:
        if self._free:
            self._free -= 1
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(group, OrderedDict()).setdefault(owner, deque()).append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._give_on()  # it was called at the moment at which it went
            raise

    def _give_on(self) -> None:
        """Call the next group's next owner's first piece of work that waits; free the place when there is none."""
        while self._waiting:
            group, owners = self._waiting.popitem(last=False)
            called = _next(owners)
            if owners:
                self._waiting[group] = owners
            if called is not None:
                called.set_result(None)
                return
        self._free += 1


def _next(owners: OrderedDict[str, Waiting]) -> asyncio.Future[None] | None:
    """Take the first piece of work that still waits, and put its owner behind the others."""
    while owners:
        owner, line = owners.popitem(last=False)
        while line:
            called = line.popleft()
            if called.done():  # it does not wait any more
                continue
            if line:
                owners[owner] = line
            return called
    return None
