"""Acts of the simulated people on the queue, and the answers of the queue."""

from enum import IntEnum
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
    named: int = -1
    """The seat that it asks for first."""


class Book(NamedTuple):
    """An appointment is made for `for_ms`."""

    at_ms: int
    call: int
    kind: int
    priority: Priority
    for_ms: int


class Come(NamedTuple):
    """The citizen of an appointment is here."""

    at_ms: int
    call: int


class Claim(NamedTuple):
    """A part-time seat looks at the calls alerted to it and takes the oldest."""

    at_ms: int
    seat: int


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


class Then(IntEnum):
    """Act of a seat after a call."""

    NEXT = 0
    WRAP_UP = 1
    HOME = 2


class Finish(NamedTuple):
    """The call is over; the seat takes the next one, wraps up, or signs out."""

    at_ms: int
    match: Match
    then: Then


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
    """Time has come for something: these calls widen, rang out, or may go to a seat again that refused them."""

    at_ms: int
    calls: tuple[int, ...]


Move = Take | Leave | Accept | Decline | Finish | Ready | Arrive | GoHome | Sweep | Book | Come | Claim
Matches = tuple[Match, ...]
NOTHING: Matches = ()
