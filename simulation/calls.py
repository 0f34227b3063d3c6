"""Draw the calls of a replication; one seed gives the same calls under all seats and rules.

That is what makes two variants comparable (common random numbers): a call keeps its arrival, its
talk and its patience, only its wait changes.
"""

import msgspec
import numpy as np

from protocol.priorities import Priority
from simulation.distributions import Floats
from simulation.world import DAY_S, Appointments, CallClass, Rates, World

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
    """Wait in its earlier tries."""
    named: float = -1.0
    """Uniform where it asks for the agent of last time: decides which of the seats that is."""
    booked_ms: int = -1
    """When its appointment was made, if it has one."""
    due_ms: int = -1
    """When that is; `at_ms` is when the citizen comes, or has not come."""
    comes: bool = True


def draw_calls(world: World, replication: int) -> list[Call]:
    """Return the calls of all days, in order of arrival."""
    drawn = [_class_calls(world, kind, call_class, replication) for kind, call_class in enumerate(world.classes)]
    calls = sorted((call for calls in drawn for call in calls), key=lambda call: call.at_ms)
    for index, call in enumerate(calls):
        call.index = index
    return calls


def _class_calls(world: World, kind: int, call_class: CallClass, replication: int) -> list[Call]:
    streams = np.random.SeedSequence([world.seed, replication, kind]).spawn(7)
    arrivals, service, patience, luck, classes, seats, booked = (np.random.default_rng(stream) for stream in streams)
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
    calls = [Call(0, kind, at, talk, waits, names[which], draw) for at, talk, waits, which, draw in columns]
    _ask_for_seats(calls, call_class.same_seat.share, seats)
    if call_class.appointments is not None:
        _book(calls, call_class.appointments, round(world.rules.on_time_s * 1000), booked)
    return calls


def _ask_for_seats(calls: list[Call], share: float, rng: np.random.Generator) -> None:
    if share:
        for call, draw in zip(calls, rng.random(len(calls)).tolist(), strict=True):
            call.named = draw / share if draw < share else -1.0


def _book(calls: list[Call], plan: Appointments, on_time_ms: int, rng: np.random.Generator) -> None:
    """Let the calls' times be those they booked; who comes too late, or not at all, is missed when time is over."""
    offs = _ms(plan.off.sample(rng, len(calls)))
    for call, off_ms, late, comes in zip(
        calls, offs, rng.random(len(calls)) < plan.late, rng.random(len(calls)) >= plan.no_shows, strict=True
    ):
        call.due_ms = call.at_ms
        call.booked_ms = max(0, call.due_ms - round(plan.booked_s * 1000))
        call.comes = bool(comes) and not (late and off_ms >= on_time_ms)
        came_ms = call.due_ms + (off_ms if late else -off_ms)
        call.at_ms = max(call.booked_ms + 1, came_ms) if call.comes else call.due_ms + on_time_ms


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
