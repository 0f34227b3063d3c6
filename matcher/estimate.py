"""Expected wait by queue length with people giving up (QLa), as a range."""

import math

import msgspec

Z_80 = 1.2816
"""The range holds the true wait in eight of ten cases."""
EXACT_TERMS = 500
"""So many stages are added one by one; what lies beyond is an integral."""


class Wait(msgspec.Struct, frozen=True):
    """An expected wait in seconds: its mean, and the range that holds eight of ten."""

    low_s: float
    mean_s: float
    high_s: float


def expected_wait(ahead: float, rate: float, giving_up: float) -> Wait | None:
    """Return the wait behind `ahead` tickets for seats that take `rate` calls a second.

    Each of those ahead gives up at `giving_up` a second, which shortens the wait: the stage with
    `i` still ahead lasts 1 / (rate + i * giving_up). None while the rate is unknown.
    """
    if rate <= 0:
        return None
    mean, variance = _moments(max(0.0, ahead), rate, max(0.0, giving_up))
    shape = mean * mean / variance
    return Wait(mean * _quantile(shape, -Z_80), mean, mean * _quantile(shape, Z_80))


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
