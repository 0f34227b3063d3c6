"""Holds the grace periods of a realm: each has a kind, a name and an end, and is acted on once, by any node."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Literal

from matcher import LiveTicket
from protocol.errors import ServiceError
from protocol.states import TicketState
from runtime.kept import count
from signaling.services import RealmServices

log = logging.getLogger(__name__)

DUE_MAX = 100
"""So many are acted on at one look."""

Kind = Literal["seat", "ticket", "waiting", "guest", "vouched", "doubted", "guest_vouched", "guest_doubted"]
"""Kind of a grace: by the page that is missed (of a seat, of the citizen of a call, of one that waits, of a guest),
or by the node's word for a citizen's or guest's page that is missed, once or twice."""
Lose = Callable[[str], Awaitable[None]]
"""Acts on a grace that is over; its argument is the name."""


def grace_s(services: RealmServices) -> float:
    """Return the seconds that a call waits for a citizen or guest whose page is gone."""
    return services.settings.citizen_grace_s or services.directory.policy.reconnect_hold_s


async def serving(services: RealmServices, ticket: str) -> LiveTicket | None:
    """Return the row of a ticket that is in a call; None for any other."""
    row = await services.queue.tickets.find(ticket)
    return row if row is not None and row.state is TicketState.SERVING else None


class Graces:
    """The list of graces, by their end in ms since the epoch."""

    def __init__(self, services: RealmServices) -> None:
        """Use the realm's list."""
        self._redis, self._clock, self._key = services.redis, services.clock, services.keys.graces

    async def begin(self, kind: Kind, name: str, seconds: float, *, anew: bool = True) -> None:
        """Let a grace end in so many seconds; unless `anew`, one that stands already ends when it would have."""
        _ = await self._redis.zadd(self._key, {f"{kind} {name}": self._in(seconds)}, nx=not anew)

    async def renew(self, kind: Kind, names: Collection[str], seconds: float) -> int:
        """Let graces of one kind end in so many seconds; return how many of them did not stand before."""
        end_ms = self._in(seconds)
        return int(await self._redis.zadd(self._key, {f"{kind} {name}": end_ms for name in names}) or 0)

    async def end(self, name: str, *kinds: Kind) -> None:
        """Remove the graces of these kinds under a name."""
        _ = await self._redis.zrem(self._key, *(f"{kind} {name}" for kind in kinds))

    async def stands(self, kind: Kind, name: str) -> bool:
        """Return whether a grace stands."""
        return await self._redis.zscore(self._key, f"{kind} {name}") is not None

    async def sweep(self, losses: Mapping[Kind, Lose]) -> None:
        """Act on the graces that are over, each by the function of its kind."""
        by_kind = {str(kind): lose for kind, lose in losses.items()}
        for member in await self.due(self._key):
            kind, _, name = member.partition(" ")
            if (lose := by_kind.get(kind)) is None:
                count("grace", KeyError())
                continue
            try:
                await lose(name)
            except ServiceError as problem:
                log.info("grace_refused", extra={"who": member, "code": problem.code})

    async def due(self, key: str) -> list[str]:
        """Remove and return the members of a list by end time that are over; another node gets none of them."""
        found = await self._redis.zrangebyscore(key, 0, self._clock.now_ms(), start=0, num=DUE_MAX)
        members = [one for one in found if isinstance(one, bytes)]
        return [one.decode(errors="replace") for one in members if await self._redis.zrem(key, one)]

    def _in(self, seconds: float) -> int:
        return self._clock.now_ms() + round(seconds * 1000)
