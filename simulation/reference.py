"""The queue's rules in plain Python, in memory: the fast cross-check of the production scripts.

It keeps lanes (calls with equal needs) and profiles (seats with equal abilities) as the scripts do, and
must choose the same seat for the same ticket; `tests/integration/simulation` holds the two together.
"""

import heapq
from typing import assert_never

import numpy as np

from protocol.priorities import HEAD_START_S
from protocol.skills import Abilities, Needs, fits
from simulation.moves import (
    NOTHING,
    Accept,
    Arrive,
    Decline,
    Finish,
    GoHome,
    Leave,
    Match,
    Matches,
    Move,
    Ready,
    Sweep,
    Take,
)
from simulation.world import World

_GONE = -1


class _Lane:
    """Waiting calls with equal needs, the oldest score first; entries that left are skipped when met."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self.heap: list[tuple[int, int]] = []
        self.waiting = 0


class _Profile:
    """Idle seats with equal abilities, the longest idle first; entries that are not idle are skipped when met."""

    def __init__(self, abilities: Abilities) -> None:
        self.abilities = abilities
        self.flexibility = flexibility(abilities)
        self.heap: list[tuple[int, int]] = []
        self.lanes: list[int] = []


def flexibility(abilities: Abilities) -> int:
    """Return how much a seat is able to do besides: the fewer, the sooner it is chosen."""
    return len(abilities.skills)


class ReferenceQueue:
    """Applies moves and answers with the matches they made."""

    def __init__(self, world: World, replication: int = 0) -> None:
        """Begin empty: nobody is signed in, nobody waits."""
        self._world = world
        self._rng = np.random.default_rng([world.seed, replication, 0x5EED])
        self._lanes: list[_Lane] = []
        self._lane_of: dict[Needs, int] = {}
        self._able: list[list[int]] = []
        """For each lane the profiles that fit it."""
        self._profiles: list[_Profile] = []
        known: dict[Abilities, int] = {}
        self._profile_of_seat = [self._profile(plan.abilities.canonical(), known) for plan in world.seats]
        self._steps = [
            [(round(step.after_s * 1000), self._lane(step.needs.checked())) for step in kind.widenings]
            for kind in world.classes
        ]
        self._idle_since = [_GONE] * len(world.seats)
        self._place: dict[int, int] = {}
        """The lane of every waiting call."""
        self._taken: dict[int, tuple[int, int, int]] = {}
        """Score, class and arrival of every call that is not over."""
        self._declined: dict[int, set[int]] = {}
        self._fence = 0

    def apply(self, move: Move) -> Matches:  # noqa: PLR0911  (one line a verb)
        """Make the move and return the reservations that followed."""
        match move:
            case Take():
                return self._take(move)
            case Leave(at_ms, call, seat):
                return self._leave(at_ms, call, seat)
            case Accept() | Arrive():
                return NOTHING
            case Decline(at_ms, ring):
                return self._decline(at_ms, ring)
            case Finish(at_ms, ring, wrap_up):
                self._taken.pop(ring.call, None)
                self._declined.pop(ring.call, None)
                return NOTHING if wrap_up else self._free(ring.seat, at_ms, at_ms)
            case Ready(at_ms, seat):
                return self._free(seat, at_ms, at_ms)
            case GoHome(_, seat):
                self._idle_since[seat] = _GONE
                return NOTHING
            case Sweep(at_ms, calls):
                return tuple(found for call in calls for found in self._sweep(at_ms, call))
        assert_never(move)

    def waiting_ahead(self, kind: int, score: int) -> int:
        """Return how many calls of the class's lane stand before this score."""
        lane = self._steps[kind][0][1]
        return sum(1 for at, call in self._lanes[lane].heap if at < score and self._place.get(call) == lane)

    def _profile(self, abilities: Abilities, known: dict[Abilities, int]) -> int:
        if abilities not in known:
            known[abilities] = len(self._profiles)
            self._profiles.append(_Profile(abilities))
        return known[abilities]

    def _lane(self, needs: Needs) -> int:
        if needs not in self._lane_of:
            lane = len(self._lanes)
            self._lane_of[needs] = lane
            self._lanes.append(_Lane(needs))
            able = [index for index, profile in enumerate(self._profiles) if fits(needs, "", profile.abilities)]
            self._able.append(able)
            for index in able:
                self._profiles[index].lanes.append(lane)
        return self._lane_of[needs]

    # Tickets ------------------------------------------------------------------------------------------------------

    def _take(self, move: Take) -> Matches:
        score = move.at_ms - HEAD_START_S[move.priority] * 1000
        self._taken[move.call] = (score, move.kind, move.at_ms)
        return self._place_or_match(move.call, self._steps[move.kind][0][1], move.at_ms)

    def _place_or_match(self, call: int, lane: int, at_ms: int) -> Matches:
        seat = self._pick_seat(lane, self._declined.get(call))
        if seat >= 0:
            return (self._reserve(call, seat),)
        del at_ms
        self._place[call] = lane
        self._lanes[lane].waiting += 1
        heapq.heappush(self._lanes[lane].heap, (self._taken[call][0], call))
        return NOTHING

    def _leave(self, at_ms: int, call: int, seat: int) -> Matches:
        self._unplace(call)
        self._taken.pop(call, None)
        self._declined.pop(call, None)
        return NOTHING if seat < 0 else self._free(seat, at_ms, at_ms)

    def _unplace(self, call: int) -> None:
        lane = self._place.pop(call, _GONE)
        if lane != _GONE:
            self._lanes[lane].waiting -= 1

    def _decline(self, at_ms: int, ring: Match) -> Matches:
        self._declined.setdefault(ring.call, set()).add(ring.seat)
        others = self._return(ring.call, at_ms)
        return others + self._free(ring.seat, at_ms, at_ms)

    def _return(self, call: int, at_ms: int) -> Matches:
        """Put a call back at its old place, in the lane its waiting has earned."""
        _, kind, arrived_ms = self._taken[call]
        lane = self._lane_after(kind, at_ms - arrived_ms)
        return self._place_or_match(call, lane, at_ms)

    def _lane_after(self, kind: int, waited_ms: int) -> int:
        return [lane for after_ms, lane in self._steps[kind] if after_ms <= waited_ms][-1]

    def _sweep(self, at_ms: int, call: int) -> Matches:
        """Widen a waiting call, or return one whose reservation ran out."""
        if call not in self._taken:
            return NOTHING
        if call not in self._place:
            return self._return(call, at_ms)
        _, kind, arrived_ms = self._taken[call]
        lane = self._lane_after(kind, at_ms - arrived_ms)
        if lane == self._place[call]:
            return NOTHING
        self._unplace(call)
        return self._place_or_match(call, lane, at_ms)

    # Seats --------------------------------------------------------------------------------------------------------

    def _reserve(self, call: int, seat: int) -> Match:
        self._idle_since[seat] = _GONE
        self._unplace(call)
        self._fence += 1
        return Match(call, seat, "", self._fence)

    def _free(self, seat: int, at_ms: int, since_ms: int) -> Matches:
        del at_ms
        call = self._pick_call(seat)
        if call >= 0:
            return (self._reserve(call, seat),)
        self._idle_since[seat] = since_ms
        heapq.heappush(self._profiles[self._profile_of_seat[seat]].heap, (since_ms, seat))
        return NOTHING

    def _pick_seat(self, lane: int, declined: set[int] | None) -> int:
        """Return the seat that the rule chooses among the idle ones that fit, or -1."""
        rule = self._world.rules.seat
        if rule == "random" or declined:
            return self._pick_among(self._idle_able(lane, declined or set()))
        best, chosen = (0, 0, 0), _GONE
        for index in self._able[lane]:
            profile = self._profiles[index]
            head = self._head(profile)
            if head is None:
                continue
            key = (profile.flexibility if rule == "least_flexible" else 0, *head)
            if chosen < 0 or key < best:
                best, chosen = key, head[1]
        return chosen

    def _idle_able(self, lane: int, declined: set[int]) -> list[int]:
        able = set(self._able[lane])
        return [
            seat
            for seat, since in enumerate(self._idle_since)
            if since != _GONE and self._profile_of_seat[seat] in able and seat not in declined
        ]

    def _pick_among(self, seats: list[int]) -> int:
        if not seats:
            return _GONE
        rule = self._world.rules.seat
        if rule == "random":
            return seats[int(self._rng.integers(len(seats)))]
        flexible = rule == "least_flexible"
        return min(
            seats,
            key=lambda seat: (
                self._profiles[self._profile_of_seat[seat]].flexibility if flexible else 0,
                self._idle_since[seat],
                seat,
            ),
        )

    def _head(self, profile: _Profile) -> tuple[int, int] | None:
        heap = profile.heap
        while heap:
            since, seat = heap[0]
            if self._idle_since[seat] == since:
                return heap[0]
            heapq.heappop(heap)
        return None

    def _pick_call(self, seat: int) -> int:
        """Return the call that the rule chooses among those the seat can serve, or -1."""
        longest = self._world.rules.ticket == "longest_queue_ratio"
        best, chosen = (0, 0, 0), _GONE
        for index in self._profiles[self._profile_of_seat[seat]].lanes:
            lane = self._lanes[index]
            if not lane.waiting:
                continue
            head = self._first(index, seat)
            if head is None:
                continue
            key = (-lane.waiting if longest else 0, *head)
            if chosen < 0 or key < best:
                best, chosen = key, head[1]
        return chosen

    def _first(self, index: int, seat: int) -> tuple[int, int] | None:
        """Return the first waiting call of the lane that this seat has not declined."""
        heap = self._lanes[index].heap
        while heap and self._place.get(heap[0][1]) != index:
            heapq.heappop(heap)
        if not heap or seat not in self._declined.get(heap[0][1], ()):
            return heap[0] if heap else None
        open_to = [
            entry
            for entry in heap
            if self._place.get(entry[1]) == index and seat not in self._declined.get(entry[1], ())
        ]
        return min(open_to, default=None)
