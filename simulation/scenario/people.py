"""Reads who calls and who serves: classes, seat groups, and regions that both may be repeated for."""

from collections.abc import Iterable, Sequence

import msgspec

from protocol.priorities import Priority
from protocol.skills import ANY_DISTRICT, LEVEL_MAX, Abilities, Needs, SkillNeed
from simulation.distributions import NEVER, NONE
from simulation.fitting import COLUMNS_OF_KIND, Fitted, Records, TooFewCallsError
from simulation.scenario.bookings import appointments, same_seat
from simulation.scenario.nodes import Fields, Node
from simulation.scenario.times import Shapes, arrivals, duration, shift, times
from simulation.world import CallClass, Rates, SameSeat, SeatPlan, Shift, Widening

SEATS_MAX = 100_000
_NOBODY = Rates((0.0,), (0.0,))
_CLASS_KEYS = (
    "name", "skills", "language", "authority", "district", "per_region", "widening",
    "arrivals", "service", "patience", "priorities", "records", "same_seat", "appointments",
)  # fmt: skip
_SEAT_KEYS = (
    "name", "count", "skills", "languages", "authority", "districts", "per_region", "shifts", "wrap_up", "claims",
)  # fmt: skip


class Region(msgspec.Struct, frozen=True):
    """A district of the network and its share of the calls."""

    code: str
    name: str
    share: float


class Defaults(msgspec.Struct, frozen=True):
    """Defaults that the document gives once for all classes and seats."""

    shapes: Shapes
    regions: tuple[Region, ...]
    shifts: tuple[Shift, ...]
    records: Records | None


def regions(node: Node) -> tuple[Region, ...]:
    """Return the regions, their shares adding up to one."""
    found = []
    for item in node.items():
        fields = item.fields(("code", "name", "share"), required=("code", "share"))
        code = fields.text("code")
        found.append(Region(code, fields.text("name", code), fields.number("share", 0.0, least=0, most=1e9)))
    total = sum(region.share for region in found)
    if not total or len({region.code for region in found}) < len(found):
        node.fault("the shares are all zero, or a code is given twice")
        return ()
    return tuple(Region(region.code, region.name, region.share / total) for region in found)


def skill(node: Node) -> SkillNeed:
    """Return a skill such as `MZ` or `MZ:3`."""
    name, _, level = node.text().partition(":")
    if level and (not level.isdigit() or not 1 <= int(level) <= LEVEL_MAX):
        node.fault(f"the level {level!r} is not between 1 and {LEVEL_MAX}")
        level = ""
    return SkillNeed(name, int(level or 1))


def _skills(node: Node) -> tuple[SkillNeed, ...]:
    found = [skill(item) for item in node.items()]
    if not found or len({need.skill for need in found}) < len(found):
        node.fault("no skill is given, or one is given twice")
    return tuple(sorted(found))


def call_classes(node: Node, defaults: Defaults) -> list[CallClass]:
    """Return a class, or one for every region."""
    fields = node.fields(_CLASS_KEYS, required=("name", "skills"))
    if fields.flag("per_region", default=False):
        return [_call_class(node, fields, defaults, region) for region in _known(fields["per_region"], defaults)]
    return [_call_class(node, fields, defaults, None)]


def _call_class(node: Node, fields: Fields, defaults: Defaults, region: Region | None) -> CallClass:
    needs = Needs(
        skills=fields.read("skills", _skills, ()),
        language=fields.text("language"),
        authority=fields.whole("authority", 0, 0, LEVEL_MAX),
        district=region.code if region else fields.text("district"),
    )
    measured = fields.read("records", lambda value: _measured(value, defaults), None)
    for key in ("arrivals", "service"):
        if key not in fields and "records" not in fields:
            node.fault(f"{key} is missing")
    rates = fields.read(
        "arrivals", lambda value: arrivals(value, defaults.shapes), measured.arrivals if measured else _NOBODY
    )
    return CallClass(
        name=f"{fields.text('name')} {region.name}" if region else fields.text("name"),
        widenings=tuple(_widenings(fields.items("widening"), needs)),
        arrivals=rates.scaled(region.share) if region else rates,
        service=fields.read("service", times, measured.service if measured else NONE),
        patience=fields.read("patience", times, measured.patience if measured else NEVER),
        district=region.name if region else needs.district,
        priorities=fields.read("priorities", _priorities, ((Priority.NORMAL, 1.0),)),
        same_seat=fields.read("same_seat", lambda value: same_seat(value, fields.items("widening")), SameSeat()),
        appointments=fields.read("appointments", appointments, None),
    )


