"""Expected wait by queue length with people giving up (QLa), as a range."""

import math
from collections.abc import Sequence

import msgspec

from matcher.drain import Line, Overtaking, drained

Z_80 = 1.2816
"""The range holds the true wait in eight of ten cases."""
EXACT_TERMS = 500
"""So many stages are added one by one; what lies beyond is an integral."""
_TENTHS = (-1.6449, -1.0364, -0.6745, -0.3853, -0.1257, 0.1257, 0.3853, 0.6745, 1.0364, 1.6449)
"""The normal quantiles in the middle of each tenth."""


class Wait(msgspec.Struct, frozen=True):
    """An expected wait in seconds: its mean, and the range that holds eight of ten."""

    low_s: float
    mean_s: float
    high_s: float


class Span(msgspec.Struct, frozen=True):
    """A wait as a gamma variable that counts from `from_s` on: one widening step's."""

    from_s: float
    mean_s: float
    shape: float

    def at(self, z: float) -> float:
        """Return the quantile at this normal one."""
        return max(self.from_s, self.mean_s * _quantile(self.shape, z))


def expected_wait(ahead: float, rate: float, giving_up: float) -> Wait | None:
    """Return the wait behind `ahead` tickets for seats that take `rate` calls a second.

    Each of those ahead gives up at `giving_up` a second, which shortens the wait: the stage with
    `i` still ahead lasts 1 / (rate + i * giving_up). None while the rate is unknown.
    """
    if rate <= 0:
        return None
    return _wait([_span(0.0, *_moments(max(0.0, ahead), rate, max(0.0, giving_up)))])


def wait_in_line(lines: Sequence[Line], giving_up: float, overtaking: Overtaking) -> Wait | None:
    """Return the wait of a ticket whose line is the first one, and the others as it widens.

    None while no line's seats were measured.
    """
    spans = []
    for line in lines:
        if line.rate <= 0:
            continue
        if line.rivals or overtaking:
            moments = drained(line, giving_up, overtaking)
        else:
            moments = _moments(line.ahead, line.rate, giving_up)
        spans.append(_span(line.in_s, *moments))
    return _wait(spans) if spans else None


def _wait(spans: Sequence[Span]) -> Wait:
    mean = spans[0].mean_s if len(spans) == 1 else sum(_first(spans, z) for z in _TENTHS) / len(_TENTHS)
    return Wait(_first(spans, -Z_80), mean, _first(spans, Z_80))


def _first(spans: Sequence[Span], z: float) -> float:
    """Return a quantile: the first line that serves before the next one begins; one that is slow is slow in all."""
    ends = (*(span.from_s for span in spans[1:]), math.inf)
    return next(served for span, end_s in zip(spans, ends, strict=True) if (served := span.at(z)) < end_s)


def _span(from_s: float, mean: float, variance: float) -> Span:
    return Span(from_s, mean, mean * mean / variance)


def _moments(ahead: float, rate: float, giving_up: float) -> tuple[float, float]:
    """Return mean and variance of the sum of exponential stages, the last one in part."""
    mean = variance = 0.0
    exact = min(math.floor(ahead), EXACT_TERMS)
    for stage in range(exact + 1):
        mean += 1 / (rate + stage * giving_up)
        variance += 1 / (rate + stage * giving_up) ** 2
    rest = ahead - exact
    if rest > 0:
        first, last = rate + exact * giving_up, rate + ahead * giving_up
        mean += math.log(last / first) / giving_up if giving_up > 0 else rest / rate
        variance += rest / (first * last)
    return mean, variance


def _quantile(shape: float, z: float) -> float:
    """Return a quantile of a gamma variable with mean 1 (Wilson and Hilferty's approximation)."""
    root = 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))
    return max(0.0, root) ** 3
