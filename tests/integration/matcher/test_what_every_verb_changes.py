"""What every verb changes, in every state: each key, field and member of the realm, and each entry of the journal.

`tests/data/what_every_verb_changes.txt` is the expectation, written for a busy hall: the ticket widens and its page
has a lease, others wait beside it, a part-time seat is told of it. What was found is left in `test-results/`: read the
differences, and copy it over the table if they are meant. A refusal changes nothing: `test_every_verb_in_every_state`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import cast

from redis.asyncio import Redis

from matcher import LiveSeat, LiveTicket, Queue, Rules, SeatCard, Step, scripts
from matcher.lanes import policy_of
from matcher.tickets import Policy
from protocol.errors import ServiceError
from protocol.priorities import Priority
from runtime.clock import ManualClock
from tests.integration.matcher.busy_hall import MORE_STATES, BusyHall, already_there, comes_after, declined, missed
from tests.integration.matcher.conftest import Hall, able, needs
from tests.integration.matcher.realm import STARTED_MS, Names, Realm, changes, everything
from tests.integration.matcher.stages import (
    ACTS,
    SEAT_STATES,
    SEATS,
    TICKET_STATES,
    TICKETS,
    Act,
    Stage,
    expected,
    idle,
    later,
    part_time,
    serving,
    waiting,
)

ROOT = Path(__file__).parents[3]
TABLE = "what_every_verb_changes.txt"
ELSEWHERE = {"adopt_rules", "carry_over", "inspect", "inspect_some", "note", "seat", "ticket"}
"""Verbs that every line of the table is read with, that are about rules alone, or that have a table of their own."""


def after(seconds: float) -> Act:
    """Let time pass and sweep."""

    async def act(hall: Hall) -> object:
        return await hall.later(seconds)

    return act


async def when_next_due(hall: Hall) -> object:
    """Sweep at the millisecond of the next thing that is to be done for the ticket or the seat."""
    read = await hall.queue.command("ZRANGE", hall.queue.key("due"), 0, -1, "WITHSCORES")
    due = cast("list[tuple[bytes, float]]", read)
    next_ms = min((float(at) for entry, at in due if {b"T", b"A"} & set(entry.split(b"|"))), default=0)
    return await hall.later(max(0, next_ms - hall.clock.now_ms()) / 1000)


async def alerts(hall: Hall) -> object:
    """Name what may be claimed."""
    return [row.ticket for row in await hall.queue.seats.alerts("A")]


async def borrow(hall: Hall) -> object:
    """Let the borrowed ticket wait, without its row: no verb of the queue's own returns it."""
    _ = await hall.queue.run("borrow", "T")
    return None


def plain(hall: Hall) -> Policy:
    """Return the policy that the hall's tickets have."""
    return policy_of(hall.new().steps, None)


async def change(hall: Hall, *more: str | bytes) -> object:
    """Give the ticket a policy."""
    return await hall.queue.run("change", "T", *more)


async def snapshot(hall: Hall) -> object:
    """Return the line as the floor sees it, and the day's counters."""
    _, counters, _, _, _, *line = await hall.queue.run_list("snapshot", "0", "0", 100)
    return counters, line


def too_early(entry: str) -> Act:
    """Sweep with an entry on the list whose time has not come, or that nobody took off: what is not so is left."""

    async def act(hall: Hall) -> object:
        lane, profile = "no lane", "no profile"
        if await hall.queue.tickets.find("T"):
            lane = str(shown_as(await hall.queue.command("HGET", hall.queue.key("ticket:T"), "lane")))
        if await hall.queue.seats.find("A"):
            profile = str(shown_as(await hall.queue.command("HGET", hall.queue.key("seat:A"), "profile")))
        member = entry.format(lane=lane, profile=profile)
        _ = await hall.queue.command("ZADD", hall.queue.key("due"), 1, member)
        return await hall.queue.seats.sweep()

    return act


def shown_as(value: object) -> str:
    """Return a field as text."""
    return cast("bytes", value).decode()


