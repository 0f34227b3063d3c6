"""Every verb of the queue at a ticket or a seat in every state: what comes of it, or a refusal that changes nothing.

The two tables in `tests/data` are the expectation. A verb or a state that has no row or column fails.
"""

import asyncio
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from matcher import Queue, Rules, scripts
from protocol.errors import ServiceError
from protocol.states import SeatState, TicketState
from runtime.clock import ManualClock
from tests.integration.matcher.conftest import Hall
from tests.integration.matcher.stages import ACTS, SEAT_STATES, SEATS, TICKET_STATES, TICKETS, Act, Stage, expected

Look = Callable[[Hall], Awaitable[str]]

#: What is called by its own tables and tests: it reads, or is about no ticket and no seat in a state.
ELSEWHERE = {
    "adopt_rules", "carry_over", "inspect", "inspect_some", "mend", "note", "places", "seat", "seen", "snapshot",
    "sweep", "ticket", "told",
}  # fmt: skip


#: How refusals are written in the tables.
REFUSALS = {
    "ticket_not_found": "no_ticket", "ticket_not_waiting": "-", "ticket_id_taken": "taken",
    "reservation_stale": "stale", "seat_not_found": "no_seat", "seat_not_idle": "busy", "seat_not_able": "unable",
    "wrap_up_over": "over",
}  # fmt: skip


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
    assert await hall.queue.care.check() == []
    assert await redis.zscore(hall.queue.key("due"), "page|T") is None, "a ticket without a lease was given one"
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
    row = await hall.queue.tickets.find("T")
    return row.state.value if row else "none"


async def seat_state(hall: Hall) -> str:
    row = await hall.queue.seats.find("A")
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
