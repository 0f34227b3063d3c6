"""Types of what the operations take and answer. Written by `make clients`: change the server's types, not this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, kw_only=True)
class About:
    """The subject of a ticket, as its taker said it; the queue carries it and does not read it."""

    number: str
    item: str = ""
    item_name: str = ""
    mode: Mode = "consult"
    language: str = "cmn"
    locale: str = "zh-Hans"
    channel: Channel = "pc"
    site: str = ""
    site_name: str = ""
    booth: str = ""
    collecting_district: str = ""
    handling_district: str = ""
    skill: str = ""
    receipt: str = ""
    priority: str = "normal"
    helper_present: bool = False
    returning: bool = False


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm; `answered_ms` is 0 until an auditor answers it."""

    id: str
    rule: str
    actor: str
    counted: int
    limit: int
    raised_ms: int
    owner: str
    answered_ms: int
    answer: str


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """An entry of the trail; `seq` is 0 until it is sealed."""

    seq: int
    at_ms: int
    actor: str
    action: str
    subject: str
    facts: Mapping[str, str | int | float | bool | None]
    seat: str = ""
    person: str = ""
    result: str = "done"
    origin: str = ""
    request: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Break:
    """Reason for which a seat is set on break."""

    reason: PauseReason = "supervisor"


@dataclass(frozen=True, kw_only=True)
class CaseRecord:
    """The matter: where it was collected, who handles it, how it stands."""

    state: str
    collecting_site: str
    collecting_district: str
    handling_district: str
    opened_ms: int
    changed_ms: int
    custody: tuple[CustodyRecord, ...]


Channel: TypeAlias = Literal["booth", "hall", "native", "pc"] | str
"""Place of the citizen."""


@dataclass(frozen=True, kw_only=True)
class ChatRecord:
    """A line of the chat."""

    seq: int
    at_ms: int
    by: str
    text: str
    session: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckAsked:
    """A number to check."""

    kind: Literal["case_no", "ecert", "hk_macau_pass", "hmt_residence", "impl_code", "item_code", "org_code", "passport", "phone", "resident_id", "taiwan_pass", "uscc"] | str
    value: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Result of a check."""

    ok: bool
    normal: str
    why: Literal["", "area", "check", "date", "format", "kind", "level", "old"] | str = ""


@dataclass(frozen=True, kw_only=True)
class CloudEvent:
    """An event in its envelope. `sequence` rises within the realm, in the order of commits; `subject` is the matter.

    `replaces` is the id of the event that this one corrects. Places that an event has none of are left out.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    datacontenttype: str
    sequence: str
    replaces: str | None = None
    collectingdistrict: str | None = None
    handlingdistrict: str | None = None
    department: str | None = None
    site: str | None = None
    data: object


@dataclass(frozen=True, kw_only=True)
class ConsentRecord:
    """Consent given or taken back by the citizen: version and language of the notice, how and when."""

    kind: str
    given: bool
    version: str
    locale: str
    how: str
    at_ms: int


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The displayable parts of a document: `pages` as pictures, or the `texts` of pages that are not drawn."""

    pages: int
    needs_password: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CustodyRecord:
    """Holder of the papers."""

    holder: str
    since_ms: int
    by: str
    courier_number: str


@dataclass(frozen=True, kw_only=True)
class DocumentRecord:
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
    request: str = ""


@dataclass(frozen=True, kw_only=True)
class EventRecord:
    """An entry of the journal about the ticket or the session."""

    at_ms: int
    kind: str
    seat: str
    facts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class GuideView:
    """An item's guide: subject, deciding authority, terms, materials, result.

    `name` is what people call the item, in the reader's language; `official` its name in the law where that is another.
    """

    item: str
    name: str
    official: str = ""
    department: str = ""
    district: str = ""
    kind: str = ""
    modes: tuple[str, ...] = ()
    cross: str = "none"
    promised_days: int = 0
    legal_days: int = 0
    result: str = ""
    average_min: int = 0
    impl_code: str = ""
    materials: tuple[MaterialView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An item that a search found."""

    item: str
    name: str
    department: str
    district: str
    kind: str
    modes: tuple[str, ...] = ()
    closeness: float = 0.0


