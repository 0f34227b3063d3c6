"""Holds the connections of this node: one small object a socket, found by ticket, seat or role."""

import asyncio
import logging
from collections.abc import Iterable

from matcher import LiveTicket
from protocol.commands import Frame
from protocol.errors import Departure, SlowConsumer, Superseded
from protocol.participants import ParticipantRole
from protocol.views import ConsentView
from runtime.login import Login
from signaling.socket import wire
from signaling.socket.budget import Budget
from signaling.socket.leg import Leg
from signaling.socket.websocket import LAST_WORD_S, Socket

log = logging.getLogger(__name__)

READ_POLL_S = 0.05
CLEAR_BYTES = 64 * 1024
"""Less than this waits in the kernel anyway; only a longer backlog is counted in frames."""


class Connection:
    """One WebSocket: its identity, its session, and the bytes that its page has not read."""

    __slots__ = (
        "address",
        "alerts",
        "announced",
        "asked",
        "booth",
        "budget",
        "call",
        "came_back_to",
        "caught_up",
        "claimed",
        "consents",
        "guest",
        "guest_of",
        "heard",
        "ice_at_ms",
        "id",
        "identity",
        "item",
        "legs",
        "limits",
        "locale",
        "login",
        "measured",
        "mending",
        "over",
        "owner",
        "part",
        "ringing",
        "role",
        "scope",
        "seat",
        "seen_seq",
        "seq",
        "session",
        "shown",
        "site",
        "socket",
        "ticket",
        "transport",
        "unread",
    )

    def __init__(
        self,
        id: str,  # noqa: A002 - as on the wire
        socket: Socket,
        owner: "Connections",
        budget: Budget,
        address: str = "",
    ) -> None:
        """Begin without a role."""
        self.id = id
        self.socket = socket
        self.transport: asyncio.Transport | None = socket.transport
        self.owner = owner
        self.role: wire.Role = "citizen"
        self.identity = ""  # ticket:… or seat:… ; where frames for it are routed to
        self.scope = id  # whose commands these are from `hello` on, until an identity is known
        self.login: Login | None = None
        self.booth = self.site = self.ticket = self.seat = self.session = ""
        self.guest = self.guest_of = ""  # the id of an invited participant, and the ticket whose session it is of
        self.part: ParticipantRole | None = None  # the role of that participant
        self.locale = "zh-Hans"
        self.item = ""  # what the session is about: its materials are told in the page's language
        self.call: LiveTicket | None = None  # the ticket of its live session as the queue last said it
        self.legs: dict[str, Leg] = {}  # its ends of the media connections of that session, by the other participant
        self.came_back_to = ""  # the session in which the connection stood that this one resumes
        self.seq = self.seen_seq = 0  # last session event sent, and last heard of
        self.caught_up = False
        self.consents: tuple[ConsentView, ...] = ()  # what the citizen of its ticket has agreed to
        self.claimed: tuple[str, ...] = ()  # identities whose route leads here
        self.announced = False  # its seat is signed in with this page as its window
        self.measured = ""  # the session whose time to the first picture was counted
        self.mending = False  # the queue forgot that session and is being told again
        self.heard = True
        self.over = False
        self.asked = ("", "")  # the last `take_ticket` and the id that it chose for its ticket
        self.budget = budget
        self.address = address
        self.limits: dict[type, Budget] = {}  # what may be sent of some kinds of frame
        self.unread = 0
        self.ice_at_ms = 0
        self.ringing = ""
        self.alerts: tuple[str, ...] = ()
        self.shown = b""  # the ticket snapshot that was sent last

    @property
    def identities(self) -> list[str]:
        """All that the page is: a booth's page with a ticket is both."""
        found = [self.identity] if self.identity else []
        return [*found, f"booth:{self.booth}"] if self.booth else found

    @property
    def is_gone(self) -> bool:
        """True once the socket is over: frames under way are dropped."""
        return self.over or self.transport is None or self.transport.is_closing()

    def send(self, frame: Frame) -> None:
        """Send one of our own frames."""
        self.send_json(wire.encode(frame))

    def send_json(self, payload: bytes) -> None:
        """Write a text frame at once.

        The transport's own buffer is the queue: nothing is kept per connection while the page reads.
        """
        transport = self.transport
        if transport is None or transport.is_closing():  # uvloop's raise where asyncio's are silent
            return
        transport.write(wire.text_head(len(payload)) + payload)
        if transport.get_write_buffer_size() > CLEAR_BYTES:
            self.owner.congested(self)
        elif self.unread:
            self.unread = 0

    async def has_read(self, within_s: float) -> bool:
        """Wait until few sent bytes are unread; return whether they were read in time and the page is here."""
        for _ in range(round(within_s / READ_POLL_S)):
            transport = self.transport
            if transport is None or self.over or transport.is_closing():
                return False
            if transport.get_write_buffer_size() <= CLEAR_BYTES:
                return True
            await asyncio.sleep(READ_POLL_S)
        self.owner.depart(self, SlowConsumer())
        return False

    def write_control(self, data: bytes) -> None:
        """Write a ready control frame."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye from the page's own handler and wait a moment for the answer."""
        self.transport, self.over = None, True
        await self.socket.farewell(code, reason)

    def dismiss(self, code: int, reason: str) -> None:
        """Say goodbye from elsewhere: the handler hears the page's answer, or the socket is cut soon."""
        transport, self.transport, self.over = self.transport, None, True
        if transport is not None and not transport.is_closing():
            transport.write(wire.close(code, reason))
            _ = asyncio.get_running_loop().call_later(LAST_WORD_S, transport.abort)

    def abort(self) -> None:
        """End the socket without a word: the other end does not hear."""
        transport, self.transport = self.transport, None
        if transport is not None:
            transport.abort()


