"""Knows which pages are here: claims identities, renews leases, and acts when a grace time is over."""

import contextlib
import logging
from pathlib import Path

import msgspec

from matcher import TicketRow
from protocol.errors import ReservationStale, ServiceError, SignedOut, Superseded, TicketNotFound, TicketNotWaiting
from protocol.events import BoothChanged
from protocol.session_events import HungUp
from protocol.states import SeatState, TicketState
from runtime.kept import count, read
from runtime.logins import Login
from signaling.bus import Bus, SignOut, StopBooth, Supersede
from signaling.presence.guests import GuestGraces
from signaling.presence.mending import Mending
from signaling.presence.vouching import Vouching
from signaling.queue.seats import Seats
from signaling.queue.tickets import Tickets
from signaling.services import Services
from signaling.session.sessions import Sessions
from signaling.socket.connections import Connection

log = logging.getLogger(__name__)

PAGE_KEPT_S = 60
ARRIVING_S = 30
SCOPE_KEPT_S = 600
BOOTH_LEASE_S = 30
AWAY_KEPT_S = 3600
LEFT = "signed_out"
"""Reason for which a call came back to the line: its agent signed out."""
DUE_MAX = 100
RINGS_LOOK_S = 2.0
RENEWED_AT_ONCE = 256
_CLAIM, _LEAVE, _RENEW = (
    (Path(__file__).parent / "lua" / f"{name}.lua").read_text(encoding="utf-8")
    for name in ("claim_page", "leave_page", "renew_pages")
)


class Scope(msgspec.Struct, frozen=True):
    """A connection's state, kept for its resume window."""

    identity: str
    scope: str
    session: str = ""


_scope = msgspec.json.Decoder(Scope).decode


