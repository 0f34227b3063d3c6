"""A third participant joins a call by the wire alone, sees and says what its role may, and is gone for good."""

import asyncio
import json
from typing import get_args

import pytest

from protocol.commands import ClientFrame, Command, Hello, LeaveSession
from protocol.errors import BadToken
from protocol.participants import PARTICIPANTS_MAX, ParticipantRole
from protocol.scopes import EVERYWHERE
from protocol.session_rights import GUEST_FRAMES, SessionRight, may
from records import audit
from records.journal.recorder import Recorder
from records.sessions.find import show
from tests.integration.signaling.test_foreign_client import foreign
from tests.integration.signaling.test_papers import upload
from tests.support.patience import until
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage
from tests.support.wire_socket import Frame

GUESTS = [role for role in ParticipantRole if role not in {ParticipantRole.CITIZEN, ParticipantRole.AGENT}]
SENDS = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=sendrecv\r\n"
HEARS = SENDS.replace("sendrecv", "recvonly")


async def invited(agent: WirePage, role: str, name: str = "译员甲") -> Frame:
    answer = await agent.do("invite", role=role, name=name)
    assert answer["type"] == "invited", answer
    return answer


async def guest_of(people: People, agent: WirePage, role: str, **nodes: object) -> WirePage:
    """Invite somebody who joins at once."""
    answer = await invited(agent, role)
    page = WirePage(nodes.get("at") or people.at, "participant")  # type: ignore[arg-type]
    people.pages.append(page)
    await page.open(token=answer["invitation"])
    page.token = answer["invitation"]
    await page.until("session")
    return page


def ids_of(page: WirePage) -> list[str]:
    return [one["id"] for one in page.session["participants"]]


@pytest.mark.parametrize("role", [role.value for role in GUESTS])
async def test_each_role_joins_sees_and_says_what_it_may_and_leaves(people: People, role: str) -> None:
    client = await foreign(people)
    citizen, agent = await people.talking()
    await upload(citizen, PNG, material="idcard")
    await citizen.done("chat", text="你好")
    await agent.done("notes", text="只给坐席看")
    guest = await guest_of(people, agent, role)
    me = guest.session["you"]
    assert guest.session["role"] == role
    assert [(one["id"], one["role"], one["here"]) for one in guest.session["participants"]] == [
        ("citizen", "citizen", True),
        ("seat", "agent", True),
        (me, role, True),
    ]
    for page in (citizen, agent):
        joined = await page.until("participant_joined")
        assert (joined["participant"]["id"], joined["participant"]["name"]) == (me, "译员甲")
    kind = ParticipantRole(role)
    assert bool(guest.session["documents"]) is may(kind, SessionRight.PAPERS)
    assert [line["text"] for line in guest.session["chat"]] == ["你好"]
    assert (guest.session["notes"], guest.session["about"]["receipt"], guest.session["about"]["number"]) == ("", "", "")
    if may(kind, SessionRight.WRITE):
        await guest.done("chat", text="我来翻译")
        said = await citizen.until("chatted", lambda frame: frame["text"] == "我来翻译")
        assert said["by"] == me
    await agent.done("chat", text="请坐")
    await guest.hears("请坐")
    await guest.done("leave_session")
    for page in (citizen, agent):
        left = await page.until("participant_left")
        assert (left["participant"], left["why"]) == (me, "left")
    assert (await guest.closed()).code == 4005
    await guest.connect()
    await guest.send({"type": "hello", "version": 2, "role": "participant", "token": guest.token})
    assert (await guest.read())["code"] == "bad_token"
    for page in (citizen, agent, guest):
        client.reads(page)


