"""Frames of the session socket. Written by `make clients`: change the server's types, not this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias


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
class Accept:
    """Take the ringing ticket."""

    TAG: ClassVar[str] = "accept"

    id: str
    reservation: str
    fence: int


@dataclass(frozen=True, kw_only=True)
class AgentIntroduced:
    """The agent was introduced; `department` is an id on record and a name in the page's language on the wire."""

    TAG: ClassVar[str] = "agent_introduced"

    seq: int
    at_ms: int
    name: str
    staff_number: str = ""
    department: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """A waiting ticket that a part-time seat may claim."""

    ticket: str
    about: About
    waited_s: float


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """A snapshot of all tickets that this part-time seat may claim."""

    TAG: ClassVar[str] = "alerts"

    alerts: tuple[AlertView, ...]


@dataclass(frozen=True, kw_only=True)
class AmendClosing:
    """Correct outcome, summary and notice of the call just closed, in its wrap-up; the earlier version stays on record.

    `missing` as in `close_session`. The citizen's page is sent `closing_amended`.
    """

    TAG: ClassVar[str] = "amend_closing"

    id: str
    outcome: str
    summary: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CallBack:
    """Do not let me wait: call me here at `at_ms`; the place is kept. Answered by `ticket_taken`.

    The times to choose from are the ticket's `callback_times_ms`. The answer brings a fresh token
    and stub, which outlast the time away.
    """

    TAG: ClassVar[str] = "call_back"

    id: str
    at_ms: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An ICE candidate; an empty `candidate` ends the list."""

    TAG: ClassVar[str] = "candidate"

    to: str
    from_: str = ""
    epoch: int
    candidate: str
    mid: str = ""
    line: int = 0


Channel: TypeAlias = Literal["booth", "hall", "native", "pc"] | str
"""Place of the citizen."""


@dataclass(frozen=True, kw_only=True)
class Chat:
    """A line of text for the other side."""

    TAG: ClassVar[str] = "chat"

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ChatLine:
    """One line of the text chat; `by` is the participant who wrote it."""

    by: str
    text: str
    at_ms: int


@dataclass(frozen=True, kw_only=True)
class Chatted:
    """A line of text."""

    TAG: ClassVar[str] = "chatted"

    seq: int
    at_ms: int
    by: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A part-time seat takes an alerted ticket; the first claim wins."""

    TAG: ClassVar[str] = "claim"

    id: str
    ticket: str


@dataclass(frozen=True, kw_only=True)
class CloseSession:
    """End the session with an outcome; wrap-up begins.

    `missing` lists the material keys of a one-time notice (一次性告知); required for `correction`.
    """

    TAG: ClassVar[str] = "close_session"

    id: str
    outcome: str
    summary: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClosingAmended:
    """The agent corrected the closing in wrap-up: all of it is said anew, one version higher; the earlier is kept."""

    TAG: ClassVar[str] = "closing_amended"

    seq: int
    at_ms: int
    outcome: str
    receipt: str
    summary: str = ""
    notice: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ComeBack:
    """Go on, at this page, with the place that is kept under a receipt; answered by `ticket_taken`.

    The ticket's state stays as it is; a page that still shows it is sent away.
    """

    TAG: ClassVar[str] = "come_back"

    id: str
    receipt: str


