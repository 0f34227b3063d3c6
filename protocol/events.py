"""The entries of the journal: every move of the queue and every durable event of a session.

The journal is one Redis stream per realm, written by the same scripts that move the state. An
entry is a flat map of strings: `type`, `at_ms` and the fields of one class below; lists and
structs inside are JSON text. Its stream id is unique and ordered, and readers use it to apply each
entry exactly once. A reader that meets an unknown type keeps it aside and counts it.
"""

from typing import Final

import msgspec

from protocol.limits import Number
from protocol.priorities import Priority
from protocol.states import SeatState, TicketState
from protocol.views import ConsentHow, ConsentKind


class Event(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    """The base of all journal entries. `at_ms` is milliseconds since the epoch, UTC.

    `shift_ms` is by how much the business clock was set ahead of it (negative: behind): in a demonstration alone.
    """

    at_ms: Number
    shift_ms: Number = 0

    @property
    def business_ms(self) -> int:
        """The time on the business clock, by which days of numbers and counters are counted."""
        return self.at_ms + self.shift_ms


class TicketTaken(Event, frozen=True, kw_only=True, tag="ticket_taken"):
    """A citizen took a place. `about` is the JSON of `protocol.views.About`.

    `arrived_ms` may be earlier than `at_ms`: a ticket restored from its stub stands where it stood.
    """

    ticket: str
    arrived_ms: Number
    priority: Priority
    needs: str
    about: str
    lane: str = ""
    state: TicketState = TicketState.WAITING


class TicketWidened(Event, frozen=True, kw_only=True, tag="ticket_widened"):
    """A widening step took effect. `relaxed` is a comma-separated list, e.g. `language,district`."""

    ticket: str
    step: Number
    relaxed: str
    lane: str = ""
    needs: str = ""


class TicketChanged(Event, frozen=True, kw_only=True, tag="ticket_changed"):
    """The catalogue changed: the ticket has other steps, of which `step` is in force, or is `about` something else."""

    ticket: str
    step: int
    relaxed: str
    about: str
    lane: str = ""
    needs: str = ""


class TicketHeld(Event, frozen=True, kw_only=True, tag="ticket_held"):
    """The citizen left the screen until `until_ms`; the place is kept."""

    ticket: str
    until_ms: Number
    state: TicketState = TicketState.HELD


class TicketResumed(Event, frozen=True, kw_only=True, tag="ticket_resumed"):
    """A held or scheduled ticket waits (again), since `since_ms`: moved on by the time that was not spent waiting."""

    ticket: str
    lane: str = ""
    needs: str = ""
    arrived_ms: Number = 0
    since_ms: Number = 0


class TicketReturned(Event, frozen=True, kw_only=True, tag="ticket_returned"):
    """A reserved or served ticket waits again at its old place.

    `why`: declined, expired, seat_lost, paused, signed_out, transferred, recalled, queue_away.
    """

    ticket: str
    why: str
    seat: str = ""
    lane: str = ""
    needs: str = ""
    arrived_ms: Number = 0
    since_ms: Number = 0


FORGOTTEN: Final = "forgotten"
"""Reason of expiry for a ticket that the queue lost and whose citizen did not return with the stub."""


class TicketLeft(Event, frozen=True, kw_only=True, tag="ticket_left"):
    """A ticket ended without (further) service: abandoned, expired, no_show or redirected."""

    ticket: str
    state: TicketState
    why: str = ""
    waited_ms: Number = 0


class TicketDone(Event, frozen=True, kw_only=True, tag="ticket_done"):
    """The seat finished with the ticket."""

    ticket: str
    seat: str
    session: str
    served_ms: Number = 0


class ReservationMade(Event, frozen=True, kw_only=True, tag="reservation_made"):
    """A seat holds a ticket until `deadline_ms`. `explain` is JSON: rule, tier, idle time, rivals."""

    reservation: str
    ticket: str
    seat: str
    fence: Number
    deadline_ms: Number
    waited_ms: Number
    explain: str = ""
    told_low_s: Number = -1
    """The expected wait that the citizen was first told; -1 when nothing was told."""
    told_high_s: Number = -1
    told_ago_ms: Number = 0
    """Actual wait since then, in milliseconds."""


class ReservationAccepted(Event, frozen=True, kw_only=True, tag="reservation_accepted"):
    """The seat took the ticket; the session begins. A claim writes this without a `made` before."""

    reservation: str
    ticket: str
    seat: str
    fence: Number
    session: str
    waited_ms: Number
    explain: str = ""
    account: str = ""
    """The account that serves, and its display name at that time."""
    agent_name: str = ""


class ReservationDeclined(Event, frozen=True, kw_only=True, tag="reservation_declined"):
    """The seat refused the ticket."""

    reservation: str
    ticket: str
    seat: str
    reason: str = ""


class ReservationExpired(Event, frozen=True, kw_only=True, tag="reservation_expired"):
    """The seat did not answer in time."""

    reservation: str
    ticket: str
    seat: str


class ReservationRescinded(Event, frozen=True, kw_only=True, tag="reservation_rescinded"):
    """Taken back before an answer: the citizen left, or the seat was lost or set away."""

    reservation: str
    ticket: str
    seat: str
    why: str


class SeatAnnounced(Event, frozen=True, kw_only=True, tag="seat_announced"):
    """A seat signed in; `abilities` is the JSON of `protocol.skills.Abilities`."""

    seat: str
    duty: str
    profile: str
    abilities: str


class SeatChanged(Event, frozen=True, kw_only=True, tag="seat_changed"):
    """A seat moved. `until_ms` is set for wrap-up, `ticket` while reserved or serving."""

    seat: str
    state: SeatState
    was: SeatState
    reason: str = ""
    until_ms: Number = 0
    ticket: str = ""


class SeatsAlerted(Event, frozen=True, kw_only=True, tag="seats_alerted"):
    """Part-time seats (`seats`, comma-separated) may claim the ticket."""

    ticket: str
    seats: str


class AlertOver(Event, frozen=True, kw_only=True, tag="alert_over"):
    """The ticket can no longer be claimed."""

    ticket: str


SERVER: Final = "server"
"""Author of the session events that the server writes by itself."""


class SessionNoted(Event, frozen=True, kw_only=True, tag="session_noted"):
    """A durable event of a session: `body` is the JSON of one `protocol.frames.SessionEvent`.

    `kind` repeats the frame's type. Kinds that no page is sent: `rated` (level, reasons, comment). `by` is the id of a
    participant, of a stored document its sender (`citizen`, or the account as `agent:NAME`), or `SERVER`.
    """

    session: str
    ticket: str
    seq: Number
    kind: str
    body: str
    by: str = ""


class DocumentNoted(Event, frozen=True, kw_only=True, tag="document_noted"):
    """A document of a ticket that is in no call was stored; `body` is a DocumentView. Calls note their own."""

    ticket: str
    document: str
    body: str
    uploaded_by: str = ""
    """`citizen`, or the agent's account as `agent:NAME`."""


class ConsentNoted(Event, frozen=True, kw_only=True, tag="consent_noted"):
    """The citizen of a ticket agreed to something or took it back (before or during a session), read in `locale`."""

    ticket: str
    consent: ConsentKind
    given: bool
    version: str
    locale: str
    how: ConsentHow = ConsentHow.TOUCH
    session: str = ""


class BoothChanged(Event, frozen=True, kw_only=True, tag="booth_changed"):
    """A booth's page connected or went away."""

    booth: str
    online: bool


ReservationOver = ReservationAccepted | ReservationDeclined | ReservationExpired | ReservationRescinded
TicketEvent = (
    TicketTaken
    | TicketWidened
    | TicketChanged
    | TicketHeld
    | TicketResumed
    | TicketReturned
    | TicketLeft
    | TicketDone
    | ReservationMade
    | ReservationOver
)
"""The moves of a ticket, its reservations included."""
QueueEvent = TicketEvent | SeatAnnounced | SeatChanged | SeatsAlerted | AlertOver
JournalEvent = QueueEvent | SessionNoted | DocumentNoted | ConsentNoted | BoothChanged


def journal_key(realm: str) -> str:
    """Return the Redis key of the realm's journal stream; the one key that other rooms may read."""
    return f"cw:{{{realm}}}:journal"


def read(fields: dict[bytes, bytes]) -> JournalEvent | None:
    """Turn one stream entry into its event; None when the type is unknown.

    Raises:
        msgspec.ValidationError: the type is known but a field is missing or malformed, or the bytes are no text.
    """
    try:
        texts = {name.decode(): value.decode() for name, value in fields.items()}
    except UnicodeDecodeError as error:
        raise msgspec.ValidationError(f"not UTF-8: {error.reason} at byte {error.start}") from None
    kind = KINDS.get(texts.get("type", ""))
    # The one kind and not the union of all: what it takes to convert to a union is worked out anew at each call.
    return msgspec.convert(texts, kind, strict=False) if kind else None


def write(event: Event) -> dict[str, str]:
    """Turn an event into the flat map that a stream entry holds."""
    fields: dict[str, object] = msgspec.to_builtins(event)
    return {name: str(int(value)) if isinstance(value, bool) else str(value) for name, value in fields.items()}


KINDS: dict[str, type[JournalEvent]] = {str(kind.__struct_config__.tag): kind for kind in JournalEvent.__args__}
