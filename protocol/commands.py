"""Frames from a page to the server: what citizens, agents and supervisors may ask.

Every command carries `id`, chosen by the client and unique within its connection's resume window;
sending the same `id` again gives the same answer and does nothing twice. Frames without `id` are
ephemeral: relayed or dropped, never stored.
"""

from typing import Literal

import msgspec

from protocol.limits import (
    ChatText,
    CommentText,
    Id,
    Ids,
    Name,
    NotesText,
    NoteText,
    Number,
    Reasons,
    ReasonText,
    Sdp,
    SummaryText,
    Token,
    Word,
)
from protocol.states import PauseReason
from protocol.views import ConsentHow, ConsentKind, Mode, Slot, Verdict

Locale = Literal["zh-Hans", "zh-Hant", "en"]
"""The languages that pages come in."""


class Frame(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True, kw_only=True):
    """The base of all frames."""


class Command(Frame, frozen=True, kw_only=True):
    """A frame that is answered by `done`, `ticket_taken` or `error` with the same `id`."""

    id: Id


class Hello(Frame, frozen=True, kw_only=True, tag="hello"):
    """The first frame. Staff are known by their login cookie, the others by a token.

    `token` is a citizen's ticket token, or a participant's invitation; `booth` a booth's proof. `resume` is the
    connection id of an earlier `welcome`; `last_seq` the last session event this page has seen.
    """

    version: Number
    role: Literal["citizen", "seat", "wallboard", "participant"]
    token: Token = ""
    booth: Token = ""
    resume: Id = ""
    last_seq: Number = 0
    locale: Locale = "zh-Hans"
    take_over: bool = False
    """Take the seat from another account that is signed in there; never during its call."""


class TakeTicket(Command, frozen=True, kw_only=True, tag="take_ticket"):
    """Ask for a place in the queue. Without `item` the general seat (综合导办) is asked for.

    `stub` is the signed stub of an earlier ticket: it stands where it stood. If that one was to be
    called back, `callback_at_ms` says when: the citizen may not be at the page before.
    """

    item: Id = ""
    mode: Mode = Mode.CONSULT
    language: Word = "cmn"
    site: Id = ""
    priority: Literal["normal", "priority", "sos"] = "normal"
    helper_present: bool = False
    native: bool = False
    """Taken by a client of ours that is no browser page: its channel is `native`."""
    stub: Token = ""
    callback_at_ms: Number = 0


class LeaveQueue(Command, frozen=True, kw_only=True, tag="leave_queue"):
    """Give up the place; the ticket is over."""


class HoldPlace(Command, frozen=True, kw_only=True, tag="hold_place"):
    """Leave the screen for up to `for_s` seconds; the place is kept but not called."""

    for_s: Number = 600


class CallBack(Command, frozen=True, kw_only=True, tag="call_back"):
    """Do not let me wait: call me here at `at_ms`; the place is kept. Answered by `ticket_taken`.

    The times to choose from are the ticket's `callback_times_ms`. The answer brings a fresh token
    and stub, which outlast the time away.
    """

    at_ms: Number


class ResumePlace(Command, frozen=True, kw_only=True, tag="resume_place"):
    """I am back at the screen, or do not want to be called later any more: call me now."""


class ComeBack(Command, frozen=True, kw_only=True, tag="come_back"):
    """Go on, at this page, with the place that is kept under a receipt; answered by `ticket_taken`.

    The ticket's state stays as it is; a page that still shows it is sent away.
    """

    receipt: Id


class Consent(Command, frozen=True, kw_only=True, tag="consent"):
    """The citizen agrees to something or takes it back, before or during the call; the agent is told.

    `version` is the notice that was shown. What the installation does not do (`recording`, `face`) is not agreed to.
    """

    kind: ConsentKind
    given: bool
    version: Word
    how: ConsentHow = ConsentHow.TOUCH


class Rate(Command, frozen=True, kw_only=True, tag="rate"):
    """好差评: 5 非常满意 … 1 非常不满意; 1 and 2 need a reason. The agent never sees it."""

    level: Number
    reasons: Reasons = ()
    comment: CommentText = ""


class HangUp(Command, frozen=True, kw_only=True, tag="hang_up"):
    """The citizen says goodbye; the agent still has to close with an outcome."""


class StillTaken(Command, frozen=True, kw_only=True, tag="still_taken"):
    """The citizen's side has uploaded the still that was asked for."""

    request: Id
    document: Id


class StillFailed(Command, frozen=True, kw_only=True, tag="still_failed"):
    """The citizen's side could not take the still; `why` is a device error name."""

    request: Id
    why: Id


class Chat(Command, frozen=True, kw_only=True, tag="chat"):
    """A line of text for the other side."""

    text: ChatText


