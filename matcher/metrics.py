"""All figures of a day, from the journal alone: a replay gives the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from matcher.board import Board
from matcher.counters import DayCounters
from matcher.levels import Service
from protocol.events import (
    Event,
    ReservationAccepted,
    ReservationDeclined,
    ReservationExpired,
    ReservationMade,
    SeatChanged,
    TicketChanged,
    TicketLeft,
    TicketReturned,
    TicketTaken,
    TicketWidened,
)
from protocol.skills import Needs
from protocol.states import SeatState, TicketState

ALL = "*"
BUSY = (SeatState.SERVING, SeatState.WRAP_UP)
AWAY = (SeatState.PAUSED, SeatState.OFFLINE)


@dataclass
class DayMetrics:
    """Reads a journal from its beginning; `apply` each event in order, once."""

    target_s: float = 60
    short_s: float = 10
    board: Board = field(default_factory=Board)
    services: dict[str, Service] = field(default_factory=lambda: defaultdict(Service))
    """Figures of the realm (`*`), of each district (`district:…`) and of each lane (`lane:…`)."""
    seat_ms: dict[str, Counter[SeatState]] = field(default_factory=lambda: defaultdict(Counter))
    handoff_ms: list[int] = field(default_factory=list)
    """Milliseconds from a seat's becoming free to its next reservation, for seats for which a ticket waited."""
    _scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count with the same times as everything else."""
        self.board.tally = DayCounters(self.target_s, self.short_s)

    def apply(self, event: Event) -> None:
        """Take one event into account."""
        if isinstance(event, SeatChanged):
            self._seat(event)
        elif isinstance(event, TicketTaken):
            self._scopes[event.ticket] = _scopes(event.lane, event.needs)
            self._add(event.ticket, "taken")
        elif isinstance(event, TicketWidened | TicketChanged | TicketReturned) and event.needs:
            self._scopes[event.ticket] = _scopes(event.lane, event.needs)
        self._ticket(event)
        self.board.apply(event)

    def occupancy(self, seat: str) -> float:
        """Return which part of its working time a seat was in a call or its wrap-up."""
        times = self.seat_ms[seat]
        working = sum(ms for state, ms in times.items() if state not in AWAY)
        return sum(times[state] for state in BUSY) / working if working else 0.0

    def waiting(self, district: str = ALL) -> int:
        """Return how many wait, in all or with needs of one district."""
        return len(self._since(district))

    def oldest_ms(self, district: str = ALL) -> int:
        """Return when the longest waiting ticket was taken, in ms since the epoch; 0 if none waits."""
        return min(self._since(district), default=0)

    def _since(self, district: str) -> list[int]:
        waiting = self.board.waiting.values()
        return [row.since_ms for row in waiting if district in {ALL, row.needs.district}]

    def _seat(self, event: SeatChanged) -> None:
        known = self.board.seats.get(event.seat)
        if known:
            self.seat_ms[event.seat][known.state] += max(0, event.at_ms - known.since_ms)

    def _ticket(self, event: Event) -> None:
        if isinstance(event, ReservationMade):
            idle = self.board.seats.get(event.seat)
            if '"by":"seat"' in event.explain and idle:
                self.handoff_ms.append(max(0, event.at_ms - idle.since_ms))
        elif isinstance(event, ReservationAccepted):
            self._answered(event)
        elif isinstance(event, TicketLeft) and event.state is TicketState.ABANDONED:
            self._abandoned(event)
        elif isinstance(event, ReservationExpired):
            self._add(event.ticket, "missed")
        elif isinstance(event, ReservationDeclined):
            self._add(event.ticket, "declined")
        elif isinstance(event, TicketWidened):
            self._add(event.ticket, "widened")

    def _answered(self, event: ReservationAccepted) -> None:
        self._add(event.ticket, "answered")
        if event.waited_ms <= 1000 * self.target_s:
            self._add(event.ticket, "answered_in_target")
        for service in self._of(event.ticket):
            service.waits_ms.append(event.waited_ms)

    def _abandoned(self, event: TicketLeft) -> None:
        self._add(event.ticket, "abandoned")
        if event.waited_ms <= 1000 * self.target_s:
            self._add(event.ticket, "abandoned_in_target")
        if event.waited_ms < 1000 * self.short_s:
            self._add(event.ticket, "abandoned_short")

    def _of(self, ticket: str) -> list[Service]:
        return [self.services[scope] for scope in self._scopes.get(ticket, (ALL,))]

    def _add(self, ticket: str, name: str) -> None:
        for service in self._of(ticket):
            setattr(service, name, getattr(service, name) + 1)


def replay(events: Iterable[Event], target_s: float = 60, short_s: float = 10) -> DayMetrics:
    """Return the metrics of a whole journal."""
    metrics = DayMetrics(target_s, short_s)
    for event in events:
        metrics.apply(event)
    return metrics


def _scopes(lane: str, needs: str) -> tuple[str, ...]:
    district = msgspec.json.decode(needs, type=Needs).district
    return (ALL, f"district:{district}", f"lane:{lane}")
