"""Turns outcomes into figures: waits, service levels, abandonment, occupancy, and how evenly they fall."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from simulation.intervals import Interval, interval
from simulation.outcome import End, Outcome
from simulation.world import DAY_S, HALF_HOUR_S, World

Mask = NDArray[np.bool_]
_MOST = 0.95


class Levels(msgspec.Struct, frozen=True):
    """The four usual definitions of the service level; T is the target."""

    of_answered: float
    """Answered within T / answered."""
    of_ended: float
    """Ended within T, one way or the other / ended."""
    of_patient: float
    """Answered within T / answered or abandoned after T."""
    of_offered: float
    """Answered within T / offered: the strictest."""


class Figures(msgspec.Struct, frozen=True):
    """Figures of a set of calls; counts are means over replications, waits are of all who joined the queue."""

    offered: float
    answered: float
    abandoned: float
    short: float
    blocked: float
    closed: float
    no_shows: float
    """Appointments that nobody came to; they are not offered calls."""
    mean_wait_s: float
    median_wait_s: float
    p95_wait_s: float
    max_wait_s: float
    waited: float
    """Share that was not answered at once."""
    levels: Levels

    @property
    def abandon_share(self) -> float:
        """Return the share that gave up."""
        return self.abandoned / self.offered if self.offered else 0.0


class HalfHour(msgspec.Struct, frozen=True):
    """A half hour of the day, over all days."""

    from_s: int
    figures: Figures


class GroupLoad(msgspec.Struct, frozen=True):
    """Load of a group of seats."""

    group: str
    seats: int
    occupancy: float
    answered: float


class Results(msgspec.Struct, frozen=True):
    """All figures of a world."""

    name: str
    replications: int
    total: Figures
    mean_wait: Interval
    level: Interval
    by_class: Mapping[str, Figures]
    by_district: Mapping[str, Figures]
    by_half_hour: Sequence[HalfHour]
    by_group: Sequence[GroupLoad]
    occupancy: float
    gini: float
    """Unevenness of the work over the seats: 0 evenly, 1 on one alone."""

    @property
    def worst_district_s(self) -> float:
        """Return the mean wait of the district (or class, where there are none) that waits longest."""
        waits = self.by_district or self.by_class
        return max((figures.mean_wait_s for figures in waits.values() if figures.offered), default=0.0)

    @property
    def spread(self) -> float:
        """Return the longest mean wait of a district or class over the shortest."""
        waits = [figures.mean_wait_s for figures in (self.by_district or self.by_class).values() if figures.offered]
        return max(waits) / min(waits) if waits and min(waits) > 0 else float("inf")


class Columns:
    """The calls of some replications as arrays."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        """Lay the records out; a call that had not come when its day ended is left out."""
        calls = [call for outcome in outcomes for call in outcome.calls if call.kind >= 0]
        self.replications = len(outcomes)
        self.kind = np.array([call.kind for call in calls], dtype=np.int32)
        self.at_s = np.array([call.at_ms for call in calls], dtype=np.float64) / 1000
        self.wait_s = np.array([call.wait_ms for call in calls], dtype=np.float64) / 1000
        self.end = np.array([call.end for call in calls], dtype=np.int8)
        self.seat = np.array([call.seat for call in calls], dtype=np.int32)

    def figures(self, chosen: Mask, target_s: float, short_s: float) -> Figures:
        """Return the figures of the chosen calls."""
        missed = chosen & (self.end == End.NO_SHOW)
        chosen = chosen & ~missed
        end, wait = self.end[chosen], self.wait_s[chosen]
        served, gone = end == End.SERVED, (end == End.ABANDONED) | (end == End.CLOSED)
        joined = wait[end != End.BLOCKED]
        quick = float((served & (wait <= target_s)).sum())
        quick_gone = float((gone & (wait <= target_s)).sum())
        answered, left = float(served.sum()), float(gone.sum())
        each = self.replications
        ranks = np.quantile(joined, (0.5, _MOST, 1.0)) if len(joined) else np.zeros(3)
        return Figures(
            offered=float(len(end)) / each,
            answered=answered / each,
            abandoned=float((end == End.ABANDONED).sum()) / each,
            short=float(((end == End.ABANDONED) & (wait < short_s)).sum()) / each,
            blocked=float((end == End.BLOCKED).sum()) / each,
            closed=float((end == End.CLOSED).sum()) / each,
            no_shows=float(missed.sum()) / each,
            mean_wait_s=float(joined.mean()) if len(joined) else 0.0,
            median_wait_s=float(ranks[0]),
            p95_wait_s=float(ranks[1]),
            max_wait_s=float(ranks[2]),
            waited=float((joined > 0).mean()) if len(joined) else 0.0,
            levels=Levels(
                _share(quick, answered),
                _share(quick + quick_gone, answered + left),
                _share(quick, answered + left - quick_gone),
                _share(quick, float(len(end))),
            ),
        )


def results(name: str, world: World, outcomes: Sequence[Outcome]) -> Results:
    """Return all figures of a world's replications."""
    columns = Columns(outcomes)
    target_s, short_s = world.rules.target_s, world.rules.short_s
    singly = [Columns([outcome]) for outcome in outcomes]
    each = [one.figures(one.kind >= 0, target_s, short_s) for one in singly]
    places = np.array([kind.district for kind in world.classes])
    halves = (columns.at_s % DAY_S).astype(np.int64) // HALF_HOUR_S
    loads = [_load(outcome) for outcome in outcomes]
    return Results(
        name=name,
        replications=len(outcomes),
        total=columns.figures(columns.kind >= 0, target_s, short_s),
        mean_wait=interval([figures.mean_wait_s for figures in each]),
        level=interval([figures.levels.of_offered for figures in each]),
        by_class={
            kind.name: columns.figures(columns.kind == index, target_s, short_s)
            for index, kind in enumerate(world.classes)
        },
        by_district={
            place: columns.figures((places == place)[columns.kind], target_s, short_s)
            for place in sorted({kind.district for kind in world.classes if kind.district})
        },
        by_half_hour=[
            HalfHour(half * HALF_HOUR_S, columns.figures(halves == half, target_s, short_s))
            for half in np.unique(halves).tolist()
        ],
        by_group=_groups(world, outcomes, columns),
        occupancy=float(np.mean([load.mean() for load in loads])),
        gini=float(np.mean([gini(load) for load in loads])),
    )


