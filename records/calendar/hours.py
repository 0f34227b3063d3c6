"""Opening hours as a function of site, item and date: pure, without a clock of its own."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from records.calendar.windows import DAY_MIN, Window, windows
from records.catalogue.entries import GraceEntry, HoursEntry
from runtime.clock import at_wall_time, local

LOOK_AHEAD_DAYS: Final = 60
MINUTE_MS: Final = 60_000
SATURDAY: Final = 5
SUNDAY: Final = 6


class Calendar(msgspec.Struct, frozen=True):
    """The days that are not what their weekday says."""

    holidays: frozenset[dt.date] = frozenset()
    first_days: frozenset[dt.date] = frozenset()
    makeup_workdays: frozenset[dt.date] = frozenset()
    noticed: frozenset[dt.date] = frozenset()
    """First days of holidays for which a notice says that halls open."""

    def is_workday(self, day: dt.date) -> bool:
        """Tell whether offices work on that day."""
        return day in self.makeup_workdays or (day.weekday() < SATURDAY and day not in self.holidays)


class HoursPlace(msgspec.Struct, frozen=True):
    """Hours of a site or an item: ids of rules, in any order."""

    hours: tuple[str, ...] = ()


class ItemHours(msgspec.Struct, frozen=True):
    """Hours of an item: served on Saturdays or not, and rules of its own."""

    saturday: bool = True
    own: tuple[str, ...] = ()


ANY_ITEM: Final = ItemHours()
"""Hours of a ticket without an item: the general seat is open whenever a hall is."""


class Hours:
    """Answers whether it is open, until when, and when next."""

    def __init__(
        self,
        rules: Mapping[str, HoursEntry],
        calendar: Calendar,
        grace: GraceEntry,
        limited: frozenset[str],
        zone: dt.tzinfo,
    ) -> None:
        """Take the rules, in the wall time of `zone`; those in `limited` hold only for items that name them."""
        self._zone = zone
        self._rules = rules
        self._calendar = calendar
        self._grace = grace
        self._limited = limited

    def is_open(self, site: HoursPlace, item: ItemHours, now_ms: int, *, appointment: bool = False) -> bool:
        """Tell whether a ticket can be taken now."""
        return any(start <= now_ms < end for start, end in self.taking(site, item, now_ms, appointment=appointment))

    def taking(
        self, site: HoursPlace, item: ItemHours, now_ms: int, *, appointment: bool = False
    ) -> tuple[tuple[int, int], ...]:
        """Return when tickets can be taken on the day of `now_ms`, in milliseconds: each span but its last minutes."""
        cut_ms = self._grace.last_ticket_before_close_min * MINUTE_MS
        today = self.spans(site, item, local(now_ms, self._zone).date(), appointment=appointment)
        return tuple((start, end - cut_ms) for start, end in today)

    def next_open(self, site: HoursPlace, item: ItemHours, now_ms: int) -> int | None:
        """Return when a ticket can be taken next (now, if it can), or None within the next 60 days."""
        cut_ms = self._grace.last_ticket_before_close_min * MINUTE_MS
        today = local(now_ms, self._zone).date()
        for number in range(LOOK_AHEAD_DAYS + 1):
            for start, end in self.spans(site, item, today + dt.timedelta(days=number)):
                if end - cut_ms > max(now_ms, start):
                    return max(now_ms, start)
        return None

    def served_until(self, site: HoursPlace, item: ItemHours, taken_ms: int) -> int | None:
        """Return until when a ticket taken then is served: closing time plus the overrun; None if it was closed."""
        overrun_ms = self._grace.max_overrun_min * MINUTE_MS if self._grace.serve_ticket_holders_after_close else 0
        for start, end in self.spans(site, item, local(taken_ms, self._zone).date(), appointment=True):
            if start <= taken_ms < end:
                return end + overrun_ms
        return None

    def spans(
        self, site: HoursPlace, item: ItemHours, day: dt.date, *, appointment: bool = False
    ) -> list[tuple[int, int]]:
        """Return when it is open on that day, in milliseconds; what joins without a gap is one span.

        A span that reaches midnight goes on into the next day.
        """
        parts = sorted(self._windows(site, item, day, appointment=appointment))
        if parts and max(part.end for part in parts) == DAY_MIN:
            after = self._windows(site, item, day + dt.timedelta(days=1), appointment=appointment)
            parts += [Window(part.start + DAY_MIN, part.end + DAY_MIN) for part in sorted(after)]
        joined: list[tuple[int, int]] = []
        for part in parts:
            start, end = at_wall_time(day, part.start, self._zone), at_wall_time(day, part.end, self._zone)
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return [span for span in joined if span[0] < at_wall_time(day, DAY_MIN, self._zone)]

    def _windows(self, site: HoursPlace, item: ItemHours, day: dt.date, *, appointment: bool) -> Iterator[Window]:
        staffed = [name for name in site.hours if name in self._rules and self._rules[name].human]
        if not staffed:
            return  # nobody works there at any time: no item's own hours change that
        general = [name for name in staffed if name not in self._limited]
        for name in {*general, *item.own}:
            rule = self._rules.get(name)
            if rule is None or (rule.appointment_only and not appointment):
                continue
            if rule.items == "sat_only" and not item.saturday:
                continue
            yield from self._on(rule, day)

    def _on(self, rule: HoursEntry, day: dt.date) -> Iterator[Window]:
        calendar = self._calendar
        if "statutory_holiday" in rule.except_ and day in calendar.holidays:
            return
        if "makeup_workday" in rule.except_ and day in calendar.makeup_workdays:
            return
        if rule.needs_notice and day not in calendar.noticed:
            return
        kinds = (
            (rule.workdays, calendar.is_workday(day)),
            (rule.saturdays, day.weekday() == SATURDAY),
            (rule.sundays, day.weekday() == SUNDAY),
            (rule.statutory_holiday, day in calendar.holidays),
            (rule.statutory_holiday_first_day, day in calendar.first_days),
            (rule.daily, True),
        )
        for texts, applies in kinds:
            if texts and applies:
                yield from windows(texts)
