"""Small worlds that several tests simulate."""

from protocol.skills import Abilities, Needs, SkillNeed
from simulation.distributions import Exponential, Times
from simulation.oracles.product_form import SkillsGraph
from simulation.world import CallClass, Rates, SeatPlan, Shift, Widening, World

UNIT_S = 1_000.0
"""One unit of the oracles' time; long, so that two events never share a millisecond."""


def needs(*skills: str) -> Needs:
    return Needs(skills=tuple(SkillNeed(skill) for skill in skills))


def able(*skills: str) -> Abilities:
    return Abilities(skills=tuple(sorted(SkillNeed(skill) for skill in skills)))


def calls(name: str, rate: float, service: Times | None = None, **more) -> CallClass:
    """Return calls that come `rate` times a unit."""
    every = Rates((0.0,), (rate * 3600 / UNIT_S,))
    return CallClass(name, (Widening(0.0, needs(name)),), every, service or Exponential(UNIT_S), **more)


def seats(*skills: str) -> tuple[SeatPlan, ...]:
    """Return seats by their skills; they sign in one after the other, so that no two are idle equally long."""
    return tuple(
        SeatPlan(f"{index} {can}", can, able(*can), (Shift(index / 1000, 1e9),)) for index, can in enumerate(skills)
    )


def of_graph(graph: SkillsGraph, units: float, **more) -> World:
    """Return the world of a skills graph whose seats all work at rate one."""
    kinds = tuple(calls(name, rate) for name, rate in graph.arrivals.items())
    days = round(units * UNIT_S / 86_400)
    return World("graph", kinds, seats(*("".join(sorted(can)) for _, can in graph.seats)), days=days, **more)


W_GRAPH = SkillsGraph({"a": 1.2, "b": 0.9}, [(1.0, frozenset(can)) for can in ("a", "ab", "b")])
N_GRAPH = SkillsGraph({"a": 2.2, "b": 1.0}, [(1.0, frozenset(can)) for can in ("a", "ab", "ab", "a")])
