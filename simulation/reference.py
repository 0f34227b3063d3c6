"""The queue's rules in plain Python, in memory: the fast cross-check of the production scripts.

It must choose the same seat for the same ticket as the scripts do, move by move
(`tests/integration/simulation` holds the two together), and is some thirty times faster.
"""

import heapq
from collections.abc import Iterable
from typing import assert_never

import numpy as np

from protocol.priorities import HEAD_START_S, Priority
from simulation.lines import Lines, Profile
from simulation.moves import (
    NOTHING,
    Accept,
    Arrive,
    Book,
    Claim,
    Come,
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
    Then,
)
from simulation.world import World

_GONE = -1
_URGENT = (Priority.SOS, Priority.RETURNING)
_HEADS_MAX = 32


class ReferenceQueue:
    """Applies moves and answers with the matches they made."""

    def __init__(self, world: World, replication: int = 0) -> None:
        """Begin empty: no seat signed in, no ticket waiting."""
        self.lines = Lines(world)
        self._rules = world.rules
        self._rng = np.random.default_rng([world.seed, replication, 0x5EED])
        seats = len(world.seats)
        self._online = [False] * seats
        self._idle_since = [_GONE] * seats
        self._freed_ms = [0] * seats
        self._place: dict[int, int] = {}
        """The lane of every waiting call."""
        self._taken: dict[int, tuple[int, Take]] = {}
        """Score and beginning of every call that is not over."""
        self._ringing: dict[int, tuple[int, int]] = {}
        """The seat that rings for a call, and until when."""
        self._shuns: dict[int, dict[int, int]] = {}
        """The seats that a call does not go to for now, and until when."""
        self._missed: set[int] = set()
        self._ring_ms = round(world.rules.ring_s * 1000)
        self._part_time = [plan.claims is not None for plan in world.seats]
        self._booked: dict[int, Book] = {}
        self._fence = 0

    def apply(self, move: Move) -> Matches:  # noqa: PLR0911  (one case a move)
        """Make the move and return the reservations that followed."""
        match move:
            case Take():
                self._taken[move.call] = (move.at_ms - round(HEAD_START_S[move.priority] * 1000), move)
                return self._wait_in(move.at_ms, move.call, self.lines.steps(move.kind, move.named)[0][1])
            case Book() | Come() | Claim():
                return self._rarely(move)
            case Accept(_, ring):
                self._ringing.pop(ring.call, None)
                return NOTHING
            case Finish(at_ms, ring, then):
                self._forget(ring.call)
                self._online[ring.seat] = then is not Then.HOME
                return self._free(at_ms, ring.seat, at_ms) if then is Then.NEXT else NOTHING
            case Leave(at_ms, call, seat):
                self._unplace(call)
                self._forget(call)
                return NOTHING if seat == _GONE else self._free(at_ms, seat, self._freed_ms[seat])
            case Ready(at_ms, seat):
                return self._ready(at_ms, seat)
            case Decline(at_ms, ring):
                self._shun(at_ms, ring.call, ring.seat)
                return self._goes_on(at_ms, ring.call) + self._free(at_ms, ring.seat, at_ms)
            case Arrive(_, seat) | GoHome(_, seat):
                self._online[seat] = isinstance(move, Arrive)
                self._idle_since[seat] = _GONE
                return NOTHING
            case Sweep(at_ms, calls):
                return tuple(found for call in calls for found in self._sweep(at_ms, call))
        assert_never(move)

    def _rarely(self, move: Book | Come | Claim) -> Matches:
        match move:
            case Book():
                self._booked[move.call] = move
                return NOTHING
            case Come(at_ms, call):
                return self.apply(self._of_appointment(at_ms, self._booked.pop(call)))
            case Claim(_, seat):
                return self._claim(seat)

    # Tickets ------------------------------------------------------------------------------------------------------

    def _wait_in(self, at_ms: int, call: int, lane: int) -> Matches:
        """Give the call an idle seat, or let it wait in the lane."""
        seat = self._pick_seat(lane, self._shuns.get(call))
        if seat != _GONE:
            return (self._reserve(at_ms, call, seat),)
        self._place[call] = lane
        self.lines.park(lane, self._taken[call][0], call)
        return NOTHING

    def _of_appointment(self, at_ms: int, booked: Book) -> Take:
        """A citizen who comes on time has the head start of an appointment, unless the own one is more."""
        on_time = abs(at_ms - booked.for_ms) <= round(self._rules.on_time_s * 1000)
        better = HEAD_START_S[Priority.APPOINTMENT] > HEAD_START_S[booked.priority]
        return Take(at_ms, booked.call, booked.kind, Priority.APPOINTMENT if on_time and better else booked.priority)

    def _unplace(self, call: int) -> None:
        lane = self._place.pop(call, _GONE)
        if lane != _GONE:
            self.lines.lanes[lane].waiting -= 1

    def _forget(self, call: int) -> None:
        for book in (self._taken, self._ringing, self._shuns):
            book.pop(call, None)

    def _shun(self, at_ms: int, call: int, seat: int) -> None:
        """Keep the call from the seat for a while; shorter where no other able seat is signed in."""
        lane = self._lane_of(at_ms, call)
        able = {index for index, _ in self.lines.lanes[lane].able}  # none for a lane that names its seat
        others = sum(online and self.lines.profile_of[other] in able for other, online in enumerate(self._online))
        for_s = self._rules.shun_s if others > 1 else self._rules.shun_alone_s
        self._shuns.setdefault(call, {})[seat] = at_ms + round(for_s * 1000)

    def _lane_of(self, at_ms: int, call: int) -> int:
        taken = self._taken[call][1]
        return self.lines.lane_after(taken.kind, at_ms - taken.at_ms, taken.named)

    def _goes_on(self, at_ms: int, call: int) -> Matches:
        """A call that was refused stands at its old place, in the lane that its waiting has earned."""
        self._ringing.pop(call, None)
        return self._wait_in(at_ms, call, self._lane_of(at_ms, call))

    def _sweep(self, at_ms: int, call: int) -> Matches:
        """Widen a waiting call, forget refusals whose time is over, or move on one that rang out."""
        if call not in self._taken:  # an appointment that nobody came to
            self._booked.pop(call, None)
            return NOTHING
        shuns = self._shuns.get(call, {})
        over = [seat for seat, until_ms in shuns.items() if until_ms <= at_ms]
        for seat in over:
            del shuns[seat]
        if call in self._ringing:
            seat, until_ms = self._ringing[call]
            if at_ms < until_ms:
                return NOTHING
            self._missed.add(seat)
            self._shun(at_ms, call, seat)
            return self._goes_on(at_ms, call)
        lane = self._lane_of(at_ms, call)
        if lane == self._place[call] and not over:
            return NOTHING
        self._unplace(call)
        return self._wait_in(at_ms, call, lane)

    # Seats --------------------------------------------------------------------------------------------------------

    def _reserve(self, at_ms: int, call: int, seat: int) -> Match:
        self._idle_since[seat] = _GONE
        self._ringing[call] = (seat, at_ms + self._ring_ms)
        self._unplace(call)
        self._fence += 1
        return Match(call, seat, "", self._fence)

    def _ready(self, at_ms: int, seat: int) -> Matches:
        if seat in self._missed:  # somebody sits there again: what rang in vain may ring again
            self._missed.discard(seat)
            for shuns in self._shuns.values():
                shuns.pop(seat, None)
        return self._free(at_ms, seat, at_ms)

    def _free(self, at_ms: int, seat: int, since_ms: int) -> Matches:
        """Give the seat the call whose turn it is, or let it idle since then."""
        self._freed_ms[seat] = since_ms
        if self._part_time[seat]:
            return NOTHING
        call = self._pick_call(seat)
        if call != _GONE:
            return (self._reserve(at_ms, call, seat),)
        self._idle_since[seat] = since_ms
        heapq.heappush(self.lines.profiles[self.lines.profile_of[seat]].heap, (since_ms, seat))
        return NOTHING

    def _pick_seat(self, lane: int, shunned: dict[int, int] | None) -> int:
        """Return the seat that the rule chooses among the idle ones that fit."""
        by_cost = self._rules.seat_rule == "least_flexible"
        named = self.lines.lanes[lane].seat
        if named >= 0:
            free = self._idle_since[named] != _GONE and named not in (shunned or ())
            return named if free else _GONE
        if shunned or self._rules.seat_rule == "random":
            return self._pick_among(lane, shunned or {}, by_cost=by_cost)
        best, chosen = (0, 0, 0), _GONE
        for index, cost in self.lines.lanes[lane].able:
            head = self._head(self.lines.profiles[index])
            if head is not None:
                key = (cost if by_cost else 0, *head)
                if chosen == _GONE or key < best:
                    best, chosen = key, head[1]
        return chosen

    def _pick_among(self, lane: int, shunned: dict[int, int], *, by_cost: bool) -> int:
        costs = dict(self.lines.lanes[lane].able)
        seats = [
            seat
            for seat, since_ms in enumerate(self._idle_since)
            if since_ms != _GONE and self.lines.profile_of[seat] in costs and seat not in shunned
        ]
        if not seats:
            return _GONE
        if self._rules.seat_rule == "random":
            return seats[int(self._rng.integers(len(seats)))]
        weight = 1 if by_cost else 0
        return min(seats, key=lambda seat: (weight * costs[self.lines.profile_of[seat]], self._idle_since[seat], seat))

    def _head(self, profile: Profile) -> tuple[int, int] | None:
        heap = profile.heap
        while heap and self._idle_since[heap[0][1]] != heap[0][0]:
            heapq.heappop(heap)
        return heap[0] if heap else None

    def _pick_call(self, seat: int) -> int:
        """Return the call that the rule chooses among those the seat can serve."""
        lanes = self._lanes_of(seat)
        chosen = self._first_come(lanes, seat)
        if chosen == _GONE or self._rules.ticket_rule == "first_come":
            return chosen
        return chosen if self._taken[chosen][1].priority in _URGENT else self._longest_queue(lanes, seat, chosen)

    def _lanes_of(self, seat: int) -> list[tuple[int, int]]:
        return self.lines.profiles[self.lines.profile_of[seat]].lanes + self.lines.named.get(seat, [])

    def _claim(self, seat: int) -> Matches:
        """Give a part-time seat the oldest call that waits for it and does not shun it: they talk at once."""
        heads = (self._first(index, seat) for index, _ in self._lanes_of(seat) if self._waiting(index))
        call = min((head for head in heads if head is not None), default=(0, _GONE))[1]
        if call == _GONE:
            return NOTHING
        self._unplace(call)
        self._fence += 1
        return (Match(call, seat, "", self._fence),)

    def _first_come(self, lanes: Iterable[tuple[int, int]], seat: int) -> int:
        best, chosen = (0, 0), _GONE
        for index, bias in lanes:
            head = self._first(index, seat) if self.lines.lanes[index].waiting else None
            if head is not None:
                key = (head[0] + bias, head[1])
                if chosen == _GONE or key < best:
                    best, chosen = key, head[1]
        return chosen

    def _longest_queue(self, lanes: Iterable[tuple[int, int]], seat: int, oldest: int) -> int:
        """Return the first call of the district (or lane of none) with the longest queue, the older on a tie."""
        heads = sorted((self._front(index)[0] + bias, index, bias) for index, bias in lanes if self._waiting(index))
        queues: dict[str, list[tuple[int, int]]] = {}
        for _, index, bias in heads[:_HEADS_MAX]:
            queues.setdefault(self.lines.lanes[index].needs.district or f"lane {index}", []).append((index, bias))
        by_length = sorted(queues.values(), key=lambda queue: -sum(self._waiting(index) for index, _ in queue))
        return next((call for queue in by_length if (call := self._first_come(queue, seat)) != _GONE), oldest)

    def _waiting(self, index: int) -> int:
        return self.lines.lanes[index].waiting

    def _front(self, index: int) -> tuple[int, int]:
        """Return the first waiting call of a lane that has any."""
        heap = self.lines.lanes[index].heap
        while self._place.get(heap[0][1]) != index:
            heapq.heappop(heap)
        return heap[0]

    def _first(self, index: int, seat: int) -> tuple[int, int] | None:
        """Return the first waiting call of the lane that does not shun the seat."""
        front = self._front(index)
        if seat not in self._shuns.get(front[1], ()):
            return front
        heap = self.lines.lanes[index].heap
        return min(
            (one for one in heap if self._place.get(one[1]) == index and seat not in self._shuns.get(one[1], ())),
            default=None,
        )
