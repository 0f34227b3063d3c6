"""Folds a session's numbered events into what a party is shown; pure, so that a replay gives the same."""

from collections.abc import Iterable

import msgspec

from matcher.journal_verbs import How
from protocol.frames import (
    Chatted,
    DocumentStored,
    NotesKept,
    SessionClosed,
    SessionEvent,
    SessionEventFrame,
    SessionMoved,
    VerdictGiven,
)
from protocol.states import SessionState
from protocol.views import ChatLine, DocumentView, Party, SessionView

SEAT_ONLY: frozenset[str] = frozenset({"notes_kept"})
NOBODY: frozenset[str] = frozenset({"rated"})
"""Kinds that are on record and never on a page."""

_Event = msgspec.json.Decoder(SessionEventFrame)


class _Kind(msgspec.Struct):
    type: str = ""
    seq: int = 0


_kind = msgspec.json.Decoder(_Kind).decode


class Noted(msgspec.Struct, frozen=True):
    """One entry of a session's log: its number, its kind and the frame as it goes to pages."""

    seq: int
    kind: str
    raw: bytes

    def is_for(self, party: Party) -> bool:
        """Tell whether this party's page is sent it."""
        return self.kind not in NOBODY and (party is Party.SEAT or self.kind not in SEAT_ONLY)

    def event(self) -> SessionEvent | None:
        """Return the typed event; None for a kind that no page is sent."""
        return None if self.kind in NOBODY else _Event.decode(self.raw)


def read(raw: bytes) -> Noted:
    """Read one entry of the log."""
    head = _kind(raw)
    return Noted(head.seq, head.type, raw)


def how_noted(event: SessionEvent) -> How:
    """Return what an event is to the log: nobody comes or goes after the close, whoever saw it open a moment ago."""
    match event:
        case SessionClosed():
            return "closes"
        case SessionMoved():
            return "while_open"
        case _:
            return "shown"


def apply(view: SessionView, event: SessionEvent) -> SessionView:
    """Return the view after one event; one that is in it already changes nothing."""
    if event.seq <= view.seq:
        return view
    changes = _changes(view, event)
    return msgspec.structs.replace(view, seq=event.seq, **changes)


def _changes(view: SessionView, event: SessionEvent) -> dict[str, object]:  # noqa: PLR0911 - one a kind of event
    match event:
        case Chatted(by=by, text=text, at_ms=at_ms):
            return {"chat": (*view.chat, ChatLine(by.value, text, at_ms))}
        case DocumentStored(document=document):
            return {"documents": _with(view.documents, document)}
        case VerdictGiven():
            return {"documents": tuple(_judged(one, event) for one in view.documents)}
        case SessionMoved(state=state, citizen_here=citizen, seat_here=seat):
            return {"state": SessionState(state), "citizen_here": citizen, "seat_here": seat}
        case NotesKept(text=text):
            return {"notes": text} if view.you is Party.SEAT else {}
        case SessionClosed(outcome=outcome, summary=summary, notice=notice):
            return {"state": SessionState.CLOSED, "outcome": outcome, "summary": summary, "notice": notice}
        case _:
            return {}


def _with(documents: tuple[DocumentView, ...], new: DocumentView) -> tuple[DocumentView, ...]:
    """Add a document, or replace the one of that id in its place."""
    if all(one.document != new.document for one in documents):
        return (*documents, new)
    return tuple(new if one.document == new.document else one for one in documents)


def _judged(document: DocumentView, given: VerdictGiven) -> DocumentView:
    if document.document != given.document:
        return document
    return msgspec.structs.replace(document, verdict=given.verdict, note=given.note)


def fold(view: SessionView, log: Iterable[Noted]) -> SessionView:
    """Apply a log to a view; entries that are not for its party only move its number."""
    for entry in log:
        event = entry.event() if entry.is_for(view.you) else None
        if event is not None:
            view = apply(view, event)
        elif entry.seq > view.seq:
            view = msgspec.structs.replace(view, seq=entry.seq)
    return view


def was_active(log: Iterable[Noted]) -> bool:
    """Tell whether media was ever up."""
    moves = (entry.event() for entry in log if entry.kind == "session_moved")
    return any(isinstance(move, SessionMoved) and move.state == SessionState.ACTIVE for move in moves)


def state_of(view: SessionView, *, citizen_here: bool, seat_here: bool, active: bool) -> SessionState:
    """Return the state that follows from who is here and whether media was up."""
    if view.state is SessionState.CLOSED:
        return view.state
    if not (citizen_here and seat_here):
        return SessionState.SUSPENDED
    return SessionState.ACTIVE if active else SessionState.CONNECTING
