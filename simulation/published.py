"""The published case that the queue is held against: its figures, and our count of the same quantities.

ContactCenters, a library of the Université de Montréal: doc/examples/Bilingual.java and Bilingual.res.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from simulation.intervals import Interval, interval
from simulation.outcome import End, Outcome

_FIRST_CALLS: Final = 5 * (100 + 8 * 50)
_OPEN_MS: Final = 5 * 9 * 3600 * 1000

_TARGET_MS: Final = 60_000

#: Means of 1000 replications, as 95 % intervals.
BILINGUAL: Final[Mapping[str, tuple[float, float]]] = {
    "arrived": (5105.009, 5115.313),
    "called again": (105.841, 108.495),
    "served": (4962.946, 4971.524),
    "disconnected": (0.040, 0.076),
    "gave up": (141.209, 144.527),
    "in target": (4892.789, 4900.981),
    "service level %": (97.856, 98.020),
    "English seats busy %": (47.563, 47.684),
    "Spanish seats busy %": (47.580, 47.699),
    "bilingual seats busy %": (63.197, 63.310),
    "all seats busy %": (51.059, 51.148),
}


def bilingual_figures(outcome: Outcome) -> dict[str, float]:
    """Return the figures that the published table counts."""
    calls = [call for call in outcome.calls if call.kind >= 0]
    served = [call for call in calls if call.end is End.SERVED]
    in_target = sum(call.wait_ms + call.earlier_ms < _TARGET_MS for call in served)  # waits of earlier tries count
    groups = {"English": slice(0, 7), "Spanish": slice(7, 14), "bilingual": slice(14, 18), "all": slice(0, 18)}
    busy = {
        f"{name} seats busy %": 100 * float(np.mean(outcome.busy_ms[part])) / _OPEN_MS for name, part in groups.items()
    }
    return {
        **{f"first {kind}": sum(call.kind == kind and not call.retries for call in calls) for kind in (0, 1)},
        "arrived": len(calls),
        "called again": sum(call.retries > 0 for call in calls),
        "served": len(served),
        "disconnected": sum(call.end is End.CLOSED for call in calls),
        "gave up": sum(call.end is End.ABANDONED for call in calls),
        "in target": in_target,
        "service level %": in_target / 50,
        **busy,
    }


def controlled(values: list[float], outcomes: Sequence[dict[str, float]]) -> Interval:
    """Return the mean with its interval, freed from the luck of the arrivals (control variates).

    First calls of each kind are Poisson with a known mean; what a figure owes to their deviation is taken off.
    """
    luck = np.array([[figures["first 0"], figures["first 1"]] for figures in outcomes]) - _FIRST_CALLS
    if len(values) <= 2 * luck.shape[1]:
        return interval(values)
    slopes = np.linalg.lstsq(luck - luck.mean(axis=0), np.array(values) - np.mean(values), rcond=None)[0]
    return interval((np.array(values) - luck @ slopes).tolist())
