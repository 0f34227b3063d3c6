"""Measure the computation of a ticket's needs at 10,000 seats, by the index and by a scan of all seats."""

import argparse
import itertools
import statistics
import time
from collections.abc import Callable
from contextlib import suppress

from bench.tables import table
from protocol.errors import NeverServed
from protocol.skills import Abilities, Needs, SkillNeed, fits
from protocol.views import Mode
from records.catalogue.entries import Cross, PolicyEntry, Relax, WideningEntry
from records.catalogue.widening import Coverage, first_needs, steps, with_either

SEATS, QUICK_SEATS = 10_000, 1_000
SKILLS = tuple(f"K{number:02}" for number in range(40))
DISTRICTS = tuple(f"{440100 + number}" for number in range(34))
LANGUAGES = (("cmn",), ("cmn", "yue"), ("cmn", "hak"))
POLICY = PolicyEntry(
    widening=tuple(
        WideningEntry(after_s=after_s, relax=relax)
        for after_s, relax in ((60, Relax.DISTRICT), (90, Relax.LANGUAGE), (120, Relax.SKILL))
    )
)
CASES = {
    "served as asked": (first_needs("K00", Mode.CONSULT, "cmn", DISTRICTS[0]), Cross.FULL_ONLINE),
    "a language nobody speaks": (first_needs("K00", Mode.HANDLE, "nan", DISTRICTS[0]), Cross.NONE),
    "a district without seats": (first_needs("K01", Mode.HANDLE, "nan", "999999"), Cross.NONE),
}


class EverySeat(Coverage):
    """As it was: each question looks at all seats."""

    __slots__ = ("_seats",)

    def __init__(self, seats: list[tuple[str, Abilities]]) -> None:
        super().__init__(())
        self._seats = seats

    def has(self, needs: Needs) -> bool:
        """Look at every seat."""
        return any(fits(needs, seat, able) for seat, able in self._seats)


def seats(many: int) -> list[tuple[str, Abilities]]:
    """Make seats with three skills each, spread over districts, languages and levels."""
    found = []
    for number in range(many):
        skills = tuple(SkillNeed(SKILLS[(number * 3 + more) % 39], 1 + number % 3) for more in range(3))
        able = Abilities(skills, LANGUAGES[number % 3], 1 + number // 3 % 3, (DISTRICTS[number // 7 % 34],))
        found.append((f"S{number}", with_either(able, SKILLS, "K39")))
    return found


def milliseconds(act: Callable[[], object], rounds: int) -> float:
    """Return the median time of an act; a refusal is one of its ends."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        with suppress(NeverServed):  # what the worst case ends with
            act()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main(many: int, rounds: int) -> None:
    """Print the table."""
    floor = seats(many)
    rows = []
    for name, (needs, cross) in CASES.items():
        before = EverySeat(floor)
        old = milliseconds(lambda: steps(needs, cross, POLICY, before), rounds)  # noqa: B023
        fresh = itertools.count()
        indexes = [Coverage(floor) for _ in range(rounds)]
        first = milliseconds(lambda: steps(needs, cross, POLICY, indexes[next(fresh)]), rounds)  # noqa: B023
        again = milliseconds(lambda: steps(needs, cross, POLICY, indexes[0]), rounds * 10)  # noqa: B023
        rows.append(
            (name, f"{old:.2f} ms", f"{first:.3f} ms", f"{again:.4f} ms", f"{old / first:.0f}x", f"{old / again:.0f}x")
        )
    table((f"{many:,} seats", "every seat", "index, first time", "index, again", "ratio, first", "ratio, again"), rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args()
    main(QUICK_SEATS if said.quick else SEATS, 3 if said.quick else 9)
