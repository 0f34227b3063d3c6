"""What carries media is behind one interface: peer to peer and an engine on the server keep the same promises."""

import pytest

from signaling.session.media_plane import MakeMediaPlane
from signaling.session.relay import Relay
from tests.support.hub_plane import ANSWER, HubPlane
from tests.support.nodes import Cluster
from tests.support.people import People


@pytest.mark.parametrize("make_media", [Relay, HubPlane], ids=["peer to peer", "an engine"])
async def test_every_plane_takes_frames_of_connected_participants_and_of_nobody_else(
    shared: Cluster, make_media: MakeMediaPlane
) -> None:
    shared.make_media = make_media
    await shared.start()
    people = People(shared)
    citizen, agent = await people.talking()
    plane = people.at.node.media
    await agent.send({"type": "media_state", "to": "citizen", "slot": "camera", "on": True})
    await agent.send({"type": "media_ready", "to": "seat"})  # a seat is never ready for itself
    assert (await agent.until("error"))["code"] == "not_allowed"
    await citizen.send({"type": "media_ready", "to": "nobody"})
    assert (await citizen.until("error"))["code"] == "participant_not_found"
    await agent.done("close_session", outcome="answered")
    await citizen.until("session_closed")
    await agent.until("seat", lambda frame: frame["seat"]["state"] == "wrap_up")
    before = (plane.same_node, plane.remote)
    assert before == (1, 0)
    await agent.send({"type": "media_state", "to": "citizen", "slot": "camera", "on": False})
    await agent.done("notes", text="still here")
    assert (plane.same_node, plane.remote) == before
    assert not [frame for frame in agent.frames if frame["type"] == "error"]
    newcomer = await people.citizen()
    await newcomer.send({"type": "media_ready", "to": "seat"})
    assert (await newcomer.until("error"))["code"] == "session_not_found"
    await people.close()


async def test_an_engine_answers_the_seat_itself(shared: Cluster) -> None:
    shared.make_media = HubPlane
    await shared.start()
    people = People(shared)
    citizen, agent = await people.talking()
    await agent.send({"type": "description", "to": "citizen", "epoch": 3, "kind": "offer", "sdp": "v=0"})
    answer = await agent.until("description")
    assert (answer["from"], answer["epoch"], answer["sdp"]) == ("citizen", 3, ANSWER)
    await agent.until("candidate")
    await citizen.done("chat", text="你好")
    assert not [text for text in citizen.raw if '"description"' in text]
    await people.close()