async def test_media_go_between_the_seat_and_each_other_participant_alone(people: People) -> None:
    citizen, agent = await people.talking()
    guest = await guest_of(people, agent, "interpreter")
    me = guest.session["you"]
    await agent.until("participant_joined")
    await guest.send({"type": "media_ready", "to": "seat"})
    assert (await agent.until("media_ready"))["from"] == me
    await agent.send({"type": "description", "to": me, "epoch": 7, "kind": "offer", "sdp": "v=0"})
    assert (await guest.until("description"))["from"] == "seat"
    await guest.send({"type": "description", "to": "seat", "epoch": 7, "kind": "answer", "sdp": SENDS})
    assert (await agent.until("description"))["from"] == me
    # The other connection has an epoch of its own.
    await agent.send({"type": "description", "to": "citizen", "epoch": 1, "kind": "offer", "sdp": "v=0"})
    assert (await citizen.until("description"))["epoch"] == 1
    await citizen.send({"type": "media_ready", "to": me})
    assert (await citizen.until("error"))["code"] == "participant_not_found"
    await agent.done("dismiss", participant=me)
    assert (await guest.closed()).code == 4005
    await agent.until("participant_left", lambda frame: frame["why"] == "dismissed")
    await agent.send({"type": "media_restart", "to": me, "epoch": 7})
    assert (await agent.until("error"))["code"] == "participant_not_found"


async def test_an_observer_hears_and_sends_nothing(people: People) -> None:
    _, agent = await people.talking()
    observer = await guest_of(people, agent, "observer")
    await agent.until("participant_joined")
    await agent.send({"type": "description", "to": observer.session["you"], "epoch": 1, "kind": "offer", "sdp": "v=0"})
    await observer.until("description")
    for sdp in (SENDS, SENDS.replace("sendrecv", "sendonly"), SENDS.replace("a=sendrecv\r\n", "")):
        await observer.send({"type": "description", "to": "seat", "epoch": 1, "kind": "answer", "sdp": sdp})
        assert (await observer.until("error"))["params"] == {"frame": "description", "kind": "answer", "why": "sends"}
    await observer.send({"type": "description", "to": "seat", "epoch": 1, "kind": "answer", "sdp": HEARS})
    assert (await agent.until("description"))["sdp"] == HEARS


#: What each frame needs besides its type; a command gets an id, too.
NEEDED: dict[str, Frame] = {
    "still_taken": {"request": "x", "document": "x"},
    **{tag: {"reservation": "x", "fence": 1} for tag in ("accept", "decline")},
    **{tag: {"outcome": "answered"} for tag in ("close_session", "amend_closing")},
    "call_back": {"at_ms": 1},
    "come_back": {"receipt": "x"},
    "consent": {"kind": "sound", "given": True, "version": "1"},
    "rate": {"level": 5},
    "still_failed": {"request": "x", "why": "x"},
    "pause": {"reason": "break"},
    "claim": {"ticket": "x"},
    "give_verdict": {"document": "x", "verdict": "good"},
    "notes": {"text": "x"},
    "confirm_priority": {"confirmed": True},
    "invite": {"role": "family", "name": "x"},
    "dismiss": {"participant": "x"},
    "pause_seat": {"seat": "S001"},
    "chat": {"text": "x"},
    "description": {"to": "seat", "epoch": 0, "kind": "answer", "sdp": HEARS},
    "candidate": {"to": "seat", "epoch": 0, "candidate": ""},
    "media_ready": {"to": "seat"},
    "media_restart": {"to": "seat", "epoch": 0},
    "media_state": {"to": "seat", "slot": "camera", "on": True},
    "media_up": {"of": "seat", "epoch": 0},
}


@pytest.mark.parametrize("role", GUESTS)
async def test_a_role_sends_what_the_table_gives_it_and_nothing_else(people: People, role: ParticipantRole) -> None:
    _, agent = await people.talking()
    guest = await guest_of(people, agent, role.value)
    await agent.until("participant_joined")
    offer = {"type": "description", "to": guest.session["you"], "epoch": 0, "kind": "offer", "sdp": "v=0"}
    await agent.send(offer)
    await guest.until("description")
    for kind in get_args(ClientFrame):
        tag = str(kind.__struct_config__.tag)
        if kind in {Hello, LeaveSession}:
            continue
        frame = {"type": tag, **({"id": f"1{tag}"} if issubclass(kind, Command) else {}), **NEEDED.get(tag, {})}
        await guest.send(frame)
        # What comes before the answer to the next command was said of this frame.
        await guest.done("media_up", of="seat", epoch=0)
        said = [one["code"] for one in guest.frames if one["type"] == "error"]
        guest.frames.clear()
        is_given = kind in GUEST_FRAMES and may(role, GUEST_FRAMES[kind])
        assert said == ([] if is_given else ["not_allowed"]), tag


