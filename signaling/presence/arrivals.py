"""Reserves a seat for the account whose page is being let in: of two accounts that come at once one is refused."""

from runtime.login import Login
from signaling.services import RealmServices
from signaling.socket.connections import Connection

ARRIVING_S = 30


class SeatArrivals:
    """The accounts that are arriving at seats, as `account connection` by seat."""

    def __init__(self, services: RealmServices) -> None:
        """Use the realm's reservations."""
        self._keys, self._redis = services.keys, services.redis

    async def begin(self, page: Connection, login: Login) -> str:
        """Reserve a login's seat while its page is let in; return the other account that came first, if one did."""
        account = login.account
        key, mine = self._keys.arriving(login.seat), f"{account} {page.id}"
        kept = await self._redis.set(key, mine, nx=True, get=True, ex=ARRIVING_S)
        if not isinstance(kept, bytes):
            return ""
        other = kept.decode(errors="replace").partition(" ")[0]
        if other == account:
            _ = await self._redis.set(key, mine, ex=ARRIVING_S)
            return ""
        return other

    async def end(self, page: Connection, login: Login) -> None:
        """Give the reservation up: the page is at its seat, or was not let in."""
        key = self._keys.arriving(login.seat)
        kept = await self._redis.get(key)
        if isinstance(kept, bytes) and kept.decode(errors="replace").endswith(f" {page.id}"):
            _ = await self._redis.delete(key)
