"""Knows which booths are online: each has a lease, which the node of its page renews."""

from protocol.events import BoothChanged
from signaling.presence.graces import Graces
from signaling.services import RealmServices

BOOTH_LEASE_S = 30


class BoothsOnline:
    """The realm's booths that have a page open."""

    def __init__(self, services: RealmServices, graces: Graces) -> None:
        """Use the realm's list of leases."""
        self._services, self._graces = services, graces

    async def enter(self, booth: str) -> None:
        """Begin or renew the lease of a booth; one that was offline is announced to the wallboards."""
        if await self._services.redis.zadd(self._services.keys.booths, {booth: self._end_ms()}):
            await self._announce(booth, online=True)

    async def renew(self) -> None:
        """Renew the leases of this node's booths."""
        booths = list(self._services.connections.booths)
        if booths:
            _ = await self._services.redis.zadd(self._services.keys.booths, dict.fromkeys(booths, self._end_ms()))

    async def sweep(self) -> None:
        """Announce the booths whose lease is over."""
        for booth in await self._graces.due(self._services.keys.booths):
            await self._announce(booth, online=False)

    async def _announce(self, booth: str, *, online: bool) -> None:
        now_ms = self._services.clock.now_ms()
        _ = await self._services.queue.journal.announce(BoothChanged(at_ms=now_ms, booth=booth, online=online))

    def _end_ms(self) -> int:
        return self._services.clock.now_ms() + BOOTH_LEASE_S * 1000