@dataclass(frozen=True, kw_only=True)
class ConfirmPriority:
    """Say whether the citizen's claim to priority is true; once given, the answer can be changed once.

    The citizen's place is not changed by it: who is served already cannot be moved.
    """

    TAG: ClassVar[str] = "confirm_priority"

    id: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The citizen agrees to something or takes it back, before or during the call; the agent is told.

    `version` is the notice that was shown. What the installation does not do (`recording`, `face`) is not agreed to.
    """

    TAG: ClassVar[str] = "consent"

    id: str
    kind: ConsentKind
    given: bool
    version: str
    how: ConsentHow = "touch"


@dataclass(frozen=True, kw_only=True)
class ConsentChanged:
    """The citizen agreed to something, or took it back, at `given_ms`; of two words about one kind the later counts."""

    TAG: ClassVar[str] = "consent_changed"

    seq: int
    at_ms: int
    kind: ConsentKind
    given: bool
    version: str
    given_ms: int
    how: ConsentHow = "touch"


ConsentHow: TypeAlias = Literal["guide", "touch", "voice"] | str
"""Manner in which a consent was given or refused."""


ConsentKind: TypeAlias = Literal["face", "picture", "recording", "service", "sound"] | str
"""Subject of a consent, each asked for apart from the others (PIPL 29)."""


@dataclass(frozen=True, kw_only=True)
class ConsentView:
    """The latest word of a citizen about one kind of consent, to the notice of `version`."""

    kind: ConsentKind
    given: bool
    version: str
    at_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Decline:
    """Refuse the ringing ticket; it goes on at its old place, not to this seat again for 120 s, if another can."""

    TAG: ClassVar[str] = "decline"

    id: str
    reservation: str
    fence: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Description:
    """SDP. The seat's page always offers, the other side always answers: no glare.

    `epoch` numbers the RTCPeerConnection; frames of an older epoch are dropped.
    """

    TAG: ClassVar[str] = "description"

    to: str
    from_: str = ""
    epoch: int
    kind: Literal["answer", "offer"] | str
    sdp: str


@dataclass(frozen=True, kw_only=True)
class Dismiss:
    """Send an invited participant away, or take its invitation back."""

    TAG: ClassVar[str] = "dismiss"

    id: str
    participant: str


@dataclass(frozen=True, kw_only=True)
class DocumentStored:
    """A document arrived whole and was stored."""

    TAG: ClassVar[str] = "document_stored"

    seq: int
    at_ms: int
    document: DocumentView


@dataclass(frozen=True, kw_only=True)
class DocumentView:
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
    needs_password: bool = False
    located: bool = False
    by: str = "citizen"


@dataclass(frozen=True, kw_only=True)
class Done:
    """The command with this `id` was carried out."""

    TAG: ClassVar[str] = "done"

    id: str


@dataclass(frozen=True, kw_only=True)
class Error:
    """The command with this `id` changed nothing; an empty `id` means the frame or connection.

    `retry` says what may be done: `same_id` (send the very command again, after a second), `new_id` (the same wish may
    be granted later, as a new command) or `no`.
    """

    TAG: ClassVar[str] = "error"

    id: str
    code: str
    params: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    retry: Literal["new_id", "no", "same_id"] | str = "no"


@dataclass(frozen=True, kw_only=True)
class ExtendWrapUp:
    """Let the wrap-up last `for_s` seconds longer (30 to 600), half an hour in all at most."""

    TAG: ClassVar[str] = "extend_wrap_up"

    id: str
    for_s: int = 120


@dataclass(frozen=True, kw_only=True)
class GiveVerdict:
    """合格 / 模糊重拍 / 不符 for one document."""

    TAG: ClassVar[str] = "give_verdict"

    id: str
    document: str
    verdict: Verdict
    note: str = ""


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
class HangUp:
    """The citizen says goodbye; the agent still has to close with an outcome."""

    TAG: ClassVar[str] = "hang_up"

    id: str


@dataclass(frozen=True, kw_only=True)
class Hello:
    """The first frame. Staff are known by their login cookie, the others by a token.

    `token` is a citizen's ticket token, or a participant's invitation; `booth` a booth's proof. `resume` is the
    connection id of an earlier `welcome`; `last_seq` the last session event this page has seen.
    """

    TAG: ClassVar[str] = "hello"

    version: int
    role: Literal["citizen", "participant", "seat", "wallboard"] | str
    token: str = ""
    booth: str = ""
    resume: str = ""
    last_seq: int = 0
    locale: Literal["en", "zh-Hans", "zh-Hant"] | str = "zh-Hans"
    take_over: bool = False


@dataclass(frozen=True, kw_only=True)
class HoldPlace:
    """Leave the screen for up to `for_s` seconds; the place is kept but not called."""

    TAG: ClassVar[str] = "hold_place"

    id: str
    for_s: int = 600


@dataclass(frozen=True, kw_only=True)
class HungUp:
    """The citizen said goodbye; the media may stop."""

    TAG: ClassVar[str] = "hung_up"

    seq: int
    at_ms: int


@dataclass(frozen=True, kw_only=True)
class IceRefresh:
    """Relay credentials of a call: before its `session`, and again before they run out.

    `ice_policy` is RTCIceTransportPolicy (W3C WebRTC): with `relay` the media pass through the relay alone.
    """

    TAG: ClassVar[str] = "ice_refresh"

    ice_servers: tuple[IceServer, ...]
    ice_ttl_s: int
    ice_policy: Literal["all", "relay"] | str = "all"


@dataclass(frozen=True, kw_only=True)
class IceServer:
    """As RTCIceServer (W3C WebRTC); `username` and `credential` are time-limited."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


