"""Tickets and seats in every state, and every act that can be tried at one: for the tables of the queue's verbs."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from matcher import Lending, NewTicket, SeatCard, Step
from matcher.lanes import policy_of
from tests.integration.matcher.conftest import Hall, able, needs

Stage = Callable[[Hall], Awaitable[None]]
DATA = Path(__file__).parents[2] / "data"
Act = Callable[[Hall], Awaitable[object]]
LATER_S = 600
SESSION = "the session"


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
    _ = await hall.queue.tickets.hold("T", LATER_S)


async def lent(hall: Hall) -> None:
    """Another realm may claim it."""
    await waiting(hall)
    _ = await Lending(hall.queue).lend("T", "other", LATER_S)


async def appointment(hall: Hall) -> None:
    """It has an appointment later."""
    _ = await hall.agent("A", ready=False, wrap_up_s=30)
    _ = await hall.queue.tickets.schedule(hall.new(ticket="T"), later(hall))


async def callback(hall: Hall) -> None:
    """It is called back later."""
    await waiting(hall)
    _ = await hall.queue.tickets.callback("T", later(hall))


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
    _ = await hall.queue.tickets.leave("T")


async def expired(hall: Hall) -> None:
    """Its time is over."""
    await waiting(hall)
    _ = await hall.queue.tickets.expire("T")


async def redirected(hall: Hall) -> None:
    """It went elsewhere."""
    await waiting(hall)
    _ = await hall.queue.tickets.redirect("T")


async def no_show(hall: Hall) -> None:
    """Nobody came when it was called."""
    await serving(hall)
    _ = await hall.queue.tickets.no_show("T")


async def given(hall: Hall) -> None:
    """The other realm has it."""
    await lent(hall)
    _ = await by_lent(hall)


async def borrowed(hall: Hall) -> None:
    """It is another realm's, which has not given it away yet."""
    await hall.agent("A", ready=False, wrap_up_s=30)
    _ = await hall.queue.tickets.take_lent(hall.new(ticket="T"), later(hall), "other|7")


async def offline(hall: Hall) -> None:
    """Seat A signed out; a ticket waits."""
    await waiting(hall)
    _ = await hall.queue.seats.sign_out("A")


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


async def held_by(hall: Hall) -> tuple[str, int]:
    """Return the reservation and the fence of seat A, or invented ones."""
    row = await hall.queue.seats.find("A")
    return (row.reservation or "R0", row.fence) if row else ("R0", 0)


async def fence_of(hall: Hall) -> int:
    """Return the fence of the ticket, or an invented one."""
    row = await hall.queue.tickets.find("T")
    return row.fence if row else 0


async def by_claim(hall: Hall, session: str = "mine") -> object:
    return await hall.queue.seats.claim("A", "T", session)


async def by_accept(hall: Hall, session: str = SESSION, newer: int = 0, other: str = "") -> object:
    reservation, fence = await held_by(hall)
    return await hall.queue.seats.accept("A", reservation + other, fence + newer, session)


async def by_decline(hall: Hall, newer: int = 0, other: str = "") -> object:
    reservation, fence = await held_by(hall)
    return await hall.queue.seats.decline("A", reservation + other, fence + newer, "busy")


async def by_finish(hall: Hall, newer: int = 0) -> object:
    return await hall.queue.seats.finish("T", await fence_of(hall) + newer)


async def by_give_back(hall: Hall, why: str = "transferred", newer: int = 0) -> object:
    return await hall.queue.seats.give_back("T", await fence_of(hall) + newer, why)


async def by_lent(hall: Hall, realm: str = "other", newer: int = 0) -> object:
    return await Lending(hall.queue).lent("T", realm, await fence_of(hall) + newer)


POLICY = policy_of((Step(0, needs("GS")),), None)
CHANGED = (POLICY.name, POLICY.text, "{}")
ACTS: dict[str, Act] = {
    "take": lambda hall: hall.queue.tickets.take(hall.new(ticket="T")),
    "take:other": lambda hall: hall.queue.tickets.take(NewTicket("T", (Step(0, needs("GS")),), page_lease_s=0)),
    "callback": lambda hall: hall.queue.tickets.callback("T", later(hall)),
    "reschedule": lambda hall: hall.queue.tickets.reschedule("T", 60_000),
    "hold": lambda hall: hall.queue.tickets.hold("T", LATER_S),
    "resume": lambda hall: hall.queue.tickets.resume("T"),
    "resume:arrive": lambda hall: hall.queue.tickets.arrive("T"),
    "recall": lambda hall: hall.queue.tickets.recall("T"),
    "leave": lambda hall: hall.queue.tickets.leave("T"),
    "leave:expire": lambda hall: hall.queue.tickets.expire("T"),
    "leave:redirect": lambda hall: hall.queue.tickets.redirect("T"),
    "leave:no_show": lambda hall: hall.queue.tickets.no_show("T"),
    "lend": lambda hall: Lending(hall.queue).lend("T", "other", LATER_S),
    "lend:third": lambda hall: Lending(hall.queue).lend("T", "third", LATER_S),
    "lent": by_lent,
    "lent:third": lambda hall: by_lent(hall, realm="third"),
    "lent:stale": lambda hall: by_lent(hall, newer=-1),
    "borrow": lambda hall: hall.queue.run("borrow", "T"),
    "change": lambda hall: hall.queue.run("change", "T", *CHANGED),
    "forget": lambda hall: hall.queue.care.forget("T"),
    "claim": by_claim,
    "finish": by_finish,
    "finish:stale": lambda hall: by_finish(hall, newer=1),
    "give_back": by_give_back,
    "give_back:lost": lambda hall: by_give_back(hall, "seat_lost"),
    "give_back:stale": lambda hall: by_give_back(hall, newer=1),
    "sign_in": lambda hall: hall.queue.seats.sign_in(SeatCard("A", able(), wrap_up_s=30, lease_s=86400)),
    "sign_out": lambda hall: hall.queue.seats.sign_out("A"),
    "ready": lambda hall: hall.queue.seats.ready("A"),
    "pause": lambda hall: hall.queue.seats.pause("A", "meal"),
    "heartbeat": lambda hall: hall.queue.seats.heartbeat({"A": "window of A"}),
    "extend_wrap_up": lambda hall: hall.queue.seats.extend_wrap_up("A", 60),
    "accept": by_accept,
    "accept:other": lambda hall: by_accept(hall, session="another"),
    "accept:fence": lambda hall: by_accept(hall, newer=1),
    "accept:reservation": lambda hall: by_accept(hall, other="x"),
    "decline": by_decline,
    "decline:fence": lambda hall: by_decline(hall, newer=1),
    "decline:reservation": lambda hall: by_decline(hall, other="x"),
    "call_next": lambda hall: hall.queue.seats.call_next("A", "mine"),
    "call_next:same": lambda hall: hall.queue.seats.call_next("A", SESSION),
    "alerts": lambda hall: hall.queue.seats.alerts("A"),
}  # fmt: skip

#: `state`: it is so afterwards; `state=`: and nothing at all changed; a refusal, and nothing changed.
TICKETS = (DATA / "verbs_at_tickets.txt").read_text("utf-8")
SEATS = (DATA / "verbs_at_seats.txt").read_text("utf-8")


def expected(table: str, states: tuple[Stage, ...]) -> dict[str, dict[str, str]]:
    """Read a table: states in the first line, then an act a line and a word for each state."""
    (_, *names), *rows = [line.split() for line in table.strip().splitlines()]
    assert names == [state.__name__ for state in states]
    return {act: dict(zip(names, row, strict=True)) for act, *row in rows}
