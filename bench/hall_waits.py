"""Runs whole halls on the production scripts: the queue's announced waits beside simpler queues' guesses.

A citizen who gives up has no wait to compare. Those who were answered after `w` stand for all who would have waited
that long, so each counts 1 / P(patience > w): patience depends on nothing else, and its law is the scenario's.
"""

import math
from pathlib import Path

import msgspec
from redis.asyncio import Redis

from bench.predictors import OURS
from bench.wait_errors import Found, compare
from bench.wait_peers import Peers
from simulation.drivers import run_live
from simulation.moves import Matches, Move, Take
from simulation.production import ProductionQueue
from simulation.scenario import read_scenario
from simulation.world import DAY_S, World

HALLS = Path(__file__).with_name("halls")
LEARNING_MS = DAY_S * 1000
"""Predictions of the first day are not counted: the queue and its peers learn."""


class Asked(ProductionQueue):
    """The production queue, asked for its range when somebody has to wait, as the citizen's page does."""

    def __init__(self, redis: Redis, realm: str, world: World) -> None:
        """Let the peers watch."""
        super().__init__(redis, realm, world)
        self.peers = Peers(world)
        self.ranges: dict[int, tuple[float, float]] = {}
        self.told: dict[int, dict[str, list[float]]] = {}
        self.kinds: dict[int, int] = {}

    async def apply(self, move: Move) -> Matches:
        """Make the move; peers guess before they see it, the queue is asked after it."""
        guesses = self.peers.told(move.at_ms, move.kind) if isinstance(move, Take) else {}
        matches = await super().apply(move)
        self.peers.watch(move, matches)
        if isinstance(move, Take) and not matches:
            place = (await self.queue.line.places([f"T{move.call:08d}"]))[0]
            known = place.mean_s is not None and place.low_s is not None and place.high_s is not None
            if known and move.at_ms >= LEARNING_MS:
                self.ranges[move.call] = (place.low_s or 0, place.high_s or 0)
                self.told[move.call] = {OURS: [place.mean_s or 0.0], **guesses}
                self.kinds[move.call] = move.kind
        return matches


async def measure(redis: Redis, realm: str, world: World) -> Found:
    """Run a hall and compare."""
    queue = Asked(redis, realm, world)
    await run_live(world, queue)
    waits = queue.peers.waits
    patience_s = {call: world.classes[queue.kinds[call]].patience.mean_s for call in queue.told}
    weights = {call: math.exp(waits[call] / patience_s[call]) for call in queue.told if call in waits}
    return compare(world.name, queue.told, queue.ranges, waits, weights)


def halls(days: int = 0) -> list[World]:
    """Return the halls, shortened to so many days where a number is given."""
    worlds = [read_scenario(file).world for file in sorted(HALLS.glob("*.yaml"))]
    return [msgspec.structs.replace(world, days=days) if days else world for world in worlds]