@dataclass(frozen=True, kw_only=True)
class Invite:
    """Invite somebody to the call, as `name`; answered by `invited`."""

    TAG: ClassVar[str] = "invite"

    id: str
    role: Literal["expert", "family", "interpreter", "observer"] | str
    name: str


@dataclass(frozen=True, kw_only=True)
class Invited:
    """The answer to `invite`: give `invitation` to its one addressee, to join before `expires_ms`."""

    TAG: ClassVar[str] = "invited"

    id: str
    participant: str
    invitation: str
    expires_ms: int


@dataclass(frozen=True, kw_only=True)
class LaneView:
    """Waiting tickets of one skill and district."""

    skill: str
    district: str
    waiting: int
    oldest_ms: int


@dataclass(frozen=True, kw_only=True)
class LeaveQueue:
    """Give up the place; the ticket is over."""

    TAG: ClassVar[str] = "leave_queue"

    id: str


@dataclass(frozen=True, kw_only=True)
class LeaveSession:
    """An invited participant leaves the call for good."""

    TAG: ClassVar[str] = "leave_session"

    id: str


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


@dataclass(frozen=True, kw_only=True)
class MediaReady:
    """This side can answer now; the seat offers with the next epoch."""

    TAG: ClassVar[str] = "media_ready"

    to: str
    from_: str = ""
    epoch: int = 0


@dataclass(frozen=True, kw_only=True)
class MediaRestart:
    """Ask the offerer to restart ICE, or to replace the connection (`renew`)."""

    TAG: ClassVar[str] = "media_restart"

    to: str
    from_: str = ""
    epoch: int
    renew: bool = False


@dataclass(frozen=True, kw_only=True)
class MediaState:
    """Slots of this page that send media, and the degrees clockwise by which the receiver turns the picture upright."""

    TAG: ClassVar[str] = "media_state"

    to: str
    from_: str = ""
    slot: Slot
    on: bool
    turn: Literal[0, 90, 180, 270] | str = 0


@dataclass(frozen=True, kw_only=True)
class MediaUp:
    """The first frame of the participant `of` was decoded; of the citizen or the seat: the session is active."""

    TAG: ClassVar[str] = "media_up"

    id: str
    of: str
    epoch: int
    after_ms: int = 0


Mode: TypeAlias = Literal["coach", "consult", "handle"] | str
"""Extent of the help; a higher mode needs more authority of the seat."""


@dataclass(frozen=True, kw_only=True)
class Notes:
    """The agent's notes as they stand; replaces the earlier text."""

    TAG: ClassVar[str] = "notes"

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class NotesKept:
    """The agent's notes were saved; sent to the seat only."""

    TAG: ClassVar[str] = "notes_kept"

    seq: int
    at_ms: int
    text: str


@dataclass(frozen=True, kw_only=True)
class ParticipantJoined:
    """An invited participant has joined."""

    TAG: ClassVar[str] = "participant_joined"

    seq: int
    at_ms: int
    participant: ParticipantView


