"""Somebody who only reads along, and knows from the journal and the rows alone what must be true after each step.

Nothing here is taken from the scripts or from the queue's `check`: who fits whom is `protocol.skills.fits`, who refused
whom is worked out anew, and a score is held against the one that the ticket began with. Only a
seat's home is not in the journal: whoever signs it in tells it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from matcher import LiveSeat, LiveTicket, Rules
from protocol.events import (
    Event,
    ReservationAccepted,
    ReservationDeclined,
    ReservationExpired,
    ReservationMade,
    ReservationRescinded,
    SeatAnnounced,
    SeatChanged,
    TicketDone,
    TicketHeld,
    TicketLeft,
    TicketResumed,
    TicketReturned,
    TicketTaken,
    TicketWidened,
)
from protocol.priorities import HEAD_START_S
from protocol.skills import Abilities, Needs, fits
from protocol.states import TICKET_ENDS, SeatState, TicketState

Pair = tuple[str, str]
"""A ticket and a seat."""


@dataclass
class SeenTicket:
    """A ticket as the journal tells of it, and the score that it was first seen with."""

    state: TicketState
    needs: Needs
    lane: str
    score: float | None = None


@dataclass
class SeenSeat:
    """A seat as the journal tells of it."""

    duty: str = "full"
    abilities: Abilities = field(default_factory=Abilities)
    state: SeatState = SeatState.OFFLINE
    reason: str = ""
    home: str = ""


@dataclass
class Witness:
    """All that was seen. `barred`: until when a ticket must not ring at a seat; `excused`: until when it need not."""

    rules: Rules
    tickets: dict[str, SeenTicket] = field(default_factory=dict)
    seats: dict[str, SeenSeat] = field(default_factory=dict)
    barred: dict[Pair, int] = field(default_factory=dict)
    excused: dict[Pair, int] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    """Where the seats that sign in now are at home, told by whoever signs them in."""
    live: dict[str, Pair] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    fence: int = 0

    def read(self, event: Event) -> None:
        """Follow one entry of the journal, in its order."""
        match event:
            case SeatAnnounced():
                seat = self.seats.setdefault(event.seat, SeenSeat())
                seat.duty, seat.abilities = event.duty, msgspec.json.decode(event.abilities, type=Abilities)
                seat.home = self.homes.get(event.seat, "")
            case SeatChanged():
                self._seat_moves(event)
            case ReservationMade():
                self._made(event)
            case ReservationAccepted():
                self._accepted(event)
            case ReservationDeclined() | ReservationExpired() | ReservationRescinded():
                self._over(event.reservation, (event.ticket, event.seat))
                if not isinstance(event, ReservationRescinded):
                    self._refused(event.ticket, event.seat, event.at_ms)
            case _:
                self._ticket_moves(event)

    def _ticket_moves(self, event: Event) -> None:
        match event:
            case TicketTaken():
                self.tickets[event.ticket] = SeenTicket(event.state, _needs(event.needs), event.lane)
            case TicketWidened():
                ticket = self.tickets[event.ticket]
                ticket.needs, ticket.lane = _needs(event.needs), event.lane
            case TicketResumed() | TicketReturned():
                self._waits_again(event)
            case TicketHeld():
                self.tickets[event.ticket].state = event.state
            case TicketLeft():
                self._ends(event.ticket, event.state)
            case TicketDone():
                self._ends(event.ticket, TicketState.DONE)
            case _:
                pass

    def swept(self, now_ms: int) -> None:
        """A sweep is done: refusals whose time was over by then are forgotten."""
        for kept in (self.barred, self.excused):
            for pair in [pair for pair, until_ms in kept.items() if until_ms <= now_ms]:
                del kept[pair]

    def arrives(self, ticket: str) -> None:
        """An appointment begins to wait: only now its score is made."""
        if ticket in self.tickets and self.tickets[ticket].state is TicketState.SCHEDULED:
            self.tickets[ticket].score = None

    def look(self, tickets: Iterable[LiveTicket], seats: Iterable[LiveSeat]) -> None:
        """Compare everything as it stands with everything that was seen.

        Raises:
            AssertionError: what must be true is not; the text names the invariant.
        """
        tickets, seats = list(tickets), list(seats)
        for row in tickets:
            self._look_at_ticket(row)
        for seat in seats:
            self._look_at_seat(seat)
        self.nobody_is_idle_in_vain(tickets, seats)

    def nobody_is_idle_in_vain(self, tickets: Iterable[LiveTicket], seats: Iterable[LiveSeat]) -> None:
        """I4: no idle full-time seat and fitting waiting ticket coexist, refusals apart."""
        idle = [row for row in seats if row.state is SeatState.IDLE and row.duty == "full"]
        for row in tickets:
            if row.state is TicketState.WAITING:
                able = [seat.seat for seat in idle if fits(row.needs, seat.seat, seat.abilities)]
                free = [seat for seat in able if (row.ticket, seat) not in self.excused]
                assert not free, f"I4: {row.ticket} waits while {free} are idle"

    def next_for(self, seat: str) -> str | None:
        """Return the waiting ticket whose turn it is at a seat, where the first that came goes first."""
        able = self.seats[seat].abilities
        mine = [
            (self.rank(ticket, self.seats[seat]), name)
            for name, ticket in self.tickets.items()
            if ticket.state is TicketState.WAITING
            and ticket.score is not None
            and (name, seat) not in self.excused
            and fits(ticket.needs, seat, able)
        ]
        return min(mine)[1] if mine else None

    def rank(self, ticket: SeenTicket, seat: SeenSeat) -> float:
        """Return whose turn it is at a seat: one of another district waits so much longer for it."""
        assert ticket.score is not None
        return ticket.score + (1000 * self.rules.away_s if is_away(ticket, seat) else 0)

    def _look_at_ticket(self, row: LiveTicket) -> None:
        seen = self.tickets[row.ticket]
        assert row.state is seen.state, f"I1: {row.ticket} is {row.state}, the journal says {seen.state}"
        assert (row.needs, row.lane) == (seen.needs, seen.lane), row.ticket
        if seen.score is None:
            seen.score = row.score
        assert row.score == seen.score, f"I6: {row.ticket} was {seen.score} and is {row.score}"
        ago = row.score - (row.arrived_ms - 1000 * HEAD_START_S[row.priority])
        assert 0 <= ago < 1, f"I6: {row.ticket} has {ago} ms more than its class and coming give"
        if row.state is TicketState.RESERVED:
            assert self.live.get(row.reservation) == (row.ticket, row.seat), f"I7: {row.ticket}"

    def _look_at_seat(self, row: LiveSeat) -> None:
        seen = self.seats[row.seat]
        assert (row.state, row.duty, row.abilities) == (seen.state, seen.duty, seen.abilities), row.seat
        ringing = [reservation for reservation, pair in self.live.items() if pair[1] == row.seat]
        assert ringing == ([row.reservation] if row.state is SeatState.RESERVED else []), f"I2: {row.seat}"

    def _seat_moves(self, event: SeatChanged) -> None:
        seat = self.seats[event.seat]
        assert event.was is seat.state, f"{event.seat} was {seat.state}"
        if seat.reason == "missed" and (event.was, event.state) == (SeatState.PAUSED, SeatState.IDLE):
            for kept in (self.barred, self.excused):  # somebody sits there again: all is forgiven
                for pair in [pair for pair in kept if pair[1] == event.seat]:
                    del kept[pair]
        seat.state, seat.reason = event.state, event.reason

    def _waits_again(self, event: TicketResumed | TicketReturned) -> None:
        ticket = self.tickets[event.ticket]
        was, ticket.state = ticket.state, TicketState.WAITING
        ticket.needs, ticket.lane = _needs(event.needs), event.lane
        if isinstance(event, TicketReturned) and was is TicketState.SERVING and event.why != "seat_lost":
            self._refused(event.ticket, event.seat, event.at_ms)
        if isinstance(event, TicketReturned) and was is TicketState.SERVING and event.why == "seat_lost":
            ticket.score = None  # of another class now

    def _refused(self, ticket: str, seat: str, at_ms: int) -> None:
        asked = self.tickets[ticket].needs
        able = {
            name
            for name, other in self.seats.items()
            if other.state is not SeatState.OFFLINE and fits(asked, name, other.abilities)
        }
        for_s = self.rules.shun_s if len(able) > 1 and not asked.seat else self.rules.shun_alone_s
        pair = ticket, seat
        self.barred[pair] = self.excused[pair] = at_ms + round(1000 * for_s)

    def _ends(self, ticket: str, state: TicketState) -> None:
        assert self.tickets[ticket].state not in TICKET_ENDS, f"{ticket} ends twice"
        self.tickets[ticket].state = state
        for pair in [pair for pair in self.barred if pair[0] == ticket]:
            del self.barred[pair]  # should it be recalled, it may ring there or may not

    def _made(self, event: ReservationMade) -> None:
        pair = event.ticket, event.seat
        ticket, seat = self.tickets[event.ticket], self.seats[event.seat]
        self._rises(event.fence)
        assert ticket.state is TicketState.WAITING, f"I7: {event.ticket} was {ticket.state}"
        assert not [name for name, (t, s) in self.live.items() if t == pair[0] or s == pair[1]], "I2, I7: one at a time"
        assert event.reservation not in self.ended, f"I7: {event.reservation} again"
        assert seat.duty == "full", event.seat
        assert fits(ticket.needs, event.seat, seat.abilities), f"{pair} do not fit"
        barred = self.barred.get((event.ticket, event.seat), 0)
        assert barred <= event.at_ms, f"{event.ticket} rings where it was refused"
        if '"by":"seat"' in event.explain:
            self._overtakes_nobody(event.ticket, event.seat, event.at_ms)
        elif self.rules.seat_rule == "least_flexible":
            self._no_nearer_one_is_idle(event.ticket, event.seat)
        ticket.state = TicketState.RESERVED
        self.live[event.reservation] = pair

    def _overtakes_nobody(self, ticket: str, seat: str, now_ms: int) -> None:
        mine, at = self.tickets[ticket], self.seats[seat]
        for name, other in self.tickets.items():
            if other.state is not TicketState.WAITING or other.score is None or mine.score is None:
                continue
            rival = other.lane == mine.lane or self.rules.ticket_rule == "first_come"
            if rival and (name, seat) not in self.excused and fits(other.needs, seat, at.abilities):
                assert self.rank(other, at) >= self.rank(mine, at), f"I6: {ticket} overtook {name} at {seat}, {now_ms}"

    def _no_nearer_one_is_idle(self, ticket: str, seat: str) -> None:
        """A ticket goes to a seat of another district only when none of its own could take it."""
        seen = self.tickets[ticket]
        nearer = [
            name
            for name, other in self.seats.items()
            if (other.state, other.duty) == (SeatState.IDLE, "full")
            and fits(seen.needs, name, other.abilities)
            and (ticket, name) not in self.excused
            and not is_away(seen, other)
        ]
        assert not (is_away(seen, self.seats[seat]) and nearer), f"{ticket} rings at {seat}, {nearer} are nearer"

    def _accepted(self, event: ReservationAccepted) -> None:
        pair = event.ticket, event.seat
        ticket, seat = self.tickets[event.ticket], self.seats[event.seat]
        if event.explain.startswith('{"rule":"claim"'):
            self._rises(event.fence)
            assert ticket.state is TicketState.WAITING
            assert fits(ticket.needs, event.seat, seat.abilities), f"{pair} do not fit"
        else:
            self._over(event.reservation, pair)
        ticket.state = TicketState.SERVING

    def _over(self, reservation: str, pair: Pair) -> None:
        assert self.live.pop(reservation, None) == pair, f"I7: {reservation} of {pair} was not live"
        self.ended.add(reservation)

    def _rises(self, fence: int) -> None:
        assert fence > self.fence, f"I5: {fence} after {self.fence}"
        self.fence = fence


def is_away(ticket: SeenTicket, seat: SeenSeat) -> bool:
    """Tell whether a ticket is of another district than the seat's own; a ticket for one named seat never is."""
    return not ticket.needs.seat and bool(seat.home and ticket.needs.district) and seat.home != ticket.needs.district


def _needs(text: str) -> Needs:
    return msgspec.json.decode(text, type=Needs)
