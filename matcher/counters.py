"""The counters of a day, worked out from the journal as the scripts keep them live."""

import datetime as dt
from collections import Counter

from protocol.events import (
    Event,
    ReservationAccepted,
    ReservationDeclined,
    ReservationExpired,
    ReservationMade,
    ReservationRescinded,
    SeatsAlerted,
    TicketDone,
    TicketHeld,
    TicketLeft,
    TicketReturned,
    TicketTaken,
    TicketWidened,
)
from protocol.states import TicketState
from runtime.clock import CHINA, day

PLAIN: dict[type[Event], str] = {
    TicketTaken: "taken",
    TicketWidened: "widened",
    TicketHeld: "held",
    TicketReturned: "returned",
    ReservationDeclined: "declined",
    ReservationExpired: "missed",
    ReservationRescinded: "rescinded",
    SeatsAlerted: "alerted",
}
"""Events that count one."""

CLAIM = '{"rule":"claim"'


class DayCounters:
    """Counts events by local day."""

    def __init__(self, target_s: float = 60, short_s: float = 10, zone: dt.tzinfo = CHINA) -> None:
        """Count by the days of `zone`; answers within `target_s` and abandonments before `short_s` apart."""
        self.zone = zone
        self.days: dict[str, Counter[str]] = {}
        self._target_ms = round(target_s * 1000)
        self._short_ms = round(short_s * 1000)

    def of(self, name: str) -> dict[str, int]:
        """Return the counters of a day (`yyyymmdd`)."""
        return dict(self.days.get(name, {}))

    def apply(self, event: Event) -> None:
        """Count one event."""
        counted = self.days.setdefault(day(event.business_ms, self.zone), Counter())
        if type(event) in PLAIN:
            counted[PLAIN[type(event)]] += 1
        elif isinstance(event, ReservationMade):
            self._made(counted, event)
        elif isinstance(event, ReservationAccepted):
            self._accepted(counted, event)
        elif isinstance(event, TicketDone):
            counted["done"] += 1
            counted["served_ms"] += event.served_ms
        elif isinstance(event, TicketLeft):
            counted[event.state] += 1
            if event.state is TicketState.ABANDONED and event.waited_ms < self._short_ms:
                counted["abandoned_short"] += 1

    def _made(self, counted: Counter[str], event: ReservationMade) -> None:
        counted["reserved"] += 1
        if event.told_low_s >= 0:
            counted["told"] += 1
            middle_ms = 500 * (event.told_low_s + event.told_high_s)
            counted["told_error_ms"] += abs(event.told_ago_ms - middle_ms)
            counted["told_actual_ms"] += event.told_ago_ms
            if 1000 * event.told_low_s <= event.told_ago_ms <= 1000 * event.told_high_s:
                counted["told_inside"] += 1

    def _accepted(self, counted: Counter[str], event: ReservationAccepted) -> None:
        counted["answered"] += 1
        counted["answered_wait_ms"] += event.waited_ms
        if event.waited_ms <= self._target_ms:
            counted["answered_in_target"] += 1
        if event.explain.startswith(CLAIM):
            counted["claimed"] += 1
