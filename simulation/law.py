"""Compares simulated waits with exact ones: the queue is right in law, or the comparison says where it is not."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from simulation.intervals import Interval, interval
from simulation.outcome import End, Outcome
from simulation.world import World


class Measured(msgspec.Struct, frozen=True):
    """A class's mean wait (in units of `unit_s`) and the share that waited."""

    mean_wait: Interval
    waits: Interval
    blocked: Interval


def measure(world: World, outcomes: Sequence[Outcome], unit_s: float, warm_up_s: float = 0.0) -> Mapping[str, Measured]:
    """Return the outcomes of each class's calls over all replications, without those of the warm-up."""
    return {kind.name: _of_class(index, outcomes, unit_s, warm_up_s) for index, kind in enumerate(world.classes)}


def _of_class(index: int, outcomes: Sequence[Outcome], unit_s: float, warm_up_s: float) -> Measured:
    waits, shares, blocked = [], [], []
    for outcome in outcomes:
        counted = [call for call in outcome.calls if call.kind == index and call.at_ms >= warm_up_s * 1000]
        waited = np.asarray([call.wait_ms for call in counted if call.end is not End.BLOCKED], dtype=np.float64)
        waits.append(float(waited.mean()) / 1000 / unit_s)
        shares.append(float((waited > 0).mean()))
        blocked.append(1 - len(waited) / len(counted))
    return Measured(interval(waits), interval(shares), interval(blocked))
