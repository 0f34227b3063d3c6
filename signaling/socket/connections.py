"""Holds the connections of this node: one small object a page, found by ticket, seat or role."""

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
from signaling.socket.budget import PageLimits
from signaling.socket.session_cursor import LiveCall, SessionCursor
from signaling.socket.transport import Transport
from signaling.socket.who import CitizenPage, GuestPage, Role, SeatPage, WallboardPage, Who

log = logging.getLogger(__name__)

READ_POLL_S = 0.05
CLEAR_BYTES = 64 * 1024
"""Less than this waits in the kernel anyway; only a longer backlog is counted in frames."""


class Connection:
    """One page: its identity, its place in a session, and the snapshots last sent; frames travel by `transport`."""

    __slots__ = (
        "address",
        "alerts",
        "announced",
        "asked",
        "came_back_to",
        "claimed",
        "consents",
        "cursor",
        "id",
        "limits",
        "locale",
        "measured",
        "mending",
        "owner",
        "ringing",
        "scope",
        "shown",
        "transport",
        "unread",
        "who",
    )

    def __init__(
        self,
        id: str,  # noqa: A002 - as on the wire
        transport: Transport,
        owner: "Connections",
        limits: PageLimits,
        address: str = "",
    ) -> None:
        """Begin as a citizen without a ticket."""
        self.id = id
        self.transport = transport
        self.owner = owner
        self.who: Who = CitizenPage()
        self.scope = id  # whose commands these are from `hello` on, until an identity is known
        self.locale = "zh-Hans"
        self.cursor: SessionCursor | None = None
        self.came_back_to = ""  # the session in which the connection stood that this one resumes
        self.consents: tuple[ConsentView, ...] = ()  # what the citizen of its ticket has agreed to
        self.claimed: tuple[str, ...] = ()  # identities whose route leads here
        self.announced = False  # its seat is signed in with this page as its window
        self.measured = ""  # the session whose time to the first picture was counted
        self.mending = False  # the queue forgot that session and is being told again
        self.asked = ("", "")  # the last `take_ticket` and the id that it chose for its ticket
        self.limits = limits
        self.address = address
        self.unread = 0  # frames sent while there was a backlog
        self.ringing = ""
        self.alerts: tuple[str, ...] = ()
        self.shown = b""  # the ticket snapshot that was sent last

    @property
    def role(self) -> Role:
        """The role that it said hello in."""
        return self.who.role

    @property
    def identity(self) -> str:
        """The address that frames for it are routed to: `ticket:…`, `seat:…`, `guest:…`, or empty."""
        return self.who.identity

    @property
    def ticket(self) -> str:
        """The citizen's ticket, or empty."""
        return self.who.ticket if isinstance(self.who, CitizenPage) else ""

    @property
    def booth(self) -> str:
        """The booth that the citizen sits in, or empty."""
        return self.who.booth if isinstance(self.who, CitizenPage) else ""

    @property
    def site(self) -> str:
        """The site of that booth, or empty."""
        return self.who.site if isinstance(self.who, CitizenPage) else ""

    @property
    def login(self) -> Login | None:
        """The login of an agent or a supervisor."""
        return self.who.login if isinstance(self.who, SeatPage | WallboardPage) else None

    @property
    def seat(self) -> str:
        """The agent's seat, or empty."""
        return self.who.login.seat if isinstance(self.who, SeatPage) else ""

    @property
    def guest(self) -> str:
        """The id of an invited participant, or empty."""
        return self.who.participant if isinstance(self.who, GuestPage) else ""

    @property
    def guest_of(self) -> str:
        """The ticket whose session an invited participant is of, or empty."""
        return self.who.ticket if isinstance(self.who, GuestPage) else ""

    @property
    def part(self) -> ParticipantRole | None:
        """The part of an invited participant."""
        return self.who.part if isinstance(self.who, GuestPage) else None

    @property
    def session(self) -> str:
        """The session that it stands in, or empty."""
        return "" if self.cursor is None else self.cursor.session

    @property
    def seq(self) -> int:
        """The last event of that session that it was sent, or 0."""
        return 0 if self.cursor is None else self.cursor.seq

    @property
    def live(self) -> LiveCall | None:
        """The call of that session while it goes on."""
        return None if self.cursor is None else self.cursor.call

    @property
    def call(self) -> LiveTicket | None:
        """The ticket of that call as the queue last said it."""
        live = self.live
        return None if live is None else live.ticket

    @property
    def identities(self) -> list[str]:
        """All that the page is: a booth's page with a ticket is both."""
        found = [self.identity] if self.identity else []
        return [*found, f"booth:{self.booth}"] if self.booth else found

    @property
    def is_over(self) -> bool:
        """True once this node ended the connection: frames under way are dropped."""
        return self.transport.is_over

    @property
    def is_gone(self) -> bool:
        """True once nothing reaches the page any more."""
        return self.transport.is_gone

    def send(self, frame: Frame) -> None:
        """Send one of our own frames."""
        self.send_json(wire.encode(frame))

    def send_json(self, payload: bytes) -> None:
        """Send a frame at once; the transport keeps unread frames, the connection none."""
        waiting = self.transport.send(payload)
        if waiting > CLEAR_BYTES:
            self.owner.congested(self, waiting)
        elif self.unread:
            self.unread = 0

    async def has_read(self, within_s: float) -> bool:
        """Wait until few sent bytes are unread; return whether they were read in time and the page is here."""
        for _ in range(round(within_s / READ_POLL_S)):
            if self.transport.is_gone:
                return False
            if self.transport.unread_bytes <= CLEAR_BYTES:
                return True
            await asyncio.sleep(READ_POLL_S)
        self.owner.depart(self, SlowConsumer())
        return False


class Connections:
    """All connections of this node."""

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
        if found is not None and found.id > connection.id and not found.is_over and not asked:
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

    def enter(self, connection: Connection, cursor: SessionCursor) -> None:
        """Enter a connection into a session; it stands in one at a time. One that is gone is not listed."""
        self._unlist(connection)
        connection.cursor = cursor
        if connection.id in self.all:
            self._sessions.setdefault(cursor.session, set()).add(connection)

    def exit(self, connection: Connection) -> None:
        """Take a connection out of its session, if it stands in one."""
        self._unlist(connection)
        connection.cursor = None

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
        if one.live is not None:
            legs, one.live.legs = one.live.legs, {}
            for leg in legs.values():
                leg.part()

    def depart(self, connection: Connection, why: Departure) -> None:
        """End a connection for a reason that is nobody's fault."""
        if not connection.is_over:
            self.unlink(connection)
            connection.transport.dismiss(why.close_code, why.code)

    def congested(self, connection: Connection, waiting: int) -> None:
        """Cut a page that leaves too much unread (now `waiting` bytes); it resumes from its last event."""
        connection.unread += 1
        if waiting > self._max_bytes or connection.unread > self._max_frames:
            log.warning("slow_consumer", extra={"connection": connection.id, "bytes": waiting})
            self.depart(connection, SlowConsumer())
