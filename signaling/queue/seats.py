"""Shows seats to their agents and to wallboards: state, ringing ticket, claimable tickets."""

from matcher import LiveSeat, LiveTicket, SeatCard
from matcher.board import BoardSeat
from protocol.errors import SeatNotFound
from protocol.frames import Alerts, Ringing, RingingOver, Seat
from protocol.states import ReservationState, SeatState
from protocol.views import AlertView, ReservationView, SeatView
from records.catalogue.directory_rows import CatalogueSeat
from signaling.services import RealmServices
from signaling.session.about import about_of, in_language, number_of, readable_about
from signaling.session.identity import language_of
from signaling.socket.connections import Connection


class Seats:
    """The seats whose pages are on this node, and views of all."""

    def __init__(self, services: RealmServices) -> None:
        """Use the directory for a seat's facts, the queue for its state."""
        self._services = services

    def card(self, page: Connection) -> SeatCard:
        """Return the card that a seat announces when its page signs in.

        Raises:
            SeatNotFound: the catalogue has no such seat.
        """
        seat, window = page.seat, page.id
        entry = self._services.directory.seats.find(seat)
        return SeatCard(
            seat=seat,
            abilities=self._services.directory.seats.announced(seat),
            duty="part" if entry.duty == "part" else "full",
            wrap_up_s=entry.wrap_up_s,
            window=window,
            lease_s=self._services.settings.seat_lease_s,
            home=entry.district,
            account=page.login.account if page.login else "",
        )

    def view(self, row: LiveSeat | BoardSeat, number: str = "") -> SeatView:
        """Return a seat as its agent and wallboards see it."""
        entry = self._services.directory.seats.find(row.seat)
        return SeatView(
            seat=row.seat,
            name=entry.name,
            state=row.state,
            since_ms=row.since_ms,
            reason=row.reason,
            until_ms=row.until_ms,
            district=entry.district,
            site=entry.site,
            duty=entry.duty,
            skills=tuple(need.skill for need in entry.abilities.skills),
            languages=tuple(entry.abilities.languages),
            ticket=row.ticket,
            ticket_number=number,
        )

    def offline(self, entry: CatalogueSeat) -> SeatView:
        """Return a seat that is not signed in."""
        return SeatView(
            seat=entry.id,
            name=entry.name,
            state=SeatState.OFFLINE,
            since_ms=0,
            district=entry.district,
            site=entry.site,
            duty=entry.duty,
            skills=tuple(need.skill for need in entry.abilities.skills),
            languages=tuple(entry.abilities.languages),
        )

    async def row(self, seat: str) -> LiveSeat:
        """Look a seat up.

        Raises:
            SeatNotFound: it is not signed in.
        """
        row = await self._services.queue.seats.find(seat)
        if row is None:
            raise SeatNotFound(seat=seat)
        return row

    async def show(self, page: Connection) -> LiveSeat:
        """Send an agent's page its seat as it is."""
        row = await self.row(page.seat)
        self.tell(page, row, await self.held(row))
        return row

    async def held(self, row: LiveSeat) -> LiveTicket | None:
        """Return the ticket that a seat holds, if it holds one."""
        return await self._services.queue.tickets.find(row.ticket) if row.ticket else None

    def tell(self, page: Connection, row: LiveSeat, ticket: LiveTicket | None) -> None:
        """Send an agent's page its seat, which was just read, with the ticket that it holds."""
        page.send(Seat(seat=self.view(row, number_of(ticket) if ticket is not None else "")))

    def ring(self, page: Connection, row: LiveSeat, ticket: LiveTicket | None) -> None:
        """Ring the reservation that a seat holds."""
        if ticket is None or row.state is not SeatState.RESERVED:
            return
        page.ringing = row.reservation
        page.send(Ringing(reservation=self._reservation(row, ticket, language_of(page))))

    def _reservation(self, row: LiveSeat, ticket: LiveTicket, locale: str) -> ReservationView:
        now = self._services.clock.now_ms()
        return ReservationView(
            reservation=row.reservation,
            ticket=row.ticket,
            fence=row.fence,
            state=ReservationState.PENDING,
            about=in_language(self._services.directory, about_of(ticket), locale),
            left_s=max(0, row.deadline_ms - now) / 1000,
            waited_s=max(0, now - ticket.waits_from_ms) / 1000,
            explain=ticket.explain,
        )

    def silence(self, page: Connection, reservation: str, state: ReservationState) -> None:
        """Stop the ringing of a reservation."""
        if page.ringing == reservation:
            page.ringing = ""
            page.send(RingingOver(reservation=reservation, state=state.value))

    async def alert(self, page: Connection) -> None:
        """Send a part-time seat all that it may claim, when that changed."""
        rows = await self._services.queue.seats.alerts(page.seat)
        tickets = tuple(row.ticket for row in rows)
        if tickets == page.alerts:
            return
        page.alerts = tickets
        now, directory, locale = self._services.clock.now_ms(), self._services.directory, language_of(page)
        page.send(
            Alerts(
                alerts=tuple(
                    AlertView(
                        ticket=row.ticket,
                        about=in_language(directory, about, locale),
                        waited_s=max(0, now - row.waits_from_ms) / 1000,
                    )
                    for row in rows
                    if (about := readable_about(row)) is not None
                )
            )
        )