def gini(values: NDArray[np.float64]) -> float:
    """Return Gini's coefficient."""
    ordered = np.sort(values)
    total = float(ordered.sum())
    if not total:
        return 0.0
    ranks = np.arange(1, len(ordered) + 1)
    return float((2 * (ranks * ordered).sum() / (len(ordered) * total)) - (len(ordered) + 1) / len(ordered))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _load(outcome: Outcome) -> NDArray[np.float64]:
    """Return every seat's occupancy."""
    there = np.maximum(np.asarray(outcome.there_ms, dtype=np.float64), 1.0)
    load: NDArray[np.float64] = np.asarray(outcome.busy_ms, dtype=np.float64) / there
    return load


def _groups(world: World, outcomes: Sequence[Outcome], columns: Columns) -> list[GroupLoad]:
    groups = list(dict.fromkeys(plan.group for plan in world.seats))
    found = []
    for group in groups:
        seats = np.array([index for index, plan in enumerate(world.seats) if plan.group == group])
        busy = sum(float(np.asarray(outcome.busy_ms)[seats].sum()) for outcome in outcomes)
        there = sum(float(np.asarray(outcome.there_ms)[seats].sum()) for outcome in outcomes)
        answered = float(np.isin(columns.seat, seats).sum()) / len(outcomes)
        found.append(GroupLoad(group, len(seats), busy / there if there else 0.0, answered))
    return found
