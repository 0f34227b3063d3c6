"""What the production scripts do is what theory says: exact waits of small systems within the simulation's interval."""

import asyncio

import numpy as np
import pytest
from redis.asyncio import Redis

from matcher import Rules
from simulation.command import SCENARIOS
from simulation.drivers import run_live, run_model
from simulation.intervals import interval
from simulation.law import measure
from simulation.oracles.erlang import UnstableError, finite_room
from simulation.oracles.product_form import SkillsGraph, class_waits
from simulation.outcome import Outcome
from simulation.production import ProductionQueue
from simulation.published import BILINGUAL, bilingual_figures, controlled
from simulation.scenario import read_scenario
from simulation.world import World
from tests.integration.simulation.worlds import N_GRAPH, UNIT_S, W_GRAPH, calls, of_graph, seats

LONGEST_IDLE = Rules(seat_rule="longest_idle")
WARM_UP_UNITS = 30
SIGMAS = 4.0
"""Many quantities are tested at once: four standard errors miss by chance once in 16,000 times, two once in 20."""


async def on_scripts(redis: Redis, world: World, replications: int) -> list[Outcome]:
    """Run replications side by side, each on a realm of its own."""
    running = [
        run_live(world, ProductionQueue(redis, f"{world.name}{number}", world), number)
        for number in range(replications)
    ]
    return list(await asyncio.gather(*running))


def assert_exact(graph: SkillsGraph, world: World, outcomes: list[Outcome], sigmas: float = SIGMAS) -> None:
    """Hold every class's mean wait and waiting probability against the product form."""
    found = measure(world, outcomes, UNIT_S, WARM_UP_UNITS * UNIT_S)
    for name, exact in class_waits(graph).items():
        for kind, seen, truth in (
            ("mean wait", found[name].mean_wait, exact.mean_wait),
            ("waits", found[name].waits, exact.waits),
        ):
            assert abs(seen.mean - truth) <= sigmas * seen.half / 1.96, f"{kind} of {name}: {seen}, exactly {truth:.4f}"


def random_graph(seed: int) -> SkillsGraph:
    """Return a stable graph of up to four classes and seven seats, loaded to about 70 %."""
    rng = np.random.default_rng(seed)
    while True:
        names = "abcd"[: rng.integers(2, 5)]
        able = [
            frozenset(name for name in names if rng.random() < 0.5) or frozenset(rng.choice(list(names)))
            for _ in range(rng.integers(3, 8))
        ]
        weights = rng.uniform(0.5, 1.5, len(names))
        rates = weights / weights.sum() * len(able) * 0.7
        graph = SkillsGraph(dict(zip(names, rates.tolist(), strict=True)), [(1.0, can) for can in able])
        try:
            class_waits(graph)
        except (UnstableError, ValueError):
            continue
        return graph


async def test_a_small_graph_waits_as_the_product_form_says(redis):
    world = of_graph(W_GRAPH, 260, rules=LONGEST_IDLE)
    assert_exact(W_GRAPH, world, await on_scripts(redis, world, 6))


@pytest.mark.parametrize("seed", range(6))
def test_the_reference_model_waits_as_the_product_form_says_on_any_graph(seed):
    graph = random_graph(seed)
    world = of_graph(graph, 1_000, rules=LONGEST_IDLE)
    assert_exact(graph, world, [run_model(world, number) for number in range(8)])


async def test_pooled_seats_are_a_queue_with_so_many_places(redis):
    exact = finite_room(4, 3, 3.6, 1.0)
    world = World("pooled", (calls("a", 3.6),), seats("a", "a", "a", "a"), LONGEST_IDLE, days=3, lines=7)
    found = measure(world, await on_scripts(redis, world, 6), UNIT_S, WARM_UP_UNITS * UNIT_S)["a"]
    for seen, truth in ((found.mean_wait, exact.mean_wait), (found.waits, exact.waits), (found.blocked, exact.blocked)):
        assert abs(seen.mean - truth) <= SIGMAS * seen.half / 1.96, f"{seen}, exactly {truth:.4f}"


def test_the_two_skills_case_with_all_six_is_its_exact_bound():
    # Routing study, "two skills are enough": six skills a seat must equal M/M/90 with 30 places.
    exact = finite_room(90, 30, 8.4, 0.1)
    names = "abcdef"
    every = tuple(calls(name, 14.0) for name in names)  # in units of the mean service
    world = World("pooled", every, seats(*[names] * 90), LONGEST_IDLE, days=3, lines=120)
    outcomes = [run_model(world, number) for number in range(6)]
    waits = [np.mean([call.wait_ms for call in outcome.calls if call.seat >= 0]) / 1e5 for outcome in outcomes]
    seen = interval([float(wait) for wait in waits])
    assert abs(seen.mean - exact.mean_wait) <= SIGMAS * seen.half / 1.96, f"{seen}, exactly {exact.mean_wait:.4f}"


RARE = "disconnected"
"""Six calls in a hundred weeks: a few weeks say nothing of it."""


def assert_as_published(outcomes: list[Outcome]) -> None:
    """Our interval and the published one meet, for everything that was published but is too rare for so few weeks."""
    figures = [bilingual_figures(outcome) for outcome in outcomes]
    for name, (low, high) in BILINGUAL.items():
        if name == RARE:
            continue
        seen = controlled([one[name] for one in figures], figures)
        assert seen.low <= high, f"{name}: {seen}, published {low} .. {high}"
        assert seen.high >= low, f"{name}: {seen}, published {low} .. {high}"


def test_the_published_bilingual_case_comes_out_as_published():
    world = read_scenario(SCENARIOS / "bilingual.yaml").world
    assert_as_published([run_model(world, number) for number in range(10)])


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_the_published_bilingual_case_comes_out_of_the_scripts(redis):
    world = read_scenario(SCENARIOS / "bilingual.yaml").world
    weeks = [await run_live(world, ProductionQueue(redis, f"week{week}", world), week) for week in range(40)]
    assert_as_published(weeks)
    live, model = (
        [bilingual_figures(one) for one in runs] for runs in (weeks, [run_model(world, n) for n in range(40)])
    )
    for name in BILINGUAL:
        # The same calls on both; only the draws among idle seats differ, so this interval is far narrower.
        apart = interval([one[name] - other[name] for one, other in zip(live, model, strict=True)])
        assert abs(apart.mean) <= SIGMAS * apart.half / 1.96, f"{name}: scripts less model {apart}"


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_mean_of_two_thousand_weeks_lies_within_its_published_interval():
    world = read_scenario(SCENARIOS / "bilingual.yaml").world
    figures = [bilingual_figures(run_model(world, number)) for number in range(2_000)]
    means = {name: controlled([one[name] for one in figures], figures).mean for name in BILINGUAL}
    assert {name: mean for name, mean in means.items() if not BILINGUAL[name][0] <= mean <= BILINGUAL[name][1]} == {}


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("graph", [W_GRAPH, N_GRAPH, *map(random_graph, range(4))], ids=["W", "N", *"0123"])
async def test_graphs_wait_as_the_product_form_says_for_long(redis, graph):
    world = of_graph(graph, 1_000, rules=LONGEST_IDLE)
    assert_exact(graph, world, await on_scripts(redis, world, 12), sigmas=3.0)
