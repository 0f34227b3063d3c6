"""Rows in which two people want the same thing at the same moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bench.faults.crowd import Crowd
from bench.faults.pairs import Pair
from bench.faults.town import Stage
from booth_client.channel import RefusedError
from protocol.commands import Accept
from protocol.states import SeatState
from tests.support.installed import PASSWORD


async def accept_twice(at: Stage, people: Crowd) -> float:
    """Let two windows' worth of accepts of one reservation come at once; one session begins."""
    pair = await Pair.come(people, at.pairs[0])
    await pair.wait()
    await pair.ring()
    rings = pair.seat.ringing
    assert rings is not None
    channel = pair.seat.channel
    asked = [Accept(id=channel.new_id(), reservation=rings.reservation, fence=rings.fence) for _ in range(2)]
    began = time.monotonic()
    answers = await asyncio.gather(*(channel.ask(one) for one in asked), return_exceptions=True)
    # One socket's commands go one after the other: the second comes when the session has begun.
    refused = [one.code for one in answers if isinstance(one, RefusedError)]
    assert refused == ["reservation_stale"], answers
    await pair.seat.until(lambda: pair.seat.session)
    taken = time.monotonic() - began
    assert pair.seat.session is not None
    pair.session = pair.seat.session.session
    await pair.citizen.in_session(10)
    _ = await pair.through()
    await pair.close()
    await pair.go()
    return taken


async def _end(one: Pair, other: Pair) -> None:
    """End the call of the first of two pairs, whose seats may have changed places."""
    _ = await one.through()
    await one.close()
    await asyncio.gather(one.seat.channel.close(), other.seat.channel.close())  # each came with the other's browser
    await one.go()
    await other.go()


async def claim_twice(at: Stage, people: Crowd) -> float:
    """Let two seats claim one ticket at once; one has it, the other is told so."""
    one = await Pair.come(people, at.pairs[0])
    other = await Pair.come(people, at.pairs[1])
    await one.wait()
    for pair in (one, other):  # one that was in a call before stands in wrap-up
        await pair.seen()
        if pair.seat.state is not SeatState.PAUSED:
            await pair.seat.pause()
    assert one.citizen.ticket is not None
    ticket = one.citizen.ticket.ticket
    seats = (one.seat, other.seat)
    began = time.monotonic()
    answers = await asyncio.gather(*(seat.claim(ticket) for seat in seats), return_exceptions=True)
    taken = time.monotonic() - began
    refused = [answer.code for answer in answers if isinstance(answer, RefusedError)]
    assert refused == ["ticket_not_waiting"], answers
    if isinstance(answers[0], BaseException):
        one.seat, other.seat = other.seat, one.seat
    assert one.seat.session is not None
    one.session = one.seat.session.session
    await one.citizen.in_session(10)
    await _end(one, other)
    return taken


async def paused_while_ringing(at: Stage, people: Crowd) -> float:
    """Let a supervisor pause the seat that rings: the ticket rings at the next seat; seconds until it does."""
    one = await Pair.come(people, at.pairs[0])
    other = await Pair.come(people, at.pairs[1])
    await one.wait()
    await one.ring()
    await other.seat.ready()
    async with people.http() as http:
        async with http.post(people.address.to("/api/login"), json={"name": "sup", "password": PASSWORD}) as answer:
            csrf = (await answer.json())["csrf"]
        began = time.monotonic()
        seat = at.pairs[0].upper()
        headers = {"X-CSRF-Token": str(csrf), "Origin": people.address.origin}
        async with http.post(people.address.to(f"/api/seats/{seat}/pause"), json={}, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
        await other.seat.until(lambda: other.seat.ringing)
        taken = time.monotonic() - began
    one.seat, other.seat = other.seat, one.seat
    await one.answer()
    await _end(one, other)
    return taken


ROWS: dict[str, Callable[[Stage, Crowd], Awaitable[float]]] = {
    "accepted twice at once": accept_twice,
    "two claims at once": claim_twice,
    "seat paused by a supervisor while it rings": paused_while_ringing,
}