async def give_back_elsewhere(hall: Hall) -> object:
    """Hand it on, with other needs."""
    row = await hall.queue.tickets.find("T")
    return await hall.queue.seats.give_back("T", row.fence if row else 0, "transferred", (Step(0, needs("GS")),))


OTHER_CARD = SeatCard("A", able("MZ:2 GS", "cmn yue", "*"), "part", 10, "another window", 30, "HD")
AT_TICKETS: dict[str, Act] = {act: ACTS[act] for act in expected(TICKETS, TICKET_STATES)} | {
    "borrow": borrow,
    "give_back:elsewhere": give_back_elsewhere,
    "seen": lambda hall: hall.queue.tickets.seen(["T", "V"]),
    "told": lambda hall: hall.queue.run("told", "T", 10, 20, "V", 30, 40),
    "mend": lambda hall: hall.queue.run("mend"),
    "sweep:next": when_next_due,
}
TOO_EARLY: dict[str, Act] = {
    f"sweep:{entry.partition('|')[0]}": too_early(entry)
    for entry in (
        "ring|T", "page|T", "hold|T", "grace|T", "time|T", "beat|A", "wrap|A", "shun|A|T", "lane|{lane}",
        "profile|{profile}",
    )
}  # fmt: skip
LONGER = policy_of(
    (Step(0, needs("MZ")), Step(5, needs(district="")), Step(500, needs(language="", district=""))), None
)
AT_TICKETS |= {
    "change:same": lambda hall: change(hall, plain(hall).name, plain(hall).text, "{}"),
    "change:about": lambda hall: change(hall, plain(hall).name, plain(hall).text, '{"item":"other"}'),
    "change:longer": lambda hall: change(hall, LONGER.name, LONGER.text, "{}"),
}
AT_SEATS: dict[str, Act] = {act: ACTS[act] for act in expected(SEATS, SEAT_STATES)} | {
    "alerts": alerts,
    "heartbeat:other": lambda hall: hall.queue.seats.heartbeat({"A": "another window"}),
    "pause:again": lambda hall: hall.queue.seats.pause("A", "training"),
}
SIGN_INS: dict[str, Act] = {
    "sign_in:other": lambda hall: hall.queue.seats.sign_in(OTHER_CARD),
    "sign_in:home": lambda hall: hall.queue.seats.sign_in(
        SeatCard("A", able(), "full", 30, "window of A", 86400, "HD")
    ),
}
ON_THE_FLOOR: dict[str, Act] = {
    "take:another": lambda hall: hall.queue.tickets.take(hall.new(ticket="W", priority=Priority.SOS)),
    "take:restored": lambda hall: hall.queue.tickets.take(hall.new(ticket="W", arrived_ms=STARTED_MS - 50_000)),
    "take:appointment": lambda hall: hall.queue.tickets.schedule(hall.new(ticket="W"), later(hall)),
    "take:callback": lambda hall: hall.queue.tickets.take(hall.new(ticket="W"), later(hall)),
    "places": lambda hall: hall.queue.run("places", "T", "V"),
    "snapshot": snapshot,
    "sweep:now": after(0),
    "sweep:day": after(90_000),
}


def trials() -> Iterator[tuple[Stage, dict[str, Act]]]:
    """Yield each state with the acts that are tried at it."""
    for stage in dict.fromkeys((*TICKET_STATES, *SEAT_STATES, *MORE_STATES)):
        acts: dict[str, Act] = {}
        if stage in TICKET_STATES or stage in MORE_STATES:
            acts |= AT_TICKETS
        if stage in SEAT_STATES or stage in MORE_STATES:
            acts |= AT_SEATS
        if stage in SEAT_STATES:
            acts |= SIGN_INS
        if stage in (*TICKET_STATES, declined, missed):
            acts |= TOO_EARLY
        if stage in {waiting, idle, part_time, serving}:
            acts |= ON_THE_FLOOR
        yield stage, acts


