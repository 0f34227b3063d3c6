"""Reads and makes entries of a session's log, and derives the view and the state of a session from it; pure."""

from collections.abc import Collection, Iterable

import msgspec
from msgspec.structs import replace

from matcher import SessionNote
from protocol.participants import CITIZEN, SEAT, ParticipantRole
from protocol.session_events import KINDS, SessionEvent, SessionEventFrame, SessionMoved, apply
from protocol.states import SessionState
from protocol.views import SessionView
from runtime import kept

_event = msgspec.json.Decoder(SessionEventFrame).decode
LINES_SHOWN = 500
"""So many lines of the chat a snapshot has at most."""
_encode = msgspec.json.Encoder().encode


class _Kind(msgspec.Struct):
    type: str = ""
    seq: int = 0


_kind = msgspec.json.Decoder(_Kind).decode


class Noted(msgspec.Struct, frozen=True):
    """One entry of a session's log: its number, its kind and the frame as it goes to pages."""

    seq: int
    kind: str
    raw: bytes

    def is_for(self, role: ParticipantRole) -> bool:
        """Tell whether a page of this role is sent it; a kind that is unknown here is sent to nobody."""
        kind = KINDS.get(self.kind)
        return kind is not None and role in kind.audience

    def event(self) -> SessionEvent | None:
        """Return the typed event; None for a kind that no page is sent, and for what cannot be read."""
        kind = KINDS.get(self.kind)
        return kept.read("session_log", self.raw, _event) if kind is not None and kind.audience else None


def read(raw: bytes) -> Noted:
    """Read one entry of the log."""
    head = _kind(raw)
    return Noted(head.seq, head.type, raw)


def read_all(log: Iterable[bytes]) -> list[Noted]:
    """Read entries of the log; those that cannot be read are left out."""
    return [noted for raw in log if (noted := kept.read("session_log", raw, read)) is not None]


def note_of(event: SessionEvent, by: str, dedupe: str) -> SessionNote:
    """Return the note of an event by the author `by`, written once per `dedupe`; the queue numbers it."""
    fields: dict[str, object] = msgspec.to_builtins(event)
    body = {name: value for name, value in fields.items() if name not in {"seq", "at_ms"}}
    kind = str(event.__struct_config__.tag)
    return SessionNote(kind, msgspec.json.encode(body).decode(), by, dedupe, event.append)


def document_key(document: str) -> str:
    """Return the `dedupe` by which a document is shown once in a session."""
    return f"document:{document}"


def fold(view: SessionView, log: Iterable[Noted]) -> SessionView:
    """Apply a log to a view; entries that are not for its role only move its number."""
    for entry in log:
        event = entry.event() if entry.is_for(view.role) else None
        if event is not None:
            view = apply(view, event)
        elif entry.seq > view.seq:
            view = replace(view, seq=entry.seq)
    return view


def fitted(view: SessionView, most_bytes: int) -> SessionView:
    """Leave out the oldest lines of the chat until the view's JSON has no more than `most_bytes`."""
    bare = msgspec.structs.replace(view, chat=())
    left = most_bytes - len(_encode(bare))
    kept = 0
    for line in reversed(view.chat[-LINES_SHOWN:]):
        left -= len(_encode(line)) + 1
        if left < 0:
            break
        kept += 1
    first = len(view.chat) - kept
    return msgspec.structs.replace(view, chat=view.chat[first:], chat_before=view.chat_before + first)


def was_active(log: Iterable[Noted]) -> bool:
    """Tell whether media was ever up."""
    moves = (entry.event() for entry in log if entry.kind == "session_moved")
    return any(isinstance(move, SessionMoved) and move.state == SessionState.ACTIVE for move in moves)


def state_of(view: SessionView, here: Collection[str], *, active: bool) -> SessionState:
    """Return the state that follows from the ids of present participants and whether media was up."""
    if view.state is SessionState.CLOSED:
        return view.state
    if not {CITIZEN, SEAT}.issubset(here):
        return SessionState.SUSPENDED
    return SessionState.ACTIVE if active else SessionState.CONNECTING
