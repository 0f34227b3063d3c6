"""Lets pages come and go: routes, leases, graces and resumable states are kept together, in the right order."""

from protocol.errors import SignedOut, Superseded
from signaling.bus import Bus, SignOut, StopBooth, Supersede
from signaling.presence.arrivals import SeatArrivals
from signaling.presence.booths_online import BoothsOnline
from signaling.presence.citizens import Citizens
from signaling.presence.graces import Graces
from signaling.presence.guests import GuestGraces, name_of
from signaling.presence.mending import Mending
from signaling.presence.resumption import Resumption
from signaling.presence.routes import Routes
from signaling.presence.seat_leases import SeatLeases
from signaling.presence.vouching import Vouching
from signaling.queue.seats import Seats
from signaling.queue.tickets import Tickets
from signaling.services import RealmServices
from signaling.session.sessions import Sessions
from signaling.socket.connections import Connection


class Presence:
    """The pages of this node, as they come, stay and go."""

    def __init__(self, services: RealmServices, bus: Bus, sessions: Sessions, seats: Seats, tickets: Tickets) -> None:
        """Start with no page."""
        self._services = services
        self._tickets = tickets
        self.draining = False
        self.arrivals = SeatArrivals(services)
        self.resumption = Resumption(services)
        self._routes = Routes(services, bus)
        self._graces = Graces(services)
        self._booths = BoothsOnline(services, self._graces)
        self._guests = GuestGraces(services, sessions, self._graces, self._routes)
        self._citizens = Citizens(services, sessions, self._graces, self._routes)
        self._seats = SeatLeases(
            services, seats, Mending(services, sessions), self._graces, self._routes, self._citizens
        )
        self._vouching = Vouching(self._graces, self._routes, self._citizens.vouched)
        self._guest_vouching = Vouching(self._graces, self._routes, self._guests.vouched)
        self._unnoted: dict[str, Connection] = {}  # pages that left while Redis did not hear it

    async def claim(self, page: Connection, *, asked: bool = False) -> None:
        """Take an identity for this page: routes, graces and the state for a resumption follow it.

        Raises:
            Superseded: a newer connection has the identity, or the page that asked is gone.
        """
        await self._routes.claim(page, asked=asked)
        if page.seat:
            await self._seats.back(page.seat)
        if page.ticket:
            await self._citizens.back(page.ticket)
        if page.guest:
            await self._guests.end(page)
        if page.booth:
            await self._booths.enter(page.booth)
        await self.resumption.remember(page)

    async def left(self, page: Connection) -> None:
        """Begin the grace of a page that is gone, unless a newer one of its identity is here."""
        if not self._services.connections.forget(page) and page.identity:
            return
        self._unnoted[page.id] = page
        await self._gone(page)
        _ = self._unnoted.pop(page.id, None)

    async def _gone(self, page: Connection) -> None:
        if not await self._routes.leave(page):
            return
        # A node that drains sends its pages to another one: nobody has left.
        tell = not self.draining
        if page.seat:
            await self._seats.left(page, tell=tell)
        elif page.ticket:
            await self._citizens.left(page, tell=tell)
        elif page.guest:
            await self._guests.begin(page, tell=tell)

    async def begin_absence(self, ticket: str) -> None:
        """Let the time run after which a waiting ticket without a page rings nobody."""
        await self._citizens.begin_absence(ticket)

    def obey(self, order: Supersede | SignOut | StopBooth) -> None:
        """Obey another node: a connection was taken over, a login ended, or a booth was stopped."""
        connections = self._services.connections
        match order:
            case SignOut():
                for page in connections.of_login(order.login):
                    if order.leaves and page.seat and page.call is not None:
                        _ = self._services.tasks.start("leave_call", self._seats.leave_call(page))
                    connections.depart(page, SignedOut())
            case StopBooth():
                if (booth := connections.booths.get(order.booth)) is not None:
                    connections.depart(booth, SignedOut())
            case Supersede():
                if (older := connections.all.get(order.connection)) is not None:
                    connections.depart(older, Superseded())

    async def beat(self) -> None:
        """Renew every lease that this node's pages hold."""
        await self._seats.renew()
        await self._services.queue.tickets.seen(list(self._tickets.waiting_pages()))
        await self._routes.renew()
        await self.resumption.renew()
        await self._vouching.vouch(list(self._tickets.waiting_pages()))
        await self._guest_vouching.vouch([name_of(page) for page in self._services.connections.guests.values()])
        await self._note_late()
        await self._booths.renew()
        await self._end_logins()

    async def _note_late(self) -> None:
        """Begin the graces of the pages that left while Redis was away."""
        for page in list(self._unnoted.values()):
            await self._gone(page)
            _ = self._unnoted.pop(page.id, None)

    async def _end_logins(self) -> None:
        """Renew the logins of this node's pages; the pages of those that are over are closed."""
        connections = self._services.connections
        keys = {page.login.key for page in connections.all.values() if page.login is not None}
        for key in await self._services.logins.renew(sorted(keys)):
            for page in connections.of_login(key):
                connections.depart(page, SignedOut())

    async def sweep(self) -> None:
        """Act on graces and leases that are over; any node may, each is acted on once."""
        await self._booths.sweep()
        await self._graces.sweep(
            {
                "seat": self._seats.lose,
                "ticket": self._citizens.lose_call,
                "waiting": self._citizens.lose_waiting,
                "guest": self._guests.lose,
                **self._vouching.losses,
                **self._guest_vouching.losses,
            }
        )
