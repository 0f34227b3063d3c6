"""What passes between the two sides of a call: relay credentials, candidates, descriptions; nothing else."""

import json

import msgspec
import pytest

from runtime.clock import ManualClock, SystemClock
from signaling.app import _ping
from signaling.bus import Relayed
from tests.support.nodes import Cluster, Running
from tests.support.people import People
from tests.support.wire_page import WirePage

RELAY = {"turn_urls": ("turn:relay.example:3478",), "turn_secret": "secret", "turn_ttl_s": 600}
OFFER = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.168.7.7\r\na=sendrecv\r\n"
PUBLIC = "candidate:1 1 udp 1686052607 8.8.8.8 50000 typ srflx raddr 192.168.7.7 rport 50000"


def told(page: WirePage, kind: str) -> list[str]:
    """Return the frames of a kind that a page was ever sent."""
    return [text for text in page.raw if json.loads(text)["type"] == kind]


async def offers(agent: WirePage, citizen: WirePage) -> None:
    """Let the agent's page offer the first epoch, and the citizen's page hear it."""
    await agent.send({"type": "description", "epoch": 1, "kind": "offer", "sdp": OFFER})
    await citizen.until("description")


async def test_relay_credentials_are_for_the_two_of_a_call_and_are_renewed_while_it_lasts(shared: Cluster) -> None:
    shared.clock = clock = ManualClock(SystemClock().now_ms())
    node = await shared.start(heartbeat_s=3600, seat_lease_s=3600, **RELAY, stun_urls=("stun:relay.example",))
    people = People(shared)
    citizen, agent = await people.talking()
    stranger, waiting = await people.citizen(), await people.waiting(item="MZ01")
    names = set()
    for page in (citizen, agent):
        order = [json.loads(text)["type"] for text in page.raw]
        assert order.index("ice_refresh") < order.index("session"), "media begin with the session"
        given = json.loads(told(page, "ice_refresh")[0])
        relay = given["ice_servers"][-1]
        assert given["ice_ttl_s"] == 600
        names.add(relay["username"].partition(":")[2])
        assert "ice_policy" not in given, "a page of the release before knows no such field"
    assert len(names) == 2, "each leg has its own quota"

    clock.advance(301)
    _ping(node.node)
    for page in (citizen, agent):
        page.raw.clear()
        relay = (await page.until("ice_refresh", lambda frame: frame["ice_ttl_s"] == 600))["ice_servers"][-1]
        while relay["username"].startswith(str(clock.now_ms() // 1000 + 600 - 301)):
            relay = (await page.until("ice_refresh"))["ice_servers"][-1]
        assert int(relay["username"].partition(":")[0]) == clock.now_ms() // 1000 + 600
        assert relay["username"].partition(":")[2] in names

    for page in (stranger, waiting):
        await page.refused("hold_place", for_s=-1)
        assert told(page, "welcome")
        assert "turn:" not in str(page.raw), "who is in no call has no key to the relay"
    await agent.done("close_session", outcome="answered")
    await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "done")
    await agent.until("seat", lambda frame: frame["seat"]["state"] == "wrap_up")
    clock.advance(301)
    _ping(node.node)
    for page in (citizen, agent, stranger, waiting):
        page.raw.clear()
        await page.send("{}")
        await page.until("error")
        assert "ice_refresh" not in str(page.raw)
    await people.close()


@pytest.mark.parametrize("apart", [False, True])
async def test_neither_side_makes_the_other_knock_inside_or_learns_its_address(
    town: tuple[People, Running, Running], *, apart: bool
) -> None:
    people, one, other = town
    citizen, agent = await people.talking(citizen_at=one, agent_at=other if apart else one)
    await citizen.send({"type": "media_ready", "epoch": 0})
    await agent.until("media_ready")
    await agent.send({"type": "description", "epoch": 1, "kind": "offer", "sdp": OFFER})
    assert "192.168.7.7" not in (await citizen.until("description"))["sdp"]
    for sender, hearer in ((citizen, agent), (agent, citizen)):
        for inner in ("127.0.0.1", "10.1.2.3", "::1", "printer.local.example"):
            await sender.send(
                {"type": "candidate", "epoch": 1, "candidate": f"candidate:1 1 udp 1 {inner} 6379 typ host"}
            )
        await sender.send({"type": "candidate", "epoch": 1, "candidate": PUBLIC})
        heard = await hearer.until("candidate")
        assert heard["candidate"] == PUBLIC.replace("192.168.7.7 rport 50000", "0.0.0.0 rport 0")
        assert len(told(hearer, "candidate")) == 1


@pytest.mark.parametrize("apart", [False, True])
async def test_an_offer_is_answered_once_and_a_description_is_checked_first(
    town: tuple[People, Running, Running], *, apart: bool
) -> None:
    people, one, other = town
    citizen, agent = await people.talking(citizen_at=one, agent_at=other if apart else one)
    await offers(agent, citizen)

    large = "v=0\r\n" + "a=rtpmap:96 VP8/90000\r\n" * 2200
    await citizen.send({"type": "description", "epoch": 1, "kind": "answer", "sdp": large})
    refused = await citizen.until("error")
    assert (refused["code"], refused["params"]["field"]) == ("bad_input", "sdp")

    answer = {"type": "description", "epoch": 1, "kind": "answer", "sdp": OFFER}
    for epoch in (7, 1, 1, 1, 0):
        await citizen.send({**answer, "epoch": epoch})
    assert (await citizen.until("error"))["params"]["why"] == "not_offered", "of 7 there was no offer"
    await citizen.send({"type": "media_state", "slot": "camera", "on": True})
    await agent.until("media_state")
    assert [json.loads(text)["epoch"] for text in told(agent, "description")] == [1]

    # A further offer, an ICE restart of the same epoch, is answered once too.
    await offers(agent, citizen)
    for _ in range(3):
        await citizen.send(answer)
    await citizen.send({"type": "media_state", "slot": "camera", "on": False})
    await agent.until("media_state", lambda frame: frame.get("on") is False)
    assert len(told(agent, "description")) == 2


@pytest.mark.parametrize("apart", [False, True])
async def test_nobody_answers_before_there_is_an_offer(town: tuple[People, Running, Running], *, apart: bool) -> None:
    people, one, other = town
    citizen, agent = await people.talking(citizen_at=one, agent_at=other if apart else one)
    answer = {"type": "description", "epoch": 1, "kind": "answer", "sdp": OFFER}
    await citizen.send(answer)
    refused = await citizen.until("error")
    assert (refused["code"], refused["params"]) == (
        "not_allowed",
        {"frame": "description", "kind": "answer", "why": "not_offered"},
    )
    await offers(agent, citizen)
    await citizen.send(answer)
    await agent.until("description")
    assert len(told(agent, "description")) == 1


@pytest.mark.parametrize("apart", [False, True])
async def test_a_page_that_came_back_answers_what_was_offered_to_its_earlier_connection(
    town: tuple[People, Running, Running], *, apart: bool
) -> None:
    people, one, other = town
    citizen, agent = await people.talking(citizen_at=one, agent_at=other if apart else one)
    await offers(agent, citizen)
    await citizen.drop()
    await citizen.reopen(one)
    answer = {"type": "description", "epoch": 1, "kind": "answer", "sdp": OFFER}
    await citizen.send(answer)
    await agent.until("description")
    # The seat resumes too: what its page offered before may be answered, once.
    await offers(agent, citizen)
    await agent.drop()
    await agent.reopen(other if apart else one)
    await agent.until("session_moved", lambda frame: "seat" in frame["here"])
    agent.raw.clear()
    for _ in range(2):
        await citizen.send(answer)
    assert await heard_since(agent, citizen) == ["description"]


async def test_a_page_that_asks_for_restarts_without_end_is_heard_so_often_only(people: People) -> None:
    citizen, agent = await people.talking()
    for _ in range(100):
        await citizen.send({"type": "media_restart", "epoch": 0, "renew": True})
    await citizen.send({"type": "media_state", "slot": "camera", "on": True})
    await agent.until("media_state")
    assert 0 < len(told(agent, "media_restart")) < 40
    assert people.at.node.media.refused > 60


async def test_candidates_are_passed_on_up_to_the_set_number(shared: Cluster) -> None:
    await shared.start(candidates_burst=5)
    async with People(shared) as people:
        citizen, agent = await people.talking()
        await agent.send({"type": "description", "epoch": 1, "kind": "offer", "sdp": OFFER})
        await citizen.until("description")
        before = people.at.node.media.refused
        for _ in range(60):
            await citizen.send({"type": "candidate", "epoch": 1, "candidate": PUBLIC})
        await citizen.send({"type": "media_state", "slot": "camera", "on": True})
        await agent.until("media_state")
        assert 5 <= len(told(agent, "candidate")) < 30  # two more come each second
        assert people.at.node.media.refused - before > 30


async def test_with_relay_only_nothing_but_the_relay_s_addresses_pass(shared: Cluster) -> None:
    await shared.start(**RELAY, relay="only", ice_networks=("0.0.0.0/0",))
    people = People(shared)
    citizen, agent = await people.talking()
    for page in (citizen, agent):
        assert json.loads(told(page, "ice_refresh")[0])["ice_policy"] == "relay"
    relayed = PUBLIC.replace("srflx raddr 192.168.7.7 rport 50000", "relay")
    for line in (PUBLIC, PUBLIC.replace("srflx", "host"), relayed):
        await citizen.send({"type": "candidate", "epoch": 1, "candidate": line})
    assert (await agent.until("candidate"))["candidate"] == relayed
    await people.close()


async def heard_since(page: WirePage, sender: WirePage) -> list[str]:
    """Return the media frames that a page got until a further one of the sender's arrives."""
    await sender.send({"type": "media_state", "slot": "camera", "on": True})
    await page.until("media_state")
    return [json.loads(text)["type"] for text in page.raw if json.loads(text)["type"] in {"candidate", "description"}]


async def test_a_candidate_and_a_description_of_an_older_connection_are_dropped(people: People) -> None:
    citizen, agent = await people.talking()
    for epoch in (1, 2):
        await agent.send({"type": "description", "epoch": epoch, "kind": "offer", "sdp": OFFER})
        await citizen.until("description")
    for page, other in ((citizen, agent), (agent, citizen)):
        other.raw.clear()
        before = people.at.node.media.refused
        await page.send({"type": "candidate", "epoch": 1, "candidate": PUBLIC})
        assert await heard_since(other, page) == []
        assert people.at.node.media.refused == before + 1
        await page.send({"type": "candidate", "epoch": 2, "candidate": PUBLIC})
        assert await heard_since(other, page) == ["candidate"]
    citizen.raw.clear()
    await agent.send({"type": "description", "epoch": 1, "kind": "offer", "sdp": OFFER})
    assert await heard_since(citizen, agent) == []


async def test_each_side_says_its_own_kind_of_description(people: People) -> None:
    citizen, agent = await people.talking()
    for page, kind in ((citizen, "offer"), (agent, "answer")):
        await page.send({"type": "description", "epoch": 1, "kind": kind, "sdp": OFFER})
        refused = await page.until("error")
        assert (refused["code"], refused["params"]) == ("not_allowed", {"frame": "description", "kind": kind})


async def test_a_frame_from_another_node_reaches_only_a_page_in_that_session(people: People) -> None:
    citizen, agent = await people.talking()
    relay, state = people.at.node.media, msgspec.Raw(b'{"type":"media_ready","to":"citizen","epoch":7,"from":"seat"}')
    to, session = f"ticket:{citizen.ticket['ticket']}", citizen.session["session"]
    citizen.raw.clear()
    for order in (
        Relayed(to, "another", state, "seat"),
        Relayed("ticket:another", session, state, "seat"),
        Relayed(to, "", state, "seat"),
    ):
        relay.receive(order)
    assert await heard_since(citizen, agent) == []
    assert not told(citizen, "media_ready")
    relay.receive(Relayed(to, session, state, "seat"))
    assert (await citizen.until("media_ready"))["epoch"] == 7


async def test_a_media_frame_names_its_receiver_and_the_server_its_sender(people: People) -> None:
    citizen, agent = await people.talking()
    frames = (
        '{"type":"media_state","to":"citizen","slot":"camera","on":true}',
        ' { "on" : false, "slot":"screen", "to":"citizen", "type":"media_state" } \n',
        '{"type":"candidate","to":"citizen","epoch":1,"candidate":"","mid":"}"}',
        '{"type":"description","to":"citizen","epoch":1,"kind":"offer","sdp":' + json.dumps(OFFER) + "}",
    )
    for frame in frames:
        await agent.send(frame)
        said = json.loads(frame)
        heard = await citizen.until(said["type"])
        assert heard.pop("from") == "seat"
        assert heard.keys() == said.keys() or said["type"] == "description"
        assert (
            list(json.loads(citizen.raw[-1], object_pairs_hook=lambda pairs: [name for name, _ in pairs])).count("from")
            == 1
        )
    await citizen.send({"type": "media_state", "to": "seat", "slot": "camera", "on": True})
    assert (await agent.until("media_state"))["from"] == "citizen"


@pytest.mark.parametrize("to", ["citizen", "", "01K0000000000000000000000", "ticket:x"])
async def test_a_media_frame_for_nobody_whom_its_sender_has_a_connection_with_is_refused(
    people: People, to: str
) -> None:
    citizen, _ = await people.talking()
    await citizen.send({"type": "media_ready", "to": to})
    refused = await citizen.until("error")
    assert (refused["code"], refused["params"]) == ("participant_not_found", {"participant": to})


async def test_nobody_says_in_whose_name_a_media_frame_comes(people: People) -> None:
    citizen, agent = await people.talking()
    await citizen.send({"type": "media_ready", "to": "seat", "from": "seat"})
    assert (await citizen.until("error"))["params"] == {"field": "from", "why": "not_chosen"}
    await citizen.send({"type": "media_ready"} | {"to": "seat", "epoch": 5})
    assert (await agent.until("media_ready"))["epoch"] == 5
