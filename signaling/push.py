"""Reads the journal along and tells this node's pages what concerns them."""

import logging
from typing import assert_never

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from matcher import LiveTicket
from protocol.errors import SeatNotFound, Unavailable
from protocol.events import (
    FORGOTTEN,
    AlertOver,
    BoothChanged,
    ConsentNoted,
    DocumentNoted,
    JournalEvent,
    ReservationAccepted,
    ReservationDeclined,
    ReservationExpired,
    ReservationMade,
    ReservationOver,
    ReservationRescinded,
    SeatAnnounced,
    SeatChanged,
    SeatsAlerted,
    SessionNoted,
    TicketChanged,
    TicketDone,
    TicketEvent,
    TicketHeld,
    TicketLeft,
    TicketResumed,
    TicketReturned,
    TicketTaken,
    TicketWidened,
)
from protocol.states import ReservationState, SeatState, TicketState
from runtime import kept
from runtime.clock import day
from runtime.spoilt import count_spoilt
from signaling.node import Node
from signaling.session.about import decode_about
from signaling.socket.connections import Connection

log = logging.getLogger(__name__)

TRIES_MAX = 10
"""So often an entry is told while Redis answers for the journal but not for what it concerns."""
LINE_BROKE = (Unavailable, OSError, RedisConnectionError, RedisTimeoutError)
COMINGS = frozenset({"participant_joined", "participant_left"})


