"""Means with their 95 % intervals, over independent replications."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

# Student's 97.5 % quantiles by degrees of freedom; beyond the table the normal one with its first correction.
_STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip
_NORMAL = 1.959964


class Interval(msgspec.Struct, frozen=True):
    """A mean and the half width of its 95 % interval."""

    mean: float
    half: float

    @property
    def low(self) -> float:
        """Return the lower bound."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Return the upper bound."""
        return self.mean + self.half

    def __contains__(self, value: float) -> bool:
        """Tell whether the value lies within."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        """Return `mean ± half`."""
        return f"{self.mean:.4g} ± {self.half:.2g}"


def student(freedom: int) -> float:
    """Return Student's 97.5 % quantile."""
    if freedom <= len(_STUDENT):
        return _STUDENT[max(freedom, 1) - 1]
    return _NORMAL * (1 + (_NORMAL**2 + 1) / (4 * freedom))


def interval(values: Sequence[float]) -> Interval:
    """Return the mean of replications with its interval; infinite for a single one."""
    found = np.asarray(values, dtype=np.float64)
    if len(found) < 2:  # noqa: PLR2004  (a spread needs two)
        return Interval(float(found.mean()) if len(found) else 0.0, math.inf)
    half = student(len(found) - 1) * float(found.std(ddof=1)) / math.sqrt(len(found))
    return Interval(float(found.mean()), half)
