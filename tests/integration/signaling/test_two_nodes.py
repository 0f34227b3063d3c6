"""Several nodes on one Redis: any node serves any page, and nobody notices which."""

import asyncio

from tests.support.nodes import Running
from tests.support.people import People
from tests.support.wires import every_wire

pytestmark = every_wire


async def test_a_citizen_on_one_node_talks_to_an_agent_on_another(town: tuple[People, Running, Running]) -> None:
    people, one, other = town
    citizen, agent = await people.talking(citizen_at=one, agent_at=other)
    await citizen.send({"type": "media_ready", "epoch": 0})
    await agent.until("media_ready")
    found = [f"candidate:1 1 udp 1 8.8.8.8 {number} typ relay" for number in range(50_000, 50_005)]
    for one_of in found:
        await agent.send({"type": "candidate", "epoch": 1, "candidate": one_of})
    assert [(await citizen.until("candidate"))["candidate"] for _ in found] == found
    await agent.done("chat", text="听得到吗")
    assert (await citizen.until("chatted"))["text"] == "听得到吗"
    await citizen.drop()
    await agent.done("chat", text="还在吗")
    await citizen.reopen(other)
    assert (await citizen.until("chatted"))["text"] == "还在吗"
    await citizen.send({"type": "media_ready", "epoch": 0})
    await agent.until("media_ready")
    assert other.node.media.same_node == 1


async def test_the_newer_window_wins_on_another_node_too(town: tuple[People, Running, Running]) -> None:
    people, one, other = town
    citizen = await people.waiting(one, item="MZ01")
    await people.citizen(other, token=citizen.token)
    assert (await citizen.closed()).code == 4001


async def test_a_command_repeated_on_another_node_is_done_once(town: tuple[People, Running, Running]) -> None:
    people, one, other = town
    citizen, agent = await people.talking(citizen_at=one, agent_at=one)
    await citizen.done("chat", id="same", text="一次")
    await citizen.drop()
    await citizen.reopen(other)
    await citizen.done("chat", id="same", text="一次")
    await citizen.done("chat", text="两次")
    assert [(await agent.until("chatted"))["text"] for _ in range(2)] == ["一次", "两次"]


async def test_a_node_that_is_told_to_stop_sends_its_pages_to_another(town: tuple[People, Running, Running]) -> None:
    people, one, other = town
    citizen, agent = await people.talking(citizen_at=one, agent_at=other)
    people.cluster.running.remove(one)
    stopping = asyncio.create_task(one.stop())
    assert (await citizen.closed()).code == 4003
    await citizen.reopen(other)
    await agent.done("chat", text="没断")
    await citizen.hears("没断")
    assert not any("suspended" in text for text in agent.raw)
    await stopping


async def test_signing_out_on_one_node_closes_the_page_on_the_other(town: tuple[People, Running, Running]) -> None:
    people, one, other = town
    agent = await people.agent("S004", one)
    async with agent.http.post(f"{other.url}/api/logout") as answer:
        assert answer.status == 200, await answer.text()
    assert (await agent.closed()).code == 4002
