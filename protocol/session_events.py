"""The numbered events of a session: what each one changes in a view, which roles are sent it, how it is recorded.

Events carry `seq`, strictly increasing within a session. A page sees those meant for its role; after a
resume, those after the page's `last_seq` are sent again, never twice. Everything that server, clients and
records must agree on stands beside the class: to add an event is to add a class here (and its twin in
`signaling/static/js/session.js`).
"""

from typing import ClassVar, Final, Literal

from msgspec.structs import replace

from protocol.commands import Frame
from protocol.participants import SEAT, ParticipantRole, ParticipantView, gone, joined, moved, named
from protocol.priorities import PriorityClaim
from protocol.session_rights import SessionRight, holders
from protocol.states import SessionState
from protocol.views import (
    ChatLine,
    ConsentHow,
    ConsentKind,
    ConsentView,
    DocumentView,
    SessionView,
    StillView,
    Verdict,
)

Append = Literal["shown", "private", "closes", "while_open", "said"]
"""Mode of appending an event to its session's log: shown to pages; in the journal alone; as the last state change; or
dropped once the session is closed, even if its writer last saw it open; said: shown, and refused once it is closed."""

EVERYBODY: Final = holders(SessionRight.TAKE_PART)
READERS: Final = holders(SessionRight.READ)
PAPERS: Final = holders(SessionRight.PAPERS)
MATTER: Final = holders(SessionRight.MATTER)
AGENT_ONLY: Final = holders(SessionRight.SERVE)
NOBODY: Final[frozenset[ParticipantRole]] = frozenset()


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogues and return it."""
    return sentence


class SessionEvent(Frame, frozen=True, kw_only=True):
    """The base of the numbered events of a session.

    `audience` names the roles whose pages are sent the event, `append` how it is recorded, `sentence` is its line
    in the record's timeline (empty: it is not told there).
    """

    audience: ClassVar[frozenset[ParticipantRole]] = EVERYBODY
    append: ClassVar[Append] = "shown"
    sentence: ClassVar[str] = ""

    seq: int
    at_ms: int

    def fold(self, view: SessionView) -> SessionView:
        """Return the view after this event; `seq` is left to `apply`."""
        return view


class Chatted(SessionEvent, frozen=True, kw_only=True, tag="chatted"):
    """A line of text."""

    audience: ClassVar[frozenset[ParticipantRole]] = READERS
    append: ClassVar[Append] = "said"
    sentence: ClassVar[str] = gettext_noop("A line of chat ({by})")

    by: str
    text: str

    def fold(self, view: SessionView) -> SessionView:
        """Append the line."""
        return replace(view, chat=(*view.chat, ChatLine(self.by, self.text, self.at_ms)))


class DocumentStored(SessionEvent, frozen=True, kw_only=True, tag="document_stored"):
    """A document arrived whole and was stored."""

    audience: ClassVar[frozenset[ParticipantRole]] = PAPERS
    sentence: ClassVar[str] = gettext_noop("A document was stored")

    document: DocumentView

    def fold(self, view: SessionView) -> SessionView:
        """Append the document, or replace the one with its id in its place."""
        by_id = {one.document: one for one in (*view.documents, self.document)}
        return replace(view, documents=tuple(by_id.values()))


class VerdictGiven(SessionEvent, frozen=True, kw_only=True, tag="verdict_given"):
    """The agent judged a document."""

    audience: ClassVar[frozenset[ParticipantRole]] = PAPERS
    sentence: ClassVar[str] = gettext_noop("Verdict: {verdict}")

    document: str
    verdict: Verdict
    note: str = ""

    def fold(self, view: SessionView) -> SessionView:
        """Put the verdict on the document."""
        judged = (
            replace(one, verdict=self.verdict, note=self.note) if one.document == self.document else one
            for one in view.documents
        )
        return replace(view, documents=tuple(judged))


class StillRequested(SessionEvent, frozen=True, kw_only=True, tag="still_requested"):
    """The agent asks for a still; the citizen's side takes and uploads it."""

    audience: ClassVar[frozenset[ParticipantRole]] = PAPERS
    sentence: ClassVar[str] = gettext_noop("A photo was asked for")

    request: str
    material: str = ""

    def fold(self, view: SessionView) -> SessionView:
        """Add the request; requests that failed are forgotten with it."""
        open_ones = (one for one in view.stills if not one.why and one.request != self.request)
        return replace(view, stills=(*open_ones, StillView(self.request, self.material)))


