"""Checks between the entries of a catalogue: codes, references, hours; every fault with its line."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final
from zoneinfo import available_timezones

from protocol.identifiers import is_level_and_basic, uscc
from protocol.outcomes import OUTCOME_NAMES
from protocol.priorities import Priority
from protocol.skills import ANY_DISTRICT, LEVEL_MAX, LEVEL_MIN
from records.calendar.windows import BadDays, BadWindow, days, windows
from records.catalogue.entries import HoursEntry, ItemEntry, SeatEntry, SiteEntry
from records.catalogue.values import Catalogue, Fault

MATERIAL_FLAGS: Final = frozenset("mdeoscx")
DISTRICT_DIGITS: Final = 6
TOWN_DIGITS: Final = 9


def check(catalogue: Catalogue) -> list[Fault]:
    """Return every fault of a catalogue whose entries could be read."""
    checks = Checks(catalogue)
    return [
        *checks.duplicates(),
        *checks.places(),
        *checks.departments(),
        *checks.items(),
        *checks.packages(),
        *checks.seats(),
        *checks.hours(),
        *checks.calendar(),
        *checks.settings(),
        *checks.zone(),
    ]


class Checks:
    """The checks of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Look at this catalogue; what an unreadable entry would have been called counts as known."""
        self._all = catalogue
        self._known: dict[str, set[str]] = {}
        for section, name in catalogue.mentioned:
            self._known.setdefault(section, set()).add(name)

    def _knows(self, section: str, name: str) -> bool:
        return name in self._known.get(section, ())

    def _unknown(self, line: int, owner: str, section: str, names: Iterable[str], code: str) -> Iterator[Fault]:
        for name in names:
            if not self._knows(section, name):
                yield Fault(line, f"unknown_{code}", {"id": owner, code: name})

    def zone(self) -> Iterator[Fault]:
        """Find a time zone that there is not."""
        meta = self._all.meta
        if meta.entry.timezone not in available_timezones():
            yield Fault(meta.line, "unknown_timezone", {"timezone": meta.entry.timezone})

    def duplicates(self) -> Iterator[Fault]:
        """Find ids that stand twice in a section."""
        everything = self._all
        named = {
            "districts": [(row.line, row.entry.code) for row in everything.districts],
            "towns": [(row.line, row.entry.code) for row in everything.towns],
            "languages": [(row.line, row.entry.id) for row in everything.languages],
            "skills": [(row.line, row.entry.id) for row in everything.skills],
            "departments": [(row.line, row.entry.id) for row in everything.departments],
            "sites": [(row.line, row.entry.id) for row in everything.sites],
            "doc_types": [(row.line, row.entry.key) for row in everything.materials],
            "items": [(row.line, row.entry.id) for row in everything.items],
            "packages": [(row.line, row.entry.id) for row in everything.packages],
            "seats": [(row.line, row.entry.id) for row in everything.seats],
        }
        for section, rows in named.items():
            first: dict[str, int] = {}
            for line, name in rows:
                if name in first:
                    yield Fault(line, "duplicate_id", {"section": section, "id": name, "first_line": first[name]})
                first.setdefault(name, line)

    def places(self) -> Iterator[Fault]:
        """Check districts, towns and sites."""
        for row in self._all.districts:
            if not _digits(row.entry.code, DISTRICT_DIGITS):
                yield Fault(row.line, "bad_district_code", {"code": row.entry.code})
        for town in self._all.towns:
            code, district = town.entry.code, town.entry.district
            if not _digits(code, TOWN_DIGITS) or not code.startswith(district):
                yield Fault(town.line, "bad_town_code", {"code": code, "district": district})
            yield from self._unknown(town.line, code, "districts", [district], "district")
        for site in self._all.sites:
            yield from self._site(site.line, site.entry)

    def _site(self, line: int, site: SiteEntry) -> Iterator[Fault]:
        yield from self._unknown(line, site.id, "districts", [site.district], "district")
        yield from self._unknown(line, site.id, "towns", [site.town], "town")
        yield from self._unknown(line, site.id, "hours", site.hours, "hours")
        if self._knows("towns", site.town) and not site.town.startswith(site.district):
            yield Fault(line, "town_of_other_district", {"id": site.id, "town": site.town, "district": site.district})

    def departments(self) -> Iterator[Fault]:
        """Check the departments' districts and credit codes."""
        for row in self._all.departments:
            yield from self._unknown(row.line, row.entry.id, "districts", [row.entry.district], "district")
            found = uscc(row.entry.uscc)
            why = found.why or ("" if found.normal == row.entry.uscc else "format")
            if why:
                yield Fault(row.line, "bad_uscc", {"id": row.entry.id, "uscc": row.entry.uscc, "why": why})

    def items(self) -> Iterator[Fault]:
        """Check the items, and that no two have the same implementation code."""
        uscc = {row.entry.id: row.entry.uscc for row in self._all.departments}
        first: dict[str, str] = {}
        for row in self._all.items:
            item = row.entry
            yield from self._item(row.line, item)
            code = uscc.get(item.dept, item.dept) + item.code13
            if first.setdefault(code, item.id) != item.id:
                yield Fault(row.line, "duplicate_impl_code", {"id": item.id, "code": code, "other": first[code]})
        for override in self._all.overrides:
            yield from self._unknown(override.line, "item_hours_overrides", "items", override.entry.items, "item")
            yield from self._unknown(override.line, "item_hours_overrides", "hours", override.entry.add, "hours")

    def _item(self, line: int, item: ItemEntry) -> Iterator[Fault]:
        if not is_level_and_basic(item.code13):
            yield Fault(line, "bad_code13", {"id": item.id, "code13": item.code13})
        yield from self._unknown(line, item.id, "departments", [item.dept], "department")
        yield from self._unknown(line, item.id, "skills", [item.skill], "skill")
        keys = [use.partition(":")[0] for use in item.materials]
        yield from self._unknown(line, item.id, "doc_types", keys, "material")
        for key in {key for key in keys if keys.count(key) > 1}:
            yield Fault(line, "material_twice", {"id": item.id, "material": key})
        for use in item.materials:
            flags = use.partition(":")[2]
            if not MATERIAL_FLAGS.issuperset(flags) or {"m", "d"} <= set(flags):
                yield Fault(line, "bad_material_flags", {"id": item.id, "material": use})
        if len(set(item.modes)) < len(item.modes):
            yield Fault(line, "mode_twice", {"id": item.id})

    def packages(self) -> Iterator[Fault]:
        """Check what packages are made of."""
        for row in self._all.packages:
            yield from self._unknown(row.line, row.entry.id, "items", row.entry.items, "item")
            yield from self._unknown(row.line, row.entry.id, "departments", [row.entry.lead], "department")

    def seats(self) -> Iterator[Fault]:
        """Check the seats."""
        for row in self._all.seats:
            yield from self._seat(row.line, row.entry)

    def _seat(self, line: int, seat: SeatEntry) -> Iterator[Fault]:
        yield from self._unknown(line, seat.id, "sites", [seat.site], "site")
        districts = [seat.district, *(code for code in seat.districts if code != ANY_DISTRICT)]
        yield from self._unknown(line, seat.id, "districts", districts, "district")
        yield from self._unknown(line, seat.id, "languages", seat.langs, "language")
        names = [skill.partition(":")[0] for skill in seat.skills]
        yield from self._unknown(line, seat.id, "skills", names, "skill")
        if len(set(names)) < len(names):
            yield Fault(line, "skill_twice", {"id": seat.id})
        for skill in seat.skills:
            level = skill.partition(":")[2]
            if not level.isdecimal() or not LEVEL_MIN <= int(level) <= LEVEL_MAX:
                yield Fault(line, "bad_level", {"id": seat.id, "skill": skill})

    def hours(self) -> Iterator[Fault]:
        """Check that every time window can be read."""
        for name, row in self._all.hours.items():
            for texts in _window_lists(row.entry):
                try:
                    windows(texts)
                except BadWindow as error:
                    yield Fault(row.line, "bad_hours", {"id": name, "window": error.text, "why": error.why})

    def calendar(self) -> Iterator[Fault]:
        """Check the years' days."""
        for year, row in self._all.calendar.items():
            read: list[set[dt.date]] = []
            for texts in (row.entry.holidays, row.entry.makeup_workdays, row.entry.open_first_days):
                try:
                    read.append({day for span in texts for day in days(span)})
                except BadDays as error:
                    yield Fault(row.line, "bad_day", {"year": year, "day": error.text})
                    read.append(set())
            if not all(str(day.year) == year for group in read for day in group):
                yield Fault(row.line, "day_of_other_year", {"year": year})
            for day in sorted(read[0] & read[1]):
                yield Fault(row.line, "holiday_and_workday", {"year": year, "day": day.isoformat()})

    def settings(self) -> Iterator[Fault]:
        """Check outcomes and the queue's policy."""
        line = self._all.outcomes_line
        for name in sorted(set(self._all.outcomes) ^ set(OUTCOME_NAMES)):
            code = "unknown_outcome" if name in self._all.outcomes else "missing_outcome"
            yield Fault(line, code, {"outcome": name})
        policy = self._all.policy
        yield from self._unknown(policy.line, "queue_policy", "skills", [policy.entry.general_skill], "skill")
        for name in policy.entry.head_start_s:
            if name not in {priority.value for priority in Priority}:
                yield Fault(policy.line, "unknown_priority", {"priority": name})
        relaxed = [step.relax for step in policy.entry.widening]
        if len(set(relaxed)) < len(relaxed):
            yield Fault(policy.line, "relaxed_twice", {})
        yield from self._unknown(0, "everywhere_skills", "skills", self._all.everywhere_skills, "skill")


def _digits(code: str, length: int) -> bool:
    return len(code) == length and code.isascii() and code.isdigit()


def _window_lists(hours: HoursEntry) -> tuple[tuple[str, ...], ...]:
    return (
        hours.workdays,
        hours.saturdays,
        hours.sundays,
        hours.statutory_holiday,
        hours.statutory_holiday_first_day,
        hours.daily,
    )
