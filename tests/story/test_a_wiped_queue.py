"""Redis loses everything it had, with people at work: staff stay signed in, places are kept, the call goes on."""

import pytest
from redis.asyncio import Redis

from booth_client.channel import RefusedError
from booth_client.citizen import Citizen
from booth_client.simulated_seat import SeatClient
from matcher import Queue
from protocol.states import SeatState, SessionState, TicketState
from protocol.views import Verdict
from records.database import Database
from records.sessions import papers_of_ticket as papers
from runtime.clock import SystemClock
from tests.support.patience import PATIENCE_S, until
from tests.support.window import Window


async def is_serving(redis: Redis, seat: str) -> bool:
    """Tell whether the seat serves, as the queue has it."""
    row = await Queue(redis, "window", SystemClock()).seats.find(seat)
    return row is not None and row.state is SeatState.SERVING


async def test_a_wiped_redis_ends_no_call_and_signs_nobody_out(sqlite_window: Window, redis: Redis, paper_jpeg: bytes):
    window = sqlite_window
    talking, waiting = await window.citizen(), await window.citizen()
    busy, idle = await window.seat("s004"), await window.seat("s001")
    supervisor = await window.staff("sup")
    csrf = (await window.ask(supervisor, "/api/me"))["csrf"]
    await talking.take("MZ01")
    session = await busy.accept(await busy.until(lambda: busy.ringing))
    assert await talking.in_session(PATIENCE_S)
    paper = await talking.upload("身份证.jpg", paper_jpeg)
    await busy.until(lambda: busy.session and busy.session.documents)
    await talking.say("之前")
    await busy.note("缺户口簿")
    await busy.until(lambda: busy.session and busy.session.notes)
    before = await waiting.take("MZ01")
    await recorded(window, session.session, "documents")

    await redis.flushall()

    _ = await until(lambda: is_serving(redis, "S004"))
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
    assert {person.left_ms for person in record.participants} == {record.line.closed_ms}
    assert (record.notes, [one.verdict for one in record.documents]) == ("缺户口簿", ["good"])
    assert record.other_sessions == ()
    pause = window.address.to("/api/seats/S001/pause")
    async with supervisor.post(pause, json={}, headers={"X-CSRF-Token": str(csrf)}) as answer:
        assert answer.status == 200, await answer.text()
    await idle.until(lambda: idle.state is SeatState.PAUSED)
    assert await Queue(redis, "window", SystemClock()).care.check() == []


async def test_after_a_loss_pages_that_reload_find_all_that_was_said_in_order_and_once(
    sqlite_window: Window, redis: Redis
):
    window = sqlite_window
    citizen, seat, session = await window.talking()
    await citizen.say("一")
    await seat.say("二")
    await seat.note("记")
    assert await talk_of(seat, 2) == [("citizen", "一"), ("seat", "二")]
    await recorded(window, session.session)

    await redis.flushall()

    _ = await until(lambda: is_serving(redis, "S004"))
    await citizen.say("三")
    said = [("citizen", "一"), ("seat", "二"), ("citizen", "三")]
    assert await talk_of(citizen, 3) == await talk_of(seat, 3) == said
    again = await window.seat("s004", ready=False)
    assert await talk_of(again, 3) == said
    await again.say("四")
    reloaded = Citizen(await window.http(), window.address)
    reloaded.token = citizen.token
    async with reloaded:
        said += [("seat", "四"), ("citizen", "五")]
        assert await talk_of(reloaded, 4) == said[:4]
        await reloaded.say("五")
        assert await talk_of(again, 5) == await talk_of(reloaded, 5) == said
        await again.close("answered")
        await reloaded.until(lambda: reloaded.conversation.closed)
    record = await window.record(session.session)
    assert [(line.by, line.text) for line in record.chat] == said


async def talk_of(page: Citizen | SeatClient, lines: int) -> list[tuple[str, str]]:
    """Return the chat as a page has it, once there are so many lines."""
    view = page.conversation
    await page.until(lambda: view.view is not None and len(view.view.chat) >= lines)
    assert view.view is not None
    return [(line.by, line.text) for line in view.view.chat]


async def recorded(window: Window, session: str, *what: str) -> None:
    """Wait until the ledger has what was said and noted, and what else is asked for."""
    supervisor = await window.staff("sup")

    async def is_there() -> bool:
        async with supervisor.get(window.address.to(f"/api/sessions/{session}")) as answer:
            found = await answer.json()
        return answer.status == 200 and all(found[part] for part in ("chat", "notes", *what))

    _ = await until(is_there)


async def test_a_ticket_that_had_ended_is_not_brought_back_by_its_stub(
    sqlite_window: Window, redis: Redis, sqlite_ledger: str
):
    citizen = await sqlite_window.citizen()
    ticket = await citizen.take("MZ01")
    await citizen.leave()
    await citizen.until(lambda: citizen.state is TicketState.ABANDONED)
    ledger = Database(sqlite_ledger)
    _ = await until(lambda: papers.is_over(ledger, ticket.ticket))
    await ledger.close()

    await redis.flushall()

    again = await stranger_with_the_stub_of(citizen, sqlite_window)
    with pytest.raises(RefusedError) as refused:
        await again.take("MZ01")
    assert refused.value.code == "ticket_not_found"


@pytest.mark.parametrize("comes_back", [False, True], ids=["a page that stayed", "a page that came back"])
async def test_after_a_loss_the_end_of_a_visit_is_still_its_citizen_s(
    sqlite_window: Window, redis: Redis, paper_jpeg: bytes, *, comes_back: bool
):
    window = sqlite_window
    citizen, seat, session = await window.talking()
    paper = await citizen.upload("身份证.jpg", paper_jpeg)
    await seat.until(lambda: seat.session and seat.session.documents)
    await citizen.say("之前")
    await seat.close("correction", "照片要重拍", ("photo1",))
    told = await citizen.until(lambda: citizen.conversation.closed)
    await window.record(session.session)

    await redis.flushall()

    page = citizen
    if comes_back:
        page = await window.citizen()
        page.token = citizen.token
        await page.channel.drop()
        view = await page.until(lambda: page.conversation.view)
        assert (view.state, view.outcome, view.summary, view.notice) == (
            SessionState.CLOSED,
            told.outcome,
            told.summary,
            told.notice,
        )
        assert ([line.text for line in view.chat], [one.document for one in view.documents]) == (["之前"], [paper])
        assert (page.state, page.ticket and page.ticket.about.receipt) == (TicketState.DONE, told.receipt)
    bearer = {"Authorization": f"Bearer {citizen.token}"}
    async with page.http.get(window.address.to(f"/api/documents/{paper}"), headers=bearer) as answer:
        assert (answer.status, await answer.read()) == (200, paper_jpeg)
    async with page.http.get(window.address.to("/api/conversation?before=9"), headers=bearer) as answer:
        assert [line["text"] for line in (await answer.json())["chat"]] == ["之前"]
    await page.rate(5)
    record = await window.record(session.session, rated=True)
    assert record.line.rating == 5
    for _ in range(2):  # by the queue's mark, and by the ledger alone
        with pytest.raises(RefusedError) as refused:
            await page.rate(4)
        assert refused.value.code == "already_rated"
        await redis.flushall()


async def stranger_with_the_stub_of(citizen: Citizen, window: Window) -> Citizen:
    """Return a page that holds nothing but a stub."""
    found = await window.citizen()
    found.stub = citizen.stub
    return found
