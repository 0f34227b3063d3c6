"""Predictors of the wait as citizens would be told it on joining one first-come line, and what their wait came to."""

import heapq

import numpy as np

from bench.wait_peers import HEAD, MOVING, Peers
from matcher.estimate import Wait, expected_wait
from simulation.moves import Accept, Finish, Leave, Matches, Move, Ready, Take
from simulation.world import World

FADE = 0.999
OURS, TRUE, LENGTH = "QLa (ours)", "QLa, true rates", "queue length"
PEERS = (MOVING, HEAD)


class Predictors:
    """Watches one first-come queue and asks every predictor whenever somebody has to wait."""

    def __init__(self, world: World, warm_up_s: float) -> None:
        """Begin with nothing known."""
        self.world = world
        self.warm_up_ms = warm_up_s * 1000
        self.told: dict[int, dict[str, list[float]]] = {}
        """By call: every predictor's guesses, one a variant."""
        self.ranges: dict[int, tuple[float, float]] = {}
        self.actual: dict[int, float] = {}
        self._peers = Peers(world)
        self._since: dict[int, int] = {}
        self._waiting: dict[int, int] = {}
        self._answered: dict[int, int] = {}
        self._gave_up: list[int] = []
        self._talk_ms, self._talks = 0.0, 0.0
        self._left, self._waited_ms = 0.0, 0.0
        self._working = 0

    def watch(self, move: Move, matches: Matches) -> None:
        """Follow a move."""
        match move:
            case Take(at_ms, call):
                self._since[call] = at_ms
                if not matches:
                    self._ask(at_ms, call)
                    self._waiting[call] = at_ms
            case Leave(at_ms, call):
                self._wait_over(at_ms - self._waiting.pop(call), gave_up=True)
                heapq.heappush(self._gave_up, call)
            case Finish(at_ms, ring):
                self._talks = self._talks * FADE + 1
                self._talk_ms = self._talk_ms * FADE + at_ms - self._answered.pop(ring.call)
            case Ready() if move.at_ms == 0 or not self._talks:
                self._working += 1
            case Accept(at_ms, ring):
                self._start(at_ms, ring.call)
            case _:
                pass
        self._peers.watch(move, matches)
        if isinstance(move, Finish | Ready) and not matches:
            self._would_have_been(move.at_ms, np.inf)

    def _start(self, at_ms: int, call: int) -> None:
        since = self._since.pop(call)
        self._waiting.pop(call, None)
        self._answered[call] = at_ms
        self._wait_over(at_ms - since, gave_up=False)
        if call in self.told:
            self.actual[call] = (at_ms - since) / 1000
        self._would_have_been(at_ms, call)

    def _would_have_been(self, at_ms: int, before: float) -> None:
        """Count the wait of each call that gave up and stood before `before`: it would have been served by `at_ms`."""
        while self._gave_up and self._gave_up[0] < before:
            call = heapq.heappop(self._gave_up)
            since = self._since.pop(call)
            if call in self.told:
                self.actual[call] = (at_ms - since) / 1000

    def _wait_over(self, waited_ms: float, *, gave_up: bool) -> None:
        self._left = self._left * FADE + gave_up
        self._waited_ms = self._waited_ms * FADE + waited_ms

    def _ask(self, at_ms: int, call: int) -> None:
        if at_ms < self.warm_up_ms or not self._talks:
            return
        ahead, kind = len(self._waiting), self.world.classes[0]
        rate = self._working / (self._talk_ms / self._talks) * 1000
        ours = _wait(ahead, rate, self._left / self._waited_ms * 1000 if self._waited_ms else 0.0)
        true = _wait(ahead, self._working / kind.service.mean_s, 1 / kind.patience.mean_s)
        self.told[call] = {
            OURS: [ours.mean_s],
            TRUE: [true.mean_s],
            **self._peers.told(at_ms, 0),
            LENGTH: [(ahead + 1) / rate],
        }
        self.ranges[call] = (ours.low_s, ours.high_s)


def _wait(ahead: int, rate: float, giving_up: float) -> Wait:
    found = expected_wait(ahead, rate, giving_up)
    assert found is not None
    return found
