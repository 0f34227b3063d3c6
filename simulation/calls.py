"""Draws the calls of a replication; the same seed gives the same calls whatever the seats and rules are.

That is what makes two variants comparable (common random numbers): a call keeps its arrival, its
talk and its patience, only its wait changes.
"""

import msgspec
import numpy as np

from protocol.priorities import Priority
from simulation.distributions import Floats
from simulation.world import DAY_S, CallClass, Rates, World

FOREVER_MS = 1 << 52


class Call(msgspec.Struct):
    """One citizen's call, all its luck drawn beforehand."""

    index: int
    kind: int
    """Index of its class."""
    at_ms: int
    service_ms: int
    patience_ms: int
    priority: Priority
    luck: float
    """Uniform: decides on calling again."""
    retries: int = 0
    waited_ms: int = 0
    """What it waited in earlier tries."""


def draw_calls(world: World, replication: int) -> list[Call]:
    """Return the calls of all days, in order of arrival."""
    drawn = [_class_calls(world, kind, call_class, replication) for kind, call_class in enumerate(world.classes)]
    calls = sorted((call for calls in drawn for call in calls), key=lambda call: call.at_ms)
    for index, call in enumerate(calls):
        call.index = index
    return calls


def _class_calls(world: World, kind: int, call_class: CallClass, replication: int) -> list[Call]:
    streams = np.random.SeedSequence([world.seed, replication, kind]).spawn(5)
    arrivals, service, patience, luck, classes = (np.random.default_rng(stream) for stream in streams)
    times = np.concatenate([_day(arrivals, call_class.arrivals) + day * DAY_S for day in range(world.days)])
    count = len(times)
    names = [priority for priority, _ in call_class.priorities]
    shares = [share for _, share in call_class.priorities]
    priorities = classes.choice(len(names), count, p=shares) if len(names) > 1 else np.zeros(count, dtype=np.int64)
    columns = zip(
        _ms(times),
        _ms(call_class.service.sample(service, count)),
        _ms(call_class.patience.sample(patience, count)),
        priorities.tolist(),
        luck.random(count).tolist(),
        strict=True,
    )
    return [Call(0, kind, at, talk, waits, names[which], draw) for at, talk, waits, which, draw in columns]


def _day(rng: np.random.Generator, rates: Rates) -> Floats:
    """Return the seconds of the day at which calls come."""
    ends = (*rates.from_s[1:], float(DAY_S))
    pieces = []
    for start, end, per_hour in zip(rates.from_s, ends, rates.per_hour, strict=True):
        count = rng.poisson(per_hour * (end - start) / 3600)
        pieces.append(np.sort(rng.uniform(start, end, count)))
    return np.concatenate(pieces) if pieces else np.empty(0)


def _ms(seconds: Floats) -> list[int]:
    rounded: list[int] = np.rint(np.minimum(seconds * 1000, FOREVER_MS)).astype(np.int64).tolist()
    return rounded
