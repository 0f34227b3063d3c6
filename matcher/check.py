"""The invariants of the queue, checked on all that a realm holds at one moment."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from protocol.skills import Abilities, Needs, fits
from runtime.kept import UNREADABLE

Scores = dict[str, str]
Row = dict[str, str]


class Violation(msgspec.Struct, frozen=True, order=True):
    """Something that must not be: which invariant, of what, and how it looks."""

    rule: str
    subject: str
    detail: str = ""
    other: str = ""
    """The profile of a link, the seat that is idle."""


class Holdings(msgspec.Struct, frozen=True):
    """All of a realm but its journal, as `inspect` returns it."""

    fence: str
    tickets: dict[str, Row] = {}
    seats: dict[str, Row] = {}
    lanes: dict[str, Row] = {}
    profiles: dict[str, Row] = {}
    wait: dict[str, Scores] = {}
    cp: dict[str, Scores] = {}
    idle: dict[str, Scores] = {}
    pc: dict[str, Scores] = {}
    shun: dict[str, Scores] = {}
    heads: Scores = {}
    idle_heads: Scores = {}
    part_heads: Scores = {}
    line: Scores = {}
    due: Scores = {}
    online: Scores = {}
    working: Scores = {}


AWAY = ("paused", "offline")
DUE_OF = {"reserved": "ring", "held": "hold", "scheduled": "time"}
"""Entry that the sweeper's list must hold for a ticket in each state; without it the ticket would stay for ever."""


def violations(held: Holdings) -> list[Violation]:
    """Return all that is wrong, in order; an empty list is a healthy queue."""
    found: set[Violation] = set()
    for check in (_tickets, _lines, _seats, _heads, _counts, _links, _conservation):
        try:
            found.update(check(held))
        except UNREADABLE as error:
            found.add(Violation("unreadable", check.__name__.lstrip("_"), f"{type(error).__name__}: {error}"[:200]))
    return sorted(found)


def _tickets(held: Holdings) -> Iterator[Violation]:
    """I1: a ticket is in one place; I5: its fence was given out."""
    lanes_of = _where(held.wait)
    for ticket, row in held.tickets.items():
        state, lanes = row["state"], lanes_of.get(ticket, [])
        if lanes != ([row["lane"]] if state == "waiting" else []):
            yield Violation("one_place", ticket, f"{state} in lanes {lanes}")
        elif lanes and float(held.wait[lanes[0]][ticket]) != float(row["score"]):
            yield Violation("old_place", ticket, f"stands at {held.wait[lanes[0]][ticket]}")
        if state in {"reserved", "serving"}:
            seat = held.seats.get(row.get("seat", ""), {})
            if (seat.get("state"), seat.get("ticket"), seat.get("fence")) != (state, ticket, row["fence"]):
                yield Violation("one_seat", ticket, f"{state} at {row.get('seat')}, which is {seat.get('state')}")
        if state in DUE_OF and f"{DUE_OF[state]}|{ticket}" not in held.due:
            yield Violation("nothing_forgotten", ticket, f"{state} without an end")
        leased = state in {"waiting", "reserved"} and float(row.get("lease") or 0) > 0
        if leased and f"page|{ticket}" not in held.due:
            yield Violation("nothing_forgotten", ticket, f"{state} without the lease of its page")
        if int(row.get("fence", 0)) > int(held.fence):
            yield Violation("fence", ticket, row["fence"])


def _lines(held: Holdings) -> Iterator[Violation]:
    """I1, the other way round: what stands in a line is a waiting ticket."""
    waiting = {ticket: row for ticket, row in held.tickets.items() if row["state"] == "waiting"}
    for lane, tickets in held.wait.items():
        for ticket in tickets:
            if ticket not in waiting:
                yield Violation("one_place", ticket, f"in lane {lane} without waiting")
    for ticket in waiting.keys() ^ held.line.keys():
        yield Violation("line", ticket, "waits" if ticket in waiting else "does not wait")


