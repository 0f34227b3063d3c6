"""Error of the expected wait beside a moving average, head-of-line, last-to-enter and plain queue length.

python -m bench.expected_wait [--quick]
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import numpy as np
from redis.asyncio import Redis

from bench.predictors import NAMES, Predictors, coverage, errors
from matcher import Rules
from protocol.skills import Abilities, Needs, SkillNeed
from runtime.engines import EmbeddedValkey
from simulation.distributions import NEVER, Exponential, Lognormal, Times
from simulation.drivers import run_live, run_model
from simulation.moves import Matches, Move, Take
from simulation.production import ProductionQueue
from simulation.world import CallClass, Rates, SeatPlan, Widening, World

TALK_S = 480.0
WARM_UP_S = 12 * TALK_S
SKILL = (SkillNeed("ZS"),)
EVEN = Rates((0.0,), (1.0,))
#: From nine to eleven and from three to four half as many calls again: what a real day does to slow predictors.
WAVES = Rates((0.0, 9 * 3600.0, 11 * 3600.0, 15 * 3600.0, 16 * 3600.0), (1.0, 1.5, 0.9, 1.5, 0.9))
TALK = Exponential(TALK_S)
TALKS = Lognormal(TALK_S, 0.7 * TALK_S)


def pooled(
    name: str, days: int, seats: int, load: float, *, gives_up: float = 0.0, talk: Times = TALK, shape: Rates = EVEN
) -> World:
    """Return equal seats at this load; `gives_up` is the rate of giving up in units of the talk time."""
    per_hour = load * seats * 3600 / TALK_S
    kind = CallClass(
        name="calls",
        widenings=(Widening(0.0, Needs(skills=SKILL)),),
        arrivals=shape.scaled(per_hour),
        service=talk,
        patience=Exponential(TALK_S / gives_up) if gives_up else NEVER,
    )
    plans = tuple(SeatPlan(f"s{index}", "seats", Abilities(skills=SKILL)) for index in range(seats))
    return World(name, (kind,), plans, Rules(seat_rule="longest_idle"), days=days)


def worlds(days: int) -> list[World]:
    """Return the cases, from the textbook to a real day."""
    return [
        pooled("M/M/100, load .90", days, 100, 0.90),
        pooled("M/M/100, load .95", days, 100, 0.95),
        pooled("M/M/100, load .98", days, 100, 0.98),
        pooled("M/M/100+M, load 1.1, patience 2 talks", days, 100, 1.10, gives_up=0.5),
        pooled("M/M/100+M, load 1.4, patience 1 talk", days, 100, 1.40, gives_up=1.0),
        pooled("M/G/20+M, load 1.0, patience 1 talk", days * 3, 20, 1.00, gives_up=1.0, talk=TALKS),
        pooled("M/G/20+M, half again in surges", days * 3, 20, 0.85, gives_up=1.0, talk=TALKS, shape=WAVES),
    ]


class Asking(ProductionQueue):
    """The production queue, asked for its range whenever somebody has to wait."""

    def __init__(self, redis: Redis, realm: str, world: World, predictors: Predictors) -> None:
        """Let the predictors hear what the queue said."""
        super().__init__(redis, realm, world)
        self.predictors = predictors
        self.said: dict[int, tuple[float, float]] = {}

    async def apply(self, move: Move) -> Matches:
        """Make the move; then ask, as the citizen's page does."""
        matches = await super().apply(move)
        if isinstance(move, Take) and not matches and move.at_ms >= self.predictors.warm_up_ms:
            place = (await self.queue.places([f"T{move.call:08d}"]))[0]
            if place.low_s is not None and place.high_s is not None:
                self.said[move.call] = (place.low_s, place.high_s)
        return matches


def row(name: str, cells: list[str]) -> None:
    """Print a row of a Markdown table."""
    print(f"| {name} | {' | '.join(cells)} |")


def on_model(days: int) -> None:
    """Hold the estimator alone against the others, on the reference model's arrivals."""
    print(
        f"\n### The estimator (`matcher.estimate`), {days} days a case and more, measured rates, on the same arrivals\n"
    )
    row("case", ["waits", *NAMES, "ours / best simple", "within the 80 % range"])
    row("---", ["--:"] * (len(NAMES) + 3))
    for world in worlds(days):
        seen = Predictors(world, WARM_UP_S)
        run_model(world, watch=seen.watch)
        squares, biases = errors(seen.told, seen.actual)
        cells = [f"{square:.3f} ({bias:+.0%})" for square, bias in zip(squares, biases, strict=True)]
        ratio = squares[0] / min(squares[1:4])
        row(world.name, [f"{len(seen.actual):,}", *cells, f"{ratio:.2f}", f"{coverage(seen.ranges, seen.actual):.1%}"])


async def on_scripts(days: int) -> None:
    """Hold what the running queue tells its citizens against what came."""
    print(f"\n### The running queue (`Queue.places` on the production scripts), {days} day(s) a case\n")
    row("case", ["waits", "middle of the range", *NAMES[1:], "ours / best simple", "within the 80 % range"])
    row("---", ["--:"] * (len(NAMES) + 3))
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedValkey(Path(folder), options={"appendonly": "no"}) as valkey, valkey.client() as redis:
            cases = [worlds(days)[index] for index in (1, 3, 5, 6)]
            for number, world in enumerate(cases):
                await _one_case(redis, f"wait{number}", world)


async def _one_case(redis: Redis, realm: str, world: World) -> None:
    seen = Predictors(world, WARM_UP_S)
    queue = Asking(redis, realm, world, seen)
    await run_live(world, queue, watch=seen.watch)
    told = {
        call: ((low + high) / 2, *seen.told[call][1:]) for call, (low, high) in queue.said.items() if call in seen.told
    }
    squares, biases = errors(told, seen.actual)
    cells = [f"{square:.3f} ({bias:+.0%})" for square, bias in zip(squares, biases, strict=True)]
    ratio = squares[0] / min(squares[1:4])
    within = coverage(queue.said, seen.actual)
    row(world.name, [f"{len(told):,}", *cells, f"{ratio:.2f}", f"{within:.1%}"])


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", "--short", action="store_true", help="short runs: to see that it works")
    quick = parser.parse_args().quick
    begun = time.perf_counter()
    print(
        "Mean squared error over the squared mean wait (and bias), of everybody who had to wait; for those who gave up,"
    )
    print("what their wait would have been. `python -m bench.expected_wait` repeats it.")
    on_model(2 if quick else 10)
    asyncio.run(on_scripts(1 if quick else 2))
    print(f"\n{np.round(time.perf_counter() - begun):.0f} s")


if __name__ == "__main__":
    main()