@dataclass(frozen=True, kw_only=True)
class ParticipantLeft:
    """An invited participant is gone for good: `left`, `dismissed`, or `lost` (its page did not come back)."""

    TAG: ClassVar[str] = "participant_left"

    seq: int
    at_ms: int
    participant: str
    role: ParticipantRole
    why: Literal["dismissed", "left", "lost"] | str


ParticipantRole: TypeAlias = Literal["agent", "citizen", "expert", "family", "interpreter", "observer"] | str
"""The role of a participant: its rights to see, say and do in the session."""


@dataclass(frozen=True, kw_only=True)
class ParticipantView:
    """A participant of a session: here (a page of its is open) or away, since `since_ms`."""

    id: str
    role: ParticipantRole
    name: str = ""
    here: bool = True
    since_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Take no tickets, with a reason; during a call it counts from its end."""

    TAG: ClassVar[str] = "pause"

    id: str
    reason: PauseReason


PauseReason: TypeAlias = Literal["break", "meal", "missed", "other", "supervisor", "training", "window"] | str
"""Reason why a signed-in seat takes no tickets."""


@dataclass(frozen=True, kw_only=True)
class PauseSeat:
    """Set a seat on break from the wallboard."""

    TAG: ClassVar[str] = "pause_seat"

    id: str
    seat: str
    reason: PauseReason = "supervisor"


PriorityClaim: TypeAlias = Literal["", "claimed", "confirmed", "refused"] | str
"""State of a citizen's claim to priority; a claim gives the head start before an agent confirmed it."""


@dataclass(frozen=True, kw_only=True)
class PriorityConfirmed:
    """The agent looked at the citizen's claim to priority: it is true (`confirmed`) or not; sent to the seat only."""

    TAG: ClassVar[str] = "priority_confirmed"

    seq: int
    at_ms: int
    confirmed: bool


Purpose: TypeAlias = Literal["material", "other", "still"] | str
"""Purpose of a document; it may be used for no other one (State Council Decree 716, art. 7)."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """好差评: 5 非常满意 … 1 非常不满意; 1 and 2 need a reason. The agent never sees it."""

    TAG: ClassVar[str] = "rate"

    id: str
    level: int
    reasons: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """Take tickets from now on; also ends wrap-up and pauses."""

    TAG: ClassVar[str] = "ready"

    id: str


@dataclass(frozen=True, kw_only=True)
class RequestStill:
    """Ask the citizen's side for a still of the document camera."""

    TAG: ClassVar[str] = "request_still"

    id: str
    material: str = ""


ReservationState: TypeAlias = Literal["accepted", "declined", "expired", "pending", "rescinded"] | str
"""A seat's exclusive hold on a ticket."""


@dataclass(frozen=True, kw_only=True)
class ReservationView:
    """A ringing reservation as the seat sees it. `left_s` is the time left when it was sent."""

    reservation: str
    ticket: str
    fence: int
    state: ReservationState
    about: About
    left_s: float
    waited_s: float
    explain: str = ""


@dataclass(frozen=True, kw_only=True)
class ResumePlace:
    """I am back at the screen, or do not want to be called later any more: call me now."""

    TAG: ClassVar[str] = "resume_place"

    id: str


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """A reservation for this seat: accept or decline before it runs out."""

    TAG: ClassVar[str] = "ringing"

    reservation: ReservationView


@dataclass(frozen=True, kw_only=True)
class RingingOver:
    """The reservation ended: `accepted`, `declined`, `expired` or `rescinded`."""

    TAG: ClassVar[str] = "ringing_over"

    reservation: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A snapshot of the agent's own seat."""

    TAG: ClassVar[str] = "seat"

    seat: SeatView


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
class Session:
    """A snapshot of the session."""

    TAG: ClassVar[str] = "session"

    session: SessionView


@dataclass(frozen=True, kw_only=True)
class SessionClosed:
    """The agent closed the session. `notice` lists missing materials by name, if any."""

    TAG: ClassVar[str] = "session_closed"

    seq: int
    at_ms: int
    outcome: str
    receipt: str
    summary: str = ""
    notice: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SessionMoved:
    """The session's state changed, or a participant's page came or went; `here` lists those who have one open."""

    TAG: ClassVar[str] = "session_moved"

    seq: int
    at_ms: int
    state: str
    here: tuple[str, ...]