class MediaFrame(Frame, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The base of the frames between the two ends of a media connection, which the server passes on and never stores.

    `to` is the participant who shall have it. The server adds `from`, the participant who sent it; nobody else may.
    """

    to: Id
    from_: Id = ""


class Description(MediaFrame, frozen=True, kw_only=True, tag="description"):
    """SDP. The seat's page always offers, the other side always answers: no glare.

    `epoch` numbers the RTCPeerConnection; frames of an older epoch are dropped.
    """

    epoch: Number
    kind: Literal["offer", "answer"]
    sdp: Sdp


class Candidate(MediaFrame, frozen=True, kw_only=True, tag="candidate"):
    """An ICE candidate; an empty `candidate` ends the list."""

    epoch: Number
    candidate: Sdp
    mid: Id = ""
    line: Number = 0


class MediaReady(MediaFrame, frozen=True, kw_only=True, tag="media_ready"):
    """This side can answer now; the seat offers with the next epoch."""

    epoch: Number = 0


class MediaRestart(MediaFrame, frozen=True, kw_only=True, tag="media_restart"):
    """Ask the offerer to restart ICE, or to replace the connection (`renew`)."""

    epoch: Number
    renew: bool = False


class MediaState(MediaFrame, frozen=True, kw_only=True, tag="media_state"):
    """Slots of this page that send media, and the degrees clockwise by which the receiver turns the picture upright."""

    slot: Slot
    on: bool
    turn: Literal[0, 90, 180, 270] = 0


class MediaUp(Command, frozen=True, kw_only=True, tag="media_up"):
    """The first frame of the participant `of` was decoded; of the citizen or the seat: the session is active."""

    of: Id
    epoch: Number
    after_ms: Number = 0


class Ready(Command, frozen=True, kw_only=True, tag="ready"):
    """Take tickets from now on; also ends wrap-up and pauses."""


class Pause(Command, frozen=True, kw_only=True, tag="pause"):
    """Take no tickets, with a reason; during a call it counts from its end."""

    reason: PauseReason


class Accept(Command, frozen=True, kw_only=True, tag="accept"):
    """Take the ringing ticket."""

    reservation: Id
    fence: Number


class Decline(Command, frozen=True, kw_only=True, tag="decline"):
    """Refuse the ringing ticket; it goes on at its old place, not to this seat again for 120 s, if another can."""

    reservation: Id
    fence: Number
    reason: ReasonText = ""


class Claim(Command, frozen=True, kw_only=True, tag="claim"):
    """A part-time seat takes an alerted ticket; the first claim wins."""

    ticket: Id


class RequestStill(Command, frozen=True, kw_only=True, tag="request_still"):
    """Ask the citizen's side for a still of the document camera."""

    material: Id = ""


class GiveVerdict(Command, frozen=True, kw_only=True, tag="give_verdict"):
    """合格 / 模糊重拍 / 不符 for one document."""

    document: Id
    verdict: Verdict
    note: NoteText = ""


class Notes(Command, frozen=True, kw_only=True, tag="notes"):
    """The agent's notes as they stand; replaces the earlier text."""

    text: NotesText


class ConfirmPriority(Command, frozen=True, kw_only=True, tag="confirm_priority"):
    """Say whether the citizen's claim to priority is true; once given, the answer can be changed once.

    The citizen's place is not changed by it: who is served already cannot be moved.
    """

    confirmed: bool


class CloseSession(Command, frozen=True, kw_only=True, tag="close_session"):
    """End the session with an outcome; wrap-up begins.

    `missing` lists the material keys of a one-time notice (一次性告知); required for `correction`.
    """

    outcome: Word
    summary: SummaryText = ""
    missing: Ids = ()


class AmendClosing(Command, frozen=True, kw_only=True, tag="amend_closing"):
    """Correct outcome, summary and notice of the call just closed, in its wrap-up; the earlier version stays on record.

    `missing` as in `close_session`. The citizen's page is sent `closing_amended`.
    """

    outcome: Word
    summary: SummaryText = ""
    missing: Ids = ()


class ExtendWrapUp(Command, frozen=True, kw_only=True, tag="extend_wrap_up"):
    """Let the wrap-up last `for_s` seconds longer (30 to 600), half an hour in all at most."""

    for_s: Number = 120


class Invite(Command, frozen=True, kw_only=True, tag="invite"):
    """Invite somebody to the call, as `name`; answered by `invited`."""

    role: Literal["interpreter", "expert", "family", "observer"]
    name: Name


class Dismiss(Command, frozen=True, kw_only=True, tag="dismiss"):
    """Send an invited participant away, or take its invitation back."""

    participant: Id


class LeaveSession(Command, frozen=True, kw_only=True, tag="leave_session"):
    """An invited participant leaves the call for good."""


class PauseSeat(Command, frozen=True, kw_only=True, tag="pause_seat"):
    """Set a seat on break from the wallboard."""

    seat: Id
    reason: PauseReason = PauseReason.SUPERVISOR


CitizenFrame = (
    TakeTicket
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
)
SeatFrame = (
    Ready
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
    | Chat
    | Description
    | Candidate
    | MediaRestart
    | MediaState
    | MediaUp
)
WallboardFrame = PauseSeat
ParticipantFrame = Chat | Description | Candidate | MediaReady | MediaRestart | MediaState | MediaUp | LeaveSession
"""Commands that each role may send after its `hello`; anything else is refused as `not_allowed`.

An invited participant may send what `protocol.session_rights` gives its role.
"""

RoleFrame = CitizenFrame | SeatFrame | WallboardFrame | ParticipantFrame
"""All that may follow a `hello`."""
ClientFrame = Hello | RoleFrame
