"""Erlang's formulas: one kind of call, `servers` equal seats, Poisson arrivals, exponential service and patience.

All rates share one unit of time, and every mean wait comes out in it.
"""

import math
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from simulation.oracles.beta import regularized_beta

Floats = NDArray[np.float64]

# Beyond this many waiting calls the probabilities are below what a double holds apart.
_TAIL: Final = 1e-16
_QUEUE_MAX: Final = 2_000_000


class UnstableError(ValueError):
    """More work arrives than the seats can do and no caller gives up: the queue has no steady state."""


class Waiting(msgspec.Struct, frozen=True):
    """The steady state as a caller meets it; `mean_wait` and `waits` count the calls that were let in."""

    blocked: float
    waits: float
    mean_wait: float
    abandons: float
    occupancy: float
    mean_queue: float


def erlang_b(servers: int, load: float) -> float:
    """Return the probability that all seats are busy if no caller may wait; `load` is arrivals x mean service."""
    inverse = 1.0
    for n in range(1, servers + 1):
        inverse = 1.0 + inverse * n / load
    return 1.0 / inverse


def erlang_c(servers: int, arrivals: float, service: float) -> Waiting:
    """Return M/M/n: everybody waits as long as it takes.

    Raises:
        UnstableError: `arrivals` reach what the seats can do.
    """
    load = arrivals / service
    if load >= servers:
        raise UnstableError(f"load {load:g} on {servers} seats")
    busy = erlang_b(servers, load)
    waits = busy / (1 - (load / servers) * (1 - busy))
    mean_wait = waits / (servers * service - arrivals)
    return Waiting(0.0, waits, mean_wait, 0.0, load / servers, arrivals * mean_wait)


def answered_within(servers: int, arrivals: float, service: float, limit: float) -> float:
    """Return the share of calls answered within `limit` in M/M/n."""
    waits = erlang_c(servers, arrivals, service).waits
    return 1 - waits * math.exp(-(servers * service - arrivals) * limit)


def finite_room(servers: int, places: int, arrivals: float, service: float) -> Waiting:
    """Return M/M/n/K: with `places` waiting places beside the seats, callers who find them full are turned away."""
    return _chain(servers, arrivals, service, 0.0, places)


def erlang_a(servers: int, arrivals: float, service: float, patience: float) -> Waiting:
    """Return M/M/n+M: those who wait give up at rate `patience` each."""
    return _chain(servers, arrivals, service, patience, _queue_needed(servers, arrivals, service, patience))


def erlang_a_within(servers: int, arrivals: float, service: float, patience: float, limit: float) -> float:
    """Return the share of all calls that are answered within `limit` in M/M/n+M."""
    states = _steady(servers, arrivals, service, patience, _queue_needed(servers, arrivals, service, patience))
    answered = float(states[:servers].sum())
    base = servers * service / patience
    edge = math.exp(-patience * limit)
    for ahead, share in enumerate(states[servers:]):
        if share > _TAIL:
            answered += float(share) * _reached_in_time(base, ahead, edge)
    return answered


def _reached_in_time(base: float, ahead: int, edge: float) -> float:
    """Return P(the wait ends within the limit, and before patience does) with `ahead` callers ahead.

    The wait offered is -ln(B) / theta with B ~ Beta(base, ahead + 1); being answered needs B itself
    (its survival under patience), so the integral of b over the upper tail is again a Beta tail.
    """
    mean = base / (base + ahead + 1)
    return mean * (1 - regularized_beta(edge, base + 1, ahead + 1))


def _queue_needed(servers: int, arrivals: float, service: float, patience: float) -> int:
    """Return how long a queue must be followed until its probability vanishes."""
    weight, waiting = 1.0, 0
    peak = 1.0
    while weight > _TAIL * peak and waiting < _QUEUE_MAX:
        waiting += 1
        weight *= arrivals / (servers * service + waiting * patience)
        peak = max(peak, weight)
    return waiting


def _steady(servers: int, arrivals: float, service: float, patience: float, places: int) -> Floats:
    """Return the probabilities of 0 .. servers + places calls in the system."""
    n = np.arange(1, servers + places + 1)
    leaving = np.minimum(n, servers) * service + np.maximum(n - servers, 0) * patience
    logs = np.concatenate(([0.0], np.cumsum(np.log(arrivals) - np.log(leaving))))
    weights = np.exp(logs - logs.max())
    shares: Floats = weights / weights.sum()
    return shares


def _chain(servers: int, arrivals: float, service: float, patience: float, places: int) -> Waiting:
    states = _steady(servers, arrivals, service, patience, places)
    n = np.arange(len(states))
    blocked = float(states[-1]) if not patience else 0.0
    let_in = arrivals * (1 - blocked)
    mean_queue = float((np.maximum(n - servers, 0) * states).sum())
    waits = float(states[servers:-1].sum() if not patience else states[servers:].sum()) / (1 - blocked)
    busy = float((np.minimum(n, servers) * states).sum())
    return Waiting(blocked, waits, mean_queue / let_in, patience * mean_queue / let_in, busy / servers, mean_queue)
