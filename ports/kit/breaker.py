"""A circuit breaker: it stops asking a system that does not answer, and lets one call at a time find out when it does.

Each node has its own, for each port of each realm.
"""

from enum import StrEnum
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

    def enter(self) -> bool:
        """Return whether a call may go out; one that may must end with `succeed`, `fail` or `leave`."""
        match self.state:
            case Circuit.CLOSED:
                return True
            case Circuit.HALF_OPEN if not self._probes:
                self._probes = True
                return True
            case _:
                return False

    def leave(self) -> None:
        """End a call that was given up before the system could answer: it says nothing about the system."""
        self._probes = False

    def succeed(self) -> None:
        """End a call that the system answered."""
        self._state, self._failures, self._open_s = Circuit.CLOSED, 0, OPEN_S
        self._probes = False
        self.answered_ms = self._clock.now_ms()
        self.problem = ""

    def fail(self, problem: str) -> None:
        """End a call without an answer; `problem` is a constant word that says why."""
        self._failures += 1
        self.problem = problem
        was_probe, self._probes = self._probes, False
        if was_probe or self._failures >= FAILURES_MAX:
            self._open_s = min(self._open_s * 2, OPEN_MAX_S) if was_probe else self._open_s
            self._state, self._until_ms = Circuit.OPEN, self._clock.now_ms() + round(self._open_s * 1000)
