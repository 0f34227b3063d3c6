"""What a party knows of its session, snapshot and events applied."""

import msgspec
import pytest

from booth_client.conversation import Conversation
from protocol.frames import Done, ServerFrame, Session
from protocol.participants import CITIZEN, SEAT, ParticipantRole, two_of
from protocol.session_events import (
    Chatted,
    DocumentStored,
    HungUp,
    SessionClosed,
    SessionEventFrame,
    SessionMoved,
    StillAnswered,
    StillRequested,
    VerdictGiven,
)
from protocol.states import SessionState
from protocol.views import About, ChatLine, DocumentView, Purpose, SessionView, Verdict

PAPER = DocumentView("d1", "id.jpg", "image/jpeg", 3, "00", Purpose.MATERIAL)


def snapshot(session: str = "s1", seq: int = 0, **facts: object) -> Session:
    view = SessionView(
        session=session,
        ticket="t1",
        state=SessionState.CONNECTING,
        you=CITIZEN,
        role=ParticipantRole.CITIZEN,
        participants=two_of(0),
        about=About("MZ001"),
        seat="S004",
        seat_name="坐席004",
        seq=seq,
        began_ms=0,
    )
    return Session(session=msgspec.structs.replace(view, **facts))


def events() -> list[SessionEventFrame]:
    return [
        SessionMoved(seq=1, at_ms=1, state="active", here=(CITIZEN, SEAT)),
        Chatted(seq=2, at_ms=2, by=SEAT, text="您好"),
        StillRequested(seq=3, at_ms=3, request="r1"),
        DocumentStored(seq=4, at_ms=4, document=PAPER),
        StillAnswered(seq=5, at_ms=5, request="r1", document="d1"),
        VerdictGiven(seq=6, at_ms=6, document="d1", verdict=Verdict.GOOD, note="清楚"),
    ]


def told(*frames: ServerFrame) -> Conversation:
    conversation = Conversation()
    for frame in frames:
        conversation.apply(frame)
    return conversation


def test_events_after_a_snapshot_give_the_whole_session():
    conversation = told(snapshot(), *events())
    view = conversation.view
    assert view is not None
    assert view.state is SessionState.ACTIVE
    assert view.chat == (ChatLine("seat", "您好", 2),)
    assert [(one.document, one.verdict, one.note) for one in view.documents] == [("d1", Verdict.GOOD, "清楚")]
    assert conversation.stills["r1"] == events()[4]
    assert conversation.seq == 6


def test_an_event_that_is_replayed_counts_once():
    once, twice = told(snapshot(), *events()), told(snapshot(), *events(), *events()[:1])
    assert (once.view, once.seq) == (twice.view, twice.seq)
    assert not twice.apply(events()[0]), "it was seen before"
    assert not twice.apply(Done(id="1")), "it is none of the session's"


def test_events_that_the_snapshot_holds_already_are_passed_over():
    conversation = told(snapshot(seq=2, chat=(ChatLine("seat", "您好", 2),)), *events())
    assert conversation.view is not None
    assert len(conversation.view.chat) == 1


def test_goodbye_and_the_close_are_remembered():
    closed = SessionClosed(seq=2, at_ms=2, outcome="answered", receipt="20261122-MZ001-ABCDEF")
    conversation = told(snapshot(), HungUp(seq=1, at_ms=1), closed)
    assert conversation.hung_up
    assert conversation.closed == closed
    assert conversation.view is not None
    assert conversation.view.state is SessionState.CLOSED


def test_the_next_session_begins_with_nothing_of_the_last():
    closed = SessionClosed(seq=9, at_ms=2, outcome="answered", receipt="r")
    conversation = told(snapshot(), closed, snapshot("s2"))
    assert conversation.closed is None
    assert conversation.seq == 0


@pytest.mark.parametrize("event", events(), ids=lambda event: type(event).__name__)
def test_an_event_without_a_snapshot_changes_no_view(event):
    assert told(event).view is None
