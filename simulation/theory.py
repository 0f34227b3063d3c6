"""Erlang's formulas beside a simulated day: every half hour as if it went on for ever and every seat could do all.

A yardstick, not a forecast: pooling shortens the mean wait, and a half hour that is overloaded never ends in theory.
"""

import msgspec
import numpy as np

from simulation.oracles import erlang
from simulation.world import DAY_S, HALF_HOUR_S, Rates, World


class Pooled(msgspec.Struct, frozen=True):
    """A half hour of pooled seats; figures that do not apply are None."""

    from_s: int
    per_hour: float
    seats: int
    load: float
    c_mean_wait_s: float | None = None
    c_level: float | None = None
    a_mean_wait_s: float | None = None
    a_level: float | None = None
    a_abandons: float | None = None


def pooled_day(world: World) -> list[Pooled]:
    """Return Erlang-C (no caller gives up) and Erlang-A (callers may) for each half hour with calls and seats."""
    found = []
    for start in range(0, DAY_S, HALF_HOUR_S):
        rates = np.array([_per_s(kind.arrivals, start) for kind in world.classes])
        seats = sum(
            any(shift.from_s <= start and shift.to_s >= start + HALF_HOUR_S for shift in plan.shifts)
            for plan in world.seats
        )
        if rates.sum() > 0 and seats:
            found.append(_pooled(world, start, rates, seats))
    return found


def _pooled(world: World, start: int, rates: "np.ndarray[tuple[int], np.dtype[np.float64]]", seats: int) -> Pooled:
    total = float(rates.sum())
    weights = rates / total
    wrap_up_s = float(np.mean([plan.wrap_up_s for plan in world.seats]))
    talk_s = float((weights * [kind.service.mean_s for kind in world.classes]).sum()) + wrap_up_s
    gives_up = float((weights * [1 / kind.patience.mean_s for kind in world.classes]).sum())
    target_s = world.rules.target_s
    row = Pooled(start, total * 3600, seats, total * talk_s / seats)
    if row.load < 1:
        exact = erlang.erlang_c(seats, total, 1 / talk_s)
        level = erlang.answered_within(seats, total, 1 / talk_s, target_s)
        row = msgspec.structs.replace(row, c_mean_wait_s=exact.mean_wait, c_level=level)
    if gives_up > 0:
        patient = erlang.erlang_a(seats, total, 1 / talk_s, gives_up)
        level = erlang.erlang_a_within(seats, total, 1 / talk_s, gives_up, target_s)
        row = msgspec.structs.replace(row, a_mean_wait_s=patient.mean_wait, a_abandons=patient.abandons, a_level=level)
    return row


def _per_s(rates: Rates, start: float) -> float:
    """Return the mean arrivals a second in the half hour from `start` on."""
    ends = (*rates.from_s[1:], float(DAY_S))
    calls = sum(
        rate * max(0.0, min(end, start + HALF_HOUR_S) - max(begin, start))
        for begin, end, rate in zip(rates.from_s, ends, rates.per_hour, strict=True)
    )
    return calls / HALF_HOUR_S / 3600
