"""Ids of commands and of connections: what is done once, who is superseded, and what may be sent again."""

import asyncio

import msgspec

from protocol.commands import Pause
from protocol.states import PauseReason
from signaling.socket.answers import Mark, digest_of
from tests.support.gate import Gate
from tests.support.nodes import Cluster, Running
from tests.support.people import People
from tests.support.wire_page import WirePage
from tests.support.wires import each_wire

pytestmark = each_wire


async def test_an_id_that_stood_for_another_command_is_refused_and_nothing_is_done(people: People) -> None:
    agent = await people.agent()
    await agent.done("pause", id="a1", reason="meal")
    assert (await agent.do("pause", id="a1", reason="meal"))["type"] == "done"
    answer = await agent.do("ready", id="a1")
    assert (answer["code"], answer["retry"]) == ("id_reused", "new_id")
    await agent.drop()
    await agent.reopen(resume="")
    assert (await agent.until("seat"))["seat"]["state"] == "paused"
    assert await agent.refused("pause", id="a1", reason="training") == "id_reused"


async def test_an_error_says_whether_to_send_the_command_again(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    answer = await citizen.do("take_ticket", item="MZ01")
    assert (answer["code"], answer["retry"]) == ("ticket_not_waiting", "new_id")
    answer = await citizen.do("chat", text="在吗")
    assert (answer["code"], answer["retry"]) == ("session_not_found", "no")


async def test_a_command_whose_node_died_is_carried_out_by_another_one(shared: Cluster) -> None:
    node = await shared.start()
    people = People(shared)
    agent = await people.agent()
    services, command = node.node.services, Pause(id="c1", reason=PauseReason.MEAL)
    mark = msgspec.json.encode(Mark(digest_of(command), "a-node-that-died", "x"))
    await services.redis.set(services.keys.answer("seat:S004", "c1"), mark, ex=25)
    assert (await agent.do("pause", id="c1", reason="meal"))["type"] == "done"
    await agent.until("seat", lambda frame: frame["seat"]["state"] == "paused")
    await people.close()


async def test_a_hello_that_comes_late_supersedes_nobody(town: tuple[People, Running, Running]) -> None:
    people, one, other = town
    citizen = await people.waiting(one, item="MZ01")
    for late_at, living_at in ((one, one), (one, other), (other, one)):
        late = await WirePage(late_at, "citizen").connect()
        people.pages.append(late)
        await citizen.drop()
        await citizen.reopen(living_at)
        await citizen.until("ticket")
        await late.socket.hello("citizen", token=citizen.token)
        assert (await late.closed()).code == 4001
        await citizen.done("hold_place", for_s=60)
        await citizen.done("resume_place")


async def test_a_seat_s_late_hello_leaves_the_living_page_in_its_call(town: tuple[People, Running, Running]) -> None:
    people, one, other = town
    citizen, agent = await people.talking(agent_at=one, citizen_at=other)
    late = await WirePage(other, "seat", agent.http).connect()
    await agent.drop()
    await agent.reopen(one)
    await late.socket.hello("seat")
    assert (await late.closed()).code == 4001
    await agent.done("chat", text="还在")
    assert "还在" in await citizen.hears("还在")


async def test_a_newer_window_still_takes_over(town: tuple[People, Running, Running]) -> None:
    people, one, other = town
    citizen = await people.waiting(one, item="MZ01")
    second = await people.citizen(other, token=citizen.token)
    await second.until("ticket")
    assert (await citizen.closed()).code == 4001


async def test_a_line_in_a_session_that_the_queue_forgot_may_be_sent_again(people: People) -> None:
    citizen, _ = await people.talking()
    services = people.at.node.services
    await services.redis.flushall()
    answer = await citizen.do("chat", text="喂")
    assert (answer["code"], answer["retry"]) == ("queue_unavailable", "same_id")


async def test_a_line_said_while_the_queue_is_wiped_is_refused_as_passing_and_not_numbered_anew(
    gated: tuple[People, Gate],
) -> None:
    people, between = gated
    citizen, _ = await people.talking()
    services = people.at.node.services
    note = between.stop(rb"_note\r\n")
    said = asyncio.create_task(citizen.do("chat", text="喂"))
    await note.until_asked()  # the session was looked at: it is live
    await services.redis.flushall()
    note.open()
    answer = await said
    assert (answer["code"], answer["retry"]) == ("queue_unavailable", "same_id")
    assert not await services.redis.exists(services.keys.numbers(citizen.session["session"]))


async def test_a_line_said_while_a_forgotten_session_is_being_mended_may_be_sent_again(
    people: People,
) -> None:
    citizen, _ = await people.talking()
    services, session = people.at.node.services, citizen.session["session"]
    await services.redis.flushall()
    await services.queue.journal.number_from(session, 1000)  # the first step of mending: its ticket is not back yet
    await services.redis.set(services.keys.last_session(citizen.ticket["ticket"]), session)
    answer = await citizen.do("chat", text="喂")
    assert (answer["code"], answer["retry"]) == ("queue_unavailable", "same_id")
