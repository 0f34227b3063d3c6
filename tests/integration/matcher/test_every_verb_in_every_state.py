"""Every verb of the queue at a ticket or a seat in every state: what comes of it, or a refusal that changes nothing.

The two tables in `tests/data` are the expectation. A verb or a state that has no row or column fails.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from redis.asyncio import Redis

from matcher import NewTicket, Queue, Rules, SeatCard, Step, scripts
from matcher.lanes import policy_of
from protocol.errors import ServiceError
from protocol.states import SeatState, TicketState
from runtime.clock import ManualClock
from tests.integration.matcher.conftest import Hall, able, needs

Stage = Callable[[Hall], Awaitable[None]]
Act = Callable[[Hall], Awaitable[object]]
Look = Callable[[Hall], Awaitable[str]]
DATA = Path(__file__).parents[2] / "data"
LATER_S = 600
SESSION = "the session"
NEW = NewTicket("T", (Step(0, needs()),), page_lease_s=0)


def later(hall: Hall) -> int:
    return hall.clock.now_ms() + LATER_S * 1000


async def none(hall: Hall) -> None:
    """Nobody is there."""


async def waiting(hall: Hall) -> None:
    """The ticket waits; seat A is signed in and paused."""
    _ = await hall.agent("A", ready=False, wrap_up_s=30)
    _ = await hall.citizen(ticket="T")


async def held(hall: Hall) -> None:
    """Its citizen left the screen for a while."""
    await waiting(hall)
    _ = await hall.queue.hold("T", LATER_S)


async def lent(hall: Hall) -> None:
    """Another realm may claim it."""
    await waiting(hall)
    _ = await hall.queue.lend("T", "other", LATER_S)


async def appointment(hall: Hall) -> None:
    """It has an appointment later."""
    _ = await hall.agent("A", ready=False, wrap_up_s=30)
    _ = await hall.queue.schedule(NEW, later(hall))


async def callback(hall: Hall) -> None:
    """It is called back later."""
    await waiting(hall)
    _ = await hall.queue.callback("T", later(hall))


async def reserved(hall: Hall) -> None:
    """It rings at seat A."""
    _ = await hall.agent("A", wrap_up_s=30)
    _ = await hall.citizen(ticket="T")


async def serving(hall: Hall) -> None:
    """It is served by seat A."""
    await reserved(hall)
    _ = await hall.accept("A", SESSION)


async def done(hall: Hall) -> None:
    """Its call is over; seat A is in wrap-up."""
    await serving(hall)
    _ = await hall.finish("A")


async def abandoned(hall: Hall) -> None:
    """Its citizen gave up."""
    await waiting(hall)
    _ = await hall.queue.leave("T")


async def expired(hall: Hall) -> None:
    """Its time is over."""
    await waiting(hall)
    _ = await hall.queue.expire("T")


async def redirected(hall: Hall) -> None:
    """It went elsewhere."""
    await waiting(hall)
    _ = await hall.queue.redirect("T")


async def no_show(hall: Hall) -> None:
    """Nobody came when it was called."""
    await serving(hall)
    _ = await hall.queue.no_show("T")


async def given(hall: Hall) -> None:
    """The other realm has it."""
    await lent(hall)
    _ = await by_lent(hall)


async def borrowed(hall: Hall) -> None:
    """It is another realm's, which has not given it away yet."""
    await hall.agent("A", ready=False, wrap_up_s=30)
    _ = await hall.queue._take(NEW, later(hall), "other|7")


async def offline(hall: Hall) -> None:
    """Seat A signed out; a ticket waits."""
    await waiting(hall)
    _ = await hall.queue.sign_out("A")


async def idle(hall: Hall) -> None:
    """Seat A is idle; the only ticket waits for another skill."""
    await hall.agent("A", wrap_up_s=30)
    _ = await hall.citizen(needs("HJ"), ticket="T")


async def part_time(hall: Hall) -> None:
    """Seat A is idle and may claim; a ticket waits."""
    await hall.agent("A", wrap_up_s=30, duty="part")
    _ = await hall.citizen(ticket="T")


TICKET_STATES: tuple[Stage, ...] = (
    none, waiting, held, lent, appointment, callback, reserved, serving, done, abandoned, expired, redirected, no_show,
    given, borrowed,
)  # fmt: skip
SEAT_STATES: tuple[Stage, ...] = (none, offline, waiting, idle, part_time, reserved, serving, done)

