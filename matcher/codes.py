"""The negative codes of the Lua verbs, and the errors that they become."""

from enum import IntEnum

from protocol.errors import (
    ClockWrong,
    ReservationStale,
    SeatNotAble,
    SeatNotFound,
    SeatNotIdle,
    ServiceError,
    TicketIdTaken,
    TicketNotFound,
    TicketNotWaiting,
)
from protocol.exhausted import WrapUpOver


class ScriptCode(IntEnum):
    """Code of a verb that changed nothing, returned with one fact."""

    TICKET_NOT_FOUND = -1
    TICKET_NOT_WAITING = -2
    TICKET_ID_TAKEN = -3
    RESERVATION_STALE = -4
    SEAT_NOT_FOUND = -5
    SEAT_NOT_IDLE = -6
    SEAT_NOT_ABLE = -7
    CLOCK_WRONG = -8
    WRAP_UP_OVER = -9


ERRORS: dict[ScriptCode, tuple[type[ServiceError], str]] = {
    ScriptCode.TICKET_NOT_FOUND: (TicketNotFound, "ticket"),
    ScriptCode.TICKET_NOT_WAITING: (TicketNotWaiting, "state"),
    ScriptCode.TICKET_ID_TAKEN: (TicketIdTaken, "ticket"),
    ScriptCode.RESERVATION_STALE: (ReservationStale, "id"),
    ScriptCode.SEAT_NOT_FOUND: (SeatNotFound, "seat"),
    ScriptCode.SEAT_NOT_IDLE: (SeatNotIdle, "state"),
    ScriptCode.SEAT_NOT_ABLE: (SeatNotAble, "seat"),
    ScriptCode.CLOCK_WRONG: (ClockWrong, "off_ms"),
    ScriptCode.WRAP_UP_OVER: (WrapUpOver, "seat"),
}
"""The error of each code, and what its fact is called."""


def raise_for(reply: object) -> None:
    """Raise the error that the reply stands for, if it is one: `{negative code, fact}`."""
    match reply:
        case [int(code), bytes(text)] if code < 0:
            error, fact = ERRORS[ScriptCode(code)]
            raise error(**{fact: text.decode()})
