"""The exact steady state of any small skills graph where first come is served first by the longest idle seat.

Adan & Weiss, "A skill based parallel service system under FCFS-ALIS", Stochastic Systems 4(1), 2014.
A state is an order of the seats M1..MJ: the first i are busy, in the order in which their calls came,
with n_j calls waiting between M_j and M_j+1 that only M1..Mj could serve; the rest are idle, MJ for longest.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Final

import msgspec

from simulation.oracles.erlang import UnstableError

SEATS_MAX: Final = 7


class ClassWait(msgspec.Struct, frozen=True):
    """Mean wait of a call of one class, and the probability that it waits."""

    mean_wait: float
    waits: float


class SkillsGraph(msgspec.Struct, frozen=True):
    """Poisson rates by class; for each seat its exponential rate and the classes it can serve."""

    arrivals: Mapping[str, float]
    seats: Sequence[tuple[float, frozenset[str]]]

    def arriving(self, classes: frozenset[str]) -> float:
        """Return the arrival rate of these classes together."""
        return sum(self.arrivals[name] for name in classes)

    def served_by(self, seats: Sequence[int]) -> frozenset[str]:
        """Return the classes that any of these seats can serve."""
        return frozenset().union(*(self.seats[seat][1] for seat in seats))

    def only_by(self, seats: Sequence[int]) -> frozenset[str]:
        """Return the classes that none but these seats can serve."""
        others = [seat for seat in range(len(self.seats)) if seat not in seats]
        return frozenset(self.arrivals) - self.served_by(others)

    def rate(self, seats: Sequence[int]) -> float:
        """Return how fast these seats work together."""
        return sum(self.seats[seat][0] for seat in seats)


class _Part(msgspec.Struct, frozen=True):
    """Weights of a set of seats as the busy ones at the head of the order, and as the idle ones at its tail."""

    only: frozenset[str]
    """The classes that nobody else can serve: they wait when just these seats are busy."""
    slack: float
    """Service rate of the set less the arrivals of `only`."""
    covered: float
    """Arrival rate of the calls that any of the set can serve."""


def class_waits(graph: SkillsGraph) -> dict[str, ClassWait]:
    """Return the exact mean wait and waiting probability of every class.

    Raises:
        UnstableError: some set of classes brings more work than its seats can do.
        ValueError: more than seven seats, a seat that can serve nothing, or a class nobody can serve.
    """
    parts = _parts(graph)
    total = 0.0
    waiting = dict.fromkeys(graph.arrivals, 0.0)
    queues = dict.fromkeys(graph.arrivals, 0.0)
    for order in permutations(range(len(graph.seats))):
        for busy in range(len(order) + 1):
            weight = _weight(parts, order, busy)
            total += weight
            _add_state(graph, parts, order[:busy], weight, waiting, queues)
    return {
        name: ClassWait(queues[name] / total / rate, waiting[name] / total) for name, rate in graph.arrivals.items()
    }


def _parts(graph: SkillsGraph) -> dict[frozenset[int], _Part]:
    """Work out once what every set of seats is able to do."""
    count = len(graph.seats)
    if count > SEATS_MAX or not all(classes for _, classes in graph.seats):
        raise ValueError("one to seven seats, each able to serve some class")
    if graph.served_by(range(count)) != frozenset(graph.arrivals):
        raise ValueError("every class needs a seat, and every seat's class needs arrivals")
    parts = {}
    for bits in range(1, 1 << count):
        chosen = [seat for seat in range(count) if bits >> seat & 1]
        only = graph.only_by(chosen)
        slack = graph.rate(chosen) - graph.arriving(only)
        if slack <= 0:
            raise UnstableError(f"seats {chosen} cannot keep up with {sorted(only)}")
        parts[frozenset(chosen)] = _Part(only, slack, graph.arriving(graph.served_by(chosen)))
    return parts


def _weight(parts: dict[frozenset[int], _Part], order: tuple[int, ...], busy: int) -> float:
    """Return the unnormalised probability of the order with its first `busy` seats at work, over all queues."""
    weight = 1.0
    for j in range(1, busy + 1):
        weight /= parts[frozenset(order[:j])].slack
    for j in range(busy, len(order)):
        weight /= parts[frozenset(order[j:])].covered
    return weight


def _add_state(
    graph: SkillsGraph,
    parts: dict[frozenset[int], _Part],
    busy: tuple[int, ...],
    weight: float,
    waiting: dict[str, float],
    queues: dict[str, float],
) -> None:
    """Add the state's share: who would wait on arriving now, and how many of each class are waiting."""
    if not busy:
        return
    for name in parts[frozenset(busy)].only:
        waiting[name] += weight
    for j in range(1, len(busy) + 1):
        part = parts[frozenset(busy[:j])]
        for name in part.only:
            # n_j is geometric with ratio arrivals / rate; its mean is arrivals / slack, shared by rate.
            queues[name] += weight * graph.arrivals[name] / part.slack