#: What is called by its own tables and tests: it reads, or is about no ticket and no seat in a state.
ELSEWHERE = {
    "adopt_rules", "inspect", "inspect_some", "mend", "note", "places", "seat", "seen", "snapshot", "sweep", "ticket",
    "told",
}  # fmt: skip


async def held_by(hall: Hall) -> tuple[str, int]:
    """Return the reservation and the fence of seat A, or invented ones."""
    row = await hall.queue.seat("A")
    return (row.reservation or "R0", row.fence) if row else ("R0", 0)


async def fence_of(hall: Hall) -> int:
    """Return the fence of the ticket, or an invented one."""
    row = await hall.queue.ticket("T")
    return row.fence if row else 0


async def by_claim(hall: Hall, session: str = "mine") -> object:
    return await hall.queue.claim("A", "T", session)


async def by_accept(hall: Hall, session: str = SESSION, newer: int = 0, other: str = "") -> object:
    reservation, fence = await held_by(hall)
    return await hall.queue.accept("A", reservation + other, fence + newer, session)


async def by_decline(hall: Hall, newer: int = 0, other: str = "") -> object:
    reservation, fence = await held_by(hall)
    return await hall.queue.decline("A", reservation + other, fence + newer, "busy")


async def by_finish(hall: Hall, newer: int = 0) -> object:
    return await hall.queue.finish("T", await fence_of(hall) + newer)


async def by_give_back(hall: Hall, why: str = "transferred", newer: int = 0) -> object:
    return await hall.queue.give_back("T", await fence_of(hall) + newer, why)


async def by_lent(hall: Hall, realm: str = "other", newer: int = 0) -> object:
    return await hall.queue.lent("T", realm, await fence_of(hall) + newer)


POLICY = policy_of((Step(0, needs("GS")),), None)
CHANGED = (POLICY.name, POLICY.text, "{}")
ACTS: dict[str, Act] = {
    "take": lambda hall: hall.queue.take(NEW),
    "take:other": lambda hall: hall.queue.take(NewTicket("T", (Step(0, needs("GS")),))),
    "callback": lambda hall: hall.queue.callback("T", later(hall)),
    "hold": lambda hall: hall.queue.hold("T", LATER_S),
    "resume": lambda hall: hall.queue.resume("T"),
    "resume:arrive": lambda hall: hall.queue.arrive("T"),
    "recall": lambda hall: hall.queue.recall("T"),
    "leave": lambda hall: hall.queue.leave("T"),
    "leave:expire": lambda hall: hall.queue.expire("T"),
    "leave:redirect": lambda hall: hall.queue.redirect("T"),
    "leave:no_show": lambda hall: hall.queue.no_show("T"),
    "lend": lambda hall: hall.queue.lend("T", "other", LATER_S),
    "lend:third": lambda hall: hall.queue.lend("T", "third", LATER_S),
    "lent": by_lent,
    "lent:third": lambda hall: by_lent(hall, realm="third"),
    "lent:stale": lambda hall: by_lent(hall, newer=-1),
    "borrow": lambda hall: hall.queue.run("borrow", "T"),
    "change": lambda hall: hall.queue.run("change", "T", *CHANGED),
    "forget": lambda hall: hall.queue.forget("T"),
    "claim": by_claim,
    "finish": by_finish,
    "finish:stale": lambda hall: by_finish(hall, newer=1),
    "give_back": by_give_back,
    "give_back:lost": lambda hall: by_give_back(hall, "seat_lost"),
    "give_back:stale": lambda hall: by_give_back(hall, newer=1),
    "sign_in": lambda hall: hall.queue.sign_in(SeatCard("A", able(), wrap_up_s=30, lease_s=86400)),
    "sign_out": lambda hall: hall.queue.sign_out("A"),
    "ready": lambda hall: hall.queue.ready("A"),
    "pause": lambda hall: hall.queue.pause("A", "meal"),
    "heartbeat": lambda hall: hall.queue.heartbeat({"A": "window of A"}),
    "extend_wrap_up": lambda hall: hall.queue.extend_wrap_up("A", 60),
    "accept": by_accept,
    "accept:other": lambda hall: by_accept(hall, session="another"),
    "accept:fence": lambda hall: by_accept(hall, newer=1),
    "accept:reservation": lambda hall: by_accept(hall, other="x"),
    "decline": by_decline,
    "decline:fence": lambda hall: by_decline(hall, newer=1),
    "decline:reservation": lambda hall: by_decline(hall, other="x"),
    "call_next": lambda hall: hall.queue.call_next("A", "mine"),
    "call_next:same": lambda hall: hall.queue.call_next("A", SESSION),
    "alerts": lambda hall: hall.queue.alerts("A"),
}  # fmt: skip

