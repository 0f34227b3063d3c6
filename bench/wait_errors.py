"""Errors of predictors of the wait, and the rows of their table."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.wait_peers import HEAD, MOVING

Floats = NDArray[np.float64]
PAIR = (MOVING, HEAD)
COMMON, BEST = "average / head as in the field", "their best in hindsight"


class Score(msgspec.Struct, frozen=True):
    """Errors of a predictor relative to the mean wait: squared (over the squared mean), absolute, and mean."""

    square: float
    absolute: float
    bias: float


class Found(msgspec.Struct, frozen=True):
    """A case's result; the first variant of each predictor is the one in the field, see `bench.wait_peers`."""

    name: str
    waits: int
    mean_s: float
    scores: Mapping[str, Sequence[Score]]
    within: float

    def common(self, name: str) -> float:
        """Return the squared error of a predictor as it is in the field."""
        return self.scores[name][0].square

    def square(self, name: str) -> float:
        """Return a predictor's squared error, of the variant that does best."""
        return min(score.square for score in self.scores[name])

    def absolute(self, name: str) -> float:
        """Return a predictor's absolute error, of the variant that does best."""
        return min(score.absolute for score in self.scores[name])


def score(guesses: Floats, waits: Floats, weights: Floats) -> Score:
    """Return a predictor's errors."""
    gaps, mean = guesses - waits, np.average(waits, weights=weights)
    return Score(
        square=float(np.average(gaps**2, weights=weights) / mean**2),
        absolute=float(np.average(np.abs(gaps), weights=weights) / mean),
        bias=float(np.average(gaps, weights=weights) / mean),
    )


def compare(
    name: str,
    told: Mapping[int, Mapping[str, Sequence[float]]],
    ranges: Mapping[int, tuple[float, float]],
    actual: Mapping[int, float],
    weights: Mapping[int, float] | None = None,
) -> Found:
    """Return how far off everybody was, over the calls whose wait is known."""
    calls = [call for call in told if call in actual]
    waits = np.array([actual[call] for call in calls])
    heavy = np.array([weights[call] for call in calls]) if weights else np.ones(len(calls))
    low, high = np.array([ranges[call] for call in calls]).T
    scores = {
        predictor: [
            score(np.array([told[call][predictor][variant] for call in calls]), waits, heavy)
            for variant in range(len(told[calls[0]][predictor]))
        ]
        for predictor in told[calls[0]]
    }
    within = float(np.average((low <= waits) & (waits <= high), weights=heavy))
    return Found(name, len(calls), float(np.average(waits, weights=heavy)), scores, within)


def heading(extra: Sequence[str] = ()) -> None:
    """Print the head of a table."""
    names = ["ours (bias)", *extra, COMMON, BEST, f"ours / {COMMON}", f"ours / {BEST}", "the same, absolute"]
    cells = ["waits", "mean wait", *names, "within the 80 % range"]
    print(f"| case | {' | '.join(cells)} |\n|---|{'--:|' * len(cells)}")


def tell(found: Found, ours: str, extra: Sequence[str] = ()) -> None:
    """Print a case."""
    own = found.scores[ours][0]
    common, best = [found.common(name) for name in PAIR], [found.square(name) for name in PAIR]
    pairs = [
        _pair(common, 3),
        _pair(best, 3),
        _pair([own.square / square for square in common], 2),
        _pair([own.square / square for square in best], 2),
        _pair([own.absolute / found.absolute(name) for name in PAIR], 2),
    ]
    extras = [f"{found.common(name):.3f}" for name in extra]
    cells = [f"{found.waits:,}", f"{found.mean_s:.0f} s", f"{own.square:.3f} ({own.bias:+.0%})", *extras, *pairs]
    print(f"| {found.name} | {' | '.join([*cells, f'{found.within:.0%}'])} |", flush=True)


def _pair(values: Sequence[float], digits: int) -> str:
    return " / ".join(f"{value:.{digits}f}" for value in values)
