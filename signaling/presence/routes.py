"""Enters under which connection of which node a page is found; of two pages of one identity the newer one stands."""

from pathlib import Path

from protocol.errors import Superseded
from signaling.bus import Bus, Supersede
from signaling.services import RealmServices
from signaling.socket.connections import Connection

PAGE_KEPT_S = 60
RENEWED_AT_ONCE = 256
_CLAIM, _LEAVE, _RENEW = (
    (Path(__file__).parent / "lua" / f"{name}.lua").read_text(encoding="utf-8")
    for name in ("claim_page", "leave_page", "renew_pages")
)


class Routes:
    """The entries `node connection` of the realm's pages, by identity."""

    def __init__(self, services: RealmServices, bus: Bus) -> None:
        """Use the realm's entries; older pages on other nodes are told by the bus."""
        self._keys, self._redis, self._node = services.keys, services.redis, services.node
        self._connections = services.connections
        self._bus = bus
        self._claim = services.redis.register_script(_CLAIM)
        self._leave = services.redis.register_script(_LEAVE)
        self._renew = services.redis.register_script(_RENEW)

    async def claim(self, page: Connection, *, asked: bool) -> None:
        """Enter a page under each of its identities and send the older page away, on any node.

        What a dead socket still has under way comes late: it never sends a newer page away. A living page that `asked`
        for the identity just now, by a command, has it whenever it was connected.

        Raises:
            Superseded: a newer connection has the identity, or the page that asked is gone.
        """
        if asked and page.is_gone:
            raise Superseded
        for identity in page.identities:
            is_mine, found = await self._claim(
                keys=[self._keys.page(identity)], args=[PAGE_KEPT_S, self._node, page.id, int(asked)]
            )
            if not is_mine:
                raise Superseded
            page.claimed = tuple({*page.claimed, identity})
            if found:
                await self._supersede(found.decode(errors="replace"), page)
        older = self._connections.identify(page, asked=asked)
        if older is not None:
            self._connections.unlink(older)
            self._connections.depart(older, Superseded())

    async def _supersede(self, place: str, page: Connection) -> None:
        node, _, connection = place.partition(" ")
        if connection == page.id:
            return
        if node != self._node:
            await self._bus.tell_node(node, Supersede(connection))
        elif (older := self._connections.all.get(connection)) is not None:
            self._connections.depart(older, Superseded())

    async def leave(self, page: Connection) -> bool:
        """Remove a page's entries; return whether one stood for it, or for nobody."""
        left = [await self.remove(identity, self._place(page)) for identity in page.identities]
        return any(left)

    async def remove(self, identity: str, place: str | bytes) -> bool:
        """Remove the entry of an identity if it is `place` (`node connection`) or ended; return whether it was."""
        return bool(await self._leave(keys=[self._keys.page(identity)], args=[place]))

    async def place(self, identity: str) -> bytes | None:
        """Return where the page of an identity is, as `node connection`; None when no page is open."""
        found = await self._redis.get(self._keys.page(identity))
        return found if isinstance(found, bytes) else None

    async def is_newest(self, page: Connection) -> bool:
        """Return whether no other page is entered under this page's identity."""
        place = await self.place(page.identity)
        return place is None or place == self._place(page).encode()

    async def renew(self) -> None:
        """Keep the entries of this node's pages; a page that finds another's in its place was superseded unheard."""
        # Only what a page has claimed: until then its predecessor's entry stands there.
        routes = [(identity, page) for page in self._connections.all.values() for identity in page.claimed]
        for start in range(0, len(routes), RENEWED_AT_ONCE):
            some = routes[start : start + RENEWED_AT_ONCE]
            keys = [self._keys.page(identity) for identity, _ in some]
            # One step: between a look and a write a newer window could come, and be written over.
            taken = await self._renew(keys=keys, args=[PAGE_KEPT_S, *(self._place(page) for _, page in some)])
            for place in taken:
                self._connections.depart(some[place - 1][1], Superseded())

    def _place(self, page: Connection) -> str:
        return f"{self._node} {page.id}"