class StillAnswered(SessionEvent, frozen=True, kw_only=True, tag="still_answered"):
    """The still was uploaded as `document`, or failed with `why`."""

    audience: ClassVar[frozenset[ParticipantRole]] = PAPERS
    sentence: ClassVar[str] = gettext_noop("The photo came")

    request: str
    document: str = ""
    why: str = ""

    def fold(self, view: SessionView) -> SessionView:
        """Remove the request, or keep it with the reason why it failed."""
        answered = (
            replace(one, why=self.why) if one.request == self.request else one
            for one in view.stills
            if self.why or one.request != self.request
        )
        return replace(view, stills=tuple(answered))


class SessionMoved(SessionEvent, frozen=True, kw_only=True, tag="session_moved"):
    """The session's state changed, or a participant's page came or went; `here` lists those who have one open."""

    append: ClassVar[Append] = "while_open"
    sentence: ClassVar[str] = gettext_noop("Call: {state}")

    state: str
    here: tuple[str, ...]

    def fold(self, view: SessionView) -> SessionView:
        """Take over the state and the presence of each participant."""
        participants = moved(view.participants, self.here, self.at_ms)
        return replace(view, state=SessionState(self.state), participants=participants)


class ParticipantJoined(SessionEvent, frozen=True, kw_only=True, tag="participant_joined"):
    """An invited participant has joined."""

    append: ClassVar[Append] = "while_open"
    sentence: ClassVar[str] = gettext_noop("Joined the call: {participant_role}")

    participant: ParticipantView

    def fold(self, view: SessionView) -> SessionView:
        """Add the participant, here since the event."""
        new = replace(self.participant, here=True, since_ms=self.at_ms)
        return replace(view, participants=joined(view.participants, new))


class ParticipantLeft(SessionEvent, frozen=True, kw_only=True, tag="participant_left"):
    """An invited participant is gone for good: `left`, `dismissed`, or `lost` (its page did not come back)."""

    append: ClassVar[Append] = "while_open"
    sentence: ClassVar[str] = gettext_noop("Left the call: {participant_role}")

    participant: str
    role: ParticipantRole
    why: Literal["left", "dismissed", "lost"]

    def fold(self, view: SessionView) -> SessionView:
        """Remove the participant."""
        return replace(view, participants=gone(view.participants, self.participant))


class NotesKept(SessionEvent, frozen=True, kw_only=True, tag="notes_kept"):
    """The agent's notes were saved; sent to the seat only."""

    audience: ClassVar[frozenset[ParticipantRole]] = AGENT_ONLY

    text: str

    def fold(self, view: SessionView) -> SessionView:
        """Replace the notes."""
        return replace(view, notes=self.text)


class AgentIntroduced(SessionEvent, frozen=True, kw_only=True, tag="agent_introduced"):
    """The agent was introduced; `department` is an id on record and a name in the page's language on the wire."""

    name: str
    staff_number: str = ""
    department: str = ""

    def fold(self, view: SessionView) -> SessionView:
        """Put the person into the view."""
        participants = named(view.participants, SEAT, self.name)
        return replace(
            view,
            participants=participants,
            agent_name=self.name,
            staff_number=self.staff_number,
            department=self.department,
        )


class ConsentChanged(SessionEvent, frozen=True, kw_only=True, tag="consent_changed"):
    """The citizen agreed to something, or took it back, at `given_ms`; of two words about one kind the later counts."""

    audience: ClassVar[frozenset[ParticipantRole]] = MATTER
    kind: ConsentKind
    given: bool
    version: str
    given_ms: int
    how: ConsentHow = ConsentHow.TOUCH

    def fold(self, view: SessionView) -> SessionView:
        """Replace the earlier answer of this kind, unless it is later."""
        said = {one.kind: one for one in view.consents}
        if self.kind in said and said[self.kind].at_ms > self.given_ms:
            return view
        said[self.kind] = ConsentView(self.kind, self.given, self.version, self.given_ms)
        return replace(view, consents=tuple(said.values()))


