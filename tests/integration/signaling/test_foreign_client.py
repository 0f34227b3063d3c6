"""A client that knows nothing but the served JSON Schema reads every frame of a visit, and writes its own by it."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from tests.integration.signaling.test_papers import upload
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage


class Foreign:
    """Judges frames by the served schema alone."""

    def __init__(self, schema: dict[str, Any]) -> None:
        Draft202012Validator.check_schema(schema)
        self.received = Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/ServerFrame"}]})
        self.sent = Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/ClientFrame"}]})
        self.kinds: set[str] = set()

    def reads(self, page: WirePage) -> None:
        """Read all that a page was sent."""
        for text in page.raw:
            frame = json.loads(text)
            self.received.validate(frame)
            self.kinds.add(frame["type"])

    def may_send(self, **frame: object) -> bool:
        """Tell whether a frame may be sent."""
        return self.sent.is_valid(frame)


async def foreign(people: People) -> Foreign:
    page = await people.citizen()
    async with page.http.get(f"{people.at.url}/api/messages.schema.json") as answer:
        return Foreign(await answer.json())


async def test_every_frame_of_a_visit_is_as_the_served_schema_says(people: People) -> None:
    client = await foreign(people)
    watcher = await people.supervisor()
    citizen, agent = await people.talking(item="MZ01")
    await citizen.send({"type": "media_ready", "epoch": 0})
    await agent.send({"type": "description", "epoch": 1, "kind": "offer", "sdp": "v=0"})
    await citizen.until("description")
    await citizen.send({"type": "description", "epoch": 1, "kind": "answer", "sdp": "v=0"})
    await agent.until("description")
    await citizen.send({"type": "candidate", "epoch": 1, "candidate": "candidate:1"})
    await citizen.done("media_up", epoch=1, after_ms=100)
    await agent.done("media_up", epoch=1, after_ms=100)
    await citizen.done("chat", text="你好")
    await agent.hears("你好")
    await agent.done("request_still", material="idcard")
    asked = await citizen.until("still_requested")
    still = await upload(citizen, PNG, purpose="still")
    await citizen.done("still_taken", request=asked["request"], document=still)
    await agent.until("still_answered")
    await agent.done("give_verdict", document=still, verdict="good")
    await citizen.until("verdict_given")
    await agent.done("notes", text="note")
    await agent.until("notes_kept")
    assert await agent.refused("pause_seat", seat="S001") == "not_allowed"
    await citizen.done("hang_up")
    await agent.until("hung_up")
    await agent.done("close_session", outcome="answered", summary="好")
    await citizen.until("session_closed")
    await citizen.done("rate", level=5)
    await watcher.until("wallboard_delta")
    for page in (citizen, agent, watcher):
        client.reads(page)
    assert client.kinds >= {
        "welcome", "ticket_taken", "ticket", "ringing", "ringing_over", "session", "session_moved", "description",
        "chatted", "still_requested", "still_answered", "document_stored", "verdict_given", "notes_kept",
        "hung_up", "session_closed", "seat", "done", "error", "wallboard", "wallboard_delta",
    }  # fmt: skip


async def test_the_served_schema_parts_what_may_be_sent_from_what_may_not(people: People) -> None:
    client = await foreign(people)
    assert client.may_send(type="hello", version=2, role="citizen")
    assert client.may_send(type="chat", id="1", text="x")
    assert client.may_send(type="take_ticket", id="1", mode="handle")
    assert not client.may_send(type="chat", id="1", text="x", more=1)
    assert not client.may_send(type="chat", id="1")
    assert not client.may_send(type="take_ticket", id="1", mode="fly")
    assert not client.may_send(type="fly", id="1")


async def test_the_served_types_name_every_frame(people: People) -> None:
    page = await people.citizen()
    async with page.http.get(f"{people.at.url}/api/messages.d.ts") as answer:
        text = await answer.text()
    assert "export type ClientFrame" in text
    assert "export interface SessionView" in text
