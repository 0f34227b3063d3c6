"""Lets guests whose page is gone leave the session when their grace is over."""

import contextlib

from matcher import LiveTicket
from protocol.participant_errors import ParticipantNotFound
from protocol.states import TicketState
from signaling.presence.graces import Graces
from signaling.presence.routes import Routes
from signaling.services import RealmServices
from signaling.session.sessions import Sessions
from signaling.socket.connections import Connection


class GuestGraces:
    """The grace periods of guests, under the names `TICKET PARTICIPANT`."""

    def __init__(self, services: RealmServices, sessions: Sessions, graces: Graces, routes: Routes) -> None:
        """Use the realm's list of graces."""
        self._services, self._sessions, self._graces, self._routes = services, sessions, graces, routes

    async def begin(self, page: Connection, *, tell: bool) -> None:
        """Begin the grace of a guest whose page is gone; `tell` the participants that remain."""
        row = await self._row(page.guest_of)
        if row is None:
            return
        grace_s = self._services.settings.citizen_grace_s or self._services.directory.policy.reconnect_hold_s
        await self._graces.begin("guest", f"{page.guest_of} {page.guest}", grace_s)
        if tell:
            await self._sessions.presence(row)

    async def end(self, page: Connection) -> None:
        """End the grace of a guest whose page is back."""
        await self._graces.end(f"{page.guest_of} {page.guest}", "guest")

    async def lose(self, name: str) -> None:
        """Let a guest leave whose page has not come back in time."""
        ticket, _, participant = name.partition(" ")
        row = await self._row(ticket)
        if row is None or await self._routes.place(f"guest:{participant}") is not None:
            return
        with contextlib.suppress(ParticipantNotFound):  # of an earlier session, or dismissed meanwhile
            await self._sessions.part(row, participant, "lost")

    async def _row(self, ticket: str) -> LiveTicket | None:
        row = await self._services.queue.ticket(ticket)
        return row if row is not None and row.state is TicketState.SERVING else None
