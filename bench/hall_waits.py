"""Whole halls on the production scripts: what the queue told those who had to wait, beside simpler queues' guesses.

A citizen who gives up has no wait to compare. Those who were answered after `w` stand for all who would have waited
that long, so each counts 1 / P(patience > w): patience depends on nothing else, and its law is the scenario's.
"""

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from redis.asyncio import Redis

from bench.wait_peers import Peers
from simulation.drivers import run_live
from simulation.moves import Matches, Move, Take
from simulation.production import ProductionQueue
from simulation.scenario import read_scenario
from simulation.world import DAY_S, World

HALLS = Path(__file__).with_name("halls")
LEARNING_DAYS = 1
"""What the first days say is not counted: the queue and its peers learn."""


class Score(msgspec.Struct, frozen=True):
    """How far off a predictor was, against the mean wait."""

    square: float
    absolute: float
    bias: float


class Asked(ProductionQueue):
    """The production queue, asked for its range when somebody has to wait, as the citizen's page does."""

    def __init__(self, redis: Redis, realm: str, world: World) -> None:
        """Let the peers watch."""
        super().__init__(redis, realm, world)
        self.peers = Peers(world)
        self.said: dict[int, tuple[float, float, float]] = {}
        """By call: low, best guess, high."""
        self.guesses: dict[int, dict[str, list[float]]] = {}
        self.kinds: dict[int, int] = {}

    async def apply(self, move: Move) -> Matches:
        """Make the move; peers guess before they see it, the queue is asked after it."""
        guesses = self.peers.told(move.at_ms, move.kind) if isinstance(move, Take) else {}
        matches = await super().apply(move)
        self.peers.watch(move, matches)
        if isinstance(move, Take) and not matches:
            place = (await self.queue.places([f"T{move.call:08d}"]))[0]
            if (
                move.at_ms >= LEARNING_DAYS * DAY_S * 1000
                and place.low_s is not None
                and place.high_s is not None
                and place.mean_s is not None
            ):
                self.said[move.call] = (place.low_s, place.mean_s, place.high_s)
                self.guesses[move.call] = guesses
                self.kinds[move.call] = move.kind
        return matches


class Found(msgspec.Struct, frozen=True):
    """A hall's result."""

    waits: int
    gave_up: float
    mean_s: float
    ours: Score
    peers: dict[str, list[Score]]
    within: float


async def measure(redis: Redis, realm: str, world: World) -> Found:
    """Run a hall and compare."""
    queue = Asked(redis, realm, world)
    await run_live(world, queue)
    truth = queue.peers.waits
    calls = [call for call in queue.said if call in truth]
    waits = np.array([truth[call] for call in calls])
    patience_s = np.array([world.classes[queue.kinds[call]].patience.mean_s for call in calls])
    weights = np.exp(waits / patience_s)
    said = np.array([queue.said[call] for call in calls])
    inside = (said[:, 0] <= waits) & (waits <= said[:, 2])
    return Found(
        waits=len(queue.said),
        gave_up=1 - len(calls) / len(queue.said),
        mean_s=float(np.average(waits, weights=weights)),
        ours=_score(said[:, 1], waits, weights),
        peers={
            name: [
                _score(np.array([queue.guesses[call][name][variant] for call in calls]), waits, weights)
                for variant in range(len(queue.guesses[calls[0]][name]))
            ]
            for name in queue.guesses[calls[0]]
        },
        within=float(np.average(inside, weights=weights)),
    )


def _score(guesses: NDArray[np.float64], waits: NDArray[np.float64], weights: NDArray[np.float64]) -> Score:
    gaps, mean = guesses - waits, np.average(waits, weights=weights)
    return Score(
        square=float(np.average(gaps**2, weights=weights) / mean**2),
        absolute=float(np.average(np.abs(gaps), weights=weights) / mean),
        bias=float(np.average(gaps, weights=weights) / mean),
    )


def halls(days: int = 0) -> list[World]:
    """Return the halls, shortened to so many days where a number is given."""
    worlds = [read_scenario(file).world for file in sorted(HALLS.glob("*.yaml"))]
    return [msgspec.structs.replace(world, days=days) if days else world for world in worlds]
