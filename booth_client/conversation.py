"""What a party knows of its session: the snapshot plus the numbered events, applied once each."""

from msgspec.structs import replace

from protocol.frames import (
    Chatted,
    DocumentStored,
    HungUp,
    NotesKept,
    ServerFrame,
    Session,
    SessionClosed,
    SessionEvent,
    SessionMoved,
    StillAnswered,
    StillRequested,
    VerdictGiven,
)
from protocol.states import SessionState
from protocol.views import ChatLine, DocumentView, SessionView


class Conversation:
    """The session as its party stands in it; `view` is None before the first snapshot."""

    def __init__(self) -> None:
        self.view: SessionView | None = None
        self.closed: SessionClosed | None = None
        self.hung_up = False
        self.stills: dict[str, StillAnswered | None] = {}
        self.seq = 0

    def apply(self, frame: ServerFrame) -> bool:
        """Take in a frame; False when it is none of the session's, or was seen before."""
        if isinstance(frame, Session):
            self._begin(frame.session)
            return True
        if not isinstance(frame, SessionEvent) or frame.seq <= self.seq:
            return False
        self.seq = frame.seq
        if self.view is not None:
            self.view = self._folded(self.view, frame)
        return True

    def _begin(self, view: SessionView) -> None:
        if self.view is None or self.view.session != view.session:
            self.closed, self.hung_up, self.stills = None, False, {}
        self.view, self.seq = view, view.seq

    def _folded(self, view: SessionView, event: SessionEvent) -> SessionView:
        changed = view
        match event:
            case Chatted(by=by, text=text, at_ms=at_ms):
                changed = replace(view, chat=(*view.chat, ChatLine(by.value, text, at_ms)))
            case DocumentStored(document=document):
                changed = replace(view, documents=_with(view.documents, document))
            case VerdictGiven():
                changed = replace(view, documents=_judged(view.documents, event))
            case SessionMoved(state=state, citizen_here=citizen_here, seat_here=seat_here):
                changed = replace(view, state=SessionState(state), citizen_here=citizen_here, seat_here=seat_here)
            case NotesKept(text=text):
                changed = replace(view, notes=text)
            case SessionClosed():
                self.closed = event
                changed = replace(view, state=SessionState.CLOSED)
            case _:
                self._remember(event)
        return changed

    def _remember(self, event: SessionEvent) -> None:
        match event:
            case StillRequested(request=request):
                self.stills.setdefault(request, None)
            case StillAnswered(request=request):
                self.stills[request] = event
            case HungUp():
                self.hung_up = True
            case _:  # an event of a newer server
                pass


def _judged(documents: tuple[DocumentView, ...], event: VerdictGiven) -> tuple[DocumentView, ...]:
    """Return the documents with the verdict on the one it is about."""
    return tuple(
        replace(known, verdict=event.verdict, note=event.note) if known.document == event.document else known
        for known in documents
    )


def _with(documents: tuple[DocumentView, ...], *changed: DocumentView) -> tuple[DocumentView, ...]:
    """Return the documents with `changed` put in place, new ones last."""
    by_id = {document.document: document for document in (*documents, *changed)}
    return tuple(by_id.values())
