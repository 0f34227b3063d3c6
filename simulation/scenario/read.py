"""Turns a scenario file into a world and its variants, or into the list of its faults."""

from pathlib import Path
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from matcher import Rules
from protocol.skills import Abilities, fits
from runtime.clock import CHINA
from simulation.distributions import NONE
from simulation.fitting import Records, read_records
from simulation.scenario.faults import Fault, ScenarioFaults
from simulation.scenario.nodes import Fields, Node
from simulation.scenario.people import Defaults, call_classes, regions, seat_plans
from simulation.scenario.times import duration, shift, steps, times
from simulation.scenario.variants import Variant, rules, variants
from simulation.world import CallClass, Closing, Retry, Ringing, Shift, World

Engine = Literal["scripts", "model"]
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
_KEYS = (
    "name", "about", "seed", "replications", "days", "engine", "target", "short_abandon", "lines", "hours", "shapes",
    "timezone", "regions", "records", "classes", "seats", "rules", "ringing", "retry", "closing", "what_if",
)  # fmt: skip
DAYS_MAX = 100_000


class Scenario(msgspec.Struct, frozen=True):
    """A scenario: a world, the number of replications, the queue, and variants."""

    name: str
    about: str
    world: World
    replications: int
    engine: Engine
    variants: tuple[Variant, ...]


def read_scenario(path: Path) -> Scenario:
    """Read and check a scenario.

    Raises:
        ScenarioFaults: everything that is wrong with the file, each with its line.
    """
    faults: list[Fault] = []
    root = _parse(path, faults)
    scenario = _scenario(root, path.parent, faults) if root is not None else None
    if faults or scenario is None:
        raise ScenarioFaults(path.name, faults)
    return scenario


def _parse(path: Path, faults: list[Fault]) -> Node | None:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(0, "", f"the file cannot be read: {error}"))
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.append(Fault(mark.line + 1 if mark else 0, "", f"no YAML: {error.problem}"))
        return None
    except yaml.YAMLError as error:
        faults.append(Fault(0, "", f"no YAML: {error}"))
        return None
    if node is None:
        faults.append(Fault(1, "", "the file is empty"))
        return None
    return Node(node, faults)


def _scenario(root: Node, folder: Path, faults: list[Fault]) -> Scenario:
    fields = root.fields(_KEYS, required=("name", "classes", "seats"))
    defaults = _defaults(fields, folder)
    world = World(
        name=fields.text("name"),
        classes=tuple(kind for node in fields.items("classes") for kind in call_classes(node, defaults)),
        seats=tuple(plan for node in fields.items("seats") for plan in seat_plans(node, defaults)),
        rules=_rules(fields),
        days=fields.whole("days", 1, 1, DAYS_MAX),
        lines=fields.whole("lines", 0, 1, 1_000_000),
        retry=fields.read("retry", _retry, Retry()),
        ringing=fields.read("ringing", _ringing, Ringing()),
        closing=fields.read("closing", _closing, Closing()),
        seed=fields.whole("seed", 1, 0, 2**31),
    )
    if not faults:
        _check(world, fields, root)
    return Scenario(
        name=world.name,
        about=fields.text("about"),
        world=world,
        replications=fields.whole("replications", 1, 1, 100_000),
        engine=fields.read("engine", lambda node: node.choice(ENGINES), ENGINES[0]),
        variants=fields.read("what_if", lambda node: variants(node, world), ()),
    )


def _rules(fields: Fields) -> Rules:
    usual = Rules()
    chosen = fields.read("rules", lambda node: rules(node, usual), usual)
    return msgspec.structs.replace(
        chosen,
        target_s=fields.read("target", duration, usual.target_s),
        short_s=fields.read("short_abandon", duration, usual.short_s),
    )


def _defaults(fields: Fields, folder: Path) -> Defaults:
    zone = fields.read("timezone", _zone, CHINA)
    return Defaults(
        shapes={name: steps(node) for name, node in fields.entries("shapes").items()},
        regions=fields.read("regions", regions, ()),
        shifts=tuple(shift(node) for node in fields.items("hours")) or (Shift(),),
        records=fields.read("records", lambda node: _records(node, folder, zone), None),
    )


def _zone(node: Node) -> ZoneInfo:
    try:
        return ZoneInfo(node.text())
    except (ValueError, OSError, ZoneInfoNotFoundError):
        node.fault("no time zone is called so")
        return CHINA


def _records(node: Node, folder: Path, zone: ZoneInfo) -> Records | None:
    file = folder / node.text()
    try:
        return read_records(file, zone)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        node.fault(f"the records cannot be read: {error}")
        return None


def _check(world: World, fields: Fields, root: Node) -> None:
    """Note faults of a well-formed scenario: no calls, or a class that no seat can serve."""
    if not world.classes or not world.seats:
        root.fault("a scenario needs a class and a seat")
        return
    abilities = {plan.abilities for plan in world.seats}
    names: set[str] = set()
    for kind in world.classes:
        if kind.name in names:
            fields["classes"].fault(f"two classes are called {kind.name}")
        names.add(kind.name)
        if not _has_seat(kind, abilities):
            fields["classes"].fault(f"no seat could ever serve {kind.name}")


def _has_seat(kind: CallClass, abilities: set[Abilities]) -> bool:
    return any(fits(step.needs, "", able) for step in kind.widenings for able in abilities)


def _retry(node: Node) -> Retry:
    fields = node.fields(("probability", "after"), required=("probability", "after"))
    return Retry(fields.number("probability", 0.0, 0, 0.99), fields.read("after", duration, 0.0))


def _ringing(node: Node) -> Ringing:
    fields = node.fields(("answer", "declines", "misses", "back_after"))
    ringing = Ringing(
        answer=fields.read("answer", times, NONE),
        declines=fields.number("declines", 0.0, 0, 1),
        misses=fields.number("misses", 0.0, 0, 0.99),
        back_after_s=fields.read("back_after", _second_or_more, 120.0),
    )
    if ringing.declines + ringing.misses > 1:
        node.fault("declines and misses add up to more than 1")
    return ringing


def _second_or_more(node: Node) -> float:
    return duration(node, least=1)


def _closing(node: Node) -> Closing:
    fields = node.fields(("serve", "overrun"))
    return Closing(fields.flag("serve", default=True), fields.read("overrun", duration, 1_800.0))
