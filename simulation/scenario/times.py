"""Reads durations, clock times, distributions and arrival rates."""

import re
from collections.abc import Mapping

from simulation.distributions import (
    NEVER,
    NONE,
    Constant,
    Exponential,
    Lognormal,
    Times,
    Uniform,
)
from simulation.scenario.nodes import Node
from simulation.world import DAY_S, Rates, Shift

_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
Shapes = Mapping[str, Rates]

DISTRIBUTIONS = ("exponential", "lognormal", "uniform", "constant")


def duration(node: Node, least: float = 0.0) -> float:
    """Return seconds: `90 s`, `2 min`, `1.5 h`, or a plain number of seconds."""
    text = node.text()
    found = _DURATION.fullmatch(text)
    if not found:
        node.fault(f"{text!r} is no duration such as 90 s, 2 min, 1.5 h")
        return max(least, 1.0)
    seconds = float(found[1]) * _UNITS[found[2] or "s"]
    if seconds < least:
        node.fault(f"{text!r} is too short")
    return seconds


def clock(text: str, node: Node) -> float:
    """Return the seconds of the day of a time such as `08:30`."""
    found = _CLOCK.fullmatch(text.strip())
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 if found else -1
    if not 0 <= seconds <= DAY_S or (found and int(found[2]) > 59):  # noqa: PLR2004  (minutes of an hour)
        node.fault(f"{text!r} is no time of day such as 08:30")
        return 0.0
    return float(seconds)


def shift(node: Node) -> Shift:
    """Return a window such as `09:00-12:00`."""
    text = node.text()
    start, dash, end = text.partition("-")
    if not dash:
        node.fault(f"{text!r} is no window such as 09:00-12:00")
        return Shift()
    window = Shift(clock(start, node), clock(end, node))
    if window.from_s >= window.to_s:
        node.fault(f"{text!r} ends before it begins")
    return window


def times(node: Node) -> Times:
    """Return a distribution: `never`, a duration (always the same), or one of the named ones."""
    if not node.is_mapping:
        return NEVER if node.text() == "never" else Constant(duration(node))
    fields = node.fields(DISTRIBUTIONS)
    if len(fields) != 1:
        node.fault(f"exactly one of {', '.join(DISTRIBUTIONS)} is expected")
        return NONE
    kind = next(name for name in DISTRIBUTIONS if name in fields)
    return _READERS[kind](fields[kind])


def _exponential(node: Node) -> Times:
    return Exponential(duration(node, least=0.001))


def _lognormal(node: Node) -> Times:
    fields = node.fields(("mean", "sd"), required=("mean", "sd"))
    return Lognormal(
        fields.read("mean", lambda value: duration(value, least=0.001), 1.0),
        fields.read("sd", lambda value: duration(value, least=0.001), 1.0),
    )


def _uniform(node: Node) -> Times:
    fields = node.fields(("low", "high"), required=("low", "high"))
    low, high = fields.read("low", duration, 0.0), fields.read("high", duration, 0.0)
    if low > high:
        node.fault("low is above high")
    return Uniform(low, high)


def _constant(node: Node) -> Times:
    return Constant(duration(node))


_READERS = {"exponential": _exponential, "lognormal": _lognormal, "uniform": _uniform, "constant": _constant}


def steps(node: Node) -> Rates:
    """Return numbers that hold from a time of day on: `{"08:30": 4, "12:00": 0}`."""
    pairs = sorted((clock(key, value), value.number(least=0, most=1e6)) for key, value in node.entries().items())
    if not pairs:
        node.fault("no time of day is given")
        pairs = [(0.0, 0.0)]
    if pairs[0][0] > 0:
        pairs.insert(0, (0.0, 0.0))
    return Rates(tuple(start for start, _ in pairs), tuple(value for _, value in pairs))


def arrivals(node: Node, shapes: Shapes) -> Rates:
    """Return arrival rates: `per_hour` (a number or steps), or `per_day` spread over a `shape`."""
    fields = node.fields(("per_hour", "per_day", "shape"))
    if "per_hour" in fields and "per_day" not in fields:
        value = fields["per_hour"]
        return steps(value) if value.is_mapping else Rates((0.0,), (value.number(least=0, most=1e6),))
    if "per_day" not in fields or "per_hour" in fields:
        node.fault("either per_hour or per_day is expected")
        return Rates((0.0,), (0.0,))
    count = fields["per_day"].number(least=0, most=1e8)
    shape = Rates((0.0,), (1.0,))
    if "shape" in fields:
        shape = shapes.get(fields["shape"].choice([*shapes] or ["(none is defined)"]), shape)
    if not shape.per_day:
        node.fault("the shape has no weight at any time")
        return Rates((0.0,), (0.0,))
    return shape.scaled(count / shape.per_day)
