"""Acts on citizens whose page is gone or back: a call waits for them a while, a ticket is held without losing place."""

import contextlib

from protocol.errors import TicketNotFound, TicketNotWaiting
from protocol.events import SERVER
from protocol.session_events import HungUp
from protocol.states import TicketState
from signaling.presence.graces import Graces, grace_s, serving
from signaling.presence.routes import Routes
from signaling.presence.vouching import Vouched
from signaling.services import RealmServices
from signaling.session.sessions import Sessions
from signaling.socket.connections import Connection

AWAY_KEPT_S = 3600
RINGS_LOOK_S = 2.0


class Citizens:
    """The presence of citizens in their calls and in the queue."""

    def __init__(self, services: RealmServices, sessions: Sessions, graces: Graces, routes: Routes) -> None:
        """Use the realm's graces and routes."""
        self._services, self._sessions, self._graces, self._routes = services, sessions, graces, routes

    @property
    def vouched(self) -> Vouched:
        """The graces by which nodes vouch for citizens; the names are their tickets."""
        return Vouched("vouched", "doubted", "ticket:{}".format, self.missed, self.found_again)

    async def begin_absence(self, ticket: str) -> None:
        """Let the time run after which a waiting ticket without a page rings nobody."""
        await self._graces.begin("waiting", ticket, self._services.settings.page_away_s)

    async def left(self, page: Connection, *, tell: bool) -> None:
        """Begin the grace of a citizen whose page is gone; `tell` the session's log of it."""
        if not page.session:
            await self.begin_absence(page.ticket)
            return
        await self._graces.begin("ticket", page.ticket, grace_s(self._services))
        if tell:
            await self.note_presence(page.ticket)

    async def missed(self, ticket: str) -> None:
        """Begin the grace of a citizen whose node died; it is not told anew of one that left in order before."""
        row = await self._services.queue.tickets.find(ticket)
        if row is None:
            return
        if row.state is TicketState.SERVING:
            await self._graces.begin("ticket", ticket, grace_s(self._services), anew=False)
            await self._sessions.presence(row)
        else:
            await self.lose_waiting(ticket)

    async def back(self, ticket: str) -> None:
        """End the graces of a ticket; let it wait on that was held only because its page was gone."""
        await self._graces.end(ticket, "ticket", "waiting")
        if await self._services.redis.delete(self._services.keys.away(ticket)):
            with contextlib.suppress(TicketNotFound, TicketNotWaiting):
                _ = await self._services.queue.tickets.resume(ticket)

    async def found_again(self, ticket: str) -> None:
        """Undo what another node did that took a page for gone: its ticket waits on, and its call knows of it."""
        await self.back(ticket)
        await self.note_presence(ticket)

    async def note_presence(self, ticket: str) -> None:
        """Note in the log of a ticket's call who of its participants is here; nothing without a call."""
        row = await serving(self._services, ticket)
        if row is not None:
            await self._sessions.presence(row)

    async def lose_call(self, ticket: str) -> None:
        """Note that the citizen of a call will not come back: the agent is told, and closes with an outcome."""
        row = await serving(self._services, ticket)
        if row is not None and not await self._is_here(ticket):
            _ = await self._sessions.note(row, HungUp(seq=0, at_ms=0), by=SERVER, dedupe=f"gone:{row.session}")

    async def lose_waiting(self, ticket: str) -> None:
        """Take a ticket out of the line while no page of it is open: it keeps its place, and rings nobody in vain."""
        services = self._services
        row = await services.queue.tickets.find(ticket)
        if row is None or await self._is_here(ticket):
            return
        if row.state is TicketState.RESERVED:  # it rings: look again before it rings another seat
            await self._graces.begin("waiting", ticket, RINGS_LOOK_S)
        elif row.state is TicketState.SCHEDULED:  # it needs no page before its time has come
            left_s = max(0, row.at_ms - services.clock.now_ms()) / 1000
            await self._graces.begin("waiting", ticket, left_s + services.settings.page_away_s)
        elif row.state is TicketState.WAITING:
            left_s = max(1.0, services.settings.page_lease_s - services.settings.page_away_s)
            _ = await services.redis.set(services.keys.away(ticket), b"1", ex=AWAY_KEPT_S)
            _ = await services.queue.tickets.hold(ticket, left_s)
            if await self._is_here(ticket):
                await self.back(ticket)  # it came in between

    async def _is_here(self, ticket: str) -> bool:
        return await self._routes.place(f"ticket:{ticket}") is not None
