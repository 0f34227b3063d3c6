"""Learns arrivals, talk times and patience from the records' CSV export."""

import csv
import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from runtime.clock import CHINA, local
from simulation.distributions import Lognormal, Measured, Times
from simulation.survival import kaplan_meier
from simulation.world import DAY_S, HALF_HOUR_S, Rates

COLUMNS_OF_KIND: Final = ("skill", "district", "item", "language", "mode")
#: The names that the export, or somebody's own table, may give a column.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "arrived": ("arrived_ms", "arrived", "arrived_at", "taken_ms", "taken"),
    "answered": ("began_ms", "answered_ms", "answered", "answered_at", "began"),
    "ended": ("closed_ms", "ended_ms", "ended", "ended_at", "closed"),
    "waited": ("waited_ms",),
    "talked": ("served_ms",),
    "skill": ("skill",),
    "district": ("handling_district", "district"),
    "item": ("item",),
    "language": ("language",),
    "mode": ("mode",),
}
_NEEDED: Final = ("arrived", "answered", "ended")
#: From this many talks on they are drawn as they were; below, a lognormal curve smooths them.
_MEASURED_LEAST: Final = 200
_TALKS_LEAST: Final = 5


class TooFewCallsError(ValueError):
    """The records hold too few calls of this kind to learn from."""


class PastCall(msgspec.Struct, frozen=True):
    """A call on record; without `talked_s` the citizen gave up."""

    arrived_ms: int
    waited_s: float
    talked_s: float | None
    skill: str = ""
    district: str = ""
    item: str = ""
    language: str = ""
    mode: str = ""


class Fitted(msgspec.Struct, frozen=True):
    """Fitted parameters."""

    arrivals: Rates
    service: Times
    patience: Times
    calls: int


class Records(msgspec.Struct, frozen=True):
    """The calls of some days."""

    calls: tuple[PastCall, ...]
    days: int
    zone: dt.tzinfo = CHINA
    """The time zone by which days and hours of arrival are told."""

    def like(self, wanted: Mapping[str, str]) -> "Records":
        """Return the calls with these values; the days stay those of the whole file."""
        chosen = tuple(
            call for call in self.calls if all(getattr(call, column) == value for column, value in wanted.items())
        )
        return Records(chosen, self.days, self.zone)

    def fitted(self) -> Fitted:
        """Return arrival rates by half hour, talk times and patience.

        Raises:
            TooFewCallsError: fewer than five calls were answered.
        """
        talks = [call.talked_s for call in self.calls if call.talked_s is not None]
        if len(talks) < _TALKS_LEAST:
            raise TooFewCallsError(f"{len(talks)} answered calls in the records are like this: too few to learn from")
        answered = [call.waited_s for call in self.calls if call.talked_s is not None]
        gave_up = [call.waited_s for call in self.calls if call.talked_s is None]
        return Fitted(_rates(self), _talk(talks), kaplan_meier(gave_up, answered), len(self.calls))


def read_records(path: Path, zone: dt.tzinfo = CHINA) -> Records:
    """Read an export of a realm in `zone`.

    Raises:
        ValueError: a column is missing, or a value is no time; the message names the line.
        OSError: the file cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = _columns(reader.fieldnames or ())
        calls = []
        for row in reader:
            try:
                call = _call(row, columns, zone)
            except ValueError as error:
                raise ValueError(f"line {reader.line_num}: {error}") from None
            if call is not None:
                calls.append(call)
    days = {local(call.arrived_ms, zone).date() for call in calls}
    return Records(tuple(calls), max(1, len(days)), zone)


def _columns(header: Sequence[str]) -> dict[str, str]:

    found = {ours: name for ours, options in _NAMES.items() for name in reversed(options) if name in header}
    missing = [_NAMES[ours][0] for ours in _NEEDED if ours not in found]
    if missing:
        raise ValueError(f"no column {', '.join(missing)}")
    return found


def _call(row: Mapping[str, str | None], columns: Mapping[str, str], zone: dt.tzinfo) -> PastCall | None:
    """Return the call, or nothing for one that is still open."""

    def value(ours: str) -> str:
        return (row.get(columns.get(ours, "")) or "").strip()

    arrived, answered, ended = (_ms(value(name), zone) for name in _NEEDED)
    waited_s, talked_s = _span(value("waited"), arrived, ended if answered is None else answered), None
    if answered is not None:
        talked_s = _span(value("talked"), answered, ended)
        if talked_s is None:
            return None
    if arrived is None or waited_s is None:
        return None
    if waited_s < 0 or (talked_s or 0) < 0:
        raise ValueError("a call ends before it begins")
    return PastCall(arrived, waited_s, talked_s, *(value(name) for name in COLUMNS_OF_KIND))


def _span(measured_ms: str, from_ms: int | None, to_ms: int | None) -> float | None:
    """Return the seconds as the queue measured them, else those between two times."""
    if measured_ms:
        return int(measured_ms) / 1000
    return None if from_ms is None or to_ms is None else (to_ms - from_ms) / 1000


def _ms(text: str, zone: dt.tzinfo) -> int | None:
    """Return milliseconds since the epoch from a number of them or an ISO time (of `zone` where it names none)."""
    if not text:
        return None
    if text.isdigit():
        return int(text)
    moment = dt.datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)


def _rates(records: Records) -> Rates:
    """Return the mean calls an hour of every half hour of the day."""
    halves = Counter(_second_of_day(call.arrived_ms, records.zone) // HALF_HOUR_S for call in records.calls)
    count = DAY_S // HALF_HOUR_S
    return Rates(
        tuple(float(half * HALF_HOUR_S) for half in range(count)),
        tuple(halves[half] / records.days * (3600 / HALF_HOUR_S) for half in range(count)),
    )


def _second_of_day(at_ms: int, zone: dt.tzinfo) -> int:
    moment = local(at_ms, zone)
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _talk(talks_s: list[float]) -> Times:
    if len(talks_s) >= _MEASURED_LEAST:
        return Measured(tuple(talks_s))
    logs = np.log(np.maximum(np.asarray(talks_s), 1.0))
    variance = float(logs.var(ddof=1))
    mean_s = math.exp(float(logs.mean()) + variance / 2)
    return Lognormal(mean_s, mean_s * math.sqrt(max(math.expm1(variance), 1e-6)))
