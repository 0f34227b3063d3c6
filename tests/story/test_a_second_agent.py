"""A ticket that goes to a second agent takes its whole conversation along: each line, paper and note is there, once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from booth_client.citizen import Citizen
from booth_client.simulated_seat import SeatClient
from matcher import Queue, Rules
from protocol.states import PauseReason, SeatState
from protocol.views import ChatLine, ReservationView, SessionView, Verdict
from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from tests.support.patience import until
from tests.support.window import Window, open_window

#: Nobody's page is given up while the clock jumps.
LEASES = {"page_lease_s": 36_000, "seat_lease_s": 36_000}


@pytest_asyncio.fixture
async def window(
    valkey: EmbeddedValkey, sqlite_ledger: str, clock: ManualClock, tmp_path: Path
) -> AsyncIterator[Window]:
    """A server that goes by the test's clock."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path, clock=clock, **LEASES) as window:
        yield window


@pytest.fixture
def queue(redis: Redis, clock: ManualClock) -> Queue:
    return Queue(redis, "window", clock)


async def hand_on(queue: Queue, clock: ManualClock, seat: SeatClient) -> None:
    """Give the ticket that a seat serves back to the line; the seat, once ready again, may have it after a while."""
    await seat.pause(PauseReason.WINDOW)
    view = seat.session
    assert view is not None
    row = await queue.tickets.find(view.ticket)
    assert row is not None
    await queue.seats.give_back(row.ticket, row.fence, "transferred")
    await seat.until(lambda: seat.state is not SeatState.SERVING)
    clock.advance(Rules().shun_alone_s)


async def rung(seat: SeatClient) -> ReservationView:
    """Return what rings at a seat."""
    return await seat.until(lambda: seat.ringing)


async def noted(seat: SeatClient) -> SessionView:
    """Return the session of a seat once there are notes in it."""
    return await seat.until(lambda: seat.session if seat.session and seat.session.notes else None)


async def lines_of(page: Citizen | SeatClient, session: SessionView, lines: int) -> list[tuple[str, str]]:
    """Return the chat of a session as a page has it, once there are so many lines."""
    talk = page.conversation

    def chat() -> tuple[ChatLine, ...] | None:
        is_there = talk.view is not None and talk.view.session == session.session
        return talk.view.chat if is_there and talk.view is not None and len(talk.view.chat) >= lines else None

    return [(line.by, line.text) for line in await page.until(chat)]


async def test_the_second_and_the_third_agent_find_all_that_was_said_and_handed_in(
    window: Window, queue: Queue, clock: ManualClock, paper_jpeg: bytes
):
    citizen, first, session = await window.talking()
    paper = await citizen.upload("身份证.jpg", paper_jpeg)
    await first.until(lambda: first.session and first.session.documents)
    await first.judge(paper, Verdict.BLURRED, "看不清")
    await citizen.say("一")
    await first.say("二")
    await first.note("缺户口簿")
    said = [("citizen", "一"), ("seat", "二")]
    assert await lines_of(first, session, 2) == said

    for number, text in ((2, "三"), (3, "四")):
        await hand_on(queue, clock, first)
        following = await window.seat("s004")
        session = await following.accept(await rung(following))
        said_before = list(said)
        assert await lines_of(following, session, len(said)) == said_before
        view = await noted(following)
        assert (view.notes, [(one.verdict, one.note) for one in view.documents]) == (
            "缺户口簿",
            [(Verdict.BLURRED, "看不清")],
        )
        assert await lines_of(citizen, session, len(said)) == said_before
        await following.say(text)
        said.append(("seat", text))
        assert await lines_of(citizen, session, number + 1) == await lines_of(following, session, number + 1) == said
        first = following

    reloaded = Citizen(await window.http(), window.address)
    reloaded.token = citizen.token
    async with reloaded:
        assert await lines_of(reloaded, session, 4) == said
        await first.close("answered")
        await reloaded.until(lambda: reloaded.conversation.closed)
    record = await window.record(session.session)
    assert [(line.by, line.text) for line in record.chat] == said
    assert len({line.session for line in record.chat}) == 3
    assert len(record.other_sessions) == 2


async def test_what_was_said_to_the_agent_before_survives_the_loss_of_redis(
    window: Window, queue: Queue, clock: ManualClock, redis: Redis
):
    citizen, first, session = await window.talking()
    await citizen.say("一")
    await first.say("二")
    assert await lines_of(first, session, 2) == [("citizen", "一"), ("seat", "二")]
    await hand_on(queue, clock, first)
    second = await window.seat("s004")
    session = await second.accept(await second.until(lambda: second.ringing))
    await second.say("三")
    said = [("citizen", "一"), ("seat", "二"), ("seat", "三")]
    assert await lines_of(citizen, session, 3) == said
    await recorded(window, session.session, 3)

    await redis.flushall()

    _ = await until(lambda: is_serving(queue, "S004"))
    await citizen.say("四")
    said.append(("citizen", "四"))
    assert await lines_of(citizen, session, 4) == await lines_of(second, session, 4) == said
    again = await window.seat("s004", ready=False)
    assert await lines_of(again, session, 4) == said


async def test_a_citizen_whose_place_was_forgotten_too_keeps_what_was_said(
    window: Window, queue: Queue, clock: ManualClock, redis: Redis
):
    citizen, first, session = await window.talking()
    await citizen.say("一")
    await first.note("记")
    assert await lines_of(first, session, 1) == [("citizen", "一")]
    await hand_on(queue, clock, first)
    await recorded(window, session.session, 1)

    await redis.flushall()

    await citizen.until(lambda: citizen.is_forgotten)
    await citizen.take_again()
    second = await window.seat("s004", ready=False)
    await second.ready()
    session = await second.accept(await second.until(lambda: second.ringing))
    assert await lines_of(second, session, 1) == await lines_of(citizen, session, 1) == [("citizen", "一")]
    assert (await noted(second)).notes == "记"


async def is_serving(queue: Queue, seat: str) -> bool:
    row = await queue.seats.find(seat)
    return row is not None and row.state is SeatState.SERVING


async def recorded(window: Window, session: str, lines: int) -> None:
    """Wait until the ledger has so many lines of the conversation."""
    supervisor = await window.staff("sup")

    async def are_there() -> bool:
        async with supervisor.get(window.address.to(f"/api/sessions/{session}")) as answer:
            found = await answer.json()
        return answer.status == 200 and len(found["chat"]) >= lines

    _ = await until(are_there)
