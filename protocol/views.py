"""The views of tickets, seats, sessions and documents: values inside frames and answers."""

from enum import StrEnum

import msgspec

from protocol.participants import CITIZEN, ParticipantRole, Participants
from protocol.priorities import PriorityClaim
from protocol.states import ReservationState, SeatState, SessionState, TicketState


class Mode(StrEnum):
    """Extent of the help; a higher mode needs more authority of the seat."""

    CONSULT = "consult"
    COACH = "coach"
    HANDLE = "handle"


class Channel(StrEnum):
    """Place of the citizen."""

    BOOTH = "booth"
    PC = "pc"
    NATIVE = "native"
    HALL = "hall"


class Slot(StrEnum):
    """The fixed media slots, in the order of the SDP's m-lines; turning one on is `replaceTrack`."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    DOCUMENT_CAMERA = "document_camera"
    SCREEN = "screen"


class Verdict(StrEnum):
    """The agent's verdict on a document (合格 / 模糊重拍 / 不符)."""

    GOOD = "good"
    BLURRED = "blurred"
    WRONG = "wrong"


class Purpose(StrEnum):
    """Purpose of a document; it may be used for no other one (State Council Decree 716, art. 7)."""

    MATERIAL = "material"
    STILL = "still"
    OTHER = "other"


class ConsentKind(StrEnum):
    """Subject of a consent, each asked for apart from the others (PIPL 29)."""

    SERVICE = "service"
    """The notice: what is collected, what for, how long it is kept."""
    SOUND = "sound"
    """The microphone is opened for the agent."""
    PICTURE = "picture"
    """The camera is opened for the agent."""
    RECORDING = "recording"
    FACE = "face"
    """The face is compared with a document."""


class ConsentHow(StrEnum):
    """Manner in which a consent was given or refused."""

    TOUCH = "touch"
    VOICE = "voice"
    GUIDE = "guide"
    """A guide pressed for the citizen, who said so."""


class ConsentView(msgspec.Struct, frozen=True):
    """The latest word of a citizen about one kind of consent, to the notice of `version`."""

    kind: ConsentKind
    given: bool
    version: str
    at_ms: int = 0


class About(msgspec.Struct, frozen=True):
    """The subject of a ticket, as its taker said it; the queue carries it and does not read it."""

    number: str
    item: str = ""
    item_name: str = ""
    mode: Mode = Mode.CONSULT
    language: str = "cmn"
    locale: str = "zh-Hans"
    channel: Channel = Channel.PC
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


class WaitRange(msgspec.Struct, frozen=True):
    """Expected wait in seconds, as a range; both null while nothing has been measured."""

    low_s: int | None = None
    high_s: int | None = None


class TicketView(msgspec.Struct, frozen=True):
    """A ticket as its citizen sees it. `place` counts from 1; 0 when it is not in the queue.

    It has waited since `waiting_since_ms`, moved on by calls that came to nothing and by time away for
    a callback. A wait is long from `callback_after_s` on: then the citizen is offered to be called at one of
    `callback_times_ms` instead (none while that is not possible). `callback_at_ms` is the time that was chosen.
    """

    ticket: str
    state: TicketState
    about: About
    taken_ms: int
    place: int = 0
    wait: WaitRange = WaitRange()
    widened: tuple[str, ...] = ()
    able_seats: int = 0
    seat_name: str = ""
    session: str = ""
    held_until_ms: int = 0
    waiting_since_ms: int = 0
    callback_after_s: int = 0
    callback_times_ms: tuple[int, ...] = ()
    callback_at_ms: int = 0
    returned: str = ""
    """Reason for which a call came back to the line, while it is there: `seat_lost`, `signed_out`, `transferred`."""
    consents: tuple[ConsentView, ...] = ()
    """Consents that the citizen has given or refused so far; neither camera nor microphone is opened before."""


class MaterialView(msgspec.Struct, frozen=True):
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


class DocumentView(msgspec.Struct, frozen=True):
    """A stored document. `verdict` is empty until the agent gave one."""

    document: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    purpose: Purpose
    material: str = ""
    verdict: Verdict | None = None
    note: str = ""
    stored_ms: int = 0
    pages: int = 0
    """Pages that can be looked at; 0 where that is not known before it is opened."""
    needs_password: bool = False
    located: bool = False
    """Whether the file says where it was made; the copy for the eye does not."""
    by: str = CITIZEN
    """The participant who put it there."""


class ChatLine(msgspec.Struct, frozen=True):
    """One line of the text chat; `by` is the participant who wrote it."""

    by: str
    text: str
    at_ms: int


class ChatPage(msgspec.Struct, frozen=True):
    """Some lines of a chat, oldest first; `before` of them stand earlier and are not here."""

    chat: tuple[ChatLine, ...]
    before: int


class GuideView(msgspec.Struct, frozen=True):
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


class StillView(msgspec.Struct, frozen=True):
    """A still that the agent asked for and has not got; `why` is the device error if it failed."""

    request: str
    material: str = ""
    why: str = ""


class SessionView(msgspec.Struct, frozen=True):
    """All of a session that a participant needs to stand where it stood. `seq` is the last event in it.

    `you` is the participant whose view it is, `role` its role.
    """

    session: str
    ticket: str
    state: SessionState
    you: str
    role: ParticipantRole
    about: About
    seat: str
    seat_name: str
    seq: int
    began_ms: int
    participants: Participants = ()
    guide: GuideView | None = None
    documents: tuple[DocumentView, ...] = ()
    chat: tuple[ChatLine, ...] = ()
    stills: tuple[StillView, ...] = ()
    hung_up: bool = False
    """The citizen said goodbye; the agent has not closed yet."""
    chat_before: int = 0
    """So many older lines are not in `chat`; `GET /api/conversation` has them."""
    notes: str = ""
    """The agent's own notes; always empty in the citizen's view."""
    outcome: str = ""
    """Closing of a closed session, so that a reloaded page still shows it."""
    summary: str = ""
    notice: tuple[str, ...] = ()
    version: int = 0
    """Version of the closing: 1, and one more for each correction; 0 while the session is open."""
    explain: str = ""
    """Reason for which this seat got this ticket; only in the seat's view."""
    agent_name: str = ""
    """Agent at the seat: name, staff number, and department in the page's language."""
    staff_number: str = ""
    department: str = ""
    consents: tuple[ConsentView, ...] = ()
    """Consents given or refused by the citizen; a missing kind was not answered yet."""
    priority_claim: PriorityClaim = PriorityClaim.NONE
    """State of the citizen's claim to priority; only in the seat's view."""


class ReservationView(msgspec.Struct, frozen=True):
    """A ringing reservation as the seat sees it. `left_s` is the time left when it was sent."""

    reservation: str
    ticket: str
    fence: int
    state: ReservationState
    about: About
    left_s: float
    waited_s: float
    explain: str = ""


class AlertView(msgspec.Struct, frozen=True):
    """A waiting ticket that a part-time seat may claim."""

    ticket: str
    about: About
    waited_s: float


class SeatView(msgspec.Struct, frozen=True):
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


class LaneView(msgspec.Struct, frozen=True):
    """Waiting tickets of one skill and district."""

    skill: str
    district: str
    waiting: int
    oldest_ms: int


class WallboardView(msgspec.Struct, frozen=True):
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
