"""Hall numbers (叫号): a hall's own system of numbers, whose tickets a cloud window may serve too.

Where from: interfaces of halls know taking, calling, calling again, passing, handing on, beginning and ending a number.
One number is served once: a claim is answered by the hall's system alone, and is refused when a window took it before.
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortNotice, PortOperation

PORT: Final = "hall_numbers"
Short = Annotated[str, Meta(min_length=1, max_length=64)]


class HallMove(StrEnum):
    """Moves of a number: called, called again, passed, handed on, begun, finished, or nobody came."""

    CALLED = "called"
    RECALLED = "recalled"
    PASSED = "passed"
    TRANSFERRED = "transferred"
    BEGUN = "begun"
    FINISHED = "finished"
    NO_SHOW = "no_show"


class HallClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cloud seat wants to serve a number of a hall."""

    number: Short
    site: Short
    seat: Short


class HallClaimed(msgspec.Struct, frozen=True):
    """The number is the seat's: nobody else will call it."""

    number: Short


class HallMoved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number that a cloud seat serves has moved; `at_ms` is in milliseconds since the epoch."""

    number: Short
    site: Short
    move: HallMove
    at_ms: int


class HallNumber(msgspec.Struct, frozen=True):
    """A number that was taken or given back at a hall: item, place, class, and when (milliseconds since the epoch)."""

    number: Short
    site: Short
    item: Short
    taken_ms: int
    priority: Annotated[str, Meta(max_length=32)] = ""


_NUMBER: Final = HallNumber("A017", "HD-HALL", "MZ01", 1_764_489_600_000)
CLAIM: Final = PortOperation(
    port=PORT,
    name="claim",
    purpose="serving a number of the hall",
    asks=HallClaim,
    answers=HallClaimed,
    example=HallClaim("A017", "HD-HALL", "S004"),
    example_answer=HallClaimed("A017"),
    changes=True,
    refusals=("taken", "unknown_number"),
)
MOVE: Final = PortOperation(
    port=PORT,
    name="move",
    purpose="telling the hall what became of its number",
    asks=HallMoved,
    answers=HallClaimed,
    example=HallMoved("A017", "HD-HALL", HallMove.FINISHED, 1_764_489_900_000),
    example_answer=HallClaimed("A017"),
    changes=True,
    refusals=("unknown_number",),
)
TAKEN: Final = PortNotice(PORT, "taken", "a number was taken at the hall", HallNumber, _NUMBER, 1)
SERVED: Final = PortNotice(PORT, "served", "a window of the hall serves the number", HallNumber, _NUMBER, 2)
CANCELLED: Final = PortNotice(PORT, "cancelled", "the number was given back", HallNumber, _NUMBER, 3)

OPERATIONS: Final = (CLAIM, MOVE)
NOTICES: Final = (TAKEN, SERVED, CANCELLED)
