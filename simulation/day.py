"""Runs a replication: people's moves in order of time, decided from the queue's answers.

The world is a generator that knows no queue: it yields a move and is sent the matches that followed.
So the production scripts and the reference model run the very same days (see `drivers.py`).
"""

import heapq
from collections import deque
from collections.abc import Generator, Iterable

import numpy as np

from simulation.calls import FOREVER_MS, Call
from simulation.crew import Crew, Presence
from simulation.happenings import Happening, Standing
from simulation.moves import (
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
from simulation.outcome import End, Outcome, Record
from simulation.part_time import PartTimers
from simulation.world import World, seat_id


class Day:
    """One replication; `happen` runs it, `outcome` is its result."""

    def __init__(self, world: World, calls: list[Call], replication: int = 0) -> None:
        """Prepare the agenda: shifts, and the first call (each call brings the next one)."""
        self.world = world
        self.calls = calls
        self.outcome = Outcome.begin(world, len(calls))
        self._rng = np.random.default_rng([world.seed, replication, 0x5EA7])
        self._agenda: list[tuple[int, int, int, int]] = []
        self._pending: deque[Move] = deque()
        self._standing = [Standing.AWAITED] * len(calls)
        self._rings: dict[int, Match] = {}
        self._waiting: set[int] = set()
        self._in_system = 0
        self._drawn = len(calls)
        self._crew = Crew(world, self.outcome)
        self._part_timers = PartTimers(world, self._crew, self._rng)
        self._plan_shifts()
        for call in calls:
            if call.booked_ms >= 0:
                self._at(call.booked_ms, Happening.BOOK, call.index)
        self._plan_next_call(0)

    def happen(self) -> Generator[Move, Matches, None]:
        """Yield every move in order of time; send back the matches that it made."""
        while self._agenda or self._waiting:
            if self._agenda:
                at_ms, what, subject, extra = heapq.heappop(self._agenda)
                self.outcome.end_ms = at_ms
                self._due(at_ms, Happening(what), subject, extra)
            else:
                self._close(self.outcome.end_ms)
            while self._pending:
                move = self._pending.popleft()
                self._settle(move, (yield move))
        self._crew.end(self.outcome.end_ms)

    # The agenda ---------------------------------------------------------------------------------------------------

    def _at(self, at_ms: int, what: Happening, subject: int, extra: int = 0) -> None:
        heapq.heappush(self._agenda, (at_ms, what, subject, extra))

    def _plan_shifts(self) -> None:
        for seat, on_ms, off_ms in self._crew.shifts():
            self._at(on_ms, Happening.SHIFT_ON, seat, off_ms)
            if off_ms < FOREVER_MS:
                self._at(off_ms, Happening.SHIFT_OFF, seat)
        for closes_ms in self._crew.closings():
            self._at(closes_ms, Happening.CLOSE, 0)

    def _plan_next_call(self, index: int) -> None:
        if index < self._drawn:
            self._at(self.calls[index].at_ms, Happening.CALL, index)

    def _plan_looks(self, at_ms: int, looks: Iterable[tuple[int, int]]) -> None:
        for seat, after_ms in looks:
            self._at(at_ms + after_ms, Happening.LOOK, seat)

    def _plan_waiting(self, at_ms: int, index: int, named: int = -1) -> None:
        call = self.calls[index]
        if call.patience_ms < FOREVER_MS:
            self._at(at_ms + call.patience_ms, Happening.GIVE_UP, index)
        for step in self.world.classes[call.kind].steps("" if named < 0 else seat_id(named))[1:]:
            self._at(at_ms + round(step.after_s * 1000), Happening.RECONSIDER, index)

    def _due(self, at_ms: int, what: Happening, subject: int, extra: int) -> None:
        """Turn what is due into moves."""
        match what:
            case Happening.CALL | Happening.BOOK:
                self._call(at_ms, subject, booking=what is Happening.BOOK)
            case Happening.TALK_OVER:
                self._talk_over(at_ms, subject)
            case Happening.GIVE_UP:
                self._give_up(at_ms, subject, End.ABANDONED)
            case Happening.RECONSIDER:
                if self._standing[subject] in {Standing.WAITING, Standing.RINGING}:
                    self._pending.append(Sweep(at_ms, (subject,)))
            case Happening.ANSWER | Happening.RUNG_OUT:
                self._answer(at_ms, what, subject, extra)
            case Happening.WRAPPED_UP | Happening.BACK:
                wanted = Presence.WRAPPING_UP if what is Happening.WRAPPED_UP else Presence.AWAY
                self._free_again(at_ms, subject, wanted)
            case _:
                self._shift(at_ms, what, subject, extra)

    # Calls --------------------------------------------------------------------------------------------------------

    def _call(self, at_ms: int, index: int, *, booking: bool) -> None:
        call = self.calls[index]
        if booking:
            self._pending.append(Book(at_ms, index, call.kind, call.priority, call.due_ms))
            return
        if not call.retries:
            self._plan_next_call(index + 1)
        record = self.outcome.calls[index]
        record.kind, record.at_ms = call.kind, at_ms
        record.retries, record.earlier_ms = call.retries, call.waited_ms
        if not call.comes:
            self._standing[index], record.end, record.end_ms = Standing.OVER, End.NO_SHOW, at_ms
            self._pending.append(Sweep(at_ms, (index,)))
            return
        if self.world.lines and self._in_system >= self.world.lines and call.booked_ms < 0:
            self._standing[index], record.end, record.end_ms = Standing.OVER, End.BLOCKED, at_ms
            return
        self._in_system += 1
        self._standing[index] = Standing.WAITING
        self._waiting.add(index)
        if call.booked_ms >= 0:
            self._pending.append(Come(at_ms, index))
        else:
            named = self._crew.seat_of_last_time(call.kind, call.named)
            self._pending.append(Take(at_ms, index, call.kind, call.priority, named))

    def _give_up(self, at_ms: int, index: int, end: End) -> None:
        if self._standing[index] not in {Standing.WAITING, Standing.RINGING}:
            return
        ring = self._rings.pop(index, None)
        self._pending.append(Leave(at_ms, index, -1 if ring is None else ring.seat))
        self._over(index, at_ms, end)
        self._waiting.discard(index)
        if ring is not None:
            self._crew.now(ring.seat, Presence.FREE, at_ms)
        if end is End.ABANDONED:
            self._call_again(at_ms, index)

    def _call_again(self, at_ms: int, index: int) -> None:
        call, retry = self.calls[index], self.world.retry
        if call.luck >= retry.probability:
            return
        again = Call(
            index=len(self.calls),
            kind=call.kind,
            at_ms=at_ms + round(retry.after_s * 1000),
            service_ms=call.service_ms,
            patience_ms=call.patience_ms,
            priority=call.priority,
            luck=call.luck / retry.probability,  # given that it was below, this is uniform again
            retries=call.retries + 1,
            waited_ms=call.waited_ms + at_ms - self.outcome.calls[index].at_ms,
        )
        self.calls.append(again)
        self.outcome.calls.append(Record())
        self._standing.append(Standing.AWAITED)
        self._at(again.at_ms, Happening.CALL, again.index)

    def _over(self, index: int, at_ms: int, end: End) -> None:
        record = self.outcome.calls[index]
        record.end, record.end_ms = end, at_ms
        if end is not End.SERVED:
            record.wait_ms = at_ms - record.at_ms
        self._standing[index] = Standing.OVER
        self._in_system -= 1

    # What the queue answers ---------------------------------------------------------------------------------------

    def _settle(self, move: Move, matches: Matches) -> None:
        """Go on from what the queue made of a move."""
        if isinstance(move, Claim):
            for found in matches:
                self._claimed(move.at_ms, found)
            return
        self._plan_after(move)
        seat = self._freed_by(move)
        for found in matches:
            self._rang(move.at_ms, found)
        if seat >= 0 and self._crew.wants_home(seat):
            self._go_home(move.at_ms, seat)
        elif seat >= 0:
            self._plan_looks(move.at_ms, self._part_timers.freed(seat))
        self._alert(move)

    def _plan_after(self, move: Move) -> None:
        match move:
            case Take(at_ms, index, _, _, named):
                self._plan_waiting(at_ms, index, named)
            case Come(at_ms, index):
                self._plan_waiting(at_ms, index)
            case Accept(at_ms, ring):
                self._answered(at_ms, ring)
            case _:
                pass

    def _freed_by(self, move: Move) -> int:
        """Return the seat that this move made free, or -1."""
        match move:
            case Decline(at_ms, ring):
                self._refused(at_ms, ring, Presence.FREE)
                return ring.seat
            case Ready(at_ms, seat):
                self._crew.now(seat, Presence.FREE, at_ms)
                return seat
            case Leave(_, _, seat):
                return seat
            case Finish(at_ms, ring, Then.NEXT):
                self._crew.now(ring.seat, Presence.FREE, at_ms)
                return ring.seat
            case _:
                return -1

    def _alert(self, move: Move) -> None:
        """Part-time seats hear of calls that wait after this move."""
        match move:
            case Take(_, index) | Come(_, index) | Decline(_, Match(index)):
                calls: tuple[int, ...] = (index,)
            case Sweep():
                calls = move.calls
            case _:
                return
        for index in calls:
            if self._standing[index] is Standing.WAITING:
                self._plan_looks(move.at_ms, self._part_timers.alerted(self.calls[index].kind))

    def _claimed(self, at_ms: int, found: Match) -> None:
        """A part-time seat took a waiting call: they talk at once."""
        self._waiting.discard(found.call)
        self._rings[found.call] = found
        self._crew.now(found.seat, Presence.BUSY, at_ms)
        self._answered(at_ms, found)

    def _rang(self, at_ms: int, ring: Match) -> None:
        """A seat rings: decide whether and when it will answer."""
        self._waiting.discard(ring.call)
        self._standing[ring.call] = Standing.RINGING
        self._rings[ring.call] = ring
        self._crew.now(ring.seat, Presence.BUSY, at_ms)
        self.outcome.calls[ring.call].rings += 1
        ringing = self.world.ringing
        luck = float(self._rng.random()) if ringing.declines or ringing.misses else 1.0
        delay_s = float(ringing.answer.sample(self._rng, 1)[0]) if ringing.answer.mean_s else 0.0
        if luck < ringing.misses or delay_s >= self.world.rules.ring_s:
            self._at(at_ms + round(self.world.rules.ring_s * 1000), Happening.RUNG_OUT, ring.call, ring.fence)
        elif luck < ringing.misses + ringing.declines:
            self._at(at_ms + round(delay_s * 1000), Happening.ANSWER, ring.call, -ring.fence)
        elif delay_s > 0:
            self._at(at_ms + round(delay_s * 1000), Happening.ANSWER, ring.call, ring.fence)
        else:
            self._pending.append(Accept(at_ms, ring))

    def _answer(self, at_ms: int, what: Happening, index: int, fence: int) -> None:
        """Accept (`fence` > 0), decline (`fence` < 0) or let ring out the reservation that began earlier."""
        ring = self._rings.get(index)
        if ring is None or ring.fence != abs(fence) or self._standing[index] is not Standing.RINGING:
            return
        if what is Happening.RUNG_OUT:
            self._refused(at_ms, ring, Presence.AWAY)
            self._at(at_ms + round(self.world.ringing.back_after_s * 1000), Happening.BACK, ring.seat)
            self._pending.append(Sweep(at_ms, (index,)))
            if self._crew.wants_home(ring.seat):
                self._go_home(at_ms, ring.seat)
        else:
            self._pending.append(Accept(at_ms, ring) if fence > 0 else Decline(at_ms, ring))

    def _refused(self, at_ms: int, ring: Match, presence: Presence) -> None:
        self._rings.pop(ring.call, None)
        self._standing[ring.call] = Standing.WAITING
        self._waiting.add(ring.call)
        self._crew.now(ring.seat, presence, at_ms)
        rules = self.world.rules
        for shun_s in {rules.shun_s, rules.shun_alone_s}:
            self._at(at_ms + round(shun_s * 1000), Happening.RECONSIDER, ring.call)

    def _answered(self, at_ms: int, ring: Match) -> None:
        record = self.outcome.calls[ring.call]
        record.wait_ms, record.seat = at_ms - record.at_ms, ring.seat
        self._standing[ring.call] = Standing.SERVING
        self._at(at_ms + self.calls[ring.call].service_ms, Happening.TALK_OVER, ring.call)

    # Seats --------------------------------------------------------------------------------------------------------

    def _talk_over(self, at_ms: int, index: int) -> None:
        ring = self._rings.pop(index)
        self._over(index, at_ms, End.SERVED)
        wrap_up_ms = round(self.world.seats[ring.seat].wrap_up_s * 1000)
        if self._crew.leaves_now(ring.seat, at_ms, waiting=bool(self._waiting)):
            self._crew.now(ring.seat, Presence.ABSENT, at_ms)
            self._pending.append(Finish(at_ms, ring, Then.HOME))
            self._send_away_after(at_ms, ring.seat)
        elif wrap_up_ms > 0:
            self._crew.now(ring.seat, Presence.WRAPPING_UP, at_ms)
            self._at(at_ms + wrap_up_ms, Happening.WRAPPED_UP, ring.seat)
            self._pending.append(Finish(at_ms, ring, Then.WRAP_UP))
        else:
            self._pending.append(Finish(at_ms, ring, Then.NEXT))

    def _free_again(self, at_ms: int, seat: int, wanted: Presence) -> None:
        if self._crew.presence[seat] is not wanted:
            return
        if self._crew.leaves_now(seat, at_ms, waiting=bool(self._waiting)):
            self._go_home(at_ms, seat)
        else:
            self._pending.append(Ready(at_ms, seat))

    def _shift(self, at_ms: int, what: Happening, seat: int, until_ms: int) -> None:
        if what is Happening.CLOSE:
            self._close(at_ms)
        elif what is Happening.SHIFT_OFF:
            if self._crew.ends_shift(seat):
                self._go_home(at_ms, seat)
        elif what is Happening.LOOK:
            if self._part_timers.looks(seat):
                self._pending.append(Claim(at_ms, seat))
        elif self._crew.begins_shift(seat, at_ms, until_ms):
            self._pending.extend((Arrive(at_ms, seat), Ready(at_ms, seat)))

    def _go_home(self, at_ms: int, seat: int) -> None:
        self._crew.now(seat, Presence.ABSENT, at_ms)
        self._pending.append(GoHome(at_ms, seat))

    def _close(self, at_ms: int) -> None:
        """Send away the callers who still wait."""
        for index in sorted(self._waiting):
            self._give_up(at_ms, index, End.CLOSED)

    def _send_away_after(self, at_ms: int, seat: int) -> None:
        """Send callers away once the last call begun before closing time is over: no seat is left for them."""
        if self.world.closing.serve:
            return
        for index in sorted(self._waiting):
            if self._crew.was_last_for(self.calls[index].kind, seat):
                self._give_up(at_ms, index, End.CLOSED)
