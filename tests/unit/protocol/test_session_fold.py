"""What the numbered events make of a session's view: one table of cases, run by every fold (see also tests/js)."""

import json
from pathlib import Path

import msgspec
import pytest

from booth_client.conversation import Conversation
from protocol.frames import ServerFrame, Session
from protocol.participants import two_of
from protocol.session_events import KINDS, SessionEventFrame, apply
from protocol.views import SessionView

TABLE = json.loads((Path(__file__).parents[2] / "data" / "session_fold.json").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["name"]) for case in TABLE["cases"]]
ROLES = {one.id: one.role for one in two_of(0)}
#: A client is never sent what is not for it.
SENT = [pytest.param(case, id=case["name"]) for case in TABLE["cases"] if case.get("clients", True)]


def begin(case: dict) -> SessionView:
    return msgspec.convert({**TABLE["view"], "you": case["you"], "role": ROLES[case["you"]]}, SessionView)


def expected(case: dict) -> SessionView:
    return msgspec.convert({**msgspec.to_builtins(begin(case)), **case["expect"], "seq": case["seq"]}, SessionView)


@pytest.mark.parametrize("case", CASES)
def test_the_server_folds_the_events_as_the_table_says(case: dict) -> None:
    view = begin(case)
    for event in msgspec.convert(case["events"], list[SessionEventFrame]):
        view = apply(view, event)
    assert view == expected(case)


@pytest.mark.parametrize("case", SENT)
def test_a_client_folds_the_frames_as_the_table_says(case: dict) -> None:
    conversation = Conversation()
    conversation.apply(Session(session=begin(case)))
    for event in case["events"]:
        conversation.apply(msgspec.json.decode(json.dumps(event), type=ServerFrame))
    assert conversation.view == expected(case)


def test_the_table_has_a_case_of_every_event_that_pages_are_sent() -> None:
    kinds = {event["type"] for case in TABLE["cases"] for event in case["events"]}
    assert kinds == {kind for kind, event in KINDS.items() if event.audience}
