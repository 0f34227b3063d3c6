"""Presence and shifts of the seats' people, and the use of their time."""

from collections.abc import Iterator
from enum import IntEnum

from protocol.skills import fits
from simulation.calls import FOREVER_MS
from simulation.outcome import Outcome
from simulation.world import DAY_S, CallClass, World


class Presence(IntEnum):
    """Activity of a seat's person."""

    ABSENT = 0
    FREE = 1
    AWAY = 2
    """Did not answer; back after a while."""
    BUSY = 3
    WRAPPING_UP = 4


_WORKING = (Presence.BUSY, Presence.WRAPPING_UP)


class Crew:
    """All seats of a replication."""

    def __init__(self, world: World, outcome: Outcome) -> None:
        """Begin with everybody at home."""
        self._world = world
        self._outcome = outcome
        count = len(world.seats)
        self.presence = [Presence.ABSENT] * count
        self._since_ms = [0] * count
        self._leaving = [False] * count
        self._shift_ends_ms = [FOREVER_MS] * count
        self.able_by_class = [_able(world, kind) for kind in world.classes]
        """The seats that can serve each class, widened as far as it goes."""
        self._known_before: dict[int, list[int]] = {}

    def shifts(self) -> Iterator[tuple[int, int, int]]:
        """Yield every shift of every day as (seat, from, to); a seat that never closes has one endless shift."""
        for seat, plan in enumerate(self._world.seats):
            for shift in plan.shifts:
                if shift.from_s <= 0 and shift.to_s >= DAY_S:
                    yield seat, 0, FOREVER_MS
                    continue
                for day in range(self._world.days):
                    yield seat, round((day * DAY_S + shift.from_s) * 1000), round((day * DAY_S + shift.to_s) * 1000)

    def closings(self) -> list[int]:
        """Return when the citizens who still wait are sent away: the end of each day's last shift, and the overrun."""
        ends: dict[int, int] = {}
        for _, _, to_ms in self.shifts():
            if to_ms >= FOREVER_MS:
                return []
            day = (to_ms - 1) // (DAY_S * 1000)
            ends[day] = max(ends.get(day, 0), to_ms)
        return [end + self._overrun_ms for end in ends.values()]

    @property
    def _overrun_ms(self) -> int:
        closing = self._world.closing
        return round(closing.overrun_s * 1000) if closing.serve else 0

    def now(self, seat: int, presence: Presence, at_ms: int) -> None:
        """Set the person's activity from now on, and book the time until now."""
        before = self.presence[seat]
        spent = at_ms - self._since_ms[seat]
        if before is not Presence.ABSENT:
            self._outcome.there_ms[seat] += spent
        if before in _WORKING:
            self._outcome.busy_ms[seat] += spent
        self.presence[seat] = presence
        self._since_ms[seat] = at_ms
        if presence is Presence.ABSENT:
            self._leaving[seat] = False

    def begins_shift(self, seat: int, at_ms: int, until_ms: int) -> bool:
        """Begin or prolong a shift; true when the person has to come in."""
        self._leaving[seat] = False
        self._shift_ends_ms[seat] = until_ms
        comes = self.presence[seat] is Presence.ABSENT
        if comes:
            self.now(seat, Presence.AWAY, at_ms)
        return comes

    def ends_shift(self, seat: int) -> bool:
        """End a shift; true when the person can go at once."""
        self._leaving[seat] = True
        return self.presence[seat] in {Presence.FREE, Presence.AWAY}

    def wants_home(self, seat: int) -> bool:
        """Tell whether the shift is over and nothing holds the person."""
        return self._leaving[seat] and self.presence[seat] in {Presence.FREE, Presence.AWAY}

    def leaves_now(self, seat: int, at_ms: int, *, waiting: bool) -> bool:
        """Tell whether the person goes after this call, or helps those who still wait (within the overrun)."""
        if not self._leaving[seat]:
            return False
        return not waiting or at_ms >= self._shift_ends_ms[seat] + self._overrun_ms

    def was_last_for(self, kind: int, seat: int) -> bool:
        """Return True if the seat can serve this class and no seat whose shift goes on can."""
        able = self.able_by_class[kind]
        return seat in able and not any(
            self.presence[other] is not Presence.ABSENT and not self._leaving[other] for other in able
        )

    def seat_of_last_time(self, kind: int, luck: float) -> int:
        """Return the full-time seat that a citizen spoke to before, or -1 where none serves this class unwidened."""
        if kind not in self._known_before:
            needs = self._world.classes[kind].widenings[0].needs
            self._known_before[kind] = [
                seat
                for seat in sorted(self.able_by_class[kind])
                if self._world.seats[seat].claims is None and fits(needs, "", self._world.seats[seat].abilities)
            ]
        seats = self._known_before[kind]
        return seats[int(luck * len(seats))] if seats and luck >= 0 else -1

    def end(self, at_ms: int) -> None:
        """Book the last stretch of those who never go home."""
        for seat, presence in enumerate(self.presence):
            self.now(seat, presence, at_ms)


def _able(world: World, kind: CallClass) -> frozenset[int]:
    return frozenset(
        seat
        for seat, plan in enumerate(world.seats)
        if any(fits(step.needs, "", plan.abilities) for step in kind.widenings)
    )
