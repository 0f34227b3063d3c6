"""Wrap-up is a desk: what was written in the call is finished there, corrected for all to see, and closed with it."""

import asyncio
from http import HTTPStatus

import pytest

from protocol.errors import SessionNotFound, SessionOver
from protocol.events import ReservationAccepted
from protocol.scopes import EVERYWHERE
from records.journal.recorder import Recorder
from records.sessions import find as sessions
from signaling.push import Push
from tests.integration.signaling.test_papers import upload
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage

REALM = "default"


async def closed_call(people: People, outcome: str = "correction", **facts: object) -> tuple[WirePage, WirePage, str]:
    """Return a citizen and an agent in wrap-up, and the citizen's document."""
    citizen, agent = await people.talking()
    document = await upload(citizen, PNG, material="idcard")
    await agent.sees(document)
    await agent.done("close_session", outcome=outcome, **({"missing": ["idcard"]} | facts))
    await citizen.until("session_closed")
    await agent.until("seat", lambda frame: frame["seat"]["state"] == "wrap_up")
    return citizen, agent, document


async def looks_at(agent: WirePage, document: str) -> int:
    async with agent.http.get(f"{agent.at.url}/api/documents/{document}") as answer:
        return answer.status


async def test_notes_verdicts_and_papers_are_finished_in_wrap_up_and_not_after_it(people: People) -> None:
    citizen, agent, document = await closed_call(people)
    await agent.done("notes", text="写完了")
    assert (await agent.until("notes_kept"))["text"] == "写完了"
    await agent.done("give_verdict", document=document, verdict="blurred", note="看不清")
    assert (await citizen.until("verdict_given"))["note"] == "看不清"
    assert await looks_at(agent, document) == HTTPStatus.OK
    await agent.drop()
    await agent.reopen(resume="", last_seq=0)
    shown = (await agent.until("session"))["session"]
    assert (shown["notes"], shown["state"], shown["documents"][0]["verdict"]) == ("写完了", "closed", "blurred")

    await agent.done("ready")
    assert await agent.refused("notes", text="太晚") in {"session_over", "session_not_found"}
    assert await agent.refused("give_verdict", document=document, verdict="good") in {
        "session_over",
        "session_not_found",
    }
    assert await agent.refused("amend_closing", outcome="answered") == "wrap_up_over"
    assert await agent.refused("extend_wrap_up", for_s=60) == "wrap_up_over"
    assert await looks_at(agent, document) == HTTPStatus.NOT_FOUND


async def test_a_page_taken_out_of_its_session_while_the_queue_is_asked_is_told_that_it_is_over(people: People) -> None:
    citizen, agent, _ = await closed_call(people)
    await agent.drop()
    await agent.reopen(resume="", last_seq=0)
    await agent.until("session")
    node = people.at.node
    for page in (node.services.connections.seats["S004"], node.services.connections.tickets[citizen.ticket["ticket"]]):
        asked = asyncio.create_task(node.sessions.live(page))
        await asyncio.sleep(0)  # it waits for the queue's answer
        node.sessions.detach(page)
        with pytest.raises(SessionOver):
            _ = await asked
        with pytest.raises(SessionNotFound):
            _ = await node.sessions.live(page)


async def test_a_snapshot_that_comes_too_late_is_not_shown(people: People) -> None:
    citizen, _ = await people.talking()
    node = people.at.node
    page = node.services.connections.tickets[citizen.ticket["ticket"]]
    row = await node.services.queue.tickets.find(page.ticket)
    assert row is not None
    attached = asyncio.create_task(node.sessions.attach(page, row))
    await asyncio.sleep(0)  # the log is being read
    node.sessions.detach(page)
    await attached
    assert page.cursor is None


async def test_pages_whose_node_hears_of_a_call_after_its_end_are_shown_it_all_the_same(people: People) -> None:
    citizen, agent, document = await closed_call(people)
    node = people.at.node
    held = (node.services.connections.seats["S004"], node.services.connections.tickets[citizen.ticket["ticket"]])
    [accepted] = [one for _, one in await node.services.queue.journal.entries() if isinstance(one, ReservationAccepted)]
    for one in held:
        node.sessions.detach(one)
    await Push(node).tell(accepted)
    for page in (citizen, agent):
        shown = (await page.until("session"))["session"]
        assert (shown["session"], shown["state"]) == (accepted.session, "closed")
        assert [one["document"] for one in shown["documents"]] == [document]

    await agent.done("ready")
    node.sessions.detach(held[0])
    await Push(node).tell(accepted)
    assert held[0].session == ""


