"""Error of the expected wait beside moving averages, head-of-line and plain queue length.

python -m bench.expected_wait [--quick]
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from bench.hall_waits import halls, measure
from bench.predictors import LENGTH, OURS, TRUE, Predictors
from bench.wait_errors import compare, heading, tell
from matcher import Rules
from protocol.skills import Abilities, Needs, SkillNeed
from runtime.engines import EmbeddedValkey
from simulation.distributions import NEVER, Exponential, Lognormal, Times
from simulation.drivers import run_model
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


def row(name: str, cells: list[str]) -> None:
    """Print a row of a Markdown table."""
    print(f"| {name} | {' | '.join(cells)} |")


def on_model(days: int) -> None:
    """Hold the estimator alone against the others, on the reference model's arrivals."""
    print(f"\n### The estimator in the textbook's lines, {days} days a case and more\n")
    print(
        "Rates measured as the queue does; `true rates` knows them: where calls are exponential no guess is better.\n"
    )
    heading((TRUE, LENGTH))
    for world in worlds(days):
        seen = Predictors(world, WARM_UP_S)
        run_model(world, watch=seen.watch)
        tell(compare(world.name, seen.told, seen.ranges, seen.actual), OURS, (TRUE, LENGTH))


async def on_scripts(days: int) -> None:
    """Compare the running queue's announced waits with the real ones, in whole halls."""
    print("\n### The running queue in whole halls (`bench/halls`; `WatchVerbs.places` on the production scripts)\n")
    heading()
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedValkey(Path(folder), options={"appendonly": "no"}) as valkey, valkey.client() as redis:
            for number, world in enumerate(halls(days)):
                tell(await measure(redis, f"hall{number}", world), OURS)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", "--short", action="store_true", help="short runs: to see that it works")
    quick = parser.parse_args().quick
    begun = time.perf_counter()
    print(
        "Squared error over the squared mean wait, of everybody who had to wait when they joined; of those who gave up"
    )
    print(
        "what their wait would have been. Moving average and head of line stand there twice: as they are in the field"
    )
    print("(Asterisk's average over the caller's own queue; how long the first one there has waited), and the variant")
    print("that did best in this very case: of the moving averages (the newest 1/4, 1/10, 1/30, a quarter of an hour;")
    print("own class or hall; all or those who waited) and of head-of-line (own class or hall; nobody there: 0 or the")
    print("last wait). `python -m bench.expected_wait` repeats it.")
    on_model(2 if quick else 10)
    asyncio.run(on_scripts(3 if quick else 0))
    print(f"\n{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
