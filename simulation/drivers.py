"""Runs a day on a queue: the reference model in a plain loop, the production scripts through await."""

from collections.abc import Callable, Generator
from typing import Protocol

from simulation.calls import draw_calls
from simulation.day import Day
from simulation.moves import Matches, Move
from simulation.outcome import Outcome
from simulation.reference import ReferenceQueue
from simulation.world import World

Watch = Callable[[Move, Matches], None]


class LiveQueue(Protocol):
    """A queue that answers over a connection."""

    async def apply(self, move: Move) -> Matches:
        """Make the move and return the reservations that followed."""
        ...


def run_model(world: World, replication: int = 0, watch: Watch | None = None) -> Outcome:
    """Run one replication on the reference model; `watch` sees every move with its matches."""
    day = Day(world, draw_calls(world, replication), replication)
    apply = ReferenceQueue(world, replication).apply
    happening = day.happen()
    move = next(happening, None)
    while move is not None:
        matches = apply(move)
        if watch is not None:
            watch(move, matches)
        move = _next(happening, matches)
    return day.outcome


async def run_live(world: World, queue: LiveQueue, replication: int = 0, watch: Watch | None = None) -> Outcome:
    """Run one replication on a live queue; several may run at once, each on its own realm."""
    day = Day(world, draw_calls(world, replication), replication)
    happening = day.happen()
    move = next(happening, None)
    while move is not None:
        matches = await queue.apply(move)
        if watch is not None:
            watch(move, matches)
        move = _next(happening, matches)
    return day.outcome


def _next(happening: Generator[Move, Matches, None], matches: Matches) -> Move | None:
    try:
        return happening.send(matches)
    except StopIteration:
        return None
