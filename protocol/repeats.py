"""Map each error to the retry that a client may make: same id, new id, or none."""

from typing import Final, Literal

from protocol.errors import (
    ClosedNow,
    PeerAway,
    Refused,
    SeatNotIdle,
    ServiceError,
    TicketNotWaiting,
    TooFast,
    TooManyTries,
    Unavailable,
)

Retry = Literal["same_id", "new_id", "no"]
"""`same_id`: nothing was done and the fault passes; send the very command again, after a second. `new_id`: as things
stand it is refused; the same wish may be granted later, as a new command. `no`: it will be refused again."""


class IdReused(Refused):
    """The id stood for another command within the last 10 minutes: nothing was done; use a fresh id."""

    code = "id_reused"


LATER: Final[tuple[type[ServiceError], ...]] = (
    ClosedNow,
    IdReused,
    PeerAway,
    SeatNotIdle,
    TicketNotWaiting,
    TooFast,
    TooManyTries,
)


def retry_of(kind: type[ServiceError]) -> Retry:
    """Return the kind of retry that a client may do after this error."""
    if issubclass(kind, Unavailable):
        return "same_id"
    return "new_id" if issubclass(kind, LATER) else "no"