SessionState: TypeAlias = Literal["active", "closed", "connecting", "held", "suspended", "wrap_up"] | str
"""The conversation of a citizen and a seat."""


@dataclass(frozen=True, kw_only=True)
class SessionView:
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
    participants: tuple[ParticipantView, ...] = ()
    guide: GuideView | None = None
    documents: tuple[DocumentView, ...] = ()
    chat: tuple[ChatLine, ...] = ()
    stills: tuple[StillView, ...] = ()
    hung_up: bool = False
    chat_before: int = 0
    notes: str = ""
    outcome: str = ""
    summary: str = ""
    notice: tuple[str, ...] = ()
    version: int = 0
    explain: str = ""
    agent_name: str = ""
    staff_number: str = ""
    department: str = ""
    consents: tuple[ConsentView, ...] = ()
    priority_claim: PriorityClaim = ""


Slot: TypeAlias = Literal["camera", "document_camera", "microphone", "screen"] | str
"""The fixed media slots, in the order of the SDP's m-lines; turning one on is `replaceTrack`."""


@dataclass(frozen=True, kw_only=True)
class StillAnswered:
    """The still was uploaded as `document`, or failed with `why`."""

    TAG: ClassVar[str] = "still_answered"

    seq: int
    at_ms: int
    request: str
    document: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class StillFailed:
    """The citizen's side could not take the still; `why` is a device error name."""

    TAG: ClassVar[str] = "still_failed"

    id: str
    request: str
    why: str


@dataclass(frozen=True, kw_only=True)
class StillRequested:
    """The agent asks for a still; the citizen's side takes and uploads it."""

    TAG: ClassVar[str] = "still_requested"

    seq: int
    at_ms: int
    request: str
    material: str = ""


@dataclass(frozen=True, kw_only=True)
class StillTaken:
    """The citizen's side has uploaded the still that was asked for."""

    TAG: ClassVar[str] = "still_taken"

    id: str
    request: str
    document: str


@dataclass(frozen=True, kw_only=True)
class StillView:
    """A still that the agent asked for and has not got; `why` is the device error if it failed."""

    request: str
    material: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TakeTicket:
    """Ask for a place in the queue. Without `item` the general seat (综合导办) is asked for.

    `stub` is the signed stub of an earlier ticket: it stands where it stood. If that one was to be
    called back, `callback_at_ms` says when: the citizen may not be at the page before.
    """

    TAG: ClassVar[str] = "take_ticket"

    id: str
    item: str = ""
    mode: Mode = "consult"
    language: str = "cmn"
    site: str = ""
    priority: Literal["normal", "priority", "sos"] | str = "normal"
    helper_present: bool = False
    native: bool = False
    stub: str = ""
    callback_at_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A snapshot of the citizen's ticket; sent when its state, place, wait or widening changes."""

    TAG: ClassVar[str] = "ticket"

    ticket: TicketView


@dataclass(frozen=True, kw_only=True)
class TicketIssued:
    """The answer to `take_ticket` and `call_back`. Keep `token` and `stub` for a reload; neither is shown again."""

    TAG: ClassVar[str] = "ticket_taken"

    id: str
    ticket: TicketView
    token: str
    stub: str


TicketState: TypeAlias = Literal["abandoned", "done", "expired", "held", "no_show", "redirected", "reserved", "scheduled", "serving", "waiting"] | str
"""A citizen's place in the queue."""


@dataclass(frozen=True, kw_only=True)
class TicketView:
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
    wait: WaitRange = field(default_factory=lambda: WaitRange())
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
    consents: tuple[ConsentView, ...] = ()


Verdict: TypeAlias = Literal["blurred", "good", "wrong"] | str
"""The agent's verdict on a document (合格 / 模糊重拍 / 不符)."""


