"""Small halls that live fast: few lanes and seats, many refusals, exact deadlines, servers that die."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from redis.asyncio import Redis

from matcher import LiveSeat, LiveTicket, NewTicket, Queue, Rules, SeatCard, Step
from matcher.seats import Duty
from protocol.errors import Refused, ReservationStale
from protocol.priorities import Priority
from protocol.states import TICKET_ENDS, SeatState, TicketState
from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from tests.integration.matcher.conftest import able, needs
from tests.integration.matcher.journal_laws import check_journal
from tests.integration.matcher.witness import Witness
from tests.support.chance import SEED

HALLS = int(os.environ.get("QUEUE_HALLS", "4"))
"""How many halls are lived through for each set of rules; more for a long proof."""
STEPS = 220
OPEN_MAX = 9
SEATS = {"S1": able("A B"), "S2": able("A"), "S3": able("B"), "S4": able("B")}
HOMES = {"S1": "HD", "S2": "PY", "S3": "", "S4": ""}
POLICIES = (
    (Step(0, needs("A")),),
    (Step(0, needs("B")),),
    (Step(0, needs("A")), Step(20, needs("B"), ("skill",))),
    (Step(0, needs("A", seat="S2")), Step(15, needs("A"), ("seat",))),
)
VERBS = {
    "take": 9,
    "time_passes": 8,
    "accept": 4,
    "decline": 6,
    "answer_with_forged_papers": 2,
    "answer_late": 2,
    "finish": 5,
    "give_back": 3,
    "ready": 4,
    "pause": 1,
    "sign_in": 2,
    "sign_out": 1,
    "hold": 1,
    "callback": 1,
    "schedule": 1,
    "ticket_verb": 4,
    "claim": 1,
    "call_next": 2,
}


class SmallHall:
    """One life. `draw` decides everything, so that a seed tells it again."""

    def __init__(self, servers: list[Redis], realm: str, rules: Rules, seed: int) -> None:
        self.draw = random.Random(seed)
        self.clock = ManualClock()
        self.queues = [Queue(server, realm, self.clock, rules) for server in servers]
        self.rules = rules
        self.witness = Witness(rules)
        self.read = "0-0"
        self.papers: list[tuple[str, str, int]] = []
        self.told: list[str] = []
        self.booked: set[str] = set()
        self.met: Counter[str] = Counter()
        duties: list[Duty] = ["full", "full", "full", "part"]
        self.duties = {seat: self.draw.choice(duties) for seat in SEATS}

    @property
    def queue(self) -> Queue:
        """One of the clients."""
        return self.draw.choice(self.queues)

    async def live(self, steps: int) -> None:
        """Open the hall, do many things, look around after each."""
        for seat in SEATS:
            if await self.queue.seats.find(seat) is None:
                await self.sign_in(seat)
        await self.look()
        for _ in range(steps):
            verb = self.draw.choices(list(VERBS), list(VERBS.values()))[0]
            self.told.append(verb)
            try:
                await getattr(self, verb)()
            except Refused as refused:
                self.told[-1] += f" ({refused.code})"
            await self.look()

    async def look(self) -> None:
        """Whatever was done, all must be true."""
        queue = self.queue
        for entry, event in await queue.journal.entries(self.read):
            self.read = entry
            self.met[type(event).__name__] += 1
            self.witness.read(event)
        seats = await asyncio.gather(*(queue.seats.find(seat) for seat in SEATS))
        self.witness.look(await self.open_tickets(), [row for row in seats if row])

    async def open_tickets(self) -> list[LiveTicket]:
        """Return all tickets that have not ended."""
        names = [name for name, seen in self.witness.tickets.items() if seen.state not in TICKET_ENDS]
        rows = await asyncio.gather(*(self.queue.tickets.find(name) for name in names))
        assert None not in rows, "a ticket is lost"
        return [row for row in rows if row]

    async def somebody(self, state: SeatState) -> LiveSeat:
        """Return a seat in a state, or give up on the verb."""
        rows = await asyncio.gather(*(self.queue.seats.find(seat) for seat in SEATS))
        found = [row for row in rows if row and row.state is state]
        if not found:
            raise ReservationStale(reservation="")
        return self.draw.choice(found)

    def some_ticket(self) -> str:
        """Return the name of a ticket, mostly an open one."""
        names = [name for name, seen in self.witness.tickets.items() if seen.state not in TICKET_ENDS]
        return self.draw.choice(names or ["none"]) if self.draw.random() < 0.8 else f"T{self.draw.randrange(200)}"

    # --- what citizens do ---

    def new(self) -> NewTicket:
        """Return a new citizen's wish."""
        priority = self.draw.choice([Priority.NORMAL, Priority.NORMAL, Priority.PRIORITY])
        name = f"T{len(self.witness.tickets)}"
        return NewTicket(name, self.draw.choice(POLICIES), priority, page_lease_s=self.draw.choice([0, 0, 90]))

    async def take(self) -> None:
        if len(await self.open_tickets()) >= OPEN_MAX:
            await self.queue.tickets.leave(self.some_ticket())
            return
        self.clock.advance(self.draw.choice([0, 0.001, 2]))
        await self.queue.tickets.take(self.new())

    async def schedule(self) -> None:
        new = self.new()
        self.booked.add(new.ticket)
        await self.queue.tickets.schedule(new, self.clock.now_ms() + self.draw.choice([5_000, 300_000]))

    async def hold(self) -> None:
        await self.queue.tickets.hold(self.some_ticket(), self.draw.choice([5, 60]))

    async def callback(self) -> None:
        await self.queue.tickets.callback(self.some_ticket(), self.clock.now_ms() + self.draw.choice([5_000, 60_000]))

    async def ticket_verb(self) -> None:
        ticket = self.some_ticket()
        verb = self.draw.choice(["leave", "redirect", "expire", "no_show", "recall", "resume", "resume", "arrive"])
        if verb == "arrive" and ticket in self.booked:
            self.booked.remove(ticket)
            self.witness.arrives(ticket)
        await getattr(self.queue.tickets, verb)(ticket)

    # --- what agents do ---

    async def accept(self) -> None:
        row = await self.somebody(SeatState.RESERVED)
        self.papers.append((row.seat, row.reservation, row.fence))
        in_time = self.clock.now_ms() <= row.deadline_ms
        try:
            served = await self.queue.seats.accept(row.seat, row.reservation, row.fence, f"session {row.fence}")
        except ReservationStale:
            assert not in_time, "an agent who answers in time is refused"
            raise
        assert in_time
        assert served.state is TicketState.SERVING
        again = await self.queue.seats.accept(row.seat, row.reservation, row.fence, f"session {row.fence}")
        assert again == served, "a page that did not hear the answer asks again"
        self.met["accepted"] += 1

    async def decline(self) -> None:
        row = await self.somebody(SeatState.RESERVED)
        self.papers.append((row.seat, row.reservation, row.fence))
        await self.queue.seats.decline(row.seat, row.reservation, row.fence)

    async def answer_with_forged_papers(self) -> None:
        """Right in all but one: the reservation, the fence or the seat."""
        row = await self.somebody(SeatState.RESERVED)
        other = self.draw.choice([seat for seat in SEATS if seat != row.seat])
        forged = self.draw.choice(
            [
                (row.seat, "R1", row.fence),
                (row.seat, row.reservation, row.fence - 1),
                (row.seat, row.reservation, row.fence + 1),
                (other, row.reservation, row.fence),
            ]
        )
        await self.must_be_refused(forged)

    async def answer_late(self) -> None:
        """With papers of a reservation that ended."""
        stale = [papers for papers in self.papers if papers[1] in self.witness.ended]
        if stale:
            await self.must_be_refused(self.draw.choice(stale))

    async def must_be_refused(self, papers: tuple[str, str, int]) -> None:
        before = (await self.open_tickets(), await self.queue.journal.last_entry())
        with pytest.raises(ReservationStale):
            await self.queue.seats.accept(*papers, "another session")
        with pytest.raises(ReservationStale):
            await self.queue.seats.decline(*papers)
        assert before == (await self.open_tickets(), await self.queue.journal.last_entry()), (
            "a refusal changed something"
        )
        self.met["refused"] += 1

    async def finish(self) -> None:
        row = await self.somebody(SeatState.SERVING)
        await self.queue.seats.finish(row.ticket, row.fence)

    async def give_back(self) -> None:
        row = await self.somebody(SeatState.SERVING)
        why = self.draw.choice(["seat_lost", "transferred", "transferred"])
        steps = self.draw.choice([None, POLICIES[0], POLICIES[1]])
        await self.queue.seats.give_back(row.ticket, row.fence, why, steps)

    async def claim(self) -> None:
        await self.queue.seats.claim(self.draw.choice(list(SEATS)), self.some_ticket(), "claimed")

    async def call_next(self) -> None:
        seat = self.draw.choice(list(SEATS))
        must = self.witness.next_for(seat)
        row = await self.queue.seats.call_next(seat, f"called {self.read}")
        if self.rules.ticket_rule == "first_come":
            assert (row.ticket if row else None) == must, "I6: a window calls whose turn it is"

    async def ready(self) -> None:
        await self.queue.seats.ready(self.draw.choice(list(SEATS)))

    async def pause(self) -> None:
        await self.queue.seats.pause(self.draw.choice(list(SEATS)), self.draw.choice(["break", "meal"]))

    async def sign_in(self, seat: str = "") -> None:
        seat = seat or self.draw.choice(list(SEATS))
        wrap_up_s = self.draw.choice([0, 0, 10])
        self.witness.homes[seat] = HOMES[seat]
        card = SeatCard(seat, SEATS[seat], self.duties[seat], wrap_up_s, "w", 60, HOMES[seat])
        await self.queue.seats.sign_in(card)
        await self.queue.seats.ready(seat)

    async def sign_out(self) -> None:
        await self.queue.seats.sign_out(self.draw.choice(list(SEATS)))

    # --- what time does ---

    async def time_passes(self) -> None:
        """A little, or exactly until a refusal, a reservation or a hold ends, sometimes back."""
        now_ms = self.clock.now_ms()
        due = [until_ms for until_ms in self.witness.excused.values() if until_ms > now_ms]
        due += [row.deadline_ms for row in await self.open_tickets() if row.deadline_ms > now_ms]
        exactly = (self.draw.choice(due) - now_ms) / 1000 if due else 5
        self.clock.advance(self.draw.choice([exactly, exactly, exactly, 1, 12, -3]))
        if self.draw.random() < 0.9:
            await self.queue.seats.heartbeat(dict.fromkeys(SEATS, "w"))
            await self.queue.tickets.seen(list(self.witness.tickets)[-OPEN_MAX:])
        await self.queue.seats.sweep()
        for entry, event in await self.queue.journal.entries(self.read):
            self.read = entry
            self.met[type(event).__name__] += 1
            self.witness.read(event)
        self.met["refusals_over"] += sum(until_ms <= self.clock.now_ms() for until_ms in self.witness.excused.values())
        self.witness.swept(self.clock.now_ms())


