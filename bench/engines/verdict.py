"""Judge a run: hand-off gap, order violations, time that seats stood idle beside a waiting ticket, cycles."""

from bisect import bisect_left
from dataclasses import dataclass

from bench.engines.base import Handed, Taken
from bench.engines.driver import Record
from bench.engines.floor import Seat

IDLE_LEAST_S = 0.010
"""Shorter than this, idle beside waiting is the way of a message, not a fault of the engine."""

GRAIN_S = 0.001
END_S = 0.25


@dataclass(frozen=True, slots=True)
class Gap:
    """Milliseconds from a seat's becoming free to its next ticket on its listener."""

    p50_ms: float
    p99_ms: float
    count: int


def _later(record: Record) -> list[Handed]:
    """Return the hand-overs without each seat's first one, for which nobody made it free."""
    seen: set[str] = set()
    later: list[Handed] = []
    for handed in record.handed:
        if handed.seat in seen:
            later.append(handed)
        seen.add(handed.seat)
    return later


def gap(record: Record) -> Gap:
    """Measure the hand-overs of a saturated floor."""
    gaps = [1000 * (handed.got - handed.freed) for handed in _later(record)]
    return Gap(quantile(gaps, 0.5), quantile(gaps, 0.99), len(gaps))


def quantile(values: list[float], q: float) -> float:
    """Return the value that a share `q` of the values does not pass; NaN of nothing."""
    if not values:
        return float("nan")
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


def violations(record: Record, seats: list[Seat], slack_s: float) -> int:
    """Count hand-overs that passed over an older ticket which the same seat could have had.

    Older: its taking was confirmed at least 1 ms (the grain of arrival times) before the other's was called. Passed
    over: decided later by more than `slack_s`. What was decided just before the end may not have been noted: left out.
    """
    decided = {handed.ticket: handed.decided for handed in reversed(record.handed)}
    classes = {seat.name: seat.classes for seat in seats}
    lines = {kind: _line(kind, record, decided) for seat in seats for kind in seat.classes}
    return sum(
        any(_latest_before(lines[kind], record.taken[handed.ticket]) > handed.decided + slack_s for kind in kinds)
        for handed in record.handed
        if (kinds := classes[handed.seat]) and handed.decided < record.ended - END_S
    )


Line = tuple[list[float], list[float]]


def _line(kind: int, record: Record, decided: dict[str, float]) -> Line:
    """Return a class's confirmations in order, and the latest decision among the tickets so far."""
    mine = sorted((taken.acked, taken.ticket) for taken in record.taken.values() if taken.kind == kind)
    latest, so_far = [], float("-inf")
    for acked, ticket in mine:
        # A ticket never handed over counts as passed over only when it was in the queue at all.
        so_far = max(so_far, decided.get(ticket, float("inf")) if acked < record.ended else float("-inf"))
        latest.append(so_far)
    return [acked for acked, _ in mine], latest


def _latest_before(line: Line, taken: Taken) -> float:
    acked, latest = line
    at = bisect_left(acked, taken.called - GRAIN_S)
    return latest[at - 1] if at else float("-inf")


def idle_while_waiting(record: Record) -> float:
    """Return the seconds that a seat and the very ticket it got stood idle and waiting at the same time."""
    return sum(spell for handed in record.handed if (spell := _spell(handed, record)) > IDLE_LEAST_S)


def _spell(handed: Handed, record: Record) -> float:
    return handed.decided - max(handed.idle, record.taken[handed.ticket].acked)


def cycles(record: Record) -> float:
    """Return finished tickets a second."""
    return record.done / (record.ended - record.began)


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a gap in milliseconds (p50): up to the decision, from there to the listener; beside them the call."""

    decided_ms: float
    heard_ms: float
    call_ms: float


def parts(record: Record) -> Parts:
    """Divide the gaps; the engine's own time of the decision has a grain of a millisecond."""
    later = _later(record)
    return Parts(
        quantile([1000 * (handed.decided - handed.freed) for handed in later], 0.5),
        quantile([1000 * (handed.got - handed.decided) for handed in later], 0.5),
        quantile([1000 * (handed.idle - handed.freed) for handed in later], 0.5),
    )
