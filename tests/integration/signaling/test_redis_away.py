"""Redis goes away with people at work: what writes is refused in plain words, and what was begun is done once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from protocol.events import DocumentNoted, SessionNoted
from runtime.engines import EmbeddedValkey
from tests.integration.signaling.test_papers import TUS, bearer, begin, send, upload
from tests.support.gate import Gate
from tests.support.ledgers import District
from tests.support.nodes import cluster
from tests.support.people import People
from tests.support.samples import PDF, PNG
from tests.support.wire_page import WirePage

AWAY = "queue_unavailable"


@pytest_asyncio.fixture
async def own(tmp_path: Path, district: District) -> AsyncIterator[tuple[People, EmbeddedValkey]]:
    """People at a window with a Valkey of its own, to be killed."""
    async with EmbeddedValkey(tmp_path / "valkey") as valkey, cluster(valkey.url, district, tmp_path) as found:
        await found.start()
        people = People(found)
        yield people, valkey
        await valkey.start()
        await people.close()


async def refused_by_http(page: WirePage, method: str, path: str, **more: object) -> None:
    """Ask for something that must be refused as out of reach."""
    async with page.http.request(method, page.at.url + path, **more) as answer:  # type: ignore[arg-type]
        assert (answer.status, (await answer.json())["code"]) == (503, AWAY), path
        assert answer.headers["Retry-After"]


async def test_whatever_writes_is_refused_while_redis_is_away_and_done_once_afterwards(
    own: tuple[People, EmbeddedValkey],
) -> None:
    people, valkey = own
    citizen, agent = await people.talking()
    waiting = await people.waiting(item="MZ01")
    paper = await upload(citizen, PNG, material="idcard")
    await agent.sees(paper)
    place = await begin(citizen, len(PDF), filename="form.pdf")
    half = len(PDF) // 2
    assert (await send(citizen, place, PDF[:half]))[0] == 204

    await valkey.kill()

    await refused_by_http(agent, "POST", "/api/login", json={"name": "s004", "password": "correct horse battery"})
    await refused_by_http(agent, "GET", "/api/me")
    await refused_by_http(agent, "POST", "/api/logout")
    await refused_by_http(agent, "GET", f"/api/documents/{paper}")
    begins = {**bearer(citizen), "Upload-Length": "10"}
    await refused_by_http(citizen, "POST", "/api/uploads", headers=begins)
    appends = {**bearer(citizen), "Upload-Offset": str(half), "Content-Type": "application/offset+octet-stream"}
    await refused_by_http(citizen, "PATCH", place, headers=appends, data=PDF[half:])
    for page, kind, facts in (
        (citizen, "chat", {"text": "等等"}),
        (agent, "notes", {"text": "记"}),
        (agent, "give_verdict", {"document": paper, "verdict": "good"}),
        (agent, "close_session", {"outcome": "answered"}),
        (waiting, "hold_place", {"for_s": 60}),
        (waiting, "leave_queue", {}),
    ):
        assert await page.refused(kind, id=f"later-{kind}", **facts) == AWAY
    newcomer = await WirePage(people.at, "citizen").connect()
    people.pages.append(newcomer)
    await newcomer.socket.hello("citizen", token=citizen.token)
    assert (await newcomer.closed()).code == 1013

    await valkey.start()

    await citizen.insists("chat", id="later-chat", text="等等", code=AWAY)
    await agent.insists("notes", id="later-notes", text="记", code=AWAY)
    await agent.insists("give_verdict", id="later-give_verdict", document=paper, verdict="good", code=AWAY)
    async with citizen.http.patch(people.at.url + place, headers=appends, data=PDF[half:]) as answer:
        assert answer.status == 204
    await agent.sees(place.rsplit("/", 1)[-1])
    await citizen.hears("等等")
    assert agent.lines == ["等等"]
    await waiting.insists("leave_queue", id="later-leave_queue", code=AWAY)
    await agent.insists("close_session", id="later-close_session", outcome="answered", code=AWAY)
    await citizen.until("session_closed")
    await citizen.insists("rate", id="rate", level=5, code=AWAY)


async def notes_of(people: People, kind: type) -> list[object]:
    return [event for _, event in await people.at.node.services.queue.journal.entries() if isinstance(event, kind)]


async def test_a_rating_that_was_cut_off_half_way_is_taken_at_the_second_try(gated: tuple[People, Gate]) -> None:
    people, between = gated
    citizen, agent = await people.talking()
    await agent.done("close_session", outcome="answered")
    await citizen.until("session_closed")
    await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "done")
    broken = between.stop(rb"_note\r\n")
    broken.cut()
    assert await citizen.refused("rate", id="r1", level=5) == AWAY
    broken.open()
    await citizen.done("rate", id="r1", level=5)
    assert await citizen.refused("rate", id="r2", level=1, reasons=["其他"]) in {"already_rated", "bad_input"}
    rated = [
        one for one in await notes_of(people, SessionNoted) if isinstance(one, SessionNoted) and one.kind == "rated"
    ]
    assert len(rated) == 1


async def test_who_rates_before_the_queue_has_heard_of_the_end_is_heard(gated: tuple[People, Gate]) -> None:
    people, between = gated
    citizen, agent = await people.talking()
    finish = between.stop(rb"_finish\r\n")
    closing = asyncio.create_task(agent.done("close_session", outcome="answered"))
    await citizen.until("session_closed")
    await finish.until_asked()
    await citizen.done("rate", level=5)
    finish.open()
    await closing


async def test_a_ticket_that_was_cut_off_half_way_is_the_same_one_at_the_second_try(gated: tuple[People, Gate]) -> None:
    people, between = gated
    citizen = await people.citizen()
    broken = between.stop(rb"\r\nEVALSHA\r\n.*:page:ticket:")
    broken.cut()
    assert await citizen.refused("take_ticket", id="press", item="MZ01") == AWAY
    broken.open()
    answer = await citizen.done("take_ticket", id="press", item="MZ01")
    assert answer["ticket"]["place"] == 1
    redis = people.at.node.services.redis
    assert await redis.smembers("cw:{window}:open") == {answer["ticket"]["ticket"].encode()}


async def test_a_paper_that_was_cut_off_from_the_journal_is_told_at_the_next_look(gated: tuple[People, Gate]) -> None:
    people, between = gated
    citizen = await people.waiting(item="MZ01")
    place = await begin(citizen, len(PDF), filename="form.pdf")
    broken = between.stop(rb"\r\nXADD\r\n")
    broken.cut()
    assert (await send(citizen, place, PDF))[0] == 503
    broken.open()
    async with citizen.http.head(people.at.url + place, headers={**TUS, **bearer(citizen)}) as answer:
        assert (answer.status, answer.headers["Upload-Offset"]) == (200, str(len(PDF)))
    [noted] = await notes_of(people, DocumentNoted)
    assert isinstance(noted, DocumentNoted)
    assert noted.document == place.rsplit("/", 1)[-1]