class Presence:
    """The comings and goings of pages on this node."""

    def __init__(self, services: Services, bus: Bus, sessions: Sessions, seats: Seats, tickets: Tickets) -> None:
        """Start with nobody here."""
        self._services = services
        self._bus = bus
        self._sessions = sessions
        self._seats = seats
        self._tickets = tickets
        self._mending = Mending(services, sessions)
        self._claim = services.redis.register_script(_CLAIM)
        self._leave = services.redis.register_script(_LEAVE)
        self._renew = services.redis.register_script(_RENEW)
        self.vouching = Vouching(services, self._leave, self._note_presence, self._lose_waiting, self._return)
        self._guests = GuestGraces(services, sessions)
        self.draining = False
        self._losses = {
            "seat": self._lose_seat,
            "ticket": self._lose_citizen,
            "waiting": self._lose_waiting,
            "guest": self._guests.lose,
            **self.vouching.losses,
        }
        self._unnoted: dict[str, Connection] = {}  # pages that left while Redis did not hear it
        self._graced: dict[str, str] = {}  # seats whose page is gone but whose lease this node still keeps

    async def arriving(self, page: Connection, login: Login) -> str:
        """Reserve a login's seat while its page is let in; return the other account that came first, if one did."""
        account = login.account
        key, mine = self._services.keys.arriving(login.seat), f"{account} {page.id}"
        kept = await self._services.redis.set(key, mine, nx=True, get=True, ex=ARRIVING_S)
        if not isinstance(kept, bytes):
            return ""
        other = kept.decode(errors="replace").partition(" ")[0]
        if other == account:
            _ = await self._services.redis.set(key, mine, ex=ARRIVING_S)
            return ""
        return other

    async def arrived(self, page: Connection, login: Login) -> None:
        """Give the reservation up: the page is at its seat, or was not let in."""
        key = self._services.keys.arriving(login.seat)
        kept = await self._services.redis.get(key)
        if isinstance(kept, bytes) and kept.decode(errors="replace").endswith(f" {page.id}"):
            _ = await self._services.redis.delete(key)

    async def claim(self, page: Connection, *, asked: bool = False) -> None:
        """Take an identity for this page: the newer connection wins over the older one on any node.

        What a dead socket still has under way comes late: it never sends a newer page away. A living page that `asked`
        for the identity just now, by a command, has it whenever it was connected.

        Raises:
            Superseded: a newer connection has the identity, or the page that asked is gone.
        """
        if asked and page.is_gone:
            raise Superseded
        for identity in page.identities:
            is_mine, found = await self._claim(
                keys=[self._services.keys.page(identity)], args=[PAGE_KEPT_S, self._services.node, page.id, int(asked)]
            )
            if not is_mine:
                raise Superseded
            page.claimed = tuple({*page.claimed, identity})
            if found:
                await self._supersede(found.decode(errors="replace"), page)
        older = self._services.connections.identify(page, asked=asked)
        if older is not None:
            self._services.connections.unlink(older)
            self._services.connections.depart(older, Superseded())
        if page.seat:
            _ = self._graced.pop(page.seat, None)
            _ = await self._services.redis.zrem(self._services.keys.graces, f"seat {page.seat}")
        if page.ticket:
            await self._back(page.ticket)
        if page.guest:
            await self._guests.end(page)
        if page.booth:
            await self._booth_here(page.booth)
        await self.remember(page)

    async def _supersede(self, place: str, page: Connection) -> None:
        node, _, connection = place.partition(" ")
        if connection == page.id:
            return
        if node != self._services.node:
            await self._bus.tell_node(node, Supersede(connection))
        elif (older := self._services.connections.all.get(connection)) is not None:
            self._services.connections.depart(older, Superseded())

    def _place(self, page: Connection) -> str:
        return f"{self._services.node} {page.id}"

    async def remember(self, page: Connection) -> None:
        """Keep for the resume window whose commands this connection carried, and in which session."""
        scope = msgspec.json.encode(Scope(page.identity, page.scope, page.session))
        _ = await self._services.redis.set(self._services.keys.scope(page.id), scope, ex=SCOPE_KEPT_S)

    async def recall(self, connection: str) -> Scope | None:
        """Return the kept state of an earlier connection."""
        kept = await self._services.redis.get(self._services.keys.scope(connection)) if connection else None
        return read("scope", kept, _scope) if isinstance(kept, bytes) else None

    async def left(self, page: Connection) -> None:
        """A page is gone: its grace begins, unless a newer window is here."""
        if not self._services.connections.forget(page) and page.identity:
            return
        self._unnoted[page.id] = page
        await self._gone(page)
        _ = self._unnoted.pop(page.id, None)

    async def _gone(self, page: Connection) -> None:
        gone = [
            await self._leave(keys=[self._services.keys.page(identity)], args=[self._place(page)])
            for identity in page.identities
        ]
        if not any(gone):
            return
        if page.seat:
            await self._seat_left(page)
        elif page.ticket:
            await self._citizen_left(page)
        elif page.guest and not self.draining:
            await self._guests.begin(page)

    async def _seat_left(self, page: Connection) -> None:
        row = await self._services.queue.seat(page.seat)
        if row is None or row.window != page.id:
            return
        settings = self._services.settings
        serving = row.state is SeatState.SERVING
        self._graced[page.seat] = page.id
        await self._grace(f"seat {page.seat}", settings.seat_grace_s if serving else settings.seat_away_s)
        if serving and not self.draining:
            await self._note_presence(row.ticket)

    async def _citizen_left(self, page: Connection) -> None:
        if page.session:
            grace_s = self._services.settings.citizen_grace_s or self._services.directory.policy.reconnect_hold_s
            await self._grace(f"ticket {page.ticket}", grace_s)
            # A node that drains sends its pages to another one: nobody has left.
            if not self.draining:
                await self._note_presence(page.ticket)
        else:
            await self._grace(f"waiting {page.ticket}", self._services.settings.page_away_s)

    async def _grace(self, member: str, seconds: float) -> None:
        due = self._services.clock.now_ms() + round(seconds * 1000)
        _ = await self._services.redis.zadd(self._services.keys.graces, {member: due})

    async def _note_presence(self, ticket: str) -> None:
        row = await self._serving(ticket)
        if row is not None:
            await self._sessions.presence(row)

    async def _serving(self, ticket: str) -> TicketRow | None:
        row = await self._services.queue.ticket(ticket)
        return row if row is not None and row.state is TicketState.SERVING else None

    async def here(self, page: Connection) -> None:
        """A page is back in its session: the log says so."""
        await self._note_presence(page.ticket or (page.call.ticket if page.call else ""))

    def gone(self, order: Supersede | SignOut | StopBooth) -> None:
        """Obey another node: a connection was taken over, a login ended, or a booth was stopped."""
        connections = self._services.connections
        if isinstance(order, SignOut):
            for page in connections.of_login(order.login):
                if order.leaves and page.seat and page.call is not None:
                    _ = self._services.tasks.start("leave_call", self._leave_call(page))
                connections.depart(page, SignedOut())
        elif isinstance(order, StopBooth):
            if (booth := connections.booths.get(order.booth)) is not None:
                connections.depart(booth, SignedOut())
        elif (older := connections.all.get(order.connection)) is not None:
            connections.depart(older, Superseded())

    async def _leave_call(self, page: Connection) -> None:
        """Give the citizen of a call back to the head of the line: the agent signed out and will not return."""
        row = await self._services.queue.seat(page.seat)
        if row is None or row.state is not SeatState.SERVING or row.window != page.id:
            return
        with contextlib.suppress(ReservationStale, TicketNotWaiting):  # the call was closed in this moment
            _ = await self._services.queue.give_back(row.ticket, row.fence, LEFT)
        _ = await self._services.queue.sign_out(page.seat)

    async def beat(self) -> None:
        """Renew every lease that this node's pages hold."""
        connections = self._services.connections
        # A page that has not announced its seat yet has no lease: the seat's window is still its predecessor's.
        seats = {seat: page.id for seat, page in connections.seats.items() if page.announced}
        beats = await self._services.queue.heartbeat({**self._graced, **seats})
        for seat in (*beats, *beats.unknown):
            page = connections.seats.get(seat)
            # A page that came while the answer was on its way is the newer one, not the one that was replaced.
            if page is None or page.id == seats.get(seat):
                self._lost(seat)
        await self._services.queue.seen(list(self._tickets.waiting_pages()))
        await self._renew_pages()
        await self.vouching.vouch(list(self._tickets.waiting_pages()))
        await self._note_late()
        await self._renew_booths()
        await self._end_logins()

    async def _note_late(self) -> None:
        """Tell Redis of the pages that left while it was away: their grace begins now."""
        for page in list(self._unnoted.values()):
            await self._gone(page)
            _ = self._unnoted.pop(page.id, None)

    def _lost(self, seat: str) -> None:
        """Somebody else holds the seat now, or nobody knows it any more."""
        _ = self._graced.pop(seat, None)
        page = self._services.connections.seats.get(seat)
        if page is not None:
            _ = self._services.tasks.start("announce", self._announce_again(page))

    async def _announce_again(self, page: Connection) -> None:
        """Redis forgot the seat: sign in again; a newer window took it: leave."""
        row = await self._services.queue.seat(page.seat)
        place = await self._services.redis.get(self._services.keys.page(page.identity))
        is_newest = place is None or place == self._place(page).encode()
        if row is not None and row.state is not SeatState.OFFLINE and row.window != page.id and not is_newest:
            self._services.connections.depart(page, Superseded())
            return
        page.mending = row is None and bool(page.session)
        try:
            _ = await self._services.queue.sign_in(self._seats.card(page))
            if page.mending:
                await self._mending.mend(page)
        finally:
            page.mending = False
        _ = await self._seats.show(page)

    async def _renew_pages(self) -> None:
        """Keep the routes; a page that finds another's entry in its place was superseded unheard."""
        # Only what a page has claimed: until then its predecessor's entry stands there.
        routes = [(identity, page) for page in self._services.connections.all.values() for identity in page.claimed]
        for start in range(0, len(routes), RENEWED_AT_ONCE):
            some = routes[start : start + RENEWED_AT_ONCE]
            keys = [self._services.keys.page(identity) for identity, _ in some]
            # One step: between a look and a write a newer window could come, and be written over.
            taken = await self._renew(keys=keys, args=[PAGE_KEPT_S, *(self._place(page) for _, page in some)])
            for place in taken:
                self._services.connections.depart(some[place - 1][1], Superseded())
        await self._keep_scopes()

    async def _keep_scopes(self) -> None:
        pipe = self._services.redis.pipeline(transaction=False)
        for page in self._services.connections.all.values():
            if page.claimed:
                _ = pipe.expire(self._services.keys.scope(page.id), SCOPE_KEPT_S)
        _ = await pipe.execute()

    async def _end_logins(self) -> None:
        connections = self._services.connections
        keys = {page.login.key for page in connections.all.values() if page.login is not None}
        for key in await self._services.logins.renew(sorted(keys)):
            for page in connections.of_login(key):
                connections.depart(page, SignedOut())

    async def _booth_here(self, booth: str) -> None:
        due = self._services.clock.now_ms() + BOOTH_LEASE_S * 1000
        if await self._services.redis.zadd(self._services.keys.booths, {booth: due}):
            await self._announce_booth(booth, online=True)

    async def _renew_booths(self) -> None:
        booths = list(self._services.connections.booths)
        if booths:
            due = self._services.clock.now_ms() + BOOTH_LEASE_S * 1000
            _ = await self._services.redis.zadd(self._services.keys.booths, dict.fromkeys(booths, due))

    async def _announce_booth(self, booth: str, *, online: bool) -> None:
        now = self._services.clock.now_ms()
        _ = await self._services.queue.announce(BoothChanged(at_ms=now, booth=booth, online=online))

    async def sweep(self) -> None:
        """Act on graces and leases that are over; any node may, each is acted on once."""
        for booth in await self._due(self._services.keys.booths):
            await self._announce_booth(booth, online=False)
        for member in await self._due(self._services.keys.graces):
            kind, _, name = member.partition(" ")
            if (lose := self._losses.get(kind)) is None:
                count("grace", KeyError())
                continue
            try:
                await lose(name)
            except ServiceError as problem:
                log.info("grace_refused", extra={"who": member, "code": problem.code})

    async def _due(self, key: str) -> list[str]:
        found = await self._services.redis.zrangebyscore(key, 0, self._services.clock.now_ms(), start=0, num=DUE_MAX)
        members = [one for one in found if isinstance(one, bytes)]
        # Whoever removes the entry acts on it.
        return [one.decode(errors="replace") for one in members if await self._services.redis.zrem(key, one)]

    async def _lose_seat(self, seat: str) -> None:
        _ = self._graced.pop(seat, None)
        if await self._services.redis.exists(self._services.keys.page(f"seat:{seat}")):
            return
        row = await self._services.queue.seat(seat)
        if row is None:
            return
        if row.state is SeatState.SERVING:
            await self._services.queue.give_back(row.ticket, row.fence, "seat_lost")
        _ = await self._services.queue.sign_out(seat)

    async def _lose_citizen(self, ticket: str) -> None:
        row = await self._serving(ticket)
        if row is None or await self._services.redis.exists(self._services.keys.page(f"ticket:{ticket}")):
            return
        # The agent is told that nobody will come back, and closes with an outcome.
        _ = await self._sessions.note(row, HungUp(seq=0, at_ms=0), by="server", dedupe=f"gone:{row.session}")

    async def _lose_waiting(self, ticket: str) -> None:
        """Take a ticket out of the line while no page of it is open: it keeps its place, and rings nobody in vain."""
        services = self._services
        row = await services.queue.ticket(ticket)
        if row is None or await services.redis.exists(services.keys.page(f"ticket:{ticket}")):
            return
        if row.state is TicketState.RESERVED:
            await self._grace(f"waiting {ticket}", RINGS_LOOK_S)  # it rings: look again before it rings another seat
        elif row.state is TicketState.SCHEDULED:
            left_s = max(0, row.at_ms - services.clock.now_ms()) / 1000  # it needs no page before its time has come
            await self._grace(f"waiting {ticket}", left_s + services.settings.page_away_s)
        elif row.state is TicketState.WAITING:
            left_s = max(1.0, services.settings.page_lease_s - services.settings.page_away_s)
            _ = await services.redis.set(services.keys.away(ticket), b"1", ex=AWAY_KEPT_S)
            _ = await services.queue.hold(ticket, left_s)
            if await services.redis.exists(services.keys.page(f"ticket:{ticket}")):
                await self._back(ticket)  # it came in between

    async def _return(self, ticket: str) -> None:
        """A page that another node took for gone is here: its ticket waits on, or its call knows of it."""
        await self._back(ticket)
        await self._note_presence(ticket)

    async def _back(self, ticket: str) -> None:
        """End the graces of a ticket; let it wait on that was held only because its page was gone."""
        _ = await self._services.redis.zrem(self._services.keys.graces, f"ticket {ticket}", f"waiting {ticket}")
        if await self._services.redis.delete(self._services.keys.away(ticket)):
            with contextlib.suppress(TicketNotFound, TicketNotWaiting):
                _ = await self._services.queue.resume(ticket)
