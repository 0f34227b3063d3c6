"""Notices citizens whose node died: a page that no node has vouched for is gone, and its grace begins."""

from signaling.presence.citizens import Citizens
from signaling.presence.graces import Graces
from signaling.presence.routes import Routes

VOUCHED_S = 20.0
"""A node says so often enough (every 5 s) that its pages are here; a frozen Redis hears it late."""
SURE_S = 6.0
"""Longer than a node takes to vouch again: Redis hears nodes now, and none has the page."""
AT_ONCE = 256


class Vouching:
    """Vouches for this node's citizens, and acts for those of a node that vouches no more."""

    def __init__(self, graces: Graces, routes: Routes, citizens: Citizens) -> None:
        """Vouch for nobody yet."""
        self._graces, self._routes, self._citizens = graces, routes, citizens
        self._known: set[str] = set()

    async def vouch(self, tickets: list[str]) -> None:
        """Say that the pages of these tickets are here; the grace of one that was missed is over."""
        for start in range(0, len(tickets), AT_ONCE):
            some = tickets[start : start + AT_ONCE]
            known = [ticket for ticket in some if ticket in self._known]
            added = await self._graces.renew("vouched", some, VOUCHED_S)
            if added > len(some) - len(known):  # this node was not heard for long, another one has acted
                for ticket in known:
                    await self._citizens.found_again(ticket)
        self._known = set(tickets)

    async def doubt(self, ticket: str) -> None:
        """See once more whether a node vouches for a ticket: none did in time."""
        await self._graces.begin("doubted", ticket, SURE_S)

    async def miss(self, ticket: str) -> None:
        """Begin the grace of a ticket whose page no node has, and that none told to have left."""
        if await self._graces.stands("vouched", ticket):
            return
        identity = f"ticket:{ticket}"
        place = await self._routes.place(identity)
        if place is None or not await self._routes.remove(identity, place):
            return  # it left in order, or comes back in this moment
        await self._citizens.missed(ticket)
