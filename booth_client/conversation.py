"""A client's view of its session: the last snapshot and the numbered events after it, each applied once."""

from protocol.frames import ServerFrame, Session
from protocol.session_events import SessionClosed, SessionEvent, StillAnswered, StillRequested, apply
from protocol.views import SessionView


class Conversation:
    """The session as its client stands in it; `view` is None before the first snapshot."""

    def __init__(self) -> None:
        self.view: SessionView | None = None
        self.closed: SessionClosed | None = None
        self.stills: dict[str, StillAnswered | None] = {}
        self.seq = 0

    @property
    def hung_up(self) -> bool:
        """True once the citizen said goodbye."""
        return self.view is not None and self.view.hung_up

    def apply(self, frame: ServerFrame) -> bool:
        """Take in a frame; return False when it is none of the session's, or was seen before."""
        if isinstance(frame, Session):
            self._begin(frame.session)
            return True
        if not isinstance(frame, SessionEvent) or frame.seq <= self.seq:
            return False
        self.seq = frame.seq
        if self.view is not None:
            self.view = apply(self.view, frame)
            self._remember(frame)
        return True

    def _begin(self, view: SessionView) -> None:
        if self.view is None or self.view.session != view.session:
            self.closed, self.stills = None, {}
        self.stills |= {still.request: None for still in view.stills if not still.why}
        self.view, self.seq = view, view.seq

    def _remember(self, event: SessionEvent) -> None:
        """Keep what a program wants to look at after it is over: how each still was answered, and the closing."""
        match event:
            case StillRequested(request=request):
                self.stills.setdefault(request, None)
            case StillAnswered(request=request):
                self.stills[request] = event
            case SessionClosed():
                self.closed = event
            case _:
                pass
