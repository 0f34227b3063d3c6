"""From the button to the outcome, over real sockets, Valkey and SQLite."""

from tests.support.people import People


async def test_a_citizen_is_rung_through_talks_and_leaves_with_an_outcome(people: People) -> None:
    agent = await people.agent("S004")
    citizen = await people.waiting(item="MZ01", mode="handle", site="HD-TB")
    assert citizen.ticket["about"]["number"] == "MZ001"
    assert citizen.ticket["about"]["collecting_district"] == "440114"
    assert citizen.ticket["about"]["handling_district"] == "440113"

    rings = (await agent.until("ringing"))["reservation"]
    assert rings["about"]["item"] == "MZ01"
    await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
    assert (await agent.until("ringing_over"))["state"] == "accepted"
    seen = (await agent.until("session"))["session"]
    assert seen["you"] == "seat"
    assert seen["guide"]["materials"]
    assert (await citizen.until("session"))["session"]["session"] == seen["session"]

    await citizen.send({"type": "media_ready"})
    await agent.until("media_ready")
    await agent.send({"type": "description", "epoch": 1, "kind": "offer", "sdp": "v=0"})
    assert (await citizen.until("description"))["sdp"] == "v=0"
    await citizen.done("media_up", epoch=1, after_ms=400)
    assert (await agent.until("session_moved"))["state"] == "active"

    await citizen.done("chat", text="你好")
    assert (await agent.until("chatted"))["text"] == "你好"
    await agent.done("notes", text="老人卡首次申领")
    await agent.done("close_session", outcome="accepted", summary="已受理")
    closed = await citizen.until("session_closed")
    assert closed["receipt"].endswith(citizen.ticket["about"]["receipt"][-6:])
    await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "done")
    assert (await agent.until("seat", lambda frame: frame["seat"]["state"] == "wrap_up"))["seat"]["until_ms"]
    for late in ({"type": "candidate", "epoch": 1, "candidate": "x"}, {"type": "media_restart", "epoch": 1}):
        await citizen.send(late)
    await citizen.done("rate", level=5)
    assert not any('"error"' in text for text in citizen.raw), "what was under way when the call ended is no fault"
    assert await citizen.refused("rate", level=4) == "already_rated"
    assert not any("rated" in text for text in agent.raw)
    assert not any("notes_kept" in text for text in citizen.raw)
