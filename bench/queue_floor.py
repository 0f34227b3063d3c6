"""The floor of the queue's own measurement: districts, skills, languages, seats of many profiles."""

import itertools
import random
from dataclasses import dataclass, field

from bench.pipelined import Pipelined, all_of
from matcher import NewTicket, Queue, Rules, SeatCard, Step
from protocol.skills import Abilities, Needs, SkillNeed
from runtime.clock import ManualClock

DISTRICTS = 50
LANGUAGES = 2
CROWDED = 20
"""Skills somebody waits for; as many more have nobody waiting and idle seats."""
SEAT_DISTRICTS = 2
SEAT_SKILLS = 8
LEASE_S = 86_400.0
NEVER_S = 1e7


@dataclass
class Floor:
    """A queue that grows: `seats` of the crowded half and of the quiet half, tickets waiting in the crowded lanes."""

    server: Pipelined
    clock: ManualClock = field(default_factory=ManualClock)
    crowded: list[str] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)
    waiting: int = 0
    wanted: int = 0
    """The length of the line; measuring shortens it."""

    def __post_init__(self) -> None:
        """Make the queue."""
        self.queue = Queue(self.server, "bench", self.clock, Rules(ring_s=NEVER_S, shun_s=NEVER_S))
        self._random = random.Random(7)
        self._numbers = itertools.count(1)

    def needs(self, *, crowded: bool) -> Needs:
        """Return random needs of one of the halves."""
        skill = self._random.randrange(CROWDED) + (0 if crowded else CROWDED)
        return Needs(
            skills=(SkillNeed(f"skill-{skill:02}", 1),),
            language=f"language-{self._random.randrange(LANGUAGES)}",
            authority=1,
            district=f"district-{self._random.randrange(DISTRICTS):02}",
        )

    def ticket(self, *, crowded: bool, widens: bool = False) -> NewTicket:
        """Return a new ticket; one that widens gives up its district after 60 s."""
        needs = self.needs(crowded=crowded)
        steps: tuple[Step, ...] = (Step(0, needs),)
        if widens:
            wider = Needs(skills=needs.skills, language=needs.language, authority=1)
            steps = (Step(0, needs), Step(60, wider, ("district",)))
        return NewTicket(f"ticket-{next(self._numbers):012}", steps, about='{"number":"A001"}', page_lease_s=0)

    def card(self, seat: str, *, crowded: bool) -> SeatCard:
        """Return a seat with 8 skills of its half in 2 districts, one language."""
        first = 0 if crowded else CROWDED
        skills = sorted(self._random.sample(range(first, first + CROWDED), SEAT_SKILLS))
        districts = sorted(self._random.sample(range(DISTRICTS), SEAT_DISTRICTS))
        abilities = Abilities(
            skills=tuple(SkillNeed(f"skill-{skill:02}", 3) for skill in skills),
            languages=(f"language-{self._random.randrange(LANGUAGES)}",),
            districts=tuple(f"district-{district:02}" for district in districts),
        )
        return SeatCard(seat, abilities, wrap_up_s=0, window="w", lease_s=LEASE_S)

    async def grow_seats(self, total: int) -> None:
        """Sign seats in, or out, until there are `total`; the crowded half pauses, the quiet half idles."""
        for seats, crowded, name in ((self.crowded, True, "crowded"), (self.quiet, False, "quiet")):
            gone, seats[total // 2 :] = seats[total // 2 :], []
            await all_of([self.queue.seats.sign_out(seat) for seat in gone])
            new = [f"{name}-{number:05}" for number in range(len(seats), total // 2)]
            await all_of([self.queue.seats.sign_in(self.card(seat, crowded=crowded)) for seat in new])
            if not crowded:
                await all_of([self.queue.seats.ready(seat) for seat in new])
            seats.extend(new)

    async def grow_line(self, total: int) -> None:
        """Take tickets until `total` wait."""
        self.wanted = total
        while self.waiting < total:
            some = [self.ticket(crowded=True) for _ in range(min(2000, total - self.waiting))]
            self.clock.advance(0.02)
            await all_of([self.queue.tickets.take(ticket) for ticket in some])
            self.waiting += len(some)