RULES = pytest.mark.parametrize(
    "rules",
    [
        Rules(shun_s=8, shun_alone_s=3),
        Rules(seat_rule="longest_idle", ticket_rule="longest_queue", misses_max=2, shun_s=4),
        Rules(seat_rule="random", away_s=6, shun_s=30, shun_alone_s=5),
    ],
    ids=["as_delivered", "for_surges", "random_seats"],
)


async def lived(hall: SmallHall, steps: int) -> Counter[str]:
    """Live a life; a failure tells what was done last."""
    try:
        await hall.live(steps)
    except AssertionError as error:
        error.add_note(f"last verbs: {hall.told[-8:]}")
        raise
    assert await hall.queue.care.check() == []
    check_journal([event for _, event in await hall.queue.journal.entries()])
    return hall.met


@RULES
async def test_a_witness_of_small_halls_finds_nothing_wrong(valkey: EmbeddedValkey, rules: Rules) -> None:
    met: Counter[str] = Counter()
    async with valkey.client() as first, valkey.client() as second:
        for seed in (*range(HALLS // 2), *range(SEED, SEED + HALLS - HALLS // 2)):
            met += await lived(SmallHall([first, second], f"hall{seed}", rules, seed), STEPS)
    assert min(met[what] for what in ("accepted", "refused", "refusals_over", "ReservationExpired")) > HALLS, met


@RULES
async def test_a_server_that_is_killed_between_any_two_steps_changes_nothing(tmp_path: Path, rules: Rules) -> None:
    server = EmbeddedValkey(tmp_path, appendfsync="always")
    async with server, server.client() as first, server.client() as second:
        hall = SmallHall([first, second], "hall", rules, 1_000)
        for _ in range(4):
            await lived(hall, 40)
            await server.kill()
            await server.start()
            await hall.look()
        assert hall.met["accepted"] > 0
