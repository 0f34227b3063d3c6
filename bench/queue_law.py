"""Holds the production scripts against exact and published values: small graphs, a pooled queue, the Bilingual case.

python -m bench.queue_law [--quick] [--weeks N]
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from redis.asyncio import Redis

from bench.expected_wait import row
from matcher import Rules
from protocol.skills import Abilities, Needs, SkillNeed
from runtime.engines import EmbeddedValkey
from simulation.command import SCENARIOS
from simulation.distributions import Exponential
from simulation.drivers import run_live, run_model
from simulation.intervals import Interval, interval
from simulation.law import measure
from simulation.oracles.erlang import finite_room
from simulation.oracles.product_form import SkillsGraph, class_waits
from simulation.outcome import Outcome
from simulation.production import ProductionQueue
from simulation.published import BILINGUAL, bilingual_figures, controlled
from simulation.scenario import read_scenario
from simulation.world import CallClass, Rates, SeatPlan, Shift, Widening, World

UNIT_S = 1_000.0
WARM_UP = 30 * UNIT_S
AT_ONCE = 10


def graph_world(name: str, graph: SkillsGraph, units: float) -> World:
    """Return a world of exponential seats with rate one."""
    kinds = tuple(
        CallClass(
            letter,
            (Widening(0.0, Needs(skills=(SkillNeed(letter),))),),
            Rates((0.0,), (rate * 3600 / UNIT_S,)),
            Exponential(UNIT_S),
        )
        for letter, rate in graph.arrivals.items()
    )
    seats = tuple(
        SeatPlan(f"{index}", "", Abilities(skills=tuple(map(SkillNeed, sorted(can)))), (Shift(index / 1000, 1e9),))
        for index, (_, can) in enumerate(graph.seats)
    )
    return World(name, kinds, seats, Rules(seat_rule="longest_idle"), days=max(1, round(units * UNIT_S / 86_400)))


def graph(arrivals: dict[str, float], *seats: str) -> SkillsGraph:
    """Return a graph of seats with rate one."""
    return SkillsGraph(arrivals, [(1.0, frozenset(can)) for can in seats])


GRAPHS = {
    "W": graph({"a": 1.2, "b": 0.9}, "a", "ab", "b"),
    "N": graph({"a": 2.2, "b": 1.0}, "a", "ab", "ab", "a"),
    "M, three classes": graph({"a": 1.0, "b": 1.1, "c": 0.9}, "a", "ab", "bc", "c", "abc"),
    "chain of seven": graph({"a": 1.2, "b": 1.4, "c": 1.1, "d": 1.2}, "ab", "bc", "cd", "da", "a", "b", "cd"),
}


def verdict(seen: Interval, truth: float) -> list[str]:
    """Return the cells of a comparison."""
    return [f"{truth:.4f}", f"{seen.mean:.4f} ± {seen.half:.4f}", "yes" if truth in seen else "no"]


async def on_scripts(redis: Redis, world: World, replications: int) -> list[Outcome]:
    """Run replications on realms of their own, some side by side."""
    found: list[Outcome] = []
    for start in range(0, replications, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, replications))
        runs = (run_live(world, ProductionQueue(redis, f"{world.name}{n}", world), n) for n in numbers)
        found += await asyncio.gather(*runs)
        await redis.flushdb()
    return found


async def exact(redis: Redis, units: float, replications: int) -> None:
    """Print exact and simulated waits."""
    print(f"\n### Exact values, production scripts, {replications} x {units:.0f} mean talks\n")
    row("system", ["quantity", "exact", "production scripts, 95 %", "within"])
    row("---", ["---", "--:", "--:", "---"])
    inside = []
    for number, (name, shape) in enumerate(GRAPHS.items()):
        world = graph_world(f"graph{number}-", shape, units)
        found = measure(world, await on_scripts(redis, world, replications), UNIT_S, WARM_UP)
        for letter, truth in class_waits(shape).items():
            for what, seen, value in (
                ("mean wait", found[letter].mean_wait, truth.mean_wait),
                ("P(wait)", found[letter].waits, truth.waits),
            ):
                row(name, [f"{what} of {letter}", *verdict(seen, value)])
                inside.append(value in seen)
    pooled = msgspec.structs.replace(graph_world("pooled", graph({"a": 3.6}, *"aaaa"), units), lines=7)
    truth_of = finite_room(4, 3, 3.6, 1.0)
    seen_of = measure(pooled, await on_scripts(redis, pooled, replications), UNIT_S, WARM_UP)["a"]
    for what, seen, value in (
        ("mean wait", seen_of.mean_wait, truth_of.mean_wait),
        ("P(wait)", seen_of.waits, truth_of.waits),
        ("turned away", seen_of.blocked, truth_of.blocked),
    ):
        row("M/M/4 with 3 places", [what, *verdict(seen, value)])
        inside.append(value in seen)
    print(f"\n{sum(inside)} of {len(inside)} within their 95 % interval (19 of 20 are expected).")


def bilingual(what: str, outcomes: Sequence[dict[str, float]]) -> None:
    """Print the published intervals and ours."""
    print(f"\n### Bilingual (ContactCenters, 1000 replications), {what}, {len(outcomes)} replications")
    row(
        "quantity",
        ["published, 95 %", "ours, 95 % (arrivals controlled)", "our mean within the published", "intervals meet"],
    )
    row("---", ["--:", "--:", "---", "---"])
    for name, (low, high) in BILINGUAL.items():
        seen = controlled([figures[name] for figures in outcomes], outcomes)
        cells = [f"{low:.3f} .. {high:.3f}", f"{seen.mean:.3f} ± {seen.half:.3f}"]
        meets = seen.low <= high and seen.high >= low
        row(name, [*cells, "yes" if low <= seen.mean <= high else "no", "yes" if meets else "no"])


def beside(live: Sequence[dict[str, float]], model: Sequence[dict[str, float]]) -> None:
    """Print the difference between the scripts and the model on the very same calls: only random seats differ."""
    print(f"\n### The same {len(live)} weeks: production scripts less reference model, 95 %\n")
    row("quantity", ["difference", "of"])
    row("---", ["--:", "--:"])
    for name in BILINGUAL:
        seen = interval([one[name] - other[name] for one, other in zip(live, model, strict=True)])
        row(name, [f"{seen.mean:+.3f} ± {seen.half:.3f}", f"{BILINGUAL[name][0]:.1f}"])


async def measure_all(*, units: float, replications: int, on_model: int, on_production: int) -> None:
    """Print everything."""
    world = read_scenario(SCENARIOS / "bilingual.yaml").world
    figures: Callable[[Outcome], dict[str, float]] = bilingual_figures
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedValkey(Path(folder), options={"appendonly": "no"}) as valkey, valkey.client() as redis:
            await exact(redis, units, replications)
            model = [figures(run_model(world, number)) for number in range(on_model)]
            bilingual("reference model", model)
            live = [figures(outcome) for outcome in await on_scripts(redis, world, on_production)]
            bilingual("production scripts", live)
            beside(live, model[: len(live)])


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", "--short", action="store_true", help="short runs: to see that it works")
    parser.add_argument("--weeks", type=int, default=60, help="weeks of the Bilingual case on the production scripts")
    asked = parser.parse_args()
    quick = asked.quick
    begun = time.perf_counter()
    if quick:
        asyncio.run(measure_all(units=260, replications=6, on_model=50, on_production=2))
    else:
        asyncio.run(measure_all(units=1000, replications=10, on_model=2000, on_production=asked.weeks))
    print(f"\n`python -m bench.queue_law` repeats it. {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