#: How refusals are written in the tables.
REFUSALS = {
    "ticket_not_found": "no_ticket", "ticket_not_waiting": "-", "ticket_id_taken": "taken",
    "reservation_stale": "stale", "seat_not_found": "no_seat", "seat_not_idle": "busy", "seat_not_able": "unable",
    "wrap_up_over": "over",
}  # fmt: skip

#: `state`: it is so afterwards; `state=`: and nothing at all changed; a refusal, and nothing changed.
TICKETS = (DATA / "verbs_at_tickets.txt").read_text("utf-8")
SEATS = (DATA / "verbs_at_seats.txt").read_text("utf-8")


def expected(table: str, states: tuple[Stage, ...]) -> dict[str, dict[str, str]]:
    """Read a table: states in the first line, then an act a line and a word for each state."""
    (_, *names), *rows = [line.split() for line in table.strip().splitlines()]
    assert names == [state.__name__ for state in states]
    return {act: dict(zip(names, row, strict=True)) for act, *row in rows}


async def contents(redis: Redis) -> dict[bytes, object]:
    """Return all that the realm keeps, as Redis writes it down."""
    keys = [key for key in await redis.keys() if isinstance(key, bytes)]
    return dict(zip(keys, await asyncio.gather(*map(redis.dump, keys)), strict=True))


async def outcome(redis: Redis, hall: Hall, act: Act, look: Look) -> str:
    """Do it and say what came of it, in the words of the tables."""
    before = await contents(redis)
    assert before or await look(hall) == "none"
    refusal = ""
    try:
        _ = await act(hall)
    except ServiceError as error:
        refusal = REFUSALS[error.code]
    is_as_before = await contents(redis) == before
    assert await hall.queue.check() == []
    if refusal:
        return refusal if is_as_before else f"{refusal} with changes"
    return await look(hall) + ("=" if is_as_before else "")


async def compare(redis: Redis, table: str, states: tuple[Stage, ...], look: Look) -> None:
    """Try each act of a table in each state; fail with the table's words and those of the queue."""
    wanted = expected(table, states)
    found: dict[str, dict[str, str]] = {act: {} for act in wanted}
    for act in wanted:
        for stage in states:
            clock = ManualClock()
            hall = Hall(Queue(redis, "hd", clock, Rules()), clock)
            _ = await redis.flushdb()
            await stage(hall)
            _ = clock.advance(1)
            found[act][stage.__name__] = await outcome(redis, hall, ACTS[act], look)
    differences = {
        (act, state): f"{word}, not {wanted[act][state]}"
        for act, row in found.items()
        for state, word in row.items()
        if word != wanted[act][state]
    }
    assert differences == {}


async def ticket_state(hall: Hall) -> str:
    row = await hall.queue.ticket("T")
    return row.state.value if row else "none"


async def seat_state(hall: Hall) -> str:
    row = await hall.queue.seat("A")
    return "+".join(filter(None, (row.state.value, row.after))) if row else "none"


async def test_every_act_at_a_ticket_in_every_state(redis: Redis) -> None:
    await compare(redis, TICKETS, TICKET_STATES, ticket_state)


async def test_every_act_at_a_seat_in_every_state(redis: Redis) -> None:
    await compare(redis, SEATS, SEAT_STATES, seat_state)


def test_no_verb_and_no_state_is_missing() -> None:
    acts = expected(TICKETS, TICKET_STATES).keys() | expected(SEATS, SEAT_STATES).keys()
    assert acts == ACTS.keys()
    assert {act.partition(":")[0] for act in acts} | ELSEWHERE == set(scripts.names())
    assert {state.value for state in TicketState} <= {s.__name__ for s in TICKET_STATES} | {"scheduled"}
    # `waiting` has a paused seat, `done` one in wrap-up.
    assert {state.value for state in SeatState} <= {s.__name__ for s in SEAT_STATES} | {"paused", "wrap_up"}
