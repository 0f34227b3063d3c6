"""Runs a world's replications: in this process on the model, or side by side on an engine of their own."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from runtime.engines import EmbeddedValkey
from simulation.drivers import run_live, run_model
from simulation.moves import Matches, Move
from simulation.outcome import Outcome
from simulation.production import ProductionQueue
from simulation.world import World

#: More runs at once only wait for each other: one process of ours and one of the engine keep two cores busy.
AT_ONCE = 4


class Counter:
    """Counts moves."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.moves = 0

    def __call__(self, move: Move, matches: Matches) -> None:
        """Count one."""
        del move, matches
        self.moves += 1


def on_model(world: World, replications: int, counter: Counter) -> list[Outcome]:
    """Run on the reference model."""
    return [run_model(world, number, counter) for number in range(replications)]


async def on_scripts(worlds: Sequence[World], replications: int, counter: Counter) -> list[list[Outcome]]:
    """Run on the production scripts: an engine for this purpose alone, a realm for each replication."""
    room = asyncio.Semaphore(AT_ONCE)
    with tempfile.TemporaryDirectory(prefix="cloudwindow-") as folder:
        # Nothing of it is kept, so nothing needs to reach a disk.
        async with EmbeddedValkey(Path(folder), options={"appendonly": "no"}) as valkey, valkey.client() as redis:

            async def one(world: World, number: int, realm: str) -> Outcome:
                async with room:
                    return await run_live(world, ProductionQueue(redis, realm, world), number, counter)

            async with asyncio.TaskGroup() as group:
                tasks = [
                    [group.create_task(one(world, number, f"s{index}-{number}")) for number in range(replications)]
                    for index, world in enumerate(worlds)
                ]
            return [[task.result() for task in row] for row in tasks]
