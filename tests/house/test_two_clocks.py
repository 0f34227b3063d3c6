"""Two clocks: what people see by the business clock, all that the machines hold each other to by the real one."""

import ast
import inspect
from typing import Final

from records.catalogue.opening_hours import OpeningHours
from runtime.business_clock import BusinessClock, BusinessTime, SettableBusinessClock
from runtime.clock import Clock
from tests.house.tree import PACKAGES, ROOT

USES: Final[dict[str, set[str]]] = {
    # The queue learns by how far its days are shifted, and no time.
    "matcher/base.py": {"ahead_ms", "offset_ms"},
    "matcher/care_verbs.py": {"ahead_ms"},
    "matcher/watch_verbs.py": {"offset_ms"},
    # Opening hours, days of numbers, times of a call back.
    "seat_console/records_pages.py": {"now"},
    "seat_console/workplaces.py": {"now"},
    "signaling/api/catalogue.py": {"now"},
    "signaling/api/checks.py": {"now"},
    "signaling/floor/wallboard.py": {"now", "offset_ms"},
    "signaling/handlers/places.py": {"real_ms"},
    "signaling/queue/new_tickets.py": {"now"},
    "signaling/queue/tickets.py": {"now", "at"},
    # What tells it and what sets it.
    "signaling/app.py": {"offset_ms"},
    "signaling/api/sandbox.py": {"now", "offset_ms"},
    "cloudwindow/demo.py": {"now", "offset_ms"},
    "webui/pages.py": {"now"},
}
"""What each module takes of a realm's business clock; a module that makes leases, tokens or deadlines is not here."""


def used(text: str) -> set[str]:
    """Return what a module reads of anything that is called `business`."""
    return {
        one.attr
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.Attribute)
        and (getattr(one.value, "attr", None) or getattr(one.value, "id", "")) in {"business", "_business"}
    }


def test_no_other_module_asks_the_business_clock() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if (names := used(path.read_text(encoding="utf-8")))
    }
    assert found == USES


def test_opening_hours_take_nothing_but_the_business_clock_s_time() -> None:
    asked = [one for name, one in inspect.getmembers(OpeningHours, inspect.isfunction) if not name.startswith("_")]
    times = [
        (one.__name__, name, given.annotation)
        for one in asked
        for name, given in inspect.signature(one).parameters.items()
        if name in {"now", "at", "taken"} or name.endswith("_ms")
    ]
    assert {name for name, _, _ in times} == {one.__name__ for one in asked}
    assert [one for one in times if one[2] is not BusinessTime and one[1] != "longest_ms"] == []


def test_neither_clock_passes_for_the_other() -> None:
    """The types are what mypy goes by: a lease takes a `Clock` or its milliseconds."""
    needed = {name for name, _ in inspect.getmembers(Clock, inspect.isfunction) if not name.startswith("_")}
    for kind in (BusinessClock, SettableBusinessClock):
        assert needed.isdisjoint(dir(kind))
    assert not issubclass(BusinessTime, int)


def test_only_a_demonstration_makes_a_clock_that_can_be_set() -> None:
    makers = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "SettableBusinessClock(" in path.read_text(encoding="utf-8").replace("class SettableBusinessClock(", "")
    }
    assert makers == {"cloudwindow/compose.py"}
    callers = {
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "cloudwindow").rglob("*.py"))
        if "is_demonstration=True" in path.read_text(encoding="utf-8")
    }
    assert callers == {"cloudwindow/demo.py"}
