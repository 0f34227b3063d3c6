"""Views of sessions for supervisors: a line in a list, and a whole record."""

import msgspec

from protocol.views import About


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A session in a list; a ticket that was never answered has an empty `session`."""

    session: str
    ticket: str
    number: str
    receipt: str
    day: str
    arrived_ms: int
    began_ms: int | None
    closed_ms: int | None
    waited_ms: int | None
    served_ms: int | None
    seat: str
    account: str
    agent: str
    """The display name of who served, at that time; with it the staff number, and the department by its id."""
    staff_number: str
    department: str
    item: str
    item_name: str
    mode: str
    language: str
    channel: str
    site: str
    booth: str
    collecting_district: str
    handling_district: str
    ticket_state: str
    state: str
    case_state: str
    outcome: str
    rating: int
    """1 to 5; 0 when the citizen gave none."""
    documents: int
    priority_claim: str
    """`claimed` (nobody looked), `confirmed`, `refused`; empty where the citizen claimed no priority."""


class ClaimFigures(msgspec.Struct, frozen=True):
    """Tickets of a site with a claim to priority, and the agents' findings."""

    site: str
    claimed: int
    confirmed: int
    refused: int

    @property
    def unseen(self) -> int:
        """Claims not judged by an agent."""
        return self.claimed - self.confirmed - self.refused


class ReservationRecord(msgspec.Struct, frozen=True):
    """A hold of a seat on the ticket; `explain` is JSON and says why this seat."""

    reservation: str
    seat: str
    state: str
    made_ms: int
    deadline_ms: int | None
    ended_ms: int | None
    waited_ms: int
    reason: str
    explain: str


class ParticipantRecord(msgspec.Struct, frozen=True):
    """A participant of a session, by its id there."""

    participant: str
    who: str
    place: str
    joined_ms: int
    left_ms: int | None
    absences: int
    account: str = ""
    name: str = ""
    role: str = ""


class DocumentRecord(msgspec.Struct, frozen=True):
    """A document of the ticket; `wiped_ms` is set when its content is gone."""

    document: str
    session: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    purpose: str
    material: str
    verdict: str
    note: str
    stored_ms: int
    judged_ms: int | None
    wiped_ms: int | None
    uploaded_by: str = ""
    """`citizen`, or the agent's account as `agent:NAME`; empty where nobody noted it."""
    request: str = ""
    """The agent's request that this still answers."""


class ChatRecord(msgspec.Struct, frozen=True):
    """A line of the chat."""

    seq: int
    at_ms: int
    by: str
    text: str
    session: str = ""
    """The session of the ticket in which it was said."""
    role: str = ""
    """The role of who said it."""


class OutcomeRecord(msgspec.Struct, frozen=True):
    """Outcome of the session."""

    outcome: str
    summary: str
    notice: tuple[str, ...]
    by: str
    at_ms: int
    account: str = ""
    version: int = 1


class RatingRecord(msgspec.Struct, frozen=True):
    """Rating of the session by the citizen."""

    stage: int
    level: int
    reasons: tuple[str, ...]
    comment: str
    at_ms: int


class ConsentRecord(msgspec.Struct, frozen=True):
    """Consent given or taken back by the citizen: version and language of the notice, how and when."""

    kind: str
    given: bool
    version: str
    locale: str
    how: str
    at_ms: int


class CustodyRecord(msgspec.Struct, frozen=True):
    """Holder of the papers."""

    holder: str
    since_ms: int
    by: str
    courier_number: str


class CaseRecord(msgspec.Struct, frozen=True):
    """The matter: where it was collected, who handles it, how it stands."""

    state: str
    collecting_site: str
    collecting_district: str
    handling_district: str
    opened_ms: int
    changed_ms: int
    custody: tuple[CustodyRecord, ...]


class EventRecord(msgspec.Struct, frozen=True):
    """An entry of the journal about the ticket or the session."""

    at_ms: int
    kind: str
    seat: str
    facts: dict[str, str]


class SessionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on record about a session and its ticket."""

    line: SessionLine
    about: About
    needs: str
    relaxed: str
    returns: int
    why_ended: str
    helper_present: bool
    priority: str
    active_ms: int | None
    hung_up_ms: int | None
    notes: str
    reservations: tuple[ReservationRecord, ...]
    participants: tuple[ParticipantRecord, ...]
    documents: tuple[DocumentRecord, ...]
    chat: tuple[ChatRecord, ...]
    outcome: OutcomeRecord | None
    closings: tuple[OutcomeRecord, ...]
    """Every version of the outcome that was told, the first one first."""
    ratings: tuple[RatingRecord, ...]
    consents: tuple[ConsentRecord, ...]
    case: CaseRecord | None
    events: tuple[EventRecord, ...]
    other_sessions: tuple[str, ...]
    """Other sessions of the same ticket: it was passed on, or its seat was lost."""


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to a citizen's question with a receipt's number."""

    receipt: str
    number: str
    day: str
    item: str
    item_name: str
    handling_district: str
    ticket_state: str
    case_state: str
    outcome: str
    notice: tuple[str, ...]
    closed_ms: int | None
    version: int = 0
    """Version of the closing; 0 while there is none."""
