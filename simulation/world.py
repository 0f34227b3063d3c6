"""The simulated world as plain values: who calls, who serves, when, and by which rules."""

import msgspec

from matcher import Rules
from protocol.priorities import Priority
from protocol.skills import Abilities, Needs
from simulation.distributions import NEVER, NONE, Times

DAY_S = 86_400
HALF_HOUR_S = 1_800


class Widening(msgspec.Struct, frozen=True):
    """From `after_s` of waiting on these needs hold; `relaxed` is given up here. The first of a class begins at 0."""

    after_s: float
    needs: Needs
    relaxed: tuple[str, ...] = ()


class Rates(msgspec.Struct, frozen=True):
    """Arrivals an hour, constant between `from_s` and the next one, in seconds of the day."""

    from_s: tuple[float, ...]
    per_hour: tuple[float, ...]

    def scaled(self, factor: float) -> "Rates":
        """Return the same shape with `factor` times the calls."""
        return Rates(self.from_s, tuple(rate * factor for rate in self.per_hour))

    @property
    def per_day(self) -> float:
        """Return the expected calls of a day."""
        ends = (*self.from_s[1:], DAY_S)
        return sum(
            rate * (end - start) / 3600 for rate, start, end in zip(self.per_hour, self.from_s, ends, strict=True)
        )


class SameSeat(msgspec.Struct, frozen=True):
    """Share of callers who ask for the agent they spoke to before, and the seconds for which they want no other."""

    share: float = 0.0
    for_s: float = 0.0


class Appointments(msgspec.Struct, frozen=True):
    """Calls with an appointment: lead time of the booking, early or late arrival, share of no-shows."""

    booked_s: float
    off: Times = NONE
    late: float = 0.0
    no_shows: float = 0.0


class CallClass(msgspec.Struct, frozen=True):
    """A class of calls: needs, arrivals, talk times, patience."""

    name: str
    widenings: tuple[Widening, ...]
    arrivals: Rates
    service: Times
    patience: Times = NEVER
    district: str = ""
    priorities: tuple[tuple[Priority, float], ...] = ((Priority.NORMAL, 1.0),)
    same_seat: SameSeat = SameSeat()
    appointments: Appointments | None = None
    """Appointments, if any: then `arrivals` are the booked times."""

    def steps(self, seat: str = "") -> tuple[Widening, ...]:
        """Return the needs by time; with a seat, that one first."""
        if not seat:
            return self.widenings
        first, *later = self.widenings
        named = msgspec.structs.replace(first, needs=msgspec.structs.replace(first.needs, seat=seat))
        return (named, Widening(self.same_seat.for_s, first.needs, ("seat",)), *later)


class Shift(msgspec.Struct, frozen=True):
    """Shift of a seat, in seconds of the day."""

    from_s: float = 0.0
    to_s: float = DAY_S


class SeatPlan(msgspec.Struct, frozen=True):
    """One seat: its abilities and its shifts."""

    name: str
    group: str
    abilities: Abilities
    shifts: tuple[Shift, ...] = (Shift(),)
    wrap_up_s: float = 0.0
    home: str = ""
    """The code of the district it belongs to, where it belongs to one."""
    claims: Times | None = None
    """Part-time: nothing is given to it; idle and alerted it claims a call after so long, if one is still there."""


class Retry(msgspec.Struct, frozen=True):
    """Of those who gave up, this share calls again so much later."""

    probability: float = 0.0
    after_s: float = 0.0


class Ringing(msgspec.Struct, frozen=True):
    """Answering of seats: time until they accept, and the shares that decline or miss."""

    answer: Times = NONE
    declines: float = 0.0
    misses: float = 0.0
    back_after_s: float = 120.0
    """Time for which a seat stays away after a missed call."""


class Closing(msgspec.Struct, frozen=True):
    """Rule for callers who wait when the seats go home: served within the overrun, or sent away."""

    serve: bool = True
    overrun_s: float = 1_800.0


def seat_id(seat: int) -> str:
    """Return the queue's name of a seat."""
    return f"S{seat:06d}"


class World(msgspec.Struct, frozen=True):
    """Everything a replication needs to know."""

    name: str
    classes: tuple[CallClass, ...]
    seats: tuple[SeatPlan, ...]
    rules: Rules = Rules()
    days: int = 1
    lines: int = 0
    """Calls that may be in the system at once; 0: any number."""
    retry: Retry = Retry()
    ringing: Ringing = Ringing()
    closing: Closing = Closing()
    seed: int = 1
