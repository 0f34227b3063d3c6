"""A session's view: what was seen before plus the events since is what a fresh look says."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from protocol.participants import CITIZEN, SEAT, ParticipantRole, two_of
from protocol.session_events import (
    Chatted,
    DocumentStored,
    HungUp,
    NotesKept,
    PriorityConfirmed,
    SessionClosed,
    SessionEvent,
    SessionMoved,
    VerdictGiven,
)
from protocol.states import SessionState
from protocol.views import About, DocumentView, Purpose, SessionView, Verdict
from signaling.session import view as sessionview
from signaling.session.view import Noted

NAMES = st.sampled_from(["D1", "D2", "D3"])
SHORT = st.text(max_size=5)


def document(name: str) -> DocumentView:
    return DocumentView(name, "a.png", "image/png", 1, "0" * 64, Purpose.MATERIAL)


EVENTS = st.one_of(
    st.builds(Chatted, seq=st.just(0), at_ms=st.integers(0, 9), by=st.sampled_from((CITIZEN, SEAT)), text=SHORT),
    st.builds(DocumentStored, seq=st.just(0), at_ms=st.just(0), document=NAMES.map(document)),
    st.builds(
        VerdictGiven, seq=st.just(0), at_ms=st.just(0), document=NAMES, verdict=st.sampled_from(Verdict), note=SHORT
    ),
    st.builds(PriorityConfirmed, seq=st.just(0), at_ms=st.just(0), confirmed=st.booleans()),
    st.builds(NotesKept, seq=st.just(0), at_ms=st.just(0), text=SHORT),
    st.builds(
        SessionMoved,
        seq=st.just(0),
        at_ms=st.just(0),
        state=st.sampled_from(["active", "suspended"]),
        here=st.sampled_from([(), (CITIZEN,), (SEAT,), (CITIZEN, SEAT)]),
    ),
    st.builds(HungUp, seq=st.just(0), at_ms=st.just(0)),
    st.builds(SessionClosed, seq=st.just(0), at_ms=st.just(0), outcome=st.just("answered"), receipt=SHORT),
    st.none(),  # a rating: a number that is in no page's log
)


def log_of(events: list[SessionEvent | None]) -> list[Noted]:
    """Number the events as the queue does."""
    numbered = [(seq, event) for seq, event in enumerate(events, 1) if event is not None]
    raws = [msgspec.json.encode(msgspec.structs.replace(event, seq=seq)) for seq, event in numbered]
    return [sessionview.read(raw) for raw in raws]


def blank(you: str) -> SessionView:
    role = {one.id: one.role for one in two_of(0)}[you]
    return SessionView(
        "S", "T", SessionState.CONNECTING, you, role, About("MZ001"), "S004", "坐席", 0, 0, participants=two_of(0)
    )


@given(st.lists(EVENTS, max_size=25), st.integers(0, 25), st.sampled_from((CITIZEN, SEAT)))
def test_a_snapshot_with_the_events_after_it_is_a_fresh_snapshot(
    events: list[SessionEvent | None], cut: int, you: str
) -> None:
    log = log_of(events)
    fresh = sessionview.fold(blank(you), log)
    earlier = sessionview.fold(blank(you), [entry for entry in log if entry.seq <= cut])
    replayed = [entry for entry in log if entry.seq > earlier.seq]
    assert sessionview.fold(earlier, replayed) == fresh
    # Events that came twice change nothing.
    assert sessionview.fold(fresh, log) == fresh


@given(st.lists(EVENTS, max_size=25))
def test_the_citizens_view_never_holds_the_agents_notes(events: list[SessionEvent | None]) -> None:
    log = log_of(events)
    assert sessionview.fold(blank(CITIZEN), log).notes == ""
    assert not any(entry.is_for(ParticipantRole.CITIZEN) for entry in log if entry.kind == "notes_kept")


def test_who_is_here_and_whether_media_were_up_make_the_state() -> None:
    view = blank(SEAT)
    here = (CITIZEN, SEAT)
    assert sessionview.state_of(view, here, active=False) is SessionState.CONNECTING
    assert sessionview.state_of(view, here, active=True) is SessionState.ACTIVE
    assert sessionview.state_of(view, (SEAT,), active=True) is SessionState.SUSPENDED
    closed = msgspec.structs.replace(view, state=SessionState.CLOSED)
    assert sessionview.state_of(closed, (), active=True) is SessionState.CLOSED