class PriorityConfirmed(SessionEvent, frozen=True, kw_only=True, tag="priority_confirmed"):
    """The agent looked at the citizen's claim to priority: it is true (`confirmed`) or not; sent to the seat only."""

    audience: ClassVar[frozenset[ParticipantRole]] = AGENT_ONLY
    sentence: ClassVar[str] = gettext_noop("The claim to priority: {claim}")

    confirmed: bool

    @property
    def claim(self) -> PriorityClaim:
        """Return the state of the claim after this answer."""
        return PriorityClaim.CONFIRMED if self.confirmed else PriorityClaim.REFUSED

    def fold(self, view: SessionView) -> SessionView:
        """Replace how the claim stands."""
        return replace(view, priority_claim=self.claim)


class HungUp(SessionEvent, frozen=True, kw_only=True, tag="hung_up"):
    """The citizen said goodbye; the media may stop."""

    sentence: ClassVar[str] = gettext_noop("The citizen said goodbye")

    def fold(self, view: SessionView) -> SessionView:
        """Remember the goodbye; a still is asked for no more."""
        return replace(view, hung_up=True, stills=())


class Closing(SessionEvent, frozen=True, kw_only=True):
    """The base of a closing and of its corrections."""

    audience: ClassVar[frozenset[ParticipantRole]] = MATTER
    outcome: str
    receipt: str
    summary: str = ""
    notice: tuple[str, ...] = ()

    def fold(self, view: SessionView) -> SessionView:
        """Replace the closing; each is one version higher."""
        return replace(
            view, outcome=self.outcome, summary=self.summary, notice=self.notice, version=max(view.version, 1) + 1
        )


class SessionClosed(Closing, frozen=True, kw_only=True, tag="session_closed"):
    """The agent closed the session. `notice` lists missing materials by name, if any."""

    append: ClassVar[Append] = "closes"
    sentence: ClassVar[str] = gettext_noop("Result: {outcome}")

    def fold(self, view: SessionView) -> SessionView:
        """Close the view with the first version of the closing."""
        return replace(super().fold(view), state=SessionState.CLOSED, stills=(), version=1)


class ClosingAmended(Closing, frozen=True, kw_only=True, tag="closing_amended"):
    """The agent corrected the closing in wrap-up: all of it is said anew, one version higher; the earlier is kept."""

    sentence: ClassVar[str] = gettext_noop("The closing was corrected: {outcome}")


class Rated(SessionEvent, frozen=True, kw_only=True, tag="rated"):
    """The citizen rated the service, 5 (very satisfied) to 1; on record, and on nobody's page."""

    audience: ClassVar[frozenset[ParticipantRole]] = NOBODY
    append: ClassVar[Append] = "private"
    sentence: ClassVar[str] = gettext_noop("The citizen rated the service")

    level: int
    reasons: tuple[str, ...] = ()
    comment: str = ""
    stage: int = 1


SessionEventFrame = (
    Chatted
    | DocumentStored
    | VerdictGiven
    | StillRequested
    | StillAnswered
    | SessionMoved
    | ParticipantJoined
    | ParticipantLeft
    | NotesKept
    | AgentIntroduced
    | ConsentChanged
    | PriorityConfirmed
    | HungUp
    | SessionClosed
    | ClosingAmended
)
"""Events that are sent to pages."""

RecordedEvent = SessionEventFrame | Rated
"""Events that the ledger keeps."""

KINDS: Final[dict[str, type[SessionEvent]]] = {
    str(kind.__struct_config__.tag): kind for kind in (*SessionEventFrame.__args__, Rated)
}
"""The class of each kind of event."""


def apply(view: SessionView, event: SessionEvent) -> SessionView:
    """Return the view after one event.

    An event that is in the view already (`seq` not above the view's) changes nothing; one that is not for the
    view's role only moves its number.
    """
    if event.seq <= view.seq:
        return view
    changed = event.fold(view) if view.role in event.audience else view
    return replace(changed, seq=event.seq)
