"""A circuit breaker: it stops asking a system that does not answer, and lets one call at a time find out when it does.

Each node has its own, for each port of each realm.
"""

from enum import Enum, StrEnum, auto
from typing import Final

from runtime.clock import Clock

FAILURES_MAX: Final = 5
"""So many failures in a row open the breaker."""
OPEN_S: Final = 5.0
OPEN_MAX_S: Final = 120.0
"""Most seconds that a breaker stays open: `OPEN_S` at first, doubled after each probe that fails."""


class Circuit(StrEnum):
    """States of a breaker: calls pass (`closed`), no call passes (`open`), one probe passes (`half_open`)."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class BreakerPass(Enum):
    """Kinds of calls that a breaker lets out: one of many, or the probe that shows whether the system is back."""

    CALL = auto()
    PROBE = auto()


class Breaker:
    """The breaker of one port."""

    def __init__(self, clock: Clock) -> None:
        """Begin closed."""
        self._clock = clock
        self._failures = 0
        self._open_s = OPEN_S
        self._until_ms = 0
        self._probes = False
        self._state = Circuit.CLOSED
        self.answered_ms = 0
        self.problem = ""

    @property
    def state(self) -> Circuit:
        """The state now; an open breaker whose time is over is half open."""
        if self._state is Circuit.OPEN and self._clock.now_ms() >= self._until_ms:
            return Circuit.HALF_OPEN
        return self._state

    def enter(self) -> BreakerPass | None:
        """Let a call out as one of a kind, or return None; it must end with `succeed`, `fail` or `leave`."""
        match self.state:
            case Circuit.CLOSED:
                return BreakerPass.CALL
            case Circuit.HALF_OPEN if not self._probes:
                self._probes = True
                return BreakerPass.PROBE
            case _:
                return None

    def leave(self, passage: BreakerPass) -> None:
        """End a call that was given up before the system could answer: it says nothing about the system."""
        if passage is BreakerPass.PROBE:
            self._probes = False

    def succeed(self) -> None:
        """End a call that the system answered."""
        self._state, self._failures, self._open_s = Circuit.CLOSED, 0, OPEN_S
        self._probes = False
        self.answered_ms = self._clock.now_ms()
        self.problem = ""

    def fail(self, passage: BreakerPass, problem: str) -> None:
        """End a call without an answer; `problem` is a constant word that says why.

        A call that went out before the breaker opened and fails after it says nothing new.
        """
        self._failures += 1
        self.problem = problem
        if passage is BreakerPass.PROBE and self._probes:
            self._probes, self._open_s = False, min(self._open_s * 2, OPEN_MAX_S)
        elif self._state is Circuit.OPEN or self._failures < FAILURES_MAX:
            return
        self._state, self._until_ms = Circuit.OPEN, self._clock.now_ms() + round(self._open_s * 1000)
