"""Keeps citizens' pages true about their ticket: state, place, expected wait, widening."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable

from redis.exceptions import ResponseError

from matcher import LiveTicket, QueuePlace, Step
from protocol.errors import TicketNotFound, UnknownSite
from protocol.frames import Error, Ticket
from protocol.states import TICKET_ENDS, TicketState
from protocol.views import About, ConsentView, TicketView, WaitRange
from runtime import kept
from runtime.business_clock import BusinessTime
from signaling.services import RealmServices
from signaling.session.about import about_of, in_language
from signaling.session.consents import consents_of
from signaling.socket import wire

log = logging.getLogger(__name__)

GONE = b"gone"
BATCH = 32

ANSWERED = TICKET_ENDS | {TicketState.SERVING}


class Tickets:
    """The tickets whose pages are on this node."""

    def __init__(self, services: RealmServices) -> None:
        """Nothing has changed yet."""
        self._services = services
        self._changed: set[str] = set()
        self._wake = asyncio.Event()

    def view(self, row: LiveTicket, place: QueuePlace | None, consents: tuple[ConsentView, ...] = ()) -> TicketView:
        """Return a ticket as its citizen sees it."""
        name = self._services.directory.seats.find(row.seat).name if row.seat and row.session else ""
        about = about_of(row)
        about = in_language(self._services.directory, about, about.locale)
        return TicketView(
            ticket=row.ticket,
            state=row.state,
            about=about,
            taken_ms=row.taken_ms,
            place=place.place if place else 0,
            wait=WaitRange(place.low_s, place.high_s) if place else WaitRange(),
            widened=tuple(row.relaxed),
            able_seats=place.able_seats if place else 0,
            seat_name=name,
            session=row.session,
            held_until_ms=row.held_until_ms,
            waiting_since_ms=row.waits_from_ms,
            callback_after_s=self._services.directory.policy.callback_after_s,
            callback_times_ms=callback_times(self._services, about) if row.state is TicketState.WAITING else (),
            callback_at_ms=self._services.business.at(row.at_ms).ms if row.state is TicketState.SCHEDULED else 0,
            returned=row.why if row.state not in ANSWERED else "",
            consents=consents,
        )

    async def see(self, ticket: str) -> TicketView:
        """Look a ticket up.

        Raises:
            TicketNotFound: it does not exist (any more).
        """
        row = await self._services.queue.tickets.find(ticket)
        if row is None:
            raise TicketNotFound
        return await self.show(row)

    async def show(self, row: LiveTicket) -> TicketView:
        """Return a ticket that was just read as its citizen sees it, with its place."""
        return self.view(row, await self._place(row), await consents_of(self._services, row.ticket))

    async def _place(self, row: LiveTicket) -> QueuePlace | None:
        if row.state is not TicketState.WAITING:
            return None
        return (await self._services.queue.line.places([row.ticket]))[0]

    def changed(self, ticket: str) -> None:
        """Send the ticket's page the news, very soon."""
        if ticket in self._services.connections.tickets:
            self._changed.add(ticket)
            self._wake.set()

    def all_changed(self) -> None:
        """Look after everybody who still waits: places move when others come and go."""
        for ticket, page in self._services.connections.tickets.items():
            if not page.session and page.shown is not GONE:
                self._changed.add(ticket)
        if self._changed:
            self._wake.set()

    async def run(self) -> None:
        """Send changes as they come, for ever."""
        while True:
            _ = await self._wake.wait()
            self._wake.clear()
            tickets, self._changed = list(self._changed), set()
            try:
                while tickets:
                    await self._refresh(tickets[:BATCH])
                    del tickets[:BATCH]
            finally:
                if tickets:  # the queue was away: they are told when this runs again
                    self._changed.update(tickets)
                    self._wake.set()

    async def _refresh(self, tickets: list[str]) -> None:
        rows = await asyncio.gather(*(self._services.queue.tickets.find(ticket) for ticket in tickets))
        waiting = [row.ticket for row in rows if row is not None and row.state is TicketState.WAITING]
        places = await self._places(waiting) if waiting else {}
        for ticket, row in zip(tickets, rows, strict=True):
            try:
                self._show(ticket, row, places.get(ticket))
            except TicketNotFound:
                self._show(ticket, None, None)

    async def _places(self, tickets: list[str]) -> dict[str, QueuePlace]:
        """Return where tickets stand; one that the scripts cannot read keeps nobody else from knowing."""
        try:
            return dict(zip(tickets, await self._services.queue.line.places(tickets), strict=True))
        except (ResponseError, *kept.UNREADABLE) as error:
            kept.count("place", error)
        found: dict[str, QueuePlace] = {}
        for ticket in tickets:
            with contextlib.suppress(ResponseError, *kept.UNREADABLE):
                found[ticket] = (await self._services.queue.line.places([ticket]))[0]
        return found

    def _show(self, ticket: str, row: LiveTicket | None, place: QueuePlace | None) -> None:
        page = self._services.connections.tickets.get(ticket)
        if page is None or page.shown is GONE:
            return
        if row is None:
            # Redis was wiped: the page has its stub and takes its place again with it.
            page.shown = GONE
            page.send(Error(id="", code=TicketNotFound.code, params={}))
            return
        frame = wire.encode(Ticket(ticket=self.view(row, place, page.consents)))
        if frame != page.shown:
            page.shown = GONE if row.state in TICKET_ENDS else frame
            page.send_json(frame)

    def waiting_pages(self) -> Iterable[str]:
        """Return the tickets whose lease this node renews."""
        return [ticket for ticket, page in self._services.connections.tickets.items() if page.shown is not GONE]


def steps_of(services: RealmServices, about: About) -> tuple[Step, ...]:
    """Return the ticket's needs, now and after each widening step."""
    steps = services.directory.steps(about.item or None, about.mode, about.language, about.site or None)
    return tuple(Step(after_s, needs, relaxed) for after_s, needs, relaxed in steps)


def callback_times(services: RealmServices, about: About) -> tuple[int, ...]:
    """Return when the citizen may be called instead of waiting on, in ms of the business clock.

    Never where the catalogue has no hours.
    """
    try:
        return services.directory.hours.callback_times(
            about.site, about.item, services.business.now(), _longest_ms(services)
        )
    except UnknownSite:
        return ()


def callback_refusal(services: RealmServices, about: About, at: BusinessTime) -> str:
    """Return why the citizen cannot be called then, or nothing."""
    try:
        return services.directory.hours.callback_refusal(
            about.site, about.item, services.business.now(), at, _longest_ms(services)
        )
    except UnknownSite:
        return "closed"


def _longest_ms(services: RealmServices) -> int:
    """A stub brings a forgotten ticket back: nobody is called later than a fresh one lasts."""
    return round(services.settings.stub_s * 1000)
