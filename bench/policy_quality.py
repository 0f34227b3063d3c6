"""Measures each rule's effect on citizens and seats: waits, fairness, regret to the pooled bound, three kinds of day.

python -m bench.policy_quality [--quick]
"""

import argparse
import time
from itertools import product

import msgspec

from bench.expected_wait import row
from matcher import Rules
from protocol.skills import ANY_DISTRICT, Abilities, Needs, SkillNeed
from simulation.distributions import NEVER, Exponential
from simulation.drivers import run_model
from simulation.oracles.erlang import erlang_a, erlang_c
from simulation.scenario.variants import SEAT_RULES, TICKET_RULES
from simulation.statistics import Results, results
from simulation.world import DAY_S, CallClass, Rates, SeatPlan, Widening, World

TALK_S = 600.0
DISTRICTS = "ABCDEF"
SPECIALISTS, GENERALISTS = 10, 12
SEATS = SPECIALISTS * len(DISTRICTS) + GENERALISTS
SURGE = 1.36
SKILL = (SkillNeed("ZS"),)


def case(name: str, load: float, days: int, *, surge: float = 1.0, patience_s: float = 0.0) -> World:
    """Return six districts with ten specialists each and twelve generalists; A has `surge` times its share."""
    total = load * SEATS * 3600 / TALK_S
    own_share = surge / len(DISTRICTS)
    share = {district: own_share if district == "A" else (1 - own_share) / 5 for district in DISTRICTS}
    classes = tuple(
        CallClass(
            name=district,
            widenings=(Widening(0.0, Needs(skills=SKILL, district=district)),),
            arrivals=Rates((0.0,), (total * share[district],)),
            service=Exponential(TALK_S),
            patience=Exponential(patience_s) if patience_s else NEVER,
            district=district,
        )
        for district in DISTRICTS
    )
    own = [
        SeatPlan(f"{district}{number}", district, Abilities(skills=SKILL, districts=(district,)), home=district)
        for district in DISTRICTS
        for number in range(SPECIALISTS)
    ]
    general = Abilities(skills=SKILL, districts=(ANY_DISTRICT,))
    helpers = [SeatPlan(f"general{number}", "general", general) for number in range(GENERALISTS)]
    return World(name, classes, (*own, *helpers), days=days)


def bound_s(world: World) -> float:
    """Return the mean wait that no rule can beat: all seats able to do everything."""
    arrivals = sum(kind.arrivals.per_hour[0] for kind in world.classes) / 3600
    patience_s = world.classes[0].patience.mean_s
    if patience_s < DAY_S:
        return erlang_a(SEATS, arrivals, 1 / TALK_S, 1 / patience_s).mean_wait
    return erlang_c(SEATS, arrivals, 1 / TALK_S).mean_wait


def measure(world: World, rules: Rules, replications: int) -> Results:
    """Run a world under these rules; every rule meets the same calls."""
    chosen = msgspec.structs.replace(world, rules=rules)
    return results(world.name, chosen, [run_model(chosen, number) for number in range(replications)])


def minutes(seconds: float) -> str:
    """Return minutes with two digits."""
    return f"{seconds / 60:.2f}"


def compare(world: World, replications: int) -> None:
    """Print a table of all rules on one world."""
    bound = bound_s(world)
    print(f"\n### {world.name} (pooled bound {minutes(bound)} min)\n")
    row(
        "seat rule / ticket rule",
        ["mean", "95 %", "worst district", "spread", "occupancy's Gini", "gave up", "regret to the bound"],
    )
    row("---", ["--:"] * 7)
    for seat, ticket in product(SEAT_RULES, TICKET_RULES):
        found = measure(world, Rules(seat_rule=seat, ticket_rule=ticket), replications)
        cells = [
            f"{minutes(found.mean_wait.mean)} ± {minutes(found.mean_wait.half)}",
            minutes(found.total.p95_wait_s),
            minutes(found.worst_district_s),
            f"{found.spread:.2f}",
            f"{found.gini:.4f}",
            f"{found.total.abandon_share:.1%}",
            f"{minutes(found.total.mean_wait_s - bound)} (x {found.total.mean_wait_s / bound:.2f})",
        ]
        row(f"{seat} / {ticket}", cells)


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", "--short", action="store_true", help="short runs: to see that it works")
    quick = parser.parse_args().quick
    days, replications = (4, 3) if quick else (8, 8)
    begun = time.perf_counter()
    print(
        f"60 specialists of six districts and 12 generalists, talks of 10 minutes; {replications} x {days} days on the"
    )
    print("reference model, which chooses as the scripts do, move by move (tests/integration/simulation). Minutes.")
    print("`python -m bench.policy_quality` repeats it.")
    compare(case("A plain day: load 92 %", 0.92, days), replications)
    compare(case("A surge: one district 1.36 times its share, load 92 %", 0.92, days, surge=SURGE), replications)
    compare(case("Overload: load 110 %, patience 5 minutes", 1.10, days, surge=SURGE, patience_s=300), replications)
    print(f"\n{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
