"""A call begins, or a node does, while something else is on its way: no page is left out of its own call."""

import asyncio
import logging

import pytest

from protocol.events import SessionNoted
from tests.integration.signaling.test_papers import upload
from tests.support.gate import Gate
from tests.support.patience import until
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage

CLAIM = rb"\*8\r\n\$7\r\nEVALSHA\r\n.*:page:ticket:"
TAKE = rb"_take\r\n"


async def accepts(agent: WirePage) -> None:
    rings = (await agent.until("ringing"))["reservation"]
    await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])


async def test_a_seat_that_accepts_before_the_page_is_known_meets_its_citizen(gated: tuple[People, Gate]) -> None:
    people, between = gated
    agent, citizen = await people.agent(), await people.citizen()
    claim = between.stop(CLAIM)
    taking = asyncio.create_task(citizen.do("take_ticket", item="MZ01"))
    await claim.until_asked()
    await accepts(agent)
    await agent.until("session")
    claim.open()
    assert (await taking)["type"] == "ticket_taken"
    assert (await citizen.until("session"))["session"]["session"] == agent.session["session"]
    await citizen.done("chat", text="听得到")
    assert (await agent.until("chatted"))["text"] == "听得到"


async def test_a_page_that_comes_back_while_a_seat_accepts_its_ticket_stands_in_the_call(
    gated: tuple[People, Gate],
) -> None:
    people, between = gated
    agent, citizen = await people.agent(), await people.waiting(item="MZ01")
    await citizen.drop()
    claim = between.stop(CLAIM)
    await citizen.reopen()
    await claim.until_asked()  # its ticket was read, and its page is not known yet
    await accepts(agent)
    await agent.until("session")
    claim.open()
    assert (await citizen.until("session"))["session"]["session"] == agent.session["session"]
    assert citizen.ticket["state"] == "serving"
    await citizen.done("chat", text="我回来了")
    assert (await agent.until("chatted"))["text"] == "我回来了"


async def test_a_page_that_comes_back_while_its_call_is_closed_is_shown_the_end(gated: tuple[People, Gate]) -> None:
    people, between = gated
    citizen, agent = await people.talking()
    await citizen.drop()
    claim = between.stop(CLAIM)
    await citizen.reopen(resume="", last_seq=0)
    await claim.until_asked()
    await agent.done("close_session", outcome="answered")
    claim.open()
    assert (await citizen.until("ticket"))["ticket"]["state"] == "done"
    assert (await citizen.until("session"))["session"]["outcome"] == "answered"


async def test_a_paper_that_is_stored_while_its_call_begins_is_seen_in_the_call(gated: tuple[People, Gate]) -> None:
    people, between = gated
    agent, citizen = await people.agent(), await people.waiting(item="MZ01")
    kept = between.stop(rb"\r\nHSET\r\n.*:documents:")
    sending = asyncio.create_task(upload(citizen, PNG))
    await kept.until_asked()  # the journal has it as a paper of a ticket in no call
    await accepts(agent)
    await agent.until("session")
    kept.open()
    assert (await agent.sees(await sending))["by"] == "citizen"


async def test_a_paper_of_a_call_is_one_entry_of_the_journal(people: People) -> None:
    citizen, agent = await people.talking()
    document = await upload(citizen, PNG)
    _ = await agent.sees(document)
    entries = [event for _, event in await people.at.node.services.queue.journal.entries()]
    [told] = [one for one in entries if document in str(one)]
    assert isinstance(told, SessionNoted)
    assert told.by == "citizen"


async def test_a_ticket_taken_while_the_line_broke_is_given_to_the_page_that_comes_back(
    gated: tuple[People, Gate],
) -> None:
    people, between = gated
    citizen = await people.citizen()
    take = between.stop(TAKE)
    await citizen.send({"type": "take_ticket", "id": "press", "item": "MZ01"})
    await take.until_asked()
    [page] = people.at.node.services.connections.all.values()
    await citizen.drop()
    await until(lambda: page.is_gone)
    await citizen.reopen()
    asked_again = asyncio.create_task(citizen.do("take_ticket", id="press", item="MZ01"))
    take.open()
    answer = await asked_again
    assert answer["type"] == "ticket_taken", answer
    assert answer["ticket"]["place"] == 1
    redis = people.at.node.services.redis
    assert await redis.smembers("cw:{window}:open") == {answer["ticket"]["ticket"].encode()}


async def test_a_node_lets_nobody_in_before_it_follows_the_journal(gated: tuple[People, Gate]) -> None:
    people, between = gated
    follow = between.stop(rb"\r\nXREVRANGE\r\n")
    node = await people.cluster.start()
    await follow.until_asked()
    citizen = await WirePage(node, "citizen").connect()
    people.pages.append(citizen)
    hello = asyncio.create_task(citizen.hello())
    await until(lambda: node.node.services.connections.all)
    for _ in range(20):
        async with citizen.http.get(f"{node.url}/livez") as answer:
            assert answer.status == 200
    assert not hello.done()
    follow.open()
    assert (await hello)["type"] == "welcome"


async def test_a_call_whose_beginning_could_not_be_told_is_told_when_redis_is_back(
    gated: tuple[People, Gate], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    people, between = gated
    agent, citizen = await people.agent(), await people.waiting(item="MZ01")
    broken = between.stop(rb":guests:")  # read for nothing else here
    broken.cut()
    await accepts(agent)
    await until(lambda: any(getattr(one, "task", "") == "journal" for one in caplog.records))
    broken.open()
    assert (await agent.until("session"))["session"]["session"]
    assert (await citizen.until("session"))["session"]["session"] == agent.session["session"]