def _measured(node: Node, defaults: Defaults) -> Fitted | None:
    """Return what the records say of the calls that this class stands for."""
    if defaults.records is None:
        node.fault("the scenario names no records file")
        return None
    fields = node.fields(COLUMNS_OF_KIND)
    try:
        return defaults.records.like({key: fields.text(key) for key in COLUMNS_OF_KIND if key in fields}).fitted()
    except TooFewCallsError as error:
        node.fault(str(error))
        return None


def _known(node: Node, defaults: Defaults) -> tuple[Region, ...]:
    if not defaults.regions:
        node.fault("the scenario names no regions")
    return defaults.regions


def _widenings(nodes: Iterable[Node], needs: Needs) -> list[Widening]:
    """Return the steps; each goes on from the needs of the one before it."""
    found = [Widening(0.0, needs)]
    for item in nodes:
        fields = item.fields(("after", "relax", "skills"), required=("after",))
        after_s = fields.read("after", lambda value: duration(value, least=1), 1.0)
        if after_s <= found[-1].after_s:
            item.fault("it does not come after the step before it")
        relaxed, now = [], found[-1].needs
        for what in fields.items("relax"):
            field = what.choice(("district", "language", "authority"))
            now = msgspec.structs.replace(now, **{field: 0 if field == "authority" else ""})
            relaxed.append(field)
        if "skills" in fields:
            now = msgspec.structs.replace(now, skills=_skills(fields["skills"]))
            relaxed.append("skill")
        if now == found[-1].needs:
            item.fault("it relaxes nothing")
        found.append(Widening(after_s, now, tuple(relaxed)))
    return found


def _priorities(node: Node) -> tuple[tuple[Priority, float], ...]:
    fields = node.fields([str(priority) for priority in Priority])
    shares = {priority: fields.number(priority, 0.0, least=0, most=1) for priority in Priority if priority in fields}
    rest = 1 - sum(share for priority, share in shares.items() if priority is not Priority.NORMAL)
    if rest < 0:
        node.fault("the shares add up to more than 1")
        rest = 0.0
    shares[Priority.NORMAL] = rest
    return tuple(shares.items())


def seat_plans(node: Node, defaults: Defaults) -> list[SeatPlan]:
    """Return the seats of a group, spread over the regions by their shares where asked."""
    fields = node.fields(_SEAT_KEYS, required=("name", "count", "skills"))
    group, count = fields.text("name"), fields.whole("count", 0, 0, SEATS_MAX)
    able = Abilities(
        skills=fields.read("skills", _skills, ()),
        languages=tuple(item.text() for item in fields.items("languages")),
        authority=fields.whole("authority", LEVEL_MAX, 0, LEVEL_MAX),
        districts=fields.read("districts", _districts, (ANY_DISTRICT,)),
    )
    shifts = tuple(shift(item) for item in fields.items("shifts")) or defaults.shifts
    home = able.districts[0] if len(able.districts) == 1 and ANY_DISTRICT not in able.districts else ""
    claims = fields.read("claims", times, None)
    plan = SeatPlan(group, group, able, shifts, fields.read("wrap_up", duration, 0.0), home, claims)
    if not fields.flag("per_region", default=False):
        return [msgspec.structs.replace(plan, name=f"{group} {number + 1}") for number in range(count)]
    found = []
    where = _known(fields["per_region"], defaults)
    for region, here in zip(where, spread(count, [region.share for region in where]), strict=True):
        own = msgspec.structs.replace(able, districts=(region.code,)) if "districts" not in fields else able
        for number in range(here):
            name = f"{group} {region.name} {number + 1}"
            found.append(msgspec.structs.replace(plan, name=name, abilities=own, home=region.code))
    return found


def _districts(node: Node) -> tuple[str, ...]:
    return tuple(item.text() for item in node.items()) if node.is_list else (node.text(),)


def spread(count: int, shares: Sequence[float]) -> list[int]:
    """Split `count` by the shares, one at least where there are enough, the largest remainders first."""
    least = 1 if count >= len(shares) else 0
    wanted = [least + share * (count - least * len(shares)) for share in shares]
    found = [int(value) for value in wanted]
    by_rest = sorted(range(len(shares)), key=lambda index: found[index] - wanted[index])
    for index in by_rest[: count - sum(found)]:
        found[index] += 1
    return found
