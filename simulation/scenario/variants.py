"""Reads what-if variants: the same calls with other seats, other rules, or more of them."""

from typing import Final, Literal, get_args

import msgspec

from matcher import Rules
from simulation.scenario.nodes import Node
from simulation.scenario.times import duration
from simulation.world import SeatPlan, World

SeatRule = Literal["least_flexible", "longest_idle", "random"]
TicketRule = Literal["first_come", "longest_queue"]
SEAT_RULES: Final[tuple[SeatRule, ...]] = get_args(SeatRule)
TICKET_RULES: Final[tuple[TicketRule, ...]] = get_args(TicketRule)


class Variant(msgspec.Struct, frozen=True):
    """A world that differs in something; its calls have the same luck."""

    name: str
    world: World


def rules(node: Node, usual: Rules) -> Rules:
    """Return the realm's rules; missing keys keep their values."""
    fields = node.fields(("seat", "ticket", "ring", "shun", "shun_alone", "away", "on_time"))
    return msgspec.structs.replace(
        usual,
        seat_rule=fields.read("seat", lambda value: value.choice(SEAT_RULES), usual.seat_rule),
        ticket_rule=fields.read("ticket", lambda value: value.choice(TICKET_RULES), usual.ticket_rule),
        ring_s=fields.read("ring", _second_or_more, usual.ring_s),
        shun_s=fields.read("shun", _second_or_more, usual.shun_s),
        shun_alone_s=fields.read("shun_alone", _second_or_more, usual.shun_alone_s),
        away_s=fields.read("away", duration, usual.away_s),
        on_time_s=fields.read("on_time", duration, usual.on_time_s),
    )


def _second_or_more(node: Node) -> float:
    return duration(node, least=1)


def variants(node: Node, world: World) -> tuple[Variant, ...]:
    """Return all variants of a world."""
    return tuple(_variant(item, world) for item in node.items())


def _variant(node: Node, world: World) -> Variant:
    fields = node.fields(("name", "seats", "rules", "calls"), required=("name",))
    seats = world.seats
    for group, change in fields.entries("seats").items():
        seats = _changed(seats, group, change)
    factor = fields.number("calls", 1.0, least=0, most=100)
    classes = tuple(msgspec.structs.replace(kind, arrivals=kind.arrivals.scaled(factor)) for kind in world.classes)
    chosen = fields.read("rules", lambda value: rules(value, world.rules), world.rules)
    return Variant(fields.text("name"), msgspec.structs.replace(world, seats=seats, classes=classes, rules=chosen))


def _changed(seats: tuple[SeatPlan, ...], group: str, change: Node) -> tuple[SeatPlan, ...]:
    """Return the seats with so many more (`+2`), fewer (`-1`) or exactly so many (`5`) of a group."""
    own = [plan for plan in seats if plan.group == group]
    if not own:
        change.fault(f"no seat group is called {group}")
        return seats
    text = change.text()
    try:
        amount = int(text)
    except ValueError:
        change.fault(f"{text!r} is no change such as +2, -1, 5")
        return seats
    wanted = len(own) + amount if text[0] in "+-" else amount
    if wanted < 0:
        change.fault(f"the group has {len(own)} seats only")
        return seats
    kept = own[:wanted]
    while len(kept) < wanted:  # new seats repeat the group's pattern, region by region
        model = own[len(kept) % len(own)]
        kept.append(msgspec.structs.replace(model, name=f"{group} +{len(kept) + 1 - len(own)}"))
    return tuple(plan for plan in seats if plan.group != group) + tuple(kept)