async def test_only_the_agent_of_a_call_invites_and_not_without_end(people: People) -> None:
    citizen, agent = await people.talking()
    assert await citizen.refused("invite", role="family", name="x") == "not_allowed"
    assert await agent.refused("invite", role="family", name=" ") == "bad_input"
    assert await agent.refused("dismiss", participant="nobody") == "participant_not_found"
    last = [await invited(agent, "family") for _ in range(PARTICIPANTS_MAX - 2)][-1]
    assert await agent.refused("invite", role="family", name="x") == "too_many_participants"
    await agent.done("dismiss", participant=last["participant"])  # an invitation taken back makes room
    page = WirePage(people.at, "participant")
    people.pages.append(page)
    await page.connect()
    await page.send({"type": "hello", "version": 2, "role": "participant", "token": last["invitation"]})
    assert (await page.read())["code"] == "bad_token"
    await invited(agent, "family")


async def test_a_guest_comes_back_after_a_lost_line_on_another_node_and_misses_nothing(people: People) -> None:
    other = await people.cluster.start()
    citizen, agent = await people.talking()
    guest = await guest_of(people, agent, "expert")
    await guest.drop()
    await agent.until("session_moved", lambda frame: guest.session["you"] not in frame["here"])
    await citizen.done("chat", text="你还在吗")
    await guest.reopen(other)
    await guest.hears("你还在吗")
    await guest.done("chat", text="在")
    await citizen.hears("在")
    await guest.send({"type": "media_ready", "to": "seat"})
    assert (await agent.until("media_ready"))["from"] == guest.session["you"]


async def test_the_call_ends_for_a_guest_with_its_agent_and_the_record_names_everybody(people: People) -> None:
    citizen, agent = await people.talking()
    guest = await guest_of(people, agent, "interpreter")
    await guest.done("chat", text="好")
    await citizen.hears("好")
    session = agent.session["session"]
    await agent.done("close_session", outcome="answered")
    await citizen.until("session_closed")
    assert (await guest.closed()).code == 4005
    assert not [frame for frame in guest.frames if frame["type"] == "session_closed"]
    services = people.at.node.services
    await Recorder(services.database, services.redis, "window").drain()
    async with services.database.read() as db:
        record = await show(db, session, EVERYWHERE)
    people_in = {one.role: one for one in record.participants}
    assert people_in.keys() == {"citizen", "agent", "interpreter"}
    assert people_in["interpreter"].name == "译员甲"
    assert people_in["interpreter"].left_ms == record.line.closed_ms
    assert [(line.role, line.text) for line in record.chat] == [("interpreter", "好")]


@pytest.mark.parametrize("role", [role.value for role in GUESTS])
async def test_a_guest_reads_the_papers_of_the_call_as_its_role_may_and_only_while_it_takes_part(
    people: People, role: str
) -> None:
    citizen, agent = await people.talking()
    document = await upload(citizen, PNG, material="idcard")
    waiting = await people.waiting(item="RS01")
    foreign_paper = await upload(waiting, PNG, material="idcard")
    guest = await guest_of(people, agent, role)

    async def got(paper: str, of: str = "") -> int:
        headers = {"Authorization": f"Bearer {guest.token}"}
        async with guest.http.get(f"{guest.at.url}/api/documents/{paper}{of}", headers=headers) as answer:
            return answer.status

    found = 200 if may(ParticipantRole(role), SessionRight.PAPERS) else 404
    assert [await got(document), await got(document, "/pages"), await got(document, "/pages/1")] == [found] * 3
    assert await got(foreign_paper) == 404
    services = people.at.node.services
    async with services.database.read() as db:
        noted = [row.action for row in await audit.trail(db, actor=f"guest:{guest.session['you']}")]
    assert sorted(noted) == (["document.downloaded", "document.viewed"] if found == 200 else [])
    await agent.done("dismiss", participant=guest.session["you"])
    assert await got(document) == 404