def _seats(held: Holdings) -> Iterator[Violation]:
    """I2: a seat holds one ticket or none, and stands among the idle ones when it is."""
    profiles_of = _where(held.idle)
    for seat, row in held.seats.items():
        state, profiles = row["state"], profiles_of.get(seat, [])
        if profiles != ([row["profile"]] if state == "idle" else []):
            yield Violation("idle_index", seat, f"{state} in {profiles}")
        has_ticket = row.get("ticket", "") != ""
        if has_ticket != (state in {"reserved", "serving"}):
            yield Violation("one_ticket", seat, f"{state} with {row.get('ticket')}")
        elif has_ticket and held.tickets.get(row["ticket"], {}).get("seat") != seat:
            yield Violation("one_ticket", seat, f"{row['ticket']} knows nothing of it")
        if state != "offline" and f"beat|{seat}" not in held.due and f"grace|{row.get('ticket')}" not in held.due:
            yield Violation("nothing_forgotten", seat, "no lease")
        if state == "wrap_up" and f"wrap|{seat}" not in held.due:
            yield Violation("nothing_forgotten", seat, "wrap-up without an end")


def _heads(held: Holdings) -> Iterator[Violation]:
    """I3: the heads are the heads."""
    for name, heads, members, duty in (
        ("heads", held.heads, held.wait, ""),
        ("idle_heads", held.idle_heads, held.idle, "full"),
        ("part_heads", held.part_heads, held.idle, "part"),
    ):
        must = {
            of: min(map(float, scores.values()))
            for of, scores in members.items()
            if scores and (not duty or held.profiles.get(of, {}).get("duty") == duty)
        }
        found = {of: float(score) for of, score in heads.items()}
        for of in must.keys() | found.keys():
            if must.get(of) != found.get(of):
                yield Violation(name, of, f"{found.get(of)} instead of {must.get(of)}")


def _counts(held: Holdings) -> Iterator[Violation]:
    """The numbers of signed-in and of working seats are right."""
    states = [(row["profile"], row["state"]) for row in held.seats.values()]
    online = Counter(profile for profile, state in states if state != "offline")
    working = Counter(profile for profile, state in states if state not in AWAY)
    for name, must, found in (("online", online, held.online), ("working", working, held.working)):
        for profile in must.keys() | found.keys():
            if must[profile] != float(found.get(profile, 0)):
                yield Violation(name, profile, f"{found.get(profile, 0)} instead of {must[profile]}")


def _links(held: Holdings) -> Iterator[Violation]:
    """Check that the links between lanes and profiles match `fits()` in both directions (`cp:` and `pc:`)."""
    able = {name: msgspec.json.decode(row["able"], type=Abilities) for name, row in held.profiles.items()}
    skilled: dict[str, list[str]] = defaultdict(list)
    for profile, abilities in able.items():
        for held_skill in abilities.skills:
            skilled[held_skill.skill].append(profile)
    lanes_of = _where({profile: lanes for profile, lanes in held.pc.items() if profile in able})
    for lane, row in held.lanes.items():
        needs = msgspec.json.decode(row["needs"], type=Needs)
        some = skilled[needs.skills[0].skill] if needs.skills and not needs.seat else []
        must = {profile for profile in some if fits(needs, "", able[profile])}
        one_way, other_way = held.cp.get(lane, {}).keys() & able.keys(), set(lanes_of.get(lane, []))
        for profile in (must ^ one_way) | (must ^ other_way):
            yield Violation("links", lane, f"{profile} should{'' if profile in must else ' not'} fit", profile)


def _conservation(held: Holdings) -> Iterator[Violation]:
    """I4: no full-time seat is idle while a ticket waits that it fits and that does not shun it."""
    idle = [
        (seat, msgspec.json.decode(held.profiles[row["profile"]]["able"], type=Abilities))
        for seat, row in held.seats.items()
        if row["state"] == "idle" and row["duty"] == "full" and row["profile"] in held.profiles
    ]
    for lane, tickets in held.wait.items():
        if lane not in held.lanes:
            continue
        needs = msgspec.json.decode(held.lanes[lane]["needs"], type=Needs)
        for seat, abilities in idle:
            if fits(needs, seat, abilities):
                for ticket in tickets.keys() - held.shun.get(seat, {}).keys():
                    yield Violation("work_conservation", ticket, f"waits while {seat} is idle", seat)


def _where(sets: dict[str, Scores]) -> dict[str, list[str]]:
    """Return for each member the sets that it is in."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, members in sets.items():
        for member in members:
            found[member].append(name)
    return found
