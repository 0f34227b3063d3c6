"""Looking at the queue: places in line and the whole floor."""

import math
from collections.abc import Sequence
from typing import NamedTuple, cast

import msgspec

from matcher.base import QueueBase
from matcher.estimate import wait_in_line
from matcher.lines import PlaceReply, line_of, overtaking
from matcher.rows import pairs, rows, seat_row, ticket_row
from matcher.scripts import Argument
from matcher.seats import LiveSeat
from matcher.tickets import LiveTicket
from protocol.skills import Needs
from runtime.kept import read

PLACES_AT_ONCE = 50
"""So many tickets a script at most; where they cost much the script itself stops sooner."""
FLOOR_AT_ONCE = 200
"""So many seats and so many tickets a script, for the same reason."""


class QueuePlace(msgspec.Struct, frozen=True):
    """Place of a ticket in line, from 1 (0: not waiting), and its expected wait as a range.

    `row` is the ticket at the same moment; None where there is none, or none that can be read. `mean_s` is what the
    range was made from: nobody is told it, errors are measured by it.
    """

    ticket: str
    place: int
    low_s: int | None
    high_s: int | None
    able_seats: int
    mean_s: float | None = None
    row: LiveTicket | None = None


class LaneRow(msgspec.Struct, frozen=True):
    """Waiting tickets with the same needs. `arrivals` are `(ticket, since_ms)`, in their order: who, and since when."""

    lane: str
    needs: Needs
    arrivals: tuple[tuple[str, int], ...]

    @property
    def waiting(self) -> int:
        """Number of waiting tickets."""
        return len(self.arrivals)

    @property
    def oldest_ms(self) -> int:
        """Since when the one that waits longest does."""
        return min(since_ms for _, since_ms in self.arrivals)


class QueueSnapshot(msgspec.Struct, frozen=True):
    """The floor; the journal's entries after `last_id` change it.

    `counters` are those of the day that it is `shift_ms` after `at_ms`: as far as the business clock was set ahead.
    """

    last_id: str
    at_ms: int
    seats: tuple[LiveSeat, ...]
    lanes: tuple[LaneRow, ...]
    counters: dict[str, int]
    shift_ms: int = 0


class FloorSlice(NamedTuple):
    """Answer of one call of `snapshot.lua`; an empty cursor is the end."""

    last_id: bytes
    counters: object
    seats_cursor: bytes
    seats: list[object]
    line_cursor: bytes
    tickets: list[tuple[bytes, bytes, bytes, bytes]]
    needs: list[bytes]


class WatchVerbs:
    """Read what many want to know."""

    def __init__(self, queue: QueueBase) -> None:
        """Run them on this queue's server."""
        self._queue = queue

    async def places(self, tickets: Sequence[str]) -> list[QueuePlace]:
        """Return tickets and where they stand, in the order they were asked for.

        The first range of each ticket is remembered and compared with what the wait comes to.
        """
        places: list[QueuePlace] = []
        while len(places) < len(tickets):  # the script stops where others have waited long enough
            places += await self._places(tickets[len(places) : len(places) + PLACES_AT_ONCE])
        return places

    async def _places(self, tickets: Sequence[str]) -> list[QueuePlace]:
        head, *found = await self._queue.run_list("places", *tickets)
        giving_up, *classes = (float(text) for text in cast("list[bytes]", head))
        places, told = [], list[Argument]()
        for reply in msgspec.convert(found, list[PlaceReply]):
            ahead_of = (
                overtaking(classes, self._queue.rules.head_start_s, reply.priority, reply.age_ms) if reply.lines else ()
            )
            wait = wait_in_line([line_of(line) for line in reply.lines], giving_up, ahead_of)
            low_s, high_s = (math.floor(wait.low_s), math.ceil(wait.high_s)) if wait else (None, None)
            ticket, mean_s = reply.ticket.decode(), wait.mean_s if wait else None
            row = next(iter(rows([reply.row], ticket_row)), None) if reply.row else None
            places.append(QueuePlace(ticket, reply.ahead + 1, low_s, high_s, reply.able, mean_s, row))
            if low_s is not None and high_s is not None and reply.was_told == b"0":
                told += [ticket, low_s, high_s]
        if told:
            await self._queue.run("told", *told)
        return places

    async def snapshot(self, at_once: int = FLOOR_AT_ONCE) -> QueueSnapshot:
        """Return the floor, with the id of the journal's entry that it can be followed from.

        A floor of up to `at_once` seats and as many tickets is read at one moment. A larger one is read in
        slices, so that it does not stop the realm: with the entries after `last_id` applied it is exact.
        """
        now_ms, shift_ms = self._queue.clock.now_ms(), self._queue.business.offset_ms
        slices = [await self._slice(b"0", b"0", at_once)]
        while slices[-1].seats_cursor or slices[-1].line_cursor:
            slices.append(await self._slice(slices[-1].seats_cursor, slices[-1].line_cursor, at_once))
        seats = {row.seat: row for slice_ in slices for row in rows(slice_.seats, seat_row)}
        return QueueSnapshot(
            last_id=slices[0].last_id.decode(),
            at_ms=now_ms,
            seats=tuple(seats[name] for name in sorted(seats)),
            lanes=_lanes(slices),
            counters={
                name.decode(errors="replace"): count
                for name, value in pairs(slices[0].counters).items()
                if (count := read("counter", value, int)) is not None
            },
            shift_ms=shift_ms,
        )

    async def _slice(self, seats_cursor: bytes, line_cursor: bytes, at_once: int) -> FloorSlice:
        return FloorSlice._make(
            cast("FloorSlice", await self._queue.run("snapshot", seats_cursor, line_cursor, at_once))
        )


_needs = msgspec.json.Decoder(Needs).decode


def _stands(ticket: tuple[bytes, bytes, bytes, bytes]) -> tuple[bytes, float, int]:
    _, since, lane, score = ticket
    return lane, float(score), int(since)


def _lanes(slices: Sequence[FloorSlice]) -> tuple[LaneRow, ...]:
    """Put waiting tickets into their lanes; one that moved while it was read stands where it was seen last."""
    needs: dict[bytes, bytes] = {}
    found: dict[bytes, tuple[bytes, float, int]] = {}
    for slice_ in slices:
        needs |= pairs(slice_.needs)
        for row in slice_.tickets:
            if (stands := read("ticket", row, _stands)) is not None:
                found[row[0]] = stands
    lanes: dict[bytes, list[tuple[str, int]]] = {}
    for ticket, (lane, _, since_ms) in sorted(found.items(), key=lambda item: (item[1][1], item[0])):
        lanes.setdefault(lane, []).append((ticket.decode(errors="replace"), since_ms))
    found_needs = {lane: read("lane", needs.get(lane, b""), _needs) for lane in lanes}
    return tuple(
        LaneRow(lane.decode(errors="replace"), of_lane, tuple(arrivals))
        for lane, arrivals in lanes.items()
        if (of_lane := found_needs[lane]) is not None
    )
