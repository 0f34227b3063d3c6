"""Predictions of simpler queues: moving averages and head-of-line, with the memory and scope that suit each."""

from collections import deque

from simulation.moves import Accept, Decline, Leave, Matches, Move, Sweep, Take
from simulation.world import World

MEMORIES = (1 / 4, 1 / 10, 1 / 30)
"""The share of the newest wait in a moving average; Asterisk's is a quarter."""
RECENT_MS = 15 * 60_000
MOVING = "moving average"
HEAD = "head of line"


class Line:
    """One queue as its callers would see it: a class's own, or the whole hall's."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.waiting: dict[int, int] = {}
        self._averages = [0.0] * len(MEMORIES)
        self._recent: deque[tuple[int, float]] = deque()
        self._last_s = 0.0

    def answered(self, at_ms: int, waited_s: float) -> None:
        """Learn from a wait that is over."""
        self._averages = [old + part * (waited_s - old) for part, old in zip(MEMORIES, self._averages, strict=True)]
        self._recent.append((at_ms, waited_s))
        self._last_s = waited_s

    def moving(self, at_ms: int) -> list[float]:
        """Return the averages of each memory, and that of the last quarter of an hour."""
        while self._recent and self._recent[0][0] < at_ms - RECENT_MS:
            self._recent.popleft()
        recent = [waited for _, waited in self._recent] or [self._last_s]
        return [*self._averages, sum(recent) / len(recent)]

    def head(self, at_ms: int) -> list[float]:
        """Return how long the first in line has waited; where nobody does, nothing or the last wait that ended."""
        if not self.waiting:
            return [0.0, self._last_s]
        longest_s = (at_ms - min(self.waiting.values())) / 1000
        return [longest_s, longest_s]


class Peers:
    """Watches a hall's moves; `told` is what each variant of each peer would say to a citizen who joins now."""

    def __init__(self, world: World) -> None:
        """Keep a line for each class and one for all, once over all calls and once over the calls that waited."""
        self._lines = {(kind, all_): Line() for kind in (-1, *range(len(world.classes))) for all_ in (True, False)}
        self._ring_ms = round(world.rules.ring_s * 1000)
        self._since: dict[int, tuple[int, int]] = {}
        self._ringing: dict[int, int] = {}
        self.waits: dict[int, float] = {}
        """Seconds until a call's first reservation."""

    def told(self, at_ms: int, kind: int) -> dict[str, list[float]]:
        """Return every variant's guess, by peer; first the one in the field.

        That is Asterisk's average, a quarter of the newest wait in the caller's own queue; and how long the first one
        in the caller's own queue has waited (Ibrahim and Whitt 2009).
        """
        own, hall = self._lines[kind, True], self._lines[-1, True]
        lines = (own, hall, self._lines[kind, False], self._lines[-1, False])
        return {
            MOVING: [guess for line in lines for guess in line.moving(at_ms)],
            HEAD: [*own.head(at_ms), *hall.head(at_ms)],
        }

    def watch(self, move: Move, matches: Matches) -> None:
        """Follow a move."""
        match move:
            case Take(at_ms, call, kind):
                self._since[call] = (at_ms, kind)
                self._waits(call)
            case Leave(_, call):
                self._gone(call)
            case Accept(_, ring):
                self._gone(ring.call)
            case Decline(_, ring):
                self._waits(ring.call)
            case Sweep(at_ms, calls):
                for call in calls:
                    if call in self._ringing and at_ms >= self._ringing[call] + self._ring_ms:
                        self._waits(call)
            case _:
                pass
        for found in matches:
            self._rings(move.at_ms, found.call)

    def _both(self, kind: int) -> tuple[Line, Line]:
        return self._lines[kind, True], self._lines[-1, True]

    def _waits(self, call: int) -> None:
        self._ringing.pop(call, None)
        since_ms, kind = self._since[call]
        for line in self._both(kind):
            line.waiting[call] = since_ms

    def _gone(self, call: int) -> None:
        self._ringing.pop(call, None)
        for line in self._both(self._since[call][1]):
            line.waiting.pop(call, None)

    def _rings(self, at_ms: int, call: int) -> None:
        self._gone(call)
        self._ringing[call] = at_ms
        if call in self.waits:
            return
        since_ms, kind = self._since[call]
        waited_s = self.waits[call] = (at_ms - since_ms) / 1000
        for scope in (kind, -1):
            self._lines[scope, True].answered(at_ms, waited_s)
            if waited_s:
                self._lines[scope, False].answered(at_ms, waited_s)
