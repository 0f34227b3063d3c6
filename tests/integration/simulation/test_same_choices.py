"""The scripts and the reference model choose the same seat for the same ticket, move by move."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest
from redis.asyncio import Redis

from matcher import Rules
from simulation.drivers import run_live, run_model
from simulation.moves import Match, Matches, Move
from simulation.outcome import End
from simulation.production import ProductionQueue
from simulation.scenario import read_scenario
from simulation.world import Shift, World
from tests.integration.simulation.worlds import W_GRAPH, of_graph

EVERYTHING = Path(__file__).with_name("everything.yaml")


class Story(list):
    """Every move and what came of it, without the fences' and reservations' names."""

    def watch(self, move: Move, matches: Matches) -> None:
        shown = tuple((part.call, part.seat) if isinstance(part, Match) else part for part in move)
        self.append((type(move).__name__, shown, [(found.call, found.seat) for found in matches]))


async def assert_same(redis: Redis, world: World) -> Story:
    live, model = Story(), Story()
    real = await run_live(world, ProductionQueue(redis, "same", world), watch=live.watch)
    fast = run_model(world, watch=model.watch)
    for number, (done, expected) in enumerate(zip(live, model, strict=False)):
        assert done == expected, f"move {number}"
    assert len(live) == len(model)
    assert real == fast
    return live


def one_after_the_other(world: World) -> World:
    """Let the seats come in a few milliseconds apart: of two idle equally long, either may be chosen."""
    seats = tuple(
        msgspec.structs.replace(
            plan, shifts=tuple(Shift(shift.from_s + index / 100, shift.to_s) for shift in plan.shifts)
        )
        for index, plan in enumerate(world.seats)
    )
    return msgspec.structs.replace(world, seats=seats)


@pytest.mark.parametrize("seat_rule", ["longest_idle", "least_flexible"])
async def test_plain_calls_go_to_the_same_seats(redis, seat_rule):
    await assert_same(redis, of_graph(W_GRAPH, 260, rules=Rules(seat_rule=seat_rule)))


@pytest.mark.parametrize("seat_rule", ["longest_idle", "least_flexible"])
@pytest.mark.parametrize("ticket_rule", ["first_come", "longest_queue"])
async def test_shifts_widening_classes_refusals_misses_and_regions_change_nothing_of_that(
    redis, seat_rule, ticket_rule
):
    world = one_after_the_other(read_scenario(EVERYTHING).world)
    rules = msgspec.structs.replace(world.rules, seat_rule=seat_rule, ticket_rule=ticket_rule)
    story = await assert_same(redis, msgspec.structs.replace(world, rules=rules, days=1))
    happened = {name for name, _, _ in story}
    assert happened == {move.__name__ for move in get_args(Move)}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(5))
async def test_ten_days_of_everything_are_the_same(redis, seed):
    world = one_after_the_other(read_scenario(EVERYTHING).world)
    rules = msgspec.structs.replace(world.rules, ticket_rule="longest_queue" if seed % 2 else "first_come")
    await assert_same(redis, msgspec.structs.replace(world, days=10, seed=seed, rules=rules))


async def test_a_citizen_gone_while_it_rings_leaves_the_seat_its_true_place_among_the_idle(redis):
    # Found by comparing: a seat that rang right after a call got the idle time from before that call back.
    world = one_after_the_other(read_scenario(EVERYTHING).world)
    slow = msgspec.structs.replace(world.ringing, answer=world.classes[0].patience, declines=0.0, misses=0.0)
    outcome = run_model(slow_world := msgspec.structs.replace(world, ringing=slow, days=1))
    assert any(call.end is End.ABANDONED and call.rings for call in outcome.calls)
    await assert_same(redis, slow_world)
