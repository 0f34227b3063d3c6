"""The wallboard's model: a snapshot of the floor, kept true by the journal's events alone."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from matcher.counters import DayCounters
from matcher.seats import Duty
from matcher.watch_verbs import QueueSnapshot
from protocol.events import (
    Event,
    ReservationAccepted,
    ReservationMade,
    SeatAnnounced,
    SeatChanged,
    TicketChanged,
    TicketHeld,
    TicketLeft,
    TicketResumed,
    TicketReturned,
    TicketTaken,
    TicketWidened,
)
from protocol.skills import Abilities, Needs
from protocol.states import SeatState, TicketState
from runtime.clock import day

JoinsLine = TicketTaken | TicketResumed | TicketReturned
LeavesLine = TicketHeld | TicketLeft | ReservationMade | ReservationAccepted


class BoardSeat(msgspec.Struct, frozen=True):
    """A seat on the board."""

    seat: str
    state: SeatState = SeatState.OFFLINE
    since_ms: int = 0
    reason: str = ""
    until_ms: int = 0
    ticket: str = ""
    duty: Duty = "full"
    abilities: Abilities = Abilities()


class BoardTicket(msgspec.Struct, frozen=True):
    """A waiting ticket on the board."""

    lane: str
    needs: Needs
    since_ms: int


class BoardLane(msgspec.Struct, frozen=True):
    """Waiting tickets with the same needs."""

    needs: Needs
    waiting: int
    oldest_ms: int


@dataclass
class Board:
    """Seats, waiting tickets and the counters of each day."""

    seats: dict[str, BoardSeat] = field(default_factory=dict)
    waiting: dict[str, BoardTicket] = field(default_factory=dict)
    tally: DayCounters = field(default_factory=DayCounters)

    @classmethod
    def of(cls, snapshot: QueueSnapshot, tally: DayCounters | None = None) -> "Board":
        """Return the board of a snapshot; `tally` is an empty one with the realm's own times."""
        board = cls(tally=tally or DayCounters())
        board.tally.days[day(snapshot.at_ms + snapshot.shift_ms, board.tally.zone)] = Counter(snapshot.counters)
        for row in snapshot.seats:
            board.seats[row.seat] = BoardSeat(
                row.seat, row.state, row.since_ms, row.reason, row.until_ms, row.ticket, row.duty, row.abilities
            )
        for lane in snapshot.lanes:
            for ticket, since_ms in lane.arrivals:
                board.waiting[ticket] = BoardTicket(lane.lane, lane.needs, since_ms)
        return board

    def apply(self, event: Event) -> None:
        """Change the board as the event says; events must come in the journal's order, each once."""
        self.tally.apply(event)
        if isinstance(event, SeatChanged):
            self._seat(event.seat, event)
        elif isinstance(event, SeatAnnounced):
            self._announced(event)
        elif isinstance(event, JoinsLine):
            if not (isinstance(event, TicketTaken) and event.state is not TicketState.WAITING):
                self.waiting[event.ticket] = _waits(event.lane, event.needs, _since_ms(event))
        elif isinstance(event, LeavesLine):
            self.waiting.pop(event.ticket, None)
        elif isinstance(event, TicketWidened | TicketChanged) and event.ticket in self.waiting:
            since_ms = self.waiting[event.ticket].since_ms
            self.waiting[event.ticket] = _waits(event.lane, event.needs, since_ms)

    def lanes(self) -> dict[str, BoardLane]:
        """Return how many wait in each lane, and since when the oldest does."""
        found: dict[str, BoardLane] = {}
        for ticket in self.waiting.values():
            known = found.get(ticket.lane) or BoardLane(ticket.needs, 0, ticket.since_ms)
            oldest_ms = min(known.oldest_ms, ticket.since_ms)
            found[ticket.lane] = BoardLane(ticket.needs, known.waiting + 1, oldest_ms)
        return found

    def counters(self, now_ms: int) -> dict[str, int]:
        """Return today's counters; `now_ms` is the business clock's."""
        return self.tally.of(day(now_ms, self.tally.zone))

    def serving(self) -> int:
        """Return how many seats are in a call."""
        return sum(seat.state is SeatState.SERVING for seat in self.seats.values())

    def _seat(self, seat: str, event: SeatChanged) -> None:
        known = self.seats.get(seat) or BoardSeat(seat)
        self.seats[seat] = msgspec.structs.replace(
            known,
            state=event.state,
            since_ms=event.at_ms,
            reason=event.reason,
            until_ms=event.until_ms,
            ticket=event.ticket,
        )

    def _announced(self, event: SeatAnnounced) -> None:
        known = self.seats.get(event.seat) or BoardSeat(event.seat)
        duty: Duty = "part" if event.duty == "part" else "full"
        abilities = msgspec.json.decode(event.abilities, type=Abilities)
        self.seats[event.seat] = msgspec.structs.replace(known, duty=duty, abilities=abilities)


def _since_ms(event: JoinsLine) -> int:
    """Return since when a ticket waits; entries of earlier releases only tell when it arrived."""
    return event.arrived_ms if isinstance(event, TicketTaken) else event.since_ms or event.arrived_ms


def _waits(lane: str, needs: str, since_ms: int) -> BoardTicket:
    return BoardTicket(lane, msgspec.json.decode(needs, type=Needs), since_ms)
