"""What must be true of any journal, whatever happened: used by tests that make much happen."""

from collections.abc import Sequence

from protocol.events import (
    Event,
    ReservationAccepted,
    ReservationDeclined,
    ReservationExpired,
    ReservationMade,
    ReservationRescinded,
    SeatChanged,
    TicketDone,
    TicketHeld,
    TicketLeft,
    TicketResumed,
    TicketReturned,
    TicketTaken,
    TicketWidened,
)
from protocol.priorities import HEAD_START_S, Priority
from protocol.states import SEAT_MOVES, TICKET_MOVES, SeatState, TicketState, move

ENDS = (ReservationAccepted, ReservationDeclined, ReservationExpired, ReservationRescinded)


def check_journal(events: Sequence[Event]) -> None:
    """Check I5, I7 and the tables of states over a whole journal."""
    fences_rise(events)
    every_reservation_ends_once(events)
    tickets_move_as_the_table_says(events)
    seats_move_as_the_table_says(events)
    nobody_is_served_twice(events)
    nobody_overtakes_in_a_lane(events)


def fences_rise(events: Sequence[Event]) -> None:
    """I5: fencing tokens strictly increase over the realm."""
    made = [event.fence for event in events if isinstance(event, ReservationMade)]
    claimed = [
        e.fence for e in events if isinstance(e, ReservationAccepted) and e.explain.startswith('{"rule":"claim"')
    ]
    assert made == sorted(set(made)), "I5: reservations"
    assert claimed == sorted(set(claimed)), "I5: claims"
    assert not set(made) & set(claimed), "I5: a token was given out twice"


def every_reservation_ends_once(events: Sequence[Event]) -> None:
    """I7: accepted, declined, expired or rescinded, exactly once; at most one a ticket and one a seat is open."""
    open_tickets: dict[str, str] = {}
    open_seats: dict[str, str] = {}
    for event in events:
        if isinstance(event, ReservationMade):
            assert event.ticket not in open_tickets, f"I7: {event.ticket} is reserved twice"
            assert event.seat not in open_seats, f"I7: {event.seat} holds two"
            open_tickets[event.ticket] = open_seats[event.seat] = event.reservation
        elif isinstance(event, ENDS):
            if isinstance(event, ReservationAccepted) and event.explain.startswith('{"rule":"claim"'):
                continue
            assert open_tickets.pop(event.ticket) == event.reservation
            assert open_seats.pop(event.seat) == event.reservation


def tickets_move_as_the_table_says(events: Sequence[Event]) -> None:
    """Each ticket's events are a walk through TICKET_MOVES."""
    states: dict[str, TicketState] = {}

    def to(ticket: str, new: TicketState) -> None:
        states[ticket] = move(TICKET_MOVES, states[ticket], new)

    for event in events:
        match event:
            case TicketTaken():
                assert event.ticket not in states
                states[event.ticket] = event.state
            case TicketHeld() if states[event.ticket] is not TicketState.HELD:
                to(event.ticket, event.state)
            case TicketResumed() | TicketReturned():
                to(event.ticket, TicketState.WAITING)
            case TicketLeft():
                to(event.ticket, event.state)
            case TicketDone():
                to(event.ticket, TicketState.DONE)
            case ReservationMade():
                to(event.ticket, TicketState.RESERVED)
            case ReservationAccepted():
                to(event.ticket, TicketState.SERVING)
            case _:
                pass


def seats_move_as_the_table_says(events: Sequence[Event]) -> None:
    """Each seat's events are a walk through SEAT_MOVES, without a gap."""
    states: dict[str, SeatState] = {}
    for event in events:
        if isinstance(event, SeatChanged):
            assert states.get(event.seat, SeatState.OFFLINE) is event.was
            if event.was is not event.state:
                move(SEAT_MOVES, event.was, event.state)
            states[event.seat] = event.state


def nobody_is_served_twice(events: Sequence[Event]) -> None:
    """A ticket is done at most once and by the seat that accepted it last."""
    accepted: dict[str, str] = {}
    done: set[str] = set()
    for event in events:
        if isinstance(event, ReservationAccepted):
            assert event.ticket not in done
            accepted[event.ticket] = event.seat
        elif isinstance(event, TicketDone):
            assert event.ticket not in done
            assert accepted[event.ticket] == event.seat
            done.add(event.ticket)


LOST_MS = 1000 * HEAD_START_S[Priority.RETURNING]


def why_of(event: Event) -> str:
    """Return why a ticket returned, or nothing."""
    return event.why if isinstance(event, TicketReturned) else ""


def nobody_overtakes_in_a_lane(events: Sequence[Event]) -> None:
    """I6: whoever is reserved by a seat that frees has the lowest score of its lane, refusals apart.

    Appointments are left out: what they are worth is only known when they arrive, and not told here.
    """
    arrived: dict[str, tuple[str, float]] = {}  # waiting tickets: lane and score
    head_start: dict[str, float] = {}
    served: set[str] = set()
    refused: set[tuple[str, str]] = set()
    for event in events:
        match event:
            case TicketTaken():
                if event.state is TicketState.WAITING:
                    head_start[event.ticket] = 1000 * HEAD_START_S[event.priority]
                    arrived[event.ticket] = (event.lane, event.arrived_ms - head_start[event.ticket])
            case TicketResumed() | TicketReturned() if event.ticket in head_start:
                if event.ticket in served and why_of(event) == "seat_lost":
                    head_start[event.ticket] = max(LOST_MS, head_start[event.ticket])
                served.discard(event.ticket)
                arrived[event.ticket] = (event.lane, event.arrived_ms - head_start[event.ticket])
                refused.add((event.ticket, event.seat) if isinstance(event, TicketReturned) else ("", ""))
            case TicketWidened() if event.ticket in arrived:
                arrived[event.ticket] = (event.lane, arrived[event.ticket][1])
            case TicketHeld() | TicketLeft():
                arrived.pop(event.ticket, None)
            case ReservationMade() | ReservationAccepted():
                mine = arrived.pop(event.ticket, None)
                served |= {event.ticket} if isinstance(event, ReservationAccepted) else set()
                if mine and isinstance(event, ReservationMade) and '"by":"seat"' in event.explain:
                    before = [ticket for ticket, row in arrived.items() if row[0] == mine[0] and row[1] < mine[1]]
                    by = event.seat
                    assert all((ticket, by) in refused for ticket in before), f"I6: {event.ticket} overtook"
            case _:
                pass
