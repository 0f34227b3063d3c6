"""Reads what `places` tells of a ticket's lines, for the expected wait."""

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from matcher.drain import Line, Overtaking, Rival
from protocol.priorities import Priority

RIVALS_MAX = 12
"""So many rivals are followed one by one, the others as one: the work grows with their square."""
_OVERTAKERS = (Priority.SOS, Priority.RETURNING, Priority.APPOINTMENT, Priority.PRIORITY)
"""The classes with a head start, as the script counts them."""


class PlaceReply(msgspec.Struct, frozen=True, array_like=True):
    """Answer of the script about a ticket; `ahead` is -1 for one that does not wait."""

    ticket: bytes
    ahead: int
    able: int
    priority: bytes
    age_ms: int
    was_told: bytes
    lines: Sequence[Sequence[object]]
    row: object
    """The ticket itself, as `rows.ticket_row` reads it; None where there is none."""


def line_of(reply: Sequence[object]) -> Line:
    """Return a line: in how many milliseconds, ahead in its own lane, calls a second, working seats, then rivals."""
    in_ms, ahead, rate_text, seats, *rivals = cast("Sequence[int]", reply)
    rate = float(rate_text)
    each = rate / seats if seats else 0.0
    found = [_rival(rival, seats, each) for rival in cast("list[list[int]]", rivals)]
    if len(found) > RIVALS_MAX:
        found.sort(key=_weight, reverse=True)
    return Line(in_ms / 1000, ahead, rate, (*found[:RIVALS_MAX], *_together(found[RIVALS_MAX:])))


def _weight(rival: Rival) -> float:
    """Return the weight of a rival lane: its tickets that go before, times the share of seats that they can take."""
    return rival.ahead * rival.shared


def _together(rivals: Sequence[Rival]) -> tuple[Rival, ...]:
    """Return many small rivals as one, with the mean of their shares."""
    if not rivals:
        return ()
    ahead = sum(rival.ahead for rival in rivals)
    shared = sum(map(_weight, rivals)) / ahead
    return (Rival(ahead, shared, sum(rival.rate for rival in rivals)),)


def _rival(reply: Sequence[int], seats: int, each: float) -> Rival:
    ahead, both, all_seats = reply
    return Rival(ahead, min(1.0, both / seats) if seats else 1.0, max(0, all_seats - both) * each)


def overtaking(
    classes: Sequence[float], head_start_s: Mapping[Priority, float], priority: bytes, age_ms: int
) -> Overtaking:
    """Return how long which part of those who arrive will go before a ticket of this class and age."""
    waiting, *counts = classes
    if not waiting:
        return ()
    own_s = head_start_s[Priority(priority.decode())] + age_ms / 1000
    windows = ((head_start_s[name] - own_s, count / waiting) for name, count in zip(_OVERTAKERS, counts, strict=True))
    return tuple((until_s, share) for until_s, share in windows if until_s > 0 and share > 0)
