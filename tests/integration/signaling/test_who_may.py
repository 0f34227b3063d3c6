"""Nobody reaches another citizen's ticket, session or paper; and each role sends only its own frames."""

import json
from functools import partial

import msgspec
import pytest

from protocol.commands import CitizenFrame, Command, Frame, SeatFrame, WallboardFrame
from records.staff.accounts import Role
from tests.support.people import People

CITIZEN = set(CitizenFrame.__args__)
SEAT = set(SeatFrame.__args__)
BOARD = {WallboardFrame}


def sample(kind: type[Frame]) -> dict[str, object]:
    """Make a frame of a type with something in every required field."""
    values: dict[object, object] = {str: "x", int: 1, bool: True}
    found: dict[str, object] = {"type": kind.__struct_config__.tag}
    for field in msgspec.structs.fields(kind):
        if field.required:
            members = getattr(field.type, "__members__", None)
            choices = getattr(field.type, "__args__", (field.type,))  # of a literal; the bare type of a bounded one
            found[field.name] = next(iter(members.values())).value if members else values.get(choices[0], choices[0])
    return found


def answers(command: str, frame: dict[str, object]) -> bool:
    """Whether a frame is about this command."""
    return frame["id"] == command


@pytest.mark.parametrize(
    ("role", "may"), [("citizen", CITIZEN), ("seat", SEAT), ("wallboard", BOARD)], ids=["citizen", "seat", "wallboard"]
)
async def test_each_role_may_send_its_own_frames_and_no_others(
    people: People, role: str, may: set[type[Frame]]
) -> None:
    if role == "citizen":
        opened = await people.citizen()
    else:
        opened = await (people.agent() if role == "seat" else people.supervisor())
    for number, kind in enumerate(sorted(CITIZEN | SEAT | BOARD, key=lambda one: one.__name__)):
        frame = sample(kind) | ({"id": f"frame-{number}"} if issubclass(kind, Command) else {})
        await opened.send(frame)
        if kind not in may:
            answer = await opened.until("error", partial(answers, str(frame.get("id", ""))))
            assert (answer["code"], answer["params"]["frame"]) == ("not_allowed", frame["type"])
        elif issubclass(kind, Command):
            answer = await opened.socket.answer(str(frame["id"]))
            assert answer.get("params", {}).get("frame") != frame["type"], answer


async def test_an_agent_is_no_supervisor_on_the_wallboards_socket(people: People) -> None:
    agent = await people.signed_in("s004", Role.AGENT, "S004")
    agent.role = "wallboard"
    await agent.connect()
    await agent.socket.hello("wallboard")
    assert (await agent.until("error"))["code"] == "not_allowed"


async def test_an_outsider_hears_nothing_of_a_session(people: People) -> None:
    citizen, agent = await people.talking("S004")
    outsider, other = await people.waiting(item="MZ01"), await people.agent("S010")
    await citizen.done("chat", text="秘密")
    await agent.until("chatted")
    for page in (outsider, other):
        await page.send({"type": "candidate", "epoch": 1, "candidate": "x"})
        assert (await page.until("error"))["code"] == "session_not_found"
        assert await page.refused("chat", text="x") == "session_not_found"
    assert await other.refused("give_verdict", document="x", verdict="good") == "session_not_found"
    for page in (outsider, other):
        assert not any("秘密" in text or citizen.ticket["ticket"] in text for text in page.raw)
    assert not any(outsider.ticket["ticket"] in text for text in citizen.raw)


async def test_a_verdict_on_another_citizens_paper_is_refused(people: People) -> None:
    _, agent = await people.talking("S004")
    answer = await agent.do("give_verdict", document="0" * 26, verdict="good")
    assert answer["code"] == "document_not_found"


async def test_no_frame_shows_another_citizens_token(people: People) -> None:
    mei, hong = await people.waiting(item="MZ01"), await people.waiting(item="MZ01")
    agent = await people.agent("S004")
    await agent.until("ringing")
    for page in (hong, agent):
        assert not any(mei.token in text or mei.stub in text for text in page.raw)
    assert json.loads(mei.raw[1])["token"] == mei.token