class Push:
    """One node's reader of the journal."""

    def __init__(self, node: Node) -> None:
        """Begin with the entries written from now on."""
        self._node = node
        self._after = "$"
        self.read = self._tries = 0

    async def run(self) -> None:
        """Follow the journal for ever; after a break go on where it was."""
        if self._after == "$":
            self._after = await self._node.services.queue.journal.last_entry()
        self._node.hears.set()
        async for entry, event in self._node.services.queue.journal.tail(self._after):
            self.read += 1
            try:
                await self.tell(event)
            except LINE_BROKE:
                # The same entry once more: a page that was not told of its call would never stand in it.
                self._tries += 1
                if self._tries >= TRIES_MAX:
                    self._pass_over(entry)
                raise
            except RedisError:
                self._pass_over(entry)
                raise
            self._pass_over(entry)

    def _pass_over(self, entry: str) -> None:
        self._after, self._tries = entry, 0

    async def tell(self, event: JournalEvent) -> None:
        """Tell the pages that are here; the failure of one event does not stop the next.

        Raises:
            Unavailable, RedisError, OSError: the queue does not answer.
        """
        try:
            await self._tell(event)
        except SeatNotFound:
            log.info("seat_unknown")  # left the catalogue while signed in
        except (Unavailable, OSError):
            raise
        except RedisError as error:
            if not count_spoilt(error):
                raise
        except Exception as error:  # noqa: BLE001 - one entry does not stop the reader
            kept.count("journal_entry", error)

    async def _tell(self, event: JournalEvent) -> None:
        match event:
            case SessionNoted():
                self._noted(event)
            case DocumentNoted() | ConsentNoted():
                pass  # its pages hear of it as an event of the session
            case BoothChanged() | SeatAnnounced():
                self._node.floor.changed()
            case SeatChanged():
                await self._seat_changed(event)
            case SeatsAlerted():
                await self._alerted(event)
            case AlertOver():
                await self._alert_over(event)
            case _:
                self._node.tickets.moves(event.ticket)
                self._node.floor.changed()
                await self._moved(event)
                self._node.tickets.changed(event.ticket)

    def _noted(self, event: SessionNoted) -> None:
        for page in self._node.services.connections.in_session(event.session):
            self._node.sessions.push(page, event)
        if event.kind in COMINGS:
            self._node.sessions.follow(event)

    async def _seat_changed(self, event: SeatChanged) -> None:
        self._node.floor.changed()
        page = self._node.services.connections.seats.get(event.seat)
        if page is None or page.mending:
            return
        # By the seat as it is now, too: an entry may be read late, after a mended session began again.
        row = await self._node.seats.show(page)
        if not page.session:
            return
        if row.state is SeatState.WRAP_UP:
            self._node.sessions.hang_up(page)  # what is done about the call in wrap-up is still told
        elif not row.ticket or page.call is None or page.call.ticket not in {event.ticket, row.ticket}:
            self._node.sessions.detach(page)

    async def _alerted(self, event: SeatsAlerted) -> None:
        for seat in event.seats.split(","):
            page = self._node.services.connections.seats.get(seat)
            if page is not None:
                await self._node.seats.alert(page)

    async def _alert_over(self, event: AlertOver) -> None:
        for page in list(self._node.services.connections.seats.values()):
            if event.ticket in page.alerts:
                await self._node.seats.alert(page)

    async def _moved(self, event: TicketEvent) -> None:
        match event:
            case TicketTaken():
                services = self._node.services
                arrived_ms = event.arrived_ms + event.shift_ms
                services.numbers.heard(decode_about(event.about), day(arrived_ms, services.directory.zone))
            case TicketReturned():
                await self._returned(event)
            case TicketDone() | TicketLeft():
                await self._ended(event)
            case ReservationMade():
                await self._made(event)
            case ReservationAccepted():
                await self._accepted(event)
                self._silence(event, ReservationState.ACCEPTED)
            case ReservationDeclined():
                self._silence(event, ReservationState.DECLINED)
            case ReservationExpired():
                self._silence(event, ReservationState.EXPIRED)
            case ReservationRescinded():
                self._silence(event, ReservationState.RESCINDED)
            case TicketWidened() | TicketChanged() | TicketHeld() | TicketResumed():
                pass  # its page is told the ticket as it is now
            case _:
                assert_never(event)

    async def _made(self, event: ReservationMade) -> None:
        page = self._node.services.connections.seats.get(event.seat)
        if page is not None:
            row = await self._node.seats.row(event.seat)
            if row.reservation == event.reservation:
                self._node.seats.ring(page, row, await self._node.seats.held(row))

    def _silence(self, event: ReservationOver, state: ReservationState) -> None:
        page = self._node.services.connections.seats.get(event.seat)
        if page is not None:
            self._node.seats.silence(page, event.reservation, state)

    async def _accepted(self, event: ReservationAccepted) -> None:
        """Both parties stand in the session from here on."""
        connections = self._node.services.connections
        # The seat first: the citizen's page says at once that it can answer, and the seat must be there to hear it.
        pages = [connections.seats.get(event.seat), connections.tickets.get(event.ticket)]
        if pages[0] is not None:
            self._node.wait_s.observe(max(0, event.waited_ms) / 1000)
        if not any(pages):
            return
        row = await self._node.services.queue.tickets.find(event.ticket)
        if row is None or row.session != event.session or row.state not in {TicketState.SERVING, TicketState.DONE}:
            return
        for page in pages:
            if page is None or page.session == event.session:
                continue
            if row.state is TicketState.SERVING or page.ticket:
                await self._attach(page, row)
            else:  # read late: the call was closed meanwhile, and the seat may have gone on to the next
                await self._node.sessions.show_closed(page)
        for page in filter(None, pages):
            await self._node.presence.resumption.remember(page)

    async def _attach(self, page: Connection, row: LiveTicket) -> None:
        """Put a page into its session; one that could not be shown it stands in none, so that it is tried again."""
        try:
            await self._node.sessions.attach(page, row)
        except LINE_BROKE:
            self._node.sessions.detach(page)
            raise

    async def _returned(self, event: TicketReturned) -> None:
        """The seat was lost or the ticket handed on: the citizen waits again."""
        page = self._node.services.connections.tickets.get(event.ticket)
        if page is not None and page.session:
            self._node.sessions.detach(page)
            page.shown = b""
            await self._node.presence.resumption.remember(page)
        self._end_guests(event.ticket)

    def _end_guests(self, ticket: str) -> None:
        """Send the guests of a call away that is over, or is not with its agent any more."""
        for page in [one for one in self._node.services.connections.guests.values() if one.guest_of == ticket]:
            self._node.sessions.end(page)

    async def _ended(self, event: TicketDone | TicketLeft) -> None:
        """No media passes any more; a stub of this ticket brings nothing back, unless the queue only forgot it."""
        services = self._node.services
        page = services.connections.tickets.get(event.ticket)
        if page is not None:
            self._node.sessions.hang_up(page)
        self._end_guests(event.ticket)
        if isinstance(event, TicketLeft) and event.why == FORGOTTEN:
            return
        _ = await services.redis.set(
            services.keys.over(event.ticket), str(event.at_ms), ex=round(services.settings.stub_s)
        )
