"""Random lives of a small hall, several clients at once: after every step all invariants hold."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from itertools import count
from typing import ClassVar, TypeVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from redis.asyncio import Redis

from matcher import LiveSeat, LiveTicket, NewTicket, Queue, Rules, SeatCard, Step
from matcher.board import Board
from matcher.counters import DayCounters
from protocol.errors import Refused
from protocol.priorities import Priority
from protocol.skills import Abilities, Needs, SkillNeed
from protocol.states import TICKET_ENDS, PauseReason, SeatState
from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from tests.integration.matcher.journal_laws import check_journal
from tests.integration.matcher.witness import Witness
from tests.support.chance import EXAMPLES, SEED

T = TypeVar("T")
LIVES = int(os.environ.get("QUEUE_LIVES", "8"))
"""How many lives are lived for each set of rules; more for a long proof."""
SEATS = ["S1", "S2", "S3", "S4", "S5"]
skills = st.sampled_from(["A", "A", "B"])
seats = st.sampled_from(SEATS)
picks = st.integers(0, 30)
homes = st.sampled_from(["", "", "x", "y"])
REALMS = count(1)


@st.composite
def some_needs(draw: st.DrawFn) -> Needs:
    """Needs of few kinds, so that they compete."""
    asked = draw(st.lists(skills, min_size=1, max_size=2, unique=True))
    return Needs(
        tuple(SkillNeed(name, draw(st.sampled_from([1, 1, 1, 2]))) for name in asked),
        draw(st.sampled_from(["", "", "cmn"])),
        draw(st.sampled_from([0, 0, 1])),
        draw(st.sampled_from(["", "", "x", "y"])),
        draw(st.sampled_from(["", "", "", "", "", "S1"])),
    )


@st.composite
def some_abilities(draw: st.DrawFn) -> Abilities:
    """Abilities of few kinds."""
    held = draw(st.lists(skills, min_size=1, max_size=2, unique=True))
    return Abilities(
        tuple(SkillNeed(name, draw(st.integers(1, 3))) for name in held),
        tuple(draw(st.lists(st.sampled_from(["cmn", "yue"]), min_size=1, unique=True))),
        draw(st.integers(0, 2)),
        tuple(draw(st.lists(st.sampled_from(["x", "y", "*"]), min_size=1, unique=True))),
    )


class Life(RuleBasedStateMachine):
    """What citizens, agents, pages and clocks do, in any order."""

    url: ClassVar[str]
    realm_rules: ClassVar[Rules]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = ManualClock()
        self.realm = f"life{next(REALMS)}"
        self.servers = [Redis.from_url(self.url) for _ in range(2)]
        self.queues = [Queue(server, self.realm, self.clock, self.realm_rules) for server in self.servers]
        self.turn = 0
        self.tickets: list[str] = []
        self.fences: list[tuple[str, str, int]] = []
        self.board = Board()
        self.witness = Witness(self.realm_rules)
        self.read = "0-0"

    def teardown(self) -> None:
        try:
            events = [event for _, event in self.do(lambda queue: queue.journal.entries())]
            check_journal(events)
            counted = DayCounters(self.realm_rules.target_s, self.realm_rules.short_s)
            for event in events:
                counted.apply(event)
            live = self.do(lambda queue: queue.line.snapshot()).counters
            today = {name: n for name, n in counted.of("20260101").items() if n}
            assert today == {name: n for name, n in live.items() if n}, "I8: the replay equals the live counters"
        finally:
            for server in self.servers:
                self.runner.run(server.aclose())
            self.runner.close()

    def do(self, call: Callable[[Queue], Awaitable[T]]) -> T:
        """One of the clients asks the queue."""
        self.turn += 1

        async def asked() -> T:
            return await call(self.queues[self.turn % len(self.queues)])

        return self.runner.run(asked())

    def attempt(self, call: Callable[[Queue], Awaitable[T]]) -> T | None:
        """The same, where a refusal is an answer too: it must have changed nothing, which the invariants see."""
        try:
            return self.do(call)
        except Refused:
            return None

    def pick(self, number: int) -> str:
        return self.tickets[-1 - number % len(self.tickets)] if self.tickets else "none"

    @initialize(
        cards=st.lists(
            st.tuples(some_abilities(), st.sampled_from(["full", "full", "part"]), homes),
            min_size=3,
            max_size=3,
        )
    )
    def open_hall(self, cards) -> None:
        for seat, (abilities, duty, home) in zip(SEATS, cards, strict=False):
            self.sign_in_and_be_ready(SeatCard(seat, abilities, duty, 30, "w", 60, home))

    def sign_in_and_be_ready(self, card: SeatCard) -> None:
        self.witness.homes[card.seat] = card.home
        self.do(lambda q: q.seats.sign_in(card))
        self.do(lambda q: q.seats.ready(card.seat))

    @rule(
        first=some_needs(),
        second=some_needs(),
        wide=st.booleans(),
        priority=st.sampled_from(list(Priority)),
        lease=st.sampled_from([0, 90]),
    )
    def take(self, first, second, wide, priority, lease) -> None:
        steps = (Step(0, first), Step(30, second, ("district",))) if wide else (Step(0, first),)
        self.tickets.append(f"T{len(self.tickets)}")
        self.attempt(lambda q: q.tickets.take(NewTicket(self.tickets[-1], steps, priority, page_lease_s=lease)))

    @rule(first=some_needs(), after=st.integers(1, 900))
    def schedule(self, first, after) -> None:
        self.tickets.append(f"T{len(self.tickets)}")
        new = NewTicket(self.tickets[-1], (Step(0, first),))
        self.attempt(lambda q: q.tickets.schedule(new, self.clock.now_ms() + after * 1000))

    @rule(number=picks, verb=st.sampled_from(["leave", "redirect", "expire", "no_show", "recall", "resume", "arrive"]))
    def ticket_verb(self, number, verb) -> None:
        if verb == "arrive":
            self.witness.arrives(self.pick(number))
        self.attempt(lambda q: getattr(q.tickets, verb)(self.pick(number)))

    @rule(number=picks, seconds=st.integers(1, 200))
    def hold(self, number, seconds) -> None:
        self.attempt(lambda q: q.tickets.hold(self.pick(number), seconds))

    @rule(number=picks, seconds=st.integers(1, 200))
    def callback(self, number, seconds) -> None:
        self.attempt(lambda q: q.tickets.callback(self.pick(number), self.clock.now_ms() + seconds * 1000))

    @rule(
        seat=seats,
        abilities=some_abilities(),
        duty=st.sampled_from(["full", "full", "part"]),
        wrap=st.sampled_from([0, 30]),
        home=homes,
    )
    def sign_in(self, seat, abilities, duty, wrap, home) -> None:
        self.witness.homes[seat] = home
        self.do(lambda q: q.seats.sign_in(SeatCard(seat, abilities, duty, wrap, "w", 60, home)))

    @rule(seat=seats)
    def ready_again(self, seat) -> None:
        self.attempt(lambda q: q.seats.ready(seat))

    @rule(seat=seats)
    def ready(self, seat) -> None:
        self.attempt(lambda q: q.seats.ready(seat))

    @rule(seat=seats, reason=st.sampled_from(list(PauseReason)))
    def pause(self, seat, reason) -> None:
        self.attempt(lambda q: q.seats.pause(seat, reason))

    @rule(seat=seats)
    def sign_out(self, seat) -> None:
        self.attempt(lambda q: q.seats.sign_out(seat))

    def somebody(self, state: SeatState, number: int) -> LiveSeat | None:
        """One of the seats in a state, so that what needs one happens often."""
        found = [row for row in self.do(lambda q: q.line.snapshot()).seats if row.state is state]
        return found[number % len(found)] if found else None

    @rule(number=picks, answer=st.sampled_from(["accept", "accept", "decline"]))
    def answer(self, number, answer) -> None:
        row = self.somebody(SeatState.RESERVED, number)
        if row:
            self.fences.append((row.seat, row.reservation, row.fence))
            self.attempt(
                lambda q: getattr(q.seats, answer)(row.seat, row.reservation, row.fence, f"session {row.ticket}")
            )

    @rule(number=picks, answer=st.sampled_from(["accept", "decline"]))
    def answer_late(self, number, answer) -> None:
        if self.fences:
            seat, reservation, fence = self.fences[number % len(self.fences)]
            self.attempt(lambda q: getattr(q.seats, answer)(seat, reservation, fence, f"late {fence}"))

    @rule(seat=seats, number=picks)
    def claim(self, seat, number) -> None:
        self.attempt(lambda q: q.seats.claim(seat, self.pick(number), f"claimed {number}"))

    @rule(number=picks)
    def finish(self, number) -> None:
        row = self.somebody(SeatState.SERVING, number)
        if row:
            self.do(lambda q: q.seats.finish(row.ticket, row.fence))

    @rule(number=picks, why=st.sampled_from(["seat_lost", "transferred"]), other=st.none() | some_needs())
    def give_back(self, number, why, other) -> None:
        row = self.somebody(SeatState.SERVING, number)
        steps = (Step(0, other),) if other else None
        if row:
            self.do(lambda q: q.seats.give_back(row.ticket, row.fence, why, steps))

    @rule(seconds=st.sampled_from([0.5, 1, 5, 19, 20, 61, -10]), beating=st.sampled_from([True, True, False]))
    def time_passes(self, seconds, beating) -> None:
        self.clock.advance(seconds)
        if beating:
            self.do(lambda q: q.seats.heartbeat(dict.fromkeys(SEATS, "w")))
            self.do(lambda q: q.tickets.seen(self.tickets[-40:]))
        self.do(lambda q: q.seats.sweep())
        self.read_on()
        self.witness.swept(self.clock.now_ms())

    @rule()
    def server_forgets_its_functions(self) -> None:
        self.runner.run(self.servers[0].execute_command("FUNCTION", "FLUSH"))

    @invariant()
    def nothing_is_wrong(self) -> None:
        assert self.do(lambda q: q.care.check()) == []

    def read_on(self) -> None:
        for entry, event in self.do(lambda q: q.journal.entries(self.read)):
            self.read = entry
            self.board.apply(event)
            self.witness.read(event)

    @invariant()
    def the_witness_agrees(self) -> None:
        self.read_on()
        names = [name for name, seen in self.witness.tickets.items() if seen.state not in TICKET_ENDS]

        async def rows(queue: Queue) -> tuple[list[LiveTicket | None], list[LiveSeat | None]]:
            found = await asyncio.gather(*map(queue.tickets.find, names))
            return found, await asyncio.gather(*map(queue.seats.find, self.witness.seats))

        tickets, places = self.do(rows)
        assert None not in tickets, "a ticket is lost"
        self.witness.look([row for row in tickets if row], [row for row in places if row])

    @invariant()
    def the_board_follows(self) -> None:
        self.read_on()
        fresh = Board.of(self.do(lambda q: q.line.snapshot()))
        assert self.board.seats == fresh.seats
        assert self.board.waiting == fresh.waiting


@pytest.mark.parametrize(
    "rules",
    [
        Rules(shun_s=20, shun_alone_s=5),
        Rules(seat_rule="longest_idle", ticket_rule="longest_queue", misses_max=2),
        Rules(seat_rule="random", away_s=30, shun_s=5, shun_alone_s=5),
    ],
    ids=["as_delivered", "for_surges", "random_seats"],
)
@pytest.mark.parametrize("is_fresh", [False, True], ids=["known", "fresh"])
def test_no_order_of_events_breaks_an_invariant(valkey_server: EmbeddedValkey, rules: Rules, *, is_fresh: bool) -> None:
    life = type("Life", (Life,), {"url": valkey_server.url, "realm_rules": rules})
    run_state_machine_as_test(
        seed(SEED)(life) if is_fresh else life,
        settings=settings(
            max_examples=LIVES // 2,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=not is_fresh,
            database=EXAMPLES if is_fresh else None,
        ),
    )
