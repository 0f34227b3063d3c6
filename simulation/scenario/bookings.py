"""Reads what citizens arranged beforehand: the agent of last time, and appointments."""

from collections.abc import Sequence

from simulation.distributions import NONE
from simulation.scenario.nodes import Node
from simulation.scenario.times import duration, times
from simulation.world import Appointments, SameSeat


def same_seat(node: Node, widening: Sequence[Node]) -> SameSeat:
    """Return the share of calls that ask for their last agent, and for how long before the other steps."""
    fields = node.fields(("share", "for"), required=("share", "for"))
    found = SameSeat(
        fields.number("share", 0.0, least=0, most=1), fields.read("for", lambda value: duration(value, least=1), 1.0)
    )
    for step in widening[:1]:
        after = step.entries().get("after")
        if after is not None and duration(after) <= found.for_s:
            node.fault("it is not over before the first widening")
    return found


def appointments(node: Node) -> Appointments:
    """Return how appointments are made and kept."""
    fields = node.fields(("booked", "off", "late", "no_shows"), required=("booked",))
    return Appointments(
        booked_s=fields.read("booked", lambda value: duration(value, least=1), 1.0),
        off=fields.read("off", times, NONE),
        late=fields.number("late", 0.0, least=0, most=1),
        no_shows=fields.number("no_shows", 0.0, least=0, most=1),
    )
