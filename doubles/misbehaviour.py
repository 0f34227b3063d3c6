"""The faults that a double makes on demand: which, at which port, how long or how often."""

from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from runtime.clock import Clock

EVERY: Final = "*"
KEPT_MAX: Final = 100


class SystemFault(StrEnum):
    """Faults of a system.

    `slow` answers after half a minute, `error_500` does nothing and answers 500, `twice` does what was asked, loses the
    answer, `out_of_order` gives the answer of another call, `wrong_signature` signs with another secret, `away` cuts
    the connection, `refuse` says no.
    """

    SLOW = "slow"
    ERROR_500 = "error_500"
    TWICE = "twice"
    OUT_OF_ORDER = "out_of_order"
    WRONG_SIGNATURE = "wrong_signature"
    AWAY = "away"
    REFUSE = "refuse"


Of = Literal["calls", "news"]
OF_NEWS: Final = frozenset(
    {SystemFault.SLOW, SystemFault.TWICE, SystemFault.OUT_OF_ORDER, SystemFault.WRONG_SIGNATURE, SystemFault.AWAY}
)
"""Faults of the news that a double tells by itself: `slow` tells them half a minute later, `twice` tells each twice,
`out_of_order` the last one first, `wrong_signature` each signed with another secret before it is signed rightly, `away`
tells none."""


class Misbehaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault of a port (`*`: of all), for some seconds and at most some times (0: without an end).

    It is one of the calls that are made to it, or one `of` the news that it tells.
    """

    how: SystemFault
    port: str = EVERY
    for_s: Annotated[float, Meta(ge=0, le=7 * 24 * 3600)] = 0
    times: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    of: Of = "calls"


class Mishaps:
    """The faults that were asked for, newest first; each is used up by its times and its end."""

    def __init__(self, clock: Clock) -> None:
        """Behave well."""
        self._clock = clock
        self._asked: list[tuple[Misbehaviour, int]] = []

    def ask(self, one: Misbehaviour) -> None:
        """Misbehave so from now on, before any fault that was asked for earlier."""
        self._asked.insert(0, (one, self._clock.now_ms()))
        del self._asked[KEPT_MAX:]

    def behave(self) -> None:
        """Forget all faults."""
        self._asked.clear()

    def next(self, port: str, of: Of = "calls") -> SystemFault | None:
        """Return the fault of the next call to a port, or of the next news of it, if it has one, and count it."""
        now_ms = self._clock.now_ms()
        kept = []
        found: SystemFault | None = None
        for one, since_ms in self._asked:
            if one.for_s and now_ms - since_ms >= one.for_s * 1000:
                continue
            if found is None and one.of == of and one.port in {EVERY, port}:
                found = one.how
                if one.times == 1:
                    continue
                if one.times:
                    kept.append((msgspec.structs.replace(one, times=one.times - 1), since_ms))
                    continue
            kept.append((one, since_ms))
        self._asked = kept
        return found

    def pending(self) -> list[Misbehaviour]:
        """Return the faults that are still to come."""
        return [one for one, _ in self._asked]