class Connections:
    """All sockets of this node."""

    def __init__(self, *, max_bytes: int, max_frames: int, candidates_burst: int = 64) -> None:
        """Begin empty; `max_…` bound the unread frames and bytes of one page, `candidates_burst` its candidates."""
        self._max_bytes, self._max_frames = max_bytes, max_frames
        self.candidates_burst = candidates_burst
        self.all: dict[str, Connection] = {}
        self.tickets: dict[str, Connection] = {}
        self.seats: dict[str, Connection] = {}
        self.guests: dict[str, Connection] = {}
        self.booths: dict[str, Connection] = {}
        self.wallboards: set[Connection] = set()
        self._sessions: dict[str, set[Connection]] = {}

    def identify(self, connection: Connection, *, asked: bool = False) -> Connection | None:
        """Enter a connection under its identity; return the older one it takes the place of.

        Raises:
            Superseded: a newer connection is there.
        """
        table, name = self._place_of(connection)
        found = table.get(name)
        if found is not None and found.id > connection.id and not found.over and not asked:
            raise Superseded
        if name:
            table[name] = connection
        if connection.booth:
            self.booths[connection.booth] = connection
        return found if found is not connection else None

    def forget(self, connection: Connection) -> bool:
        """Remove a connection; return whether it was its identity's current one."""
        self.all.pop(connection.id, None)
        self.unlink(connection)
        self._unlist(connection)
        self.wallboards.discard(connection)
        if self.booths.get(connection.booth) is connection:
            del self.booths[connection.booth]
        table, name = self._place_of(connection)
        if name and table.get(name) is connection:
            del table[name]
            return True
        return False

    def _place_of(self, connection: Connection) -> tuple[dict[str, Connection], str]:
        """Return the table in which a connection of its kind is found, and under which name."""
        if connection.ticket:
            return self.tickets, connection.ticket
        return (self.guests, connection.guest) if connection.guest else (self.seats, connection.seat)

    def by_identity(self, identity: str) -> Connection | None:
        """Find the page of a ticket or seat."""
        kind, _, name = identity.partition(":")
        return {"ticket": self.tickets, "guest": self.guests}.get(kind, self.seats).get(name)

    def enter(self, connection: Connection, session: str) -> None:
        """Enter a connection into a session; it stands in one at a time. One that is gone is not listed."""
        self._unlist(connection)
        connection.session = session
        if connection.id in self.all:
            self._sessions.setdefault(session, set()).add(connection)

    def exit(self, connection: Connection) -> None:
        """Take a connection out of its session, if it stands in one."""
        self._unlist(connection)
        connection.session = ""

    def _unlist(self, connection: Connection) -> None:
        pages = self._sessions.get(connection.session)
        if pages is not None:
            pages.discard(connection)
            if not pages:
                del self._sessions[connection.session]

    def in_session(self, session: str) -> tuple[Connection, ...]:
        """Return the pages of this node that stand in a session."""
        return tuple(self._sessions.get(session, ()))

    def of_login(self, key: str) -> Iterable[Connection]:
        """Return the pages of one sign-in."""
        return [one for one in self.all.values() if one.login is not None and one.login.key == key]

    def unlink(self, one: Connection) -> None:
        """Take a page's legs away: no media frame passes any more."""
        legs, one.legs = one.legs, {}
        for leg in legs.values():
            leg.part()

    def depart(self, connection: Connection, why: Departure) -> None:
        """End a connection for a reason that is nobody's fault."""
        if not connection.over:
            self.unlink(connection)
            connection.dismiss(why.close_code, why.code)

    def congested(self, connection: Connection) -> None:
        """Cut a page that leaves too much unread; it comes back and resumes from its last event."""
        if connection.transport is None or connection.over:
            return
        waiting = connection.transport.get_write_buffer_size()
        connection.unread += 1
        if waiting > self._max_bytes or connection.unread > self._max_frames:
            log.warning("slow_consumer", extra={"connection": connection.id, "bytes": waiting})
            self.depart(connection, SlowConsumer())
