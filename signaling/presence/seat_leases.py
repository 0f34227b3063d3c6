"""Renews the leases of seats whose pages are here, signs them in again, and gives up those whose page stays away."""

import contextlib

from protocol.errors import ReservationStale, Superseded, TicketNotWaiting
from protocol.states import SeatState
from signaling.presence.citizens import Citizens
from signaling.presence.graces import Graces
from signaling.presence.mending import Mending
from signaling.presence.routes import Routes
from signaling.queue.seats import Seats
from signaling.services import RealmServices
from signaling.socket.connections import Connection

LEFT = "signed_out"
"""Reason for which a call came back to the line: its agent signed out."""


class SeatLeases:
    """The seats that this node keeps signed in: those with a page, and those whose page is gone for a moment."""

    def __init__(
        self,
        services: RealmServices,
        seats: Seats,
        mending: Mending,
        graces: Graces,
        routes: Routes,
        citizens: Citizens,
    ) -> None:
        """Keep no seat yet."""
        self._services, self._seats, self._mending = services, seats, mending
        self._graces, self._routes, self._citizens = graces, routes, citizens
        self._graced: dict[str, str] = {}  # seats whose page is gone but whose lease this node still keeps

    async def back(self, seat: str) -> None:
        """End the grace of a seat whose page is here."""
        _ = self._graced.pop(seat, None)
        await self._graces.end(seat, "seat")

    async def left(self, page: Connection, *, tell: bool) -> None:
        """Begin the grace of a seat whose page is gone; `tell` the log of its session, if it has one."""
        row = await self._services.queue.seats.find(page.seat)
        if row is None or row.window != page.id:
            return
        settings = self._services.settings
        serving = row.state is SeatState.SERVING
        self._graced[page.seat] = page.id
        await self._graces.begin("seat", page.seat, settings.seat_grace_s if serving else settings.seat_away_s)
        if serving and tell:
            await self._citizens.note_presence(row.ticket)

    async def lose(self, seat: str) -> None:
        """Sign a seat out whose page did not come back; its citizen goes to the head of the line."""
        _ = self._graced.pop(seat, None)
        if await self._routes.place(f"seat:{seat}") is not None:
            return
        row = await self._services.queue.seats.find(seat)
        if row is None:
            return
        if row.state is SeatState.SERVING:
            await self._services.queue.seats.give_back(row.ticket, row.fence, "seat_lost")
        _ = await self._services.queue.seats.sign_out(seat)

    async def leave_call(self, page: Connection) -> None:
        """Give the citizen of a call back to the head of the line: the agent signed out and will not return."""
        row = await self._services.queue.seats.find(page.seat)
        if row is None or row.state is not SeatState.SERVING or row.window != page.id:
            return
        with contextlib.suppress(ReservationStale, TicketNotWaiting):  # the call was closed in this moment
            _ = await self._services.queue.seats.give_back(row.ticket, row.fence, LEFT)
        _ = await self._services.queue.seats.sign_out(page.seat)

    async def renew(self) -> None:
        """Renew the leases; a seat that the queue does not know, or knows with another window, is looked at again."""
        pages = self._services.connections.seats
        # A page that has not announced its seat yet has no lease: the seat's window is still its predecessor's.
        seats = {seat: page.id for seat, page in pages.items() if page.announced}
        beats = await self._services.queue.seats.heartbeat({**self._graced, **seats})
        for seat in (*beats, *beats.unknown):
            page = pages.get(seat)
            # A page that came while the answer was on its way is the newer one, not the one that was replaced.
            if page is None or page.id == seats.get(seat):
                self._refused(seat)

    def _refused(self, seat: str) -> None:
        """Handle a heartbeat answer of `superseded` or `unknown` for a seat."""
        _ = self._graced.pop(seat, None)
        page = self._services.connections.seats.get(seat)
        if page is not None:
            _ = self._services.tasks.start("announce", self._announce_again(page))

    async def _announce_again(self, page: Connection) -> None:
        """Sign a seat in again that Redis forgot, and mend its session; close the page if a newer one has the seat."""
        row = await self._services.queue.seats.find(page.seat)
        is_newest = await self._routes.is_newest(page)
        if row is not None and row.state is not SeatState.OFFLINE and row.window != page.id and not is_newest:
            self._services.connections.depart(page, Superseded())
            return
        page.mending = row is None and bool(page.session)
        try:
            _ = await self._services.queue.seats.sign_in(self._seats.card(page))
            if page.mending:
                _ = await self._mending.mend(page)
        finally:
            page.mending = False
        _ = await self._seats.show(page)
