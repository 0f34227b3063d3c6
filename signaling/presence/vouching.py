"""Notices citizens whose node died: a page that no node has vouched for is gone, and its grace begins."""

from collections.abc import Awaitable, Callable

from redis.commands.core import AsyncScript

from matcher import TicketRow
from protocol.states import TicketState
from signaling.services import Services

VOUCHED_S = 20.0
"""A node says so often enough (every 5 s) that its pages are here; a frozen Redis hears it late."""
SURE_S = 6.0
"""Longer than a node takes to vouch again: Redis hears nodes now, and none has the page."""
AT_ONCE = 256


class Vouching:
    """Vouches for this node's citizens, and acts for those of a node that vouches no more."""

    def __init__(
        self,
        services: Services,
        leave: AsyncScript,
        note_presence: Callable[[str], Awaitable[None]],
        lose_waiting: Callable[[str], Awaitable[None]],
        come_back: Callable[[str], Awaitable[None]],
    ) -> None:
        """Vouch for nobody yet; the functions are those that act on a page that left in order."""
        self._services = services
        self._leave = leave
        self._note_presence = note_presence
        self._lose_waiting = lose_waiting
        self._return = come_back
        self._known: set[str] = set()
        self.losses: dict[str, Callable[[str], Awaitable[None]]] = {"vouched": self._doubt, "doubted": self._miss}

    async def vouch(self, tickets: list[str]) -> None:
        """Say that the pages of these tickets are here; the grace of one that was missed is over."""
        for start in range(0, len(tickets), AT_ONCE):
            some = tickets[start : start + AT_ONCE]
            known = [ticket for ticket in some if ticket in self._known]
            members = dict.fromkeys((f"vouched {ticket}" for ticket in some), self._in(VOUCHED_S))
            added = int(await self._services.redis.zadd(self._services.keys.graces, members) or 0)
            if added > len(some) - len(known):  # this node was not heard for long, another one has acted
                for ticket in known:
                    await self._return(ticket)
        self._known = set(tickets)

    def _in(self, seconds: float) -> int:
        return self._services.clock.now_ms() + round(seconds * 1000)

    async def _doubt(self, ticket: str) -> None:
        """Nobody vouched in time: see once more whether a node does."""
        _ = await self._services.redis.zadd(self._services.keys.graces, {f"doubted {ticket}": self._in(SURE_S)})

    async def _miss(self, ticket: str) -> None:
        """No node has the page, and none told that it left: let its grace begin now."""
        redis, keys = self._services.redis, self._services.keys
        if await redis.zscore(keys.graces, f"vouched {ticket}") is not None:
            return
        page = keys.page(f"ticket:{ticket}")
        place = await redis.get(page)
        if not isinstance(place, bytes) or not await self._leave(keys=[page], args=[place]):
            return  # it left in order, or comes back in this moment
        row = await self._services.queue.ticket(ticket)
        if row is not None:
            await self._begin_grace(row)

    async def _begin_grace(self, row: TicketRow) -> None:
        if row.state is TicketState.SERVING:
            grace_s = self._services.settings.citizen_grace_s or self._services.directory.policy.reconnect_hold_s
            # As it is: the page may have left in order before its node died.
            _ = await self._services.redis.zadd(
                self._services.keys.graces, {f"ticket {row.ticket}": self._in(grace_s)}, nx=True
            )
            await self._note_presence(row.ticket)
        else:
            await self._lose_waiting(row.ticket)
