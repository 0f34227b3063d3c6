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


class Code(IntEnum):
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


ERRORS: dict[Code, tuple[type[ServiceError], str]] = {
    Code.TICKET_NOT_FOUND: (TicketNotFound, "ticket"),
    Code.TICKET_NOT_WAITING: (TicketNotWaiting, "state"),
    Code.TICKET_ID_TAKEN: (TicketIdTaken, "ticket"),
    Code.RESERVATION_STALE: (ReservationStale, "id"),
    Code.SEAT_NOT_FOUND: (SeatNotFound, "seat"),
    Code.SEAT_NOT_IDLE: (SeatNotIdle, "state"),
    Code.SEAT_NOT_ABLE: (SeatNotAble, "seat"),
    Code.CLOCK_WRONG: (ClockWrong, "off_ms"),
    Code.WRAP_UP_OVER: (WrapUpOver, "seat"),
}
"""The error of each code, and what its fact is called."""


def raise_for(reply: object) -> None:
    """Raise the error that the reply stands for, if it is one: `{negative code, fact}`."""
    match reply:
        case [int(code), bytes(text)] if code < 0:
            error, fact = ERRORS[Code(code)]
            raise error(**{fact: text.decode()})
