"""What the simulated people do to the queue, and what the queue tells them back."""

from typing import NamedTuple

from protocol.priorities import Priority


class Match(NamedTuple):
    """A seat now holds a reservation on a call."""

    call: int
    seat: int
    reservation: str
    fence: int


class Take(NamedTuple):
    """A call of this class joins the queue."""

    at_ms: int
    call: int
    kind: int
    priority: Priority


class Leave(NamedTuple):
    """The citizen gives up, waiting or ringing; `seat` is the one that rang, or -1."""

    at_ms: int
    call: int
    seat: int


class Accept(NamedTuple):
    """The seat answers in time."""

    at_ms: int
    match: Match


class Decline(NamedTuple):
    """The seat refuses; the call goes on at its old place."""

    at_ms: int
    match: Match


class Finish(NamedTuple):
    """The call is over; the seat takes the next one at once, or after its wrap-up."""

    at_ms: int
    match: Match
    wrap_up: bool


class Ready(NamedTuple):
    """The seat takes calls from now on: shift begun, wrap-up over, back from away."""

    at_ms: int
    seat: int


class Arrive(NamedTuple):
    """The seat signs in, not ready yet."""

    at_ms: int
    seat: int


class GoHome(NamedTuple):
    """The seat signs out."""

    at_ms: int
    seat: int


class Sweep(NamedTuple):
    """Time has come for something: these calls widen, or the reservation of `rung` ran out."""

    at_ms: int
    calls: tuple[int, ...]


Move = Take | Leave | Accept | Decline | Finish | Ready | Arrive | GoHome | Sweep
Matches = tuple[Match, ...]
NOTHING: Matches = ()
