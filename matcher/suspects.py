"""Check suspected violations again in one atomic step: the first scan is not a consistent snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from matcher.check import Holdings, Violation, violations

OF_TICKETS = frozenset({"one_place", "old_place", "one_seat", "fence", "line", "work_conservation"})
OF_SEATS = frozenset({"idle_index", "one_ticket"})
OF_PROFILES = frozenset({"idle_heads", "part_heads", "online", "working"})
OF_COUNTS = frozenset({"online", "working"})


class Suspects(msgspec.Struct, frozen=True):
    """Arguments of `inspect_some.lua`: tickets with the lanes, seats with the profiles, in which the scan saw them."""

    tickets: dict[str, list[str]] = {}
    seats: dict[str, list[str]] = {}
    lanes: list[str] = []
    profiles: list[str] = []
    links: list[tuple[str, str]] = []
    crowd: list[str] = []


def suspects_of(faults: Iterable[Violation], held: Holdings) -> Suspects:
    """Return all that these faults are about."""
    found = Suspects({}, {}, [], [], [], [])
    for fault in faults:
        if fault.rule in OF_TICKETS or (fault.rule == "nothing_forgotten" and fault.subject in held.tickets):
            found.tickets[fault.subject] = [lane for lane, line in held.wait.items() if fault.subject in line]
            if fault.rule == "work_conservation":
                found.seats.setdefault(fault.other, [])
        elif fault.rule in OF_SEATS or fault.rule == "nothing_forgotten":
            found.seats[fault.subject] = [profile for profile, idle in held.idle.items() if fault.subject in idle]
        elif fault.rule in OF_PROFILES:
            found.profiles.append(fault.subject)
        elif fault.rule == "heads":
            found.lanes.append(fault.subject)
        else:
            found.links.append((fault.subject, fault.other))
    return found


def seats_of(faults: Iterable[Violation], held: Holdings) -> set[str]:
    """Return the seats of the profiles whose counts look wrong."""
    profiles = {fault.subject for fault in faults if fault.rule in OF_COUNTS}
    by_profile: dict[str, set[str]] = defaultdict(set)
    for seat, row in held.seats.items():
        by_profile[row.get("profile", "")].add(seat)
    return set().union(*(by_profile[profile] for profile in profiles))


def confirmed(faults: Sequence[Violation], held: Holdings) -> list[Violation]:
    """Return the faults that the fresh reading confirms; that reading is complete for their subjects only."""
    keys = {(fault.rule, fault.subject, fault.other) for fault in faults}
    return [fault for fault in violations(held) if (fault.rule, fault.subject, fault.other) in keys]
