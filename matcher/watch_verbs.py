"""Looking at the queue: places in line and the whole floor."""

import math
from collections.abc import Sequence
from typing import cast

import msgspec

from matcher.base import Base
from matcher.estimate import expected_wait
from matcher.rows import pairs, seat_row
from matcher.scripts import Argument
from matcher.seats import SeatRow
from protocol.skills import Needs

PLACES_AT_ONCE = 50
"""So many tickets a script, so that many lanes do not stop the realm for long."""
PlaceReply = tuple[bytes, int, int, bytes, bytes, bytes]


class Place(msgspec.Struct, frozen=True):
    """Where a ticket stands: `place` from 1 (0: not waiting), and its expected wait as a range."""

    ticket: str
    place: int
    low_s: int | None
    high_s: int | None
    able_seats: int


class LaneRow(msgspec.Struct, frozen=True):
    """Waiting tickets with the same needs. `arrivals` are `(ticket, arrived_ms)`, in their order."""

    lane: str
    needs: Needs
    arrivals: tuple[tuple[str, int], ...]

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self.arrivals)

    @property
    def oldest_ms(self) -> int:
        """When the one that waits longest arrived."""
        return min(arrived for _, arrived in self.arrivals)


class QueueSnapshot(msgspec.Struct, frozen=True):
    """The floor at one moment; the journal's entries after `last_id` change it."""

    last_id: str
    at_ms: int
    seats: tuple[SeatRow, ...]
    lanes: tuple[LaneRow, ...]
    counters: dict[str, int]


class WatchVerbs(Base):
    """Read what many want to know."""

    async def places(self, tickets: Sequence[str]) -> list[Place]:
        """Return where tickets stand, in the order they were asked for.

        The first range of each ticket is remembered and compared with what the wait comes to.
        """
        places: list[Place] = []
        for start in range(0, len(tickets), PLACES_AT_ONCE):
            places += await self._places(tickets[start : start + PLACES_AT_ONCE])
        return places

    async def _places(self, tickets: Sequence[str]) -> list[Place]:
        giving_up, *found = await self.run_list("places", *tickets)
        places, told = [], list[Argument]()
        for ticket, ahead, able, own, rate, was_told in cast("list[PlaceReply]", found):
            wait = expected_wait(float(own), float(rate), float(cast("bytes", giving_up))) if ahead >= 0 else None
            low_s, high_s = (math.floor(wait.low_s), math.ceil(wait.high_s)) if wait else (None, None)
            places.append(Place(ticket.decode(), ahead + 1, low_s, high_s, able))
            if low_s is not None and high_s is not None and was_told == b"0":
                told += [ticket, low_s, high_s]
        if told:
            await self.run("told", *told)
        return places

    async def snapshot(self) -> QueueSnapshot:
        """Return the floor as it is, with the journal's last entry."""
        now_ms = self.clock.now_ms()
        last, seats, lanes, line, counters = await self.run_list("snapshot")
        arrived = {name: int(when) for name, when in pairs(line).items()}
        return QueueSnapshot(
            last_id=cast("bytes", last).decode(),
            at_ms=now_ms,
            seats=tuple(sorted(map(seat_row, cast("list[object]", seats)), key=lambda row: row.seat)),
            lanes=tuple(_lane(row, arrived) for row in cast("list[object]", lanes)),
            counters={name.decode(): int(value) for name, value in pairs(counters).items()},
        )


def _lane(reply: object, arrived: dict[bytes, int]) -> LaneRow:
    name, needs, tickets = cast("tuple[bytes, bytes, list[bytes]]", reply)
    arrivals = tuple((ticket.decode(), arrived[ticket]) for ticket in tickets)
    return LaneRow(name.decode(), msgspec.json.decode(needs, type=Needs), arrivals)
