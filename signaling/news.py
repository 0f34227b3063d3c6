"""Tells the tasks that read the outbox, here and on the other nodes, that there are newer events."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from protocol.errors import TooManyTries
from records.database import Database
from runtime.bell import Bell
from signaling.bus import Bus, EventsTold

GAP_S: Final = 0.02
"""Orders to other nodes are at least so far apart."""
LISTEN_S: Final = 3600.0
POLLS_MAX: Final = 4
POLL_RETRY_S: Final = 5


class News:
    """One node's ear for the outbox. An order that is lost costs a listener the time until its next look by itself."""

    def __init__(self, database: Database, bus: Bus, bell: Bell, node: str) -> None:
        """Hear of what `database` commits here; `bell` wakes the listeners of this node."""
        self._bus, self.bell, self._node = bus, bell, node
        self._own = Bell()
        self._polls: Counter[str] = Counter()
        database.after_telling += [bell.ring, self._own.ring]

    async def publish(self) -> None:
        """Pass on to the other nodes that something was committed here, for ever."""
        told = self._own.rings
        while True:
            await self._own.wait(told, LISTEN_S)
            if told != self._own.rings:
                told = self._own.rings
                await self._bus.tell_all(EventsTold(self._node))
            await asyncio.sleep(GAP_S)

    def hear(self, order: EventsTold) -> None:
        """Take notice of what another node committed."""
        if order.node != self._node:
            self.bell.ring()

    @property
    def waiting(self) -> int:
        """Number of polls that are being answered."""
        return self._polls.total()

    @contextmanager
    def polling(self, account: str) -> Iterator[None]:
        """Count a poll that waits.

        Raises:
            TooManyTries: the account has `max` of them waiting on this node.
        """
        if self._polls[account] >= POLLS_MAX:
            raise TooManyTries(retry_after_s=POLL_RETRY_S, max=POLLS_MAX)
        self._polls[account] += 1
        try:
            yield
        finally:
            self._polls[account] -= 1
            if not self._polls[account]:
                del self._polls[account]