async def test_a_guest_who_is_dismissed_in_the_moment_of_coming_back_is_gone(people: People) -> None:
    _, agent = await people.talking()
    guests = people.at.node.sessions.guests
    row = await people.at.node.services.queue.tickets.find(agent.session["ticket"])
    assert row is not None
    for role in GUESTS:
        invitation, _ = await guests.invite(row, role, "译员甲")
        who = invitation.participant
        marks = (guests.mark(row.session, who, "gone"), guests.mark(row.session, who, "joined"))
        await asyncio.gather(*marks, return_exceptions=True)
        assert who not in await guests.joined(row.session)
        with pytest.raises(BadToken):
            await guests.check(invitation)


async def test_a_guest_who_is_dismissed_before_its_page_stands_in_the_session_is_sent_away(people: People) -> None:
    _, agent = await people.talking()
    guest = await guest_of(people, agent, "observer")
    node, me = people.at.node, guest.session["you"]
    node.sessions.detach(node.services.connections.guests[me])  # as on its way from the list into the session
    await agent.done("dismiss", participant=me)
    assert (await guest.closed()).code == 4005


async def test_a_guest_whose_node_drains_is_lost_unless_it_comes_back(people: People) -> None:
    _, agent = await people.talking()
    guest = await guest_of(people, agent, "expert")
    node = people.at.node
    node.presence.draining = True
    await guest.drop()
    member = f"guest {agent.session['ticket']} {guest.session['you']}"

    async def has_grace() -> bool:
        return await node.services.redis.zscore(node.services.keys.graces, member) is not None

    async def has_none() -> bool:
        return not await has_grace()

    await until(has_grace)
    node.presence.draining = False
    await guest.reopen()
    await until(has_none)


async def test_an_invitation_has_its_time_and_the_next_window_takes_the_place(people: People) -> None:
    _, agent = await people.talking()
    guest = await guest_of(people, agent, "family")
    newer = WirePage(people.at, "participant")
    people.pages.append(newer)
    await newer.open(token=guest.token)
    await newer.until("session")
    assert (await guest.closed()).code == 4001
    answer = await invited(agent, "family")
    services = people.at.node.services
    key = services.keys.guests(agent.session["session"])
    kept = json.loads(await services.redis.hget(key, answer["participant"]) or "{}")
    await services.redis.hset(key, answer["participant"], json.dumps({**kept, "until_ms": services.clock.now_ms() - 1}))
    late = WirePage(people.at, "participant")
    people.pages.append(late)
    await late.connect()
    await late.send({"type": "hello", "version": 2, "role": "participant", "token": answer["invitation"]})
    assert (await late.read())["code"] == "token_expired"


async def test_a_guest_stays_in_a_call_that_the_queue_forgot_and_comes_back_to_it(people: People) -> None:
    citizen, agent = await people.talking()
    guest = await guest_of(people, agent, "interpreter")
    _ = await agent.until("participant_joined")
    services = people.at.node.services
    await Recorder(services.database, services.redis, "window").drain()
    await services.redis.flushall()
    early = WirePage(people.at, "participant")
    people.pages.append(early)
    await early.connect()
    await early.send({"type": "hello", "version": 2, "role": "participant", "token": guest.token})
    told = await early.read()
    assert (told["code"], told["retry"]) == ("queue_unavailable", "same_id"), "the agent's page brings the call back"
    await people.at.node.presence.beat()
    _ = await agent.until("participant_joined")
    await citizen.done("chat", text="还在吗")
    await guest.hears("还在吗")
    await guest.drop()
    await guest.reopen()
    await guest.done("chat", text="在")
    await agent.hears("在")
    assert ids_of(guest) == ["citizen", "seat", guest.session["you"]]
