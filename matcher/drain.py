"""Fluid model of a line whose seats also serve other lines and which some arrivals overtake, solved in small steps."""

import math
from collections.abc import Sequence

import msgspec

STEPS_LEAST = 48
"""A line is drained ticket by ticket, a longer one in so many steps."""
NEARLY_NOTHING = 1e-9
SLOWEST = 0.05
"""However many overtake, this part of what the seats do is left for those before them."""

Overtaking = Sequence[tuple[float, float]]
"""Pairs of (seconds from now, share of arrivals): so long that part of those who come goes before this ticket."""


class Rival(msgspec.Struct, frozen=True):
    """Another lane: how many of it go before, at which part of this line's seats, and what its other seats take."""

    ahead: float
    shared: float
    rate: float


class Line(msgspec.Struct, frozen=True):
    """A lane as a ticket sees it, from `in_s` seconds on: the tickets ahead, and its seats' calls per second."""

    in_s: float
    ahead: float
    rate: float
    rivals: tuple[Rival, ...] = ()


def drained(line: Line, giving_up: float, overtaking: Overtaking) -> tuple[float, float]:
    """Return mean and variance of the time until the ticket behind `ahead` has a seat.

    Seats take the oldest ticket they can: those that several lanes want work for each lane in proportion to
    who still waits in it. A rival's other seats help to drain it.
    """
    own = line.ahead + 1
    rivals = sorted(line.rivals, key=lambda rival: -rival.shared)
    left = [rival.ahead for rival in rivals]
    unit = max(1.0, own / STEPS_LEAST)
    now = variance = 0.0
    while own > NEARLY_NOTHING:
        speed = max(SLOWEST, 1 - sum(share for until_s, share in overtaking if now < until_s))
        mine, theirs = _speeds(line.rate, own, rivals, left)
        mine = (mine + giving_up * max(0, math.ceil(own - NEARLY_NOTHING) - 1)) * speed
        step = own - max(0.0, math.ceil(own - NEARLY_NOTHING) - unit)
        spent = step / mine
        for rest, taken in zip(left, theirs, strict=True):
            if rest > 0:
                spent = min(spent, max(0.25, rest / 4) / ((taken + giving_up * rest) * speed))
        own -= spent * mine
        left = [
            max(0.0, rest - spent * (taken + giving_up * rest) * speed)
            for rest, taken in zip(left, theirs, strict=True)
        ]
        now += spent
        variance += spent / ((line.rate + giving_up * own) * speed)
    return now, variance


def _speeds(rate: float, own: float, rivals: Sequence[Rival], left: Sequence[float]) -> tuple[float, list[float]]:
    """Return what the line and its rivals are served a second; seats that few rivals want, all with more want too."""
    mine, crowd = rate * (1 - (rivals[0].shared if rivals else 0)), own
    theirs = [rival.rate if rest > 0 else 0.0 for rival, rest in zip(rivals, left, strict=True)]
    for number, rival in enumerate(rivals):
        crowd += left[number]
        layer = rate * (rival.shared - (rivals[number + 1].shared if number + 1 < len(rivals) else 0.0))
        mine += layer * own / crowd
        for before in range(number + 1):
            theirs[before] += layer * left[before] / crowd
    return mine, theirs
