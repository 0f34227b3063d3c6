"""A citizen's own word that he goes first is a claim: the agent says once whether it is true, and may mend a slip."""

from protocol.scopes import EVERYWHERE
from records.journal.recorder import Recorder
from records.sessions import find as sessions
from tests.support.nodes import Cluster
from tests.support.people import People
from tests.support.wire_page import WirePage


async def shown(page: WirePage) -> str:
    await page.reopen(resume="", last_seq=0)
    return (await page.until("session"))["session"]["priority_claim"]


async def why_refused(agent: WirePage, *, confirmed: object) -> str:
    answer = await agent.do("confirm_priority", confirmed=confirmed)
    return f"{answer['code']}: {answer['params'].get('why', '')}"


async def test_the_agents_answer_is_changed_once_told_to_the_seat_alone_and_kept(people: People) -> None:
    citizen, agent = await people.talking(priority="priority")
    assert (await shown(agent), await shown(citizen)) == ("claimed", "")
    assert await citizen.refused("confirm_priority", confirmed=True) == "not_allowed"
    for wrong in ("yes", 1, None):
        assert (await agent.do("confirm_priority", confirmed=wrong))["type"] == "error"
    assert await shown(agent) == "claimed"

    await agent.done("confirm_priority", confirmed=True)
    assert (await agent.until("priority_confirmed"))["confirmed"] is True
    await agent.done("confirm_priority", confirmed=True)  # the same again is no change
    await agent.done("close_session", outcome="answered")
    await agent.until("seat", lambda frame: frame["seat"]["state"] == "wrap_up")
    await agent.done("confirm_priority", confirmed=False)
    assert await why_refused(agent, confirmed=True) == "bad_input: settled"
    assert await shown(agent) == "refused"
    await agent.done("ready")
    assert await agent.refused("confirm_priority", confirmed=True) in {"session_over", "session_not_found"}
    assert await shown(citizen) == ""
    assert not any("priority_confirmed" in text for text in citizen.raw)

    node = people.at.node.services
    await Recorder(people.cluster.database, node.redis, node.settings.realm).drain()
    async with people.cluster.database.read() as db:
        record = await sessions.show(db, citizen.ticket["ticket"], EVERYWHERE)
    assert record.line.priority_claim == "refused"
    told = [event.facts["claim"] for event in record.events if event.facts.get("kind") == "priority_confirmed"]
    assert told == ["confirmed", "refused"]


async def test_who_claimed_nothing_is_not_asked(people: People) -> None:
    _, agent = await people.talking()
    assert await why_refused(agent, confirmed=True) == "bad_input: not_claimed"
    assert await shown(agent) == ""


async def test_an_answer_goes_along_to_the_next_seat_and_nobody_else_gives_it(shared: Cluster) -> None:
    await shared.start(seat_grace_s=0.5)
    people = People(shared)
    citizen, agent = await people.talking("S004", priority="priority")
    await agent.done("confirm_priority", confirmed=False)
    await agent.drop()
    await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "waiting")
    other = await people.agent("S005", ready=False)
    assert await other.refused("confirm_priority", confirmed=True) == "session_not_found"
    alerts = (await other.until("alerts", lambda frame: bool(frame["alerts"])))["alerts"]
    assert alerts[0]["ticket"] == citizen.ticket["ticket"]
    await other.done("claim", ticket=alerts[0]["ticket"])
    first = (await other.until("session"))["session"]
    if first["priority_claim"] != "refused":
        assert (await other.until("priority_confirmed"))["confirmed"] is False
    await people.close()
