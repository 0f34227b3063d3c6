"""Frames from the server to a page: answers, snapshots, deltas and events.

Snapshots replace what the page knows, deltas change it. The numbered events of a session stand in
`protocol.session_events`.
"""

from typing import Literal

import msgspec

from protocol.commands import Candidate, Description, Frame, MediaReady, MediaRestart, MediaState
from protocol.errors import Param
from protocol.repeats import Retry
from protocol.session_events import SessionEventFrame
from protocol.views import AlertView, LaneView, ReservationView, SeatView, SessionView, TicketView, WallboardView


class IceServer(msgspec.Struct, frozen=True):
    """As RTCIceServer (W3C WebRTC); `username` and `credential` are time-limited."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class Welcome(Frame, frozen=True, kw_only=True, tag="welcome"):
    """The answer to `hello`. `resumed` tells whether `resume` was known.

    `ice_servers` lists what needs no credentials (STUN); those of the relay come with a call, as `ice_refresh`.
    """

    version: int
    connection: str
    server_ms: int
    node: str
    features: tuple[str, ...]
    resumed: bool = False
    ice_servers: tuple[IceServer, ...] = ()
    ice_ttl_s: int = 0
    you: str = ""
    """The signed-in seat's or supervisor's name; empty for citizens."""


class IceRefresh(Frame, frozen=True, kw_only=True, tag="ice_refresh", omit_defaults=True):
    """Relay credentials of a call: before its `session`, and again before they run out.

    `ice_policy` is RTCIceTransportPolicy (W3C WebRTC): with `relay` the media pass through the relay alone.
    """

    ice_servers: tuple[IceServer, ...]
    ice_ttl_s: int
    ice_policy: Literal["all", "relay"] = "all"


class Done(Frame, frozen=True, kw_only=True, tag="done"):
    """The command with this `id` was carried out."""

    id: str


class Error(Frame, frozen=True, kw_only=True, tag="error"):
    """The command with this `id` changed nothing; an empty `id` means the frame or connection.

    `retry` says what may be done: `same_id` (send the very command again, after a second), `new_id` (the same wish may
    be granted later, as a new command) or `no`.
    """

    id: str
    code: str
    params: dict[str, Param] = {}
    retry: Retry = "no"


class TicketIssued(Frame, frozen=True, kw_only=True, tag="ticket_taken"):
    """The answer to `take_ticket` and `call_back`. Keep `token` and `stub` for a reload; neither is shown again."""

    id: str
    ticket: TicketView
    token: str
    stub: str


class Invited(Frame, frozen=True, kw_only=True, tag="invited"):
    """The answer to `invite`: give `invitation` to its one addressee, to join before `expires_ms`."""

    id: str
    participant: str
    invitation: str
    expires_ms: int


class Ticket(Frame, frozen=True, kw_only=True, tag="ticket"):
    """A snapshot of the citizen's ticket; sent when its state, place, wait or widening changes."""

    ticket: TicketView


class Seat(Frame, frozen=True, kw_only=True, tag="seat"):
    """A snapshot of the agent's own seat."""

    seat: SeatView


class Ringing(Frame, frozen=True, kw_only=True, tag="ringing"):
    """A reservation for this seat: accept or decline before it runs out."""

    reservation: ReservationView


class RingingOver(Frame, frozen=True, kw_only=True, tag="ringing_over"):
    """The reservation ended: `accepted`, `declined`, `expired` or `rescinded`."""

    reservation: str
    state: str


class Alerts(Frame, frozen=True, kw_only=True, tag="alerts"):
    """A snapshot of all tickets that this part-time seat may claim."""

    alerts: tuple[AlertView, ...]


class Session(Frame, frozen=True, kw_only=True, tag="session"):
    """A snapshot of the session."""

    session: SessionView


class Wallboard(Frame, frozen=True, kw_only=True, tag="wallboard"):
    """A snapshot of the floor."""

    wallboard: WallboardView


class WallboardDelta(Frame, frozen=True, kw_only=True, tag="wallboard_delta"):
    """Changes of the wallboard since `rev_from`; a page at another `rev` gets a snapshot by reconnecting.

    `seats` lists only what changed, `booths_online` who came, `booths_gone` who went; `lanes` and
    the counts replace the old.
    """

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


ServerFrame = (
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
    | SessionEventFrame
    | Wallboard
    | WallboardDelta
    | Description
    | Candidate
    | MediaReady
    | MediaRestart
    | MediaState
)
