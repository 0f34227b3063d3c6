"""The states of tickets, reservations, seats, sessions and cases, and the legal moves between them."""

from enum import StrEnum
from typing import TypeVar

from protocol.errors import IllegalMove

S = TypeVar("S", bound=StrEnum)


class TicketState(StrEnum):
    """A citizen's place in the queue."""

    SCHEDULED = "scheduled"  # an appointment or a callback whose time has not come
    WAITING = "waiting"
    HELD = "held"  # the citizen left the screen; the place is kept
    RESERVED = "reserved"
    SERVING = "serving"
    DONE = "done"
    ABANDONED = "abandoned"
    NO_SHOW = "no_show"
    EXPIRED = "expired"
    REDIRECTED = "redirected"


class ReservationState(StrEnum):
    """A seat's exclusive hold on a ticket."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RESCINDED = "rescinded"


class SeatState(StrEnum):
    """A workplace that can take tickets."""

    OFFLINE = "offline"
    IDLE = "idle"
    RESERVED = "reserved"
    SERVING = "serving"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class SessionState(StrEnum):
    """The conversation of a citizen and a seat."""

    CONNECTING = "connecting"
    ACTIVE = "active"
    HELD = "held"
    SUSPENDED = "suspended"  # one side lost its page; its place is kept for the grace time
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


class CaseState(StrEnum):
    """The matter on record."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    ACCEPTED_DEFERRED = "accepted_deferred"
    CORRECTION = "correction"
    REJECTED = "rejected"
    PROCESSING = "processing"
    DECIDED = "decided"
    ISSUED = "issued"
    ARCHIVED = "archived"


class PauseReason(StrEnum):
    """Reason why a signed-in seat takes no tickets."""

    MISSED = "missed"  # a reservation rang out; set by the queue alone
    BREAK = "break"
    MEAL = "meal"
    WINDOW = "window"  # serving somebody at the physical window
    TRAINING = "training"
    SUPERVISOR = "supervisor"  # set from the wallboard
    OTHER = "other"


TICKET_MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.SCHEDULED: frozenset(
        {TicketState.WAITING, TicketState.ABANDONED, TicketState.NO_SHOW, TicketState.EXPIRED}
    ),
    TicketState.WAITING: frozenset(
        {
            TicketState.RESERVED,
            TicketState.SERVING,  # a claim by a part-time seat or a hall window
            TicketState.HELD,
            TicketState.SCHEDULED,  # a callback is wanted later
            TicketState.ABANDONED,
            TicketState.EXPIRED,
            TicketState.REDIRECTED,
        }
    ),
    TicketState.HELD: frozenset(
        {TicketState.WAITING, TicketState.ABANDONED, TicketState.EXPIRED, TicketState.REDIRECTED}
    ),
    TicketState.RESERVED: frozenset({TicketState.SERVING, TicketState.WAITING, TicketState.ABANDONED}),
    TicketState.SERVING: frozenset(
        {
            TicketState.DONE,
            TicketState.WAITING,  # transferred, or the seat was lost
            TicketState.NO_SHOW,
            TicketState.REDIRECTED,
        }
    ),
    TicketState.DONE: frozenset(),
    TicketState.ABANDONED: frozenset(),
    TicketState.NO_SHOW: frozenset({TicketState.WAITING}),  # recalled in a hall
    TicketState.EXPIRED: frozenset(),
    TicketState.REDIRECTED: frozenset(),
}

SEAT_MOVES: dict[SeatState, frozenset[SeatState]] = {
    SeatState.OFFLINE: frozenset({SeatState.IDLE, SeatState.PAUSED}),
    SeatState.IDLE: frozenset({SeatState.RESERVED, SeatState.SERVING, SeatState.PAUSED, SeatState.OFFLINE}),
    SeatState.RESERVED: frozenset({SeatState.SERVING, SeatState.IDLE, SeatState.PAUSED, SeatState.OFFLINE}),
    SeatState.SERVING: frozenset({SeatState.WRAP_UP, SeatState.IDLE, SeatState.PAUSED, SeatState.OFFLINE}),
    SeatState.WRAP_UP: frozenset({SeatState.IDLE, SeatState.PAUSED, SeatState.OFFLINE}),
    SeatState.PAUSED: frozenset({SeatState.IDLE, SeatState.OFFLINE, SeatState.SERVING}),
}

SESSION_MOVES: dict[SessionState, frozenset[SessionState]] = {
    SessionState.CONNECTING: frozenset(
        {SessionState.ACTIVE, SessionState.SUSPENDED, SessionState.WRAP_UP, SessionState.CLOSED}
    ),
    SessionState.ACTIVE: frozenset(
        {SessionState.HELD, SessionState.SUSPENDED, SessionState.WRAP_UP, SessionState.CLOSED}
    ),
    SessionState.HELD: frozenset(
        {SessionState.ACTIVE, SessionState.SUSPENDED, SessionState.WRAP_UP, SessionState.CLOSED}
    ),
    SessionState.SUSPENDED: frozenset(
        {SessionState.CONNECTING, SessionState.ACTIVE, SessionState.HELD, SessionState.WRAP_UP, SessionState.CLOSED}
    ),
    SessionState.WRAP_UP: frozenset({SessionState.CLOSED}),
    SessionState.CLOSED: frozenset(),
}

CASE_MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.DRAFT: frozenset(
        {
            CaseState.SUBMITTED,
            CaseState.ACCEPTED,
            CaseState.ACCEPTED_DEFERRED,
            CaseState.CORRECTION,
            CaseState.REJECTED,
            CaseState.DECIDED,
            CaseState.ARCHIVED,
        }
    ),
    CaseState.SUBMITTED: frozenset(
        {
            CaseState.ACCEPTED,
            CaseState.ACCEPTED_DEFERRED,
            CaseState.CORRECTION,
            CaseState.REJECTED,
            CaseState.ARCHIVED,
        }
    ),
    CaseState.CORRECTION: frozenset({CaseState.SUBMITTED, CaseState.ACCEPTED, CaseState.REJECTED, CaseState.ARCHIVED}),
    CaseState.ACCEPTED: frozenset({CaseState.PROCESSING, CaseState.DECIDED, CaseState.ARCHIVED}),
    CaseState.ACCEPTED_DEFERRED: frozenset(
        {CaseState.PROCESSING, CaseState.CORRECTION, CaseState.DECIDED, CaseState.ARCHIVED}
    ),
    CaseState.REJECTED: frozenset({CaseState.ARCHIVED}),
    CaseState.PROCESSING: frozenset({CaseState.DECIDED, CaseState.ARCHIVED}),
    CaseState.DECIDED: frozenset({CaseState.ISSUED, CaseState.ARCHIVED}),
    CaseState.ISSUED: frozenset({CaseState.ARCHIVED}),
    CaseState.ARCHIVED: frozenset(),
}

TICKET_ENDS: frozenset[TicketState] = frozenset(
    {
        TicketState.DONE,
        TicketState.ABANDONED,
        TicketState.NO_SHOW,
        TicketState.EXPIRED,
        TicketState.REDIRECTED,
    }
)
"""End states of a ticket; only a hall may recall a `no_show`."""


def move(table: dict[S, frozenset[S]], old: S, new: S) -> S:
    """Return `new` when the table allows it from `old`.

    Raises:
        IllegalMove: the table has no such move.
    """
    if new not in table[old]:
        raise IllegalMove(kind=type(old).__name__, old=old.value, new=new.value)
    return new
