"""Keeps citizens' pages true about their ticket: state, place, expected wait, widening."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Iterator

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
from signaling.socket import wire
from signaling.socket.connections import Connection

log = logging.getLogger(__name__)

GONE = b"gone"
"""`shown` of a page that was told of its ticket's end: nothing follows."""
HELD = b"held"
"""`shown` of a page whose ticket is in an answer under way: its news come after the answer."""
BATCH = 32

ANSWERED = TICKET_ENDS | {TicketState.SERVING}


class TicketWatch:
    """Whether the journal has told of a ticket since it is watched; until its page is known here nobody else hears."""

    __slots__ = ("has_moved",)

    def __init__(self) -> None:
        """Begin before the ticket is read."""
        self.has_moved = False


class Tickets:
    """The tickets whose pages are on this node."""

    def __init__(self, services: RealmServices) -> None:
        """Nothing has changed yet."""
        self._services = services
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._watches: dict[str, list[TicketWatch]] = {}

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

    async def see(self, ticket: str, consents: tuple[ConsentView, ...]) -> TicketView:
        """Look a ticket up; return it as its citizen, who gave these `consents`, sees it.

        Raises:
            TicketNotFound: it does not exist (any more).
        """
        found = await self.stand(ticket)
        if found.row is None:
            raise TicketNotFound
        return self.view(found.row, found, consents)

    @contextlib.contextmanager
    def watch(self, ticket: str) -> Iterator[TicketWatch]:
        """Watch a ticket that is read now, and whose page is known here before the context ends."""
        watch = TicketWatch()
        watches = self._watches.setdefault(ticket, [])
        watches.append(watch)
        try:
            yield watch
        finally:
            watches.remove(watch)
            if not watches:
                _ = self._watches.pop(ticket, None)

    def moves(self, ticket: str) -> None:
        """Note that the journal tells of a ticket, before anything is done about it."""
        for watch in self._watches.get(ticket, ()):
            watch.has_moved = True

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
        for place in await self._places(tickets):
            try:
                self._show(place.ticket, place.row, place)
            except TicketNotFound:
                self._show(place.ticket, None, place)

    async def _places(self, tickets: list[str]) -> list[QueuePlace]:
        """Return tickets and where they stand; one that the scripts cannot read keeps nobody else from knowing."""
        try:
            return await self._services.queue.line.places(tickets)
        except (ResponseError, *kept.UNREADABLE) as error:
            kept.count("place", error)
        return [await self.stand(ticket) for ticket in tickets]

    async def stand(self, ticket: str) -> QueuePlace:
        """Return a ticket and where it stands; of one that the scripts cannot place, the ticket if it can be read."""
        with contextlib.suppress(ResponseError, *kept.UNREADABLE):
            return (await self._services.queue.line.places([ticket]))[0]
        return QueuePlace(ticket, 0, None, None, 0, row=await self._services.queue.tickets.find(ticket))

    def _show(self, ticket: str, row: LiveTicket | None, place: QueuePlace) -> None:
        page = self._services.connections.tickets.get(ticket)
        if page is None or page.shown is GONE:
            return
        if page.shown is HELD:
            self._changed.add(ticket)
            return
        if row is None:
            # Redis was wiped: the page has its stub and takes its place again with it.
            page.shown = GONE
            page.send(Error(id="", code=TicketNotFound.code, params={}))
            return
        frame, shown = self._shown(self.view(row, place, page.consents))
        if frame != page.shown:
            page.shown = shown
            page.send_json(frame)

    def answered(self, page: Connection, view: TicketView) -> None:
        """Send a page the ticket of an answer as a snapshot, too, and then the news that were held back for it."""
        frame, page.shown = self._shown(view)
        page.send_json(frame)
        if page.ticket in self._changed:
            self._wake.set()

    @staticmethod
    def _shown(view: TicketView) -> tuple[bytes, bytes]:
        """Return the frame that shows a ticket, and what its page has been shown after it."""
        frame = wire.encode(Ticket(ticket=view))
        return frame, GONE if view.state in TICKET_ENDS else frame

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
