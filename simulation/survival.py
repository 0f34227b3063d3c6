"""Estimates patience from records, where answered calls are censored (Kaplan and Meier, 1958)."""

from collections.abc import Sequence

import msgspec
import numpy as np

from simulation.distributions import NEVER, Exponential, Floats, Times


class Survival(msgspec.Struct, frozen=True):
    """A measured survival curve; beyond its last step patience runs on exponentially."""

    at_s: tuple[float, ...]
    left: tuple[float, ...]
    """The share that is still there after `at_s`."""
    tail_mean_s: float

    @property
    def mean_s(self) -> float:
        """Return the area under the curve and its tail."""
        edges = np.diff((0.0, *self.at_s))
        before = np.asarray((1.0, *self.left[:-1]))
        return float((edges * before).sum() + self.left[-1] * self.tail_mean_s)

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw `count` patiences."""
        luck = rng.random(count)
        steps = np.asarray(self.left)
        index = np.searchsorted(-steps, -luck, side="left")
        inside = index < len(steps)
        drawn = np.asarray(self.at_s)[np.minimum(index, len(steps) - 1)]
        return np.where(inside, drawn, self.at_s[-1] + rng.exponential(self.tail_mean_s, count))


def kaplan_meier(gave_up_s: Sequence[float], answered_s: Sequence[float]) -> Times:
    """Return the survival curve of patience; endless if no caller gave up."""
    if not gave_up_s:
        return NEVER
    events = np.sort(np.asarray(gave_up_s, dtype=np.float64))
    waited = np.sort(np.concatenate((events, np.asarray(answered_s, dtype=np.float64))))
    at, deaths = np.unique(events, return_counts=True)
    at_risk = len(waited) - np.searchsorted(waited, at, side="left")
    left = np.cumprod(1 - deaths / at_risk)
    return Survival(tuple(at.tolist()), tuple(left.tolist()), exponential_patience(gave_up_s, answered_s).mean_s)


def exponential_patience(gave_up_s: Sequence[float], answered_s: Sequence[float]) -> Exponential:
    """Return the maximum-likelihood exponential patience: all time waited over all who gave up."""
    return Exponential(max(1e-3, (sum(gave_up_s) + sum(answered_s)) / len(gave_up_s)))