@dataclass(frozen=True, kw_only=True)
class VerdictGiven:
    """The agent judged a document."""

    TAG: ClassVar[str] = "verdict_given"

    seq: int
    at_ms: int
    document: str
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class WaitRange:
    """Expected wait in seconds, as a range; both null while nothing has been measured."""

    low_s: int | None = None
    high_s: int | None = None


@dataclass(frozen=True, kw_only=True)
class Wallboard:
    """A snapshot of the floor."""

    TAG: ClassVar[str] = "wallboard"

    wallboard: WallboardView


@dataclass(frozen=True, kw_only=True)
class WallboardDelta:
    """Changes of the wallboard since `rev_from`; a page at another `rev` gets a snapshot by reconnecting.

    `seats` lists only what changed, `booths_online` who came, `booths_gone` who went; `lanes` and
    the counts replace the old.
    """

    TAG: ClassVar[str] = "wallboard_delta"

    rev_from: int
    rev: int
    at_ms: int
    seats: tuple[SeatView, ...]
    lanes: tuple[LaneView, ...]
    waiting: int
    longest_wait_since_ms: int
    serving: int
    answered_today: int
    answered_in_60_s_today: int
    abandoned_today: int
    booths_online: tuple[str, ...]
    booths_gone: tuple[str, ...] = ()


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


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """The answer to `hello`. `resumed` tells whether `resume` was known.

    `ice_servers` lists what needs no credentials (STUN); those of the relay come with a call, as `ice_refresh`.
    """

    TAG: ClassVar[str] = "welcome"

    version: int
    connection: str
    server_ms: int
    node: str
    features: tuple[str, ...]
    resumed: bool = False
    ice_servers: tuple[IceServer, ...] = ()
    ice_ttl_s: int = 0
    you: str = ""


ClientFrame: TypeAlias = (
    Hello
    | TakeTicket
    | LeaveQueue
    | HoldPlace
    | CallBack
    | ResumePlace
    | ComeBack
    | Consent
    | Rate
    | HangUp
    | StillTaken
    | StillFailed
    | Chat
    | Description
    | Candidate
    | MediaReady
    | MediaRestart
    | MediaState
    | MediaUp
    | Ready
    | Pause
    | Accept
    | Decline
    | Claim
    | RequestStill
    | GiveVerdict
    | Notes
    | ConfirmPriority
    | CloseSession
    | AmendClosing
    | ExtendWrapUp
    | Invite
    | Dismiss
    | PauseSeat
    | LeaveSession
)


ServerFrame: TypeAlias = (
    Welcome
    | IceRefresh
    | Done
    | Error
    | TicketIssued
    | Invited
    | Ticket
    | Seat
    | Ringing
    | RingingOver
    | Alerts
    | Session
    | Chatted
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
    | Wallboard
    | WallboardDelta
    | Description
    | Candidate
    | MediaReady
    | MediaRestart
    | MediaState
)


SERVER_FRAMES: Mapping[str, type[ServerFrame]] = {
    "agent_introduced": AgentIntroduced,
    "alerts": Alerts,
    "candidate": Candidate,
    "chatted": Chatted,
    "closing_amended": ClosingAmended,
    "consent_changed": ConsentChanged,
    "description": Description,
    "document_stored": DocumentStored,
    "done": Done,
    "error": Error,
    "hung_up": HungUp,
    "ice_refresh": IceRefresh,
    "invited": Invited,
    "media_ready": MediaReady,
    "media_restart": MediaRestart,
    "media_state": MediaState,
    "notes_kept": NotesKept,
    "participant_joined": ParticipantJoined,
    "participant_left": ParticipantLeft,
    "priority_confirmed": PriorityConfirmed,
    "ringing": Ringing,
    "ringing_over": RingingOver,
    "seat": Seat,
    "session": Session,
    "session_closed": SessionClosed,
    "session_moved": SessionMoved,
    "still_answered": StillAnswered,
    "still_requested": StillRequested,
    "ticket": Ticket,
    "ticket_taken": TicketIssued,
    "verdict_given": VerdictGiven,
    "wallboard": Wallboard,
    "wallboard_delta": WallboardDelta,
    "welcome": Welcome,
}