@dataclass(frozen=True, kw_only=True)
class KindShown:
    """A kind of event: its name in subscriptions, `type` and `dataschema` of its envelope, JSON Schema of its data."""

    kind: str
    type: str
    dataschema: str
    schema: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class LaneView:
    """Waiting tickets of one skill and district."""

    skill: str
    district: str
    waiting: int
    oldest_ms: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A page of the catalogue by id; `after` asks for the next one and is empty at the end."""

    items: tuple[Hit, ...]
    after: str


@dataclass(frozen=True, kw_only=True)
class MaterialView:
    """A material that the item requires, and how it stands."""

    key: str
    name: str
    required: bool = True
    deferrable: bool = False
    electronic: bool = False
    original: bool = False
    signature: bool = False
    alternative: bool = False
    conditional: bool = False


Mode: TypeAlias = Literal["coach", "consult", "handle"] | str
"""Extent of the help; a higher mode needs more authority of the seat."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """An id with its name."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class OutcomeRecord:
    """Outcome of the session."""

    outcome: str
    summary: str
    notice: tuple[str, ...]
    by: str
    at_ms: int
    account: str = ""
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class ParticipantRecord:
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


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A heading with its text."""

    heading: str
    text: str


PauseReason: TypeAlias = Literal["break", "meal", "missed", "other", "supervisor", "training", "window"] | str
"""Reason why a signed-in seat takes no tickets."""


@dataclass(frozen=True, kw_only=True)
class Public:
    """Public facts about the installation."""

    districts: tuple[Named, ...]
    sites: tuple[SiteInfo, ...]
    languages: tuple[SpokenLanguage, ...]
    skills: tuple[Named, ...]
    modes: tuple[Mode, ...]
    bad_reasons: tuple[str, ...]
    outcomes: tuple[Named, ...]
    open_now: bool
    next_open: str | None
    waiting: int | None
    document_max_bytes: int
    notice: PublicNotice


@dataclass(frozen=True, kw_only=True)
class PublicNotice:
    """The notice that a citizen agrees to: `version` goes into `consent`, `text` is shown before."""

    version: str
    text: tuple[Passage, ...]


@dataclass(frozen=True, kw_only=True)
class RatingRecord:
    """Rating of the session by the citizen."""

    stage: int
    level: int
    reasons: tuple[str, ...]
    comment: str
    at_ms: int


@dataclass(frozen=True, kw_only=True)
class ReservationRecord:
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


SeatState: TypeAlias = Literal["idle", "offline", "paused", "reserved", "serving", "wrap_up"] | str
"""A workplace that can take tickets."""


@dataclass(frozen=True, kw_only=True)
class SeatView:
    """A seat as wallboards and its own agent see it. `until_ms` is set while wrap-up runs."""

    seat: str
    name: str
    state: SeatState
    since_ms: int
    reason: str = ""
    until_ms: int = 0
    district: str = ""
    site: str = ""
    duty: str = "full"
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ticket: str = ""
    ticket_number: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionLine:
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
    documents: int
    priority_claim: str


@dataclass(frozen=True, kw_only=True)
class SessionPage:
    """A page of sessions, newest first; `cursor` asks for the next one and is empty at the end."""

    sessions: tuple[SessionLine, ...]
    cursor: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionRecord:
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
    ratings: tuple[RatingRecord, ...]
    consents: tuple[ConsentRecord, ...]
    case: CaseRecord | None
    events: tuple[EventRecord, ...]
    other_sessions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A page of the trail, newest first, and the alarms."""

    entries: tuple[AuditEntry, ...]
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, kw_only=True)
class SiteInfo:
    """A site where booths are."""

    id: str
    name: str
    district: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class SpokenLanguage:
    """A language of a conversation."""

    id: str
    name: str
    seats: Literal["few", "many", "none"] | str


@dataclass(frozen=True, kw_only=True)
class WallboardView:
    """The floor as it is. `rev` numbers it; deltas name the `rev` they follow."""

    rev: int
    at_ms: int
    seats: tuple[SeatView, ...] = ()
    lanes: tuple[LaneView, ...] = ()
    waiting: int = 0
    longest_wait_since_ms: int = 0
    serving: int = 0
    answered_today: int = 0
    answered_in_60_s_today: int = 0
    abandoned_today: int = 0
    booths_online: tuple[str, ...] = ()
    booths_known: int = 0
