"""Notices citizens and guests whose node died: a page that no node has vouched for is gone, and its grace begins."""

import dataclasses
from collections.abc import Callable, Collection

from signaling.presence.graces import Graces, Kind, Lose
from signaling.presence.routes import Routes

VOUCHED_S = 20.0
"""A node says so often enough (every 5 s) that its pages are here; a frozen Redis hears it late."""
SURE_S = 6.0
"""Longer than a node takes to vouch again: Redis hears nodes now, and none has the page."""
AT_ONCE = 256


@dataclasses.dataclass(frozen=True, slots=True)
class Vouched:
    """A kind of pages that nodes vouch for: kinds of graces, identity of a name, acts for one missed or found again."""

    vouched: Kind
    doubted: Kind
    identity: Callable[[str], str]
    missed: Lose
    found_again: Lose


class Vouching:
    """Vouches for pages of one kind on this node, and acts for those of a node that vouches no more."""

    def __init__(self, graces: Graces, routes: Routes, whom: Vouched) -> None:
        """Vouch for nobody yet."""
        self._graces, self._routes, self._whom = graces, routes, whom
        self._known: set[str] = set()

    async def vouch(self, names: Collection[str]) -> None:
        """Say that the pages of these names are here; the grace of one that was missed is over."""
        all_names = list(names)
        for start in range(0, len(all_names), AT_ONCE):
            some = all_names[start : start + AT_ONCE]
            known = [name for name in some if name in self._known]
            added = await self._graces.renew(self._whom.vouched, some, VOUCHED_S)
            if added > len(some) - len(known):  # this node was not heard for long, another one has acted
                for name in known:
                    await self._whom.found_again(name)
        self._known = set(all_names)

    @property
    def losses(self) -> dict[Kind, Lose]:
        """The acts at the end of a grace, by its kind."""
        return {self._whom.vouched: self._doubt, self._whom.doubted: self._miss}

    async def _doubt(self, name: str) -> None:
        """See once more whether a node vouches for a page: none did in time."""
        await self._graces.begin(self._whom.doubted, name, SURE_S)

    async def _miss(self, name: str) -> None:
        """Begin the grace of a page that no node has, and that none told to have left."""
        if await self._graces.stands(self._whom.vouched, name):
            return
        identity = self._whom.identity(name)
        place = await self._routes.place(identity)
        if place is None or not await self._routes.remove(identity, place):
            return  # it left in order, or comes back in this moment
        await self._whom.missed(name)
