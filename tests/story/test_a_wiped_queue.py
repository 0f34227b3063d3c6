"""Redis loses everything it had, with people at work: staff stay signed in, places are kept, the call goes on."""

import asyncio

import pytest
from redis.asyncio import Redis

from booth_client.channel import RefusedError
from booth_client.citizen import Citizen
from matcher import Queue
from protocol.states import SeatState, TicketState
from protocol.views import Verdict
from records import papers
from records.database import Database
from runtime.clock import SystemClock
from tests.support.window import Window

SOON_S = 30.0
POLL_S = 0.05


async def state_of(redis: Redis, seat: str, wanted: SeatState) -> None:
    """Wait until the queue has the seat in this state."""
    queue = Queue(redis, "window", SystemClock())
    async with asyncio.timeout(SOON_S):
        while (row := await queue.seat(seat)) is None or row.state is not wanted:
            await asyncio.sleep(POLL_S)


async def test_a_wiped_redis_ends_no_call_and_signs_nobody_out(sqlite_window: Window, redis: Redis, paper_jpeg: bytes):
    window = sqlite_window
    talking, waiting = await window.citizen(), await window.citizen()
    busy, idle = await window.seat("s004"), await window.seat("s001")
    supervisor = await window.staff("sup")
    csrf = (await window.ask(supervisor, "/api/me"))["csrf"]
    await talking.take("MZ01")
    session = await busy.accept(await busy.until(lambda: busy.ringing))
    assert await talking.in_session(SOON_S)
    paper = await talking.upload("身份证.jpg", paper_jpeg)
    await busy.until(lambda: busy.session and busy.session.documents)
    await talking.say("之前")
    await busy.note("缺户口簿")
    await busy.until(lambda: busy.session and busy.session.notes)
    before = await waiting.take("MZ01")
    await recorded(window, session.session)

    await redis.flushall()

    await state_of(redis, "S004", SeatState.SERVING)
    await talking.say("之后")
    chat = await busy.until(lambda: busy.session and [line.text for line in busy.session.chat][1:])
    assert chat == ["之后"]
    await busy.judge(paper, Verdict.GOOD)
    await talking.until(lambda: talking.conversation.view and talking.conversation.view.documents[0].verdict)
    await idle.until(lambda: idle.state is SeatState.PAUSED)
    await idle.ready()
    await idle.until(lambda: idle.state is SeatState.IDLE)
    await waiting.until(lambda: waiting.is_forgotten)
    after = await waiting.take_again()
    assert (after.about, after.ticket) == (before.about, before.ticket)

    await busy.close("answered")
    await talking.until(lambda: talking.conversation.closed)
    record = await window.record(session.session)
    assert [line.text for line in record.chat] == ["之前", "之后"]
    assert (record.notes, [one.verdict for one in record.documents]) == ("缺户口簿", ["good"])
    assert record.other_sessions == ()
    pause = window.address.to("/api/seats/S001/pause")
    async with supervisor.post(pause, json={}, headers={"X-CSRF-Token": str(csrf)}) as answer:
        assert answer.status == 200, await answer.text()
    await idle.until(lambda: idle.state is SeatState.PAUSED)
    assert await Queue(redis, "window", SystemClock()).check() == []


async def recorded(window: Window, session: str) -> None:
    """Wait until the ledger has what was said and noted."""
    supervisor = await window.staff("sup")
    async with asyncio.timeout(SOON_S):
        while True:
            async with supervisor.get(window.address.to(f"/api/sessions/{session}")) as answer:
                found = await answer.json()
            if answer.status == 200 and found["chat"] and found["notes"] and found["documents"]:
                return
            await asyncio.sleep(POLL_S)


async def test_a_ticket_that_had_ended_is_not_brought_back_by_its_stub(
    sqlite_window: Window, redis: Redis, sqlite_ledger: str
):
    citizen = await sqlite_window.citizen()
    ticket = await citizen.take("MZ01")
    await citizen.leave()
    await citizen.until(lambda: citizen.state is TicketState.ABANDONED)
    ledger = Database(sqlite_ledger)
    async with asyncio.timeout(SOON_S):
        while not await papers.is_over(ledger, ticket.ticket):
            await asyncio.sleep(POLL_S)
    await ledger.close()

    await redis.flushall()

    again = await stranger_with_the_stub_of(citizen, sqlite_window)
    with pytest.raises(RefusedError) as refused:
        await again.take("MZ01")
    assert refused.value.code == "ticket_not_found"


async def stranger_with_the_stub_of(citizen: Citizen, window: Window) -> Citizen:
    """Return a page that holds nothing but a stub."""
    found = await window.citizen()
    found.stub = citizen.stub
    return found