async def test_a_correction_reaches_the_citizen_and_both_versions_stay_on_record(people: People) -> None:
    citizen, agent, _ = await closed_call(people, summary="缺身份征")
    await agent.done("amend_closing", outcome="correction", summary="缺身份证", missing=["idcard", "photo1"])
    told = await citizen.until("closing_amended")
    assert (told["summary"], len(told["notice"])) == ("缺身份证", 2)
    again = {"outcome": "correction", "summary": "缺身份证", "missing": ["idcard", "photo1"]}
    await agent.done("amend_closing", **again)  # the same once more is no third version
    await agent.done("amend_closing", outcome="answered", summary="不用补")
    assert (await citizen.until("closing_amended"))["outcome"] == "answered"
    await citizen.reopen(resume="", last_seq=0)
    shown = (await citizen.until("session"))["session"]
    assert (shown["version"], shown["outcome"], shown["notice"]) == (3, "answered", [])

    database, node = people.cluster.database, people.at
    await Recorder(database, node.node.services.redis, node.node.services.settings.realm).drain()
    async with database.read() as db:
        record = await sessions.show(db, shown["session"], EVERYWHERE)
        _, receipt = await sessions.by_receipt(db, shown["about"]["receipt"])
    assert [(one.version, one.outcome, one.summary) for one in record.closings] == [
        (1, "correction", "缺身份征"),
        (2, "correction", "缺身份证"),
        (3, "answered", "不用补"),
    ]
    assert record.outcome == record.closings[-1]
    assert (receipt.version, receipt.outcome, receipt.notice) == (3, "answered", ())
    assert record.case is not None
    assert (record.case.state, record.case.custody) == ("decided", ())


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"outcome": "gone"}, "outcome_required"),
        ({"outcome": "correction"}, "bad_input"),
        ({"outcome": "correction", "missing": ["nothing"]}, "bad_input"),
    ],
)
async def test_a_correction_that_says_nothing_right_changes_nothing(people: People, facts: dict, code: str) -> None:
    citizen, agent, _ = await closed_call(people)
    assert await agent.refused("amend_closing", **facts) == code
    await citizen.reopen(resume="", last_seq=0)
    shown = (await citizen.until("session"))["session"]
    assert (shown["outcome"], shown["version"]) == ("correction", 1)


async def test_nobody_but_the_seat_in_wrap_up_corrects_a_closing(people: People) -> None:
    citizen, agent = await people.talking()
    assert await agent.refused("amend_closing", outcome="answered") == "wrap_up_over"
    assert await agent.refused("extend_wrap_up", for_s=60) == "wrap_up_over"
    await agent.done("close_session", outcome="answered")
    other = await people.agent("S005")
    assert await other.refused("amend_closing", outcome="rejected") == "wrap_up_over"
    assert await citizen.refused("amend_closing", outcome="accepted") == "not_allowed"


async def test_wrap_up_is_prolonged_within_bounds_and_everybody_sees_until_when(people: People) -> None:
    _, agent, _ = await closed_call(people)
    before = people.at
    row = await before.node.services.queue.seats.find("S004")
    assert row is not None
    for wrong in (29, 601, 0, -60):
        assert await agent.refused("extend_wrap_up", for_s=wrong) == "bad_input"
    await agent.done("extend_wrap_up", for_s=300)
    longer = await agent.until("seat", lambda frame: frame["seat"]["until_ms"] >= row.until_ms + 300_000)
    assert longer["seat"]["since_ms"] == row.since_ms
    for _ in range(3):
        await agent.do("extend_wrap_up", for_s=600)
    assert await agent.refused("extend_wrap_up", for_s=600) == "wrap_up_over"
    last = await before.node.services.queue.seats.find("S004")
    assert last is not None
    assert last.until_ms == row.since_ms + 1_800_000


async def test_an_agent_who_signs_out_in_a_call_leaves_the_citizen_at_the_head_and_told_why(people: People) -> None:
    citizen, agent = await people.talking()
    async with agent.http.post(f"{agent.at.url}/api/logout") as answer:
        assert answer.status == HTTPStatus.OK
    waits = await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "waiting")
    assert (waits["ticket"]["returned"], waits["ticket"]["place"]) == ("signed_out", 1)
    row = await people.at.node.services.queue.seats.find("S004")
    assert row is not None
    assert row.state == "offline"
