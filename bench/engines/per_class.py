"""A queue per class: tickets are pushed to their class's list, a seat blocks on the lists it serves (`BRPOP`)."""

from typing import Self

from bench.engines.base import Handed, Where, connect, wall
from bench.engines.floor import Seat


class PerClass:
    """Works as common task queues do: a seat with two classes always prefers the first; a popped ticket is gone."""

    slack_s = 0.005

    def __init__(self, where: Where) -> None:
        """Use `where.redis_url`."""
        self._redis = connect(where.redis_url)

    async def __aenter__(self) -> Self:
        """Connect."""
        await self._redis.ping()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self._redis.aclose()

    async def take(self, ticket: str, kind: int) -> None:
        """Push."""
        await self._redis.execute_command("LPUSH", f"class:{kind}", ticket)

    async def next(self, seat: Seat) -> Handed:
        """Block until one of the seat's lists has a ticket."""
        freed = wall()
        lists = [f"class:{kind}" for kind in seat.classes]
        _, ticket = await self._redis.execute_command("BRPOP", *lists, 0)
        got = wall()
        # The server does not say when it popped: the listener's time is the nearest there is.
        return Handed(seat.name, ticket.decode(), freed=freed, idle=freed, decided=got, got=got)

    async def accept(self, handed: Handed) -> bool:
        """Know no refusal."""
        return bool(handed.ticket)

    async def done(self, handed: Handed) -> None:
        """Keep no record of work."""