@dataclass
class Trial:
    """A hall in one state, into which it is put back after each act."""

    redis: Redis
    hall: BusyHall
    names: Names
    before: Realm
    dumps: Mapping[bytes, tuple[int, bytes]]
    begun_ms: int

    def standing(self) -> list[str]:
        """Return how the ticket and the seat stand before the acts."""
        held = {
            key: self.names.held(key, self.before[key]) for key in ("ticket:T", "seat:A", "due") if key in self.before
        }
        return [
            f"is: {key} {', '.join(f'{name}={value}' for name, value in sorted(row.items()))}"
            for key, row in held.items()
        ]

    async def undo(self) -> None:
        """Put everything back as it was."""
        pipe = self.redis.pipeline(transaction=False)
        _ = pipe.flushdb()
        for key, (left_ms, dump) in self.dumps.items():
            _ = pipe.restore(key, max(0, left_ms), dump)
        await pipe.execute()
        _ = self.hall.clock.advance((self.begun_ms - self.hall.clock.now_ms()) / 1000)

    async def tried(self, act: Act) -> list[str] | str:
        """Do an act and return its lines of the table, its answer first where that is no row; or how it was refused."""
        try:
            answer = await act(self.hall)
        except ServiceError as error:
            return error.code
        lines = []
        if isinstance(answer, LiveTicket):
            assert answer == await self.hall.queue.tickets.find(answer.ticket), "the answer is not what is so"
        elif isinstance(answer, LiveSeat):
            assert answer == await self.hall.queue.seats.find(answer.seat), "the answer is not what is so"
        elif answer is not None:
            lines.append(f"= {self.names.shown(answer)}")
        lines += changes(self.names, self.before, await everything(self.redis))
        await self.undo()
        return lines


async def staged(redis: Redis, stage: Stage) -> Trial:
    """Bring a busy hall into a state."""
    clock = ManualClock()
    hall = BusyHall(Queue(redis, "hd", clock, Rules()), clock)
    _ = await redis.flushdb()
    await already_there(hall)
    await stage(hall)
    await comes_after(hall)
    keys = cast("list[bytes]", await redis.keys())
    dumps = {key: (await redis.pttl(key), cast("bytes", await redis.dump(key))) for key in keys}
    trial = Trial(redis, hall, Names({}), {}, dumps, clock.now_ms())
    await trial.undo()
    trial.before = await everything(redis)
    trial.names.learn(trial.before)
    return trial


async def paragraphs(redis: Redis, tried: Iterable[tuple[Stage, dict[str, Act]]]) -> list[str]:
    """Return the table as it is found."""
    lines: list[str] = []
    for stage, acts in tried:
        trial = await staged(redis, stage)
        found = {name: await trial.tried(act) for name, act in acts.items()}
        lines += ["", f"{stage.__name__.upper()}: {(stage.__doc__ or '').strip()}"]
        lines += trial.standing()
        same = {
            name: rows if isinstance(rows, str) else "changes nothing"
            for name, rows in found.items()
            if not rows or isinstance(rows, str)
        }
        for why in sorted(set(same.values())):
            lines.append(f"{why}: {' '.join(name for name, code in same.items() if code == why)}")
        for name, rows in found.items():
            if rows and not isinstance(rows, str):
                lines += [name, *(f"  {row}" for row in rows)]
    return lines


async def test_every_verb_changes_what_the_table_says_and_nothing_else(redis: Redis) -> None:
    found = await paragraphs(redis, trials())
    left = ROOT / "test-results" / TABLE
    left.parent.mkdir(exist_ok=True)
    _ = left.write_text("\n".join(found) + "\n", encoding="utf-8")
    wanted = (ROOT / "tests" / "data" / TABLE).read_text(encoding="utf-8").splitlines()
    differences = list(unified_diff(wanted, found, "expected", "found", lineterm="", n=2))
    assert differences[:100] == []


def test_no_verb_is_missing() -> None:
    tried = AT_TICKETS.keys() | AT_SEATS.keys() | SIGN_INS.keys() | ON_THE_FLOOR.keys()
    assert {act.partition(":")[0] for act in tried} == set(scripts.names()) - ELSEWHERE
