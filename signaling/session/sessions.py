"""Runs sessions: writes their events once, shows each participant its view, and catches a returning page up."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from matcher import LiveTicket, SessionNote
from protocol import ids
from protocol.errors import QueueUnavailable, SessionNotFound, SessionOver, TicketNotFound
from protocol.events import SERVER, SessionNoted
from protocol.frames import Session
from protocol.participant_errors import ParticipationOver
from protocol.participants import CITIZEN, SEAT, ParticipantRole, ParticipantView, here_of, two_of
from protocol.priorities import PriorityClaim
from protocol.session_events import (
    AgentIntroduced,
    Chatted,
    ClosingAmended,
    DocumentStored,
    ParticipantJoined,
    ParticipantLeft,
    SessionClosed,
    SessionEvent,
    SessionMoved,
)
from protocol.session_rights import SessionRight, may
from protocol.states import SeatState, SessionState, TicketState
from protocol.views import ChatLine, ChatPage, DocumentView, SessionView
from runtime.login import Login
from signaling.services import RealmServices
from signaling.session import view as sessionview
from signaling.session.about import about_of, claim_of, decode_about, in_language, shared_about
from signaling.session.guest_list import GuestList
from signaling.session.identity import ROLES, language_of, participant_of, route_of, served_by
from signaling.session.media_plane import MediaPlane
from signaling.session.turn import Turn
from signaling.session.view import Noted
from signaling.socket import wire
from signaling.socket.connections import Connection
from signaling.socket.session_cursor import LiveCall, SessionCursor

KEPT_S = 48 * 3600
TRIES = 3
CHATTED = str(Chatted.__struct_config__.tag)
TOLD_IN_WORDS = frozenset(str(kind.__struct_config__.tag) for kind in (SessionClosed, ClosingAmended, AgentIntroduced))


class Sessions:
    """The conversations of a realm, as one node sees them."""

    def __init__(self, services: RealmServices, turn: Turn, media: MediaPlane) -> None:
        """Use the queue's session logs; `turn` has the relay's credentials for the parties of live sessions."""
        self._services = services
        self._turn = turn
        self._media = media
        self._queue = services.queue
        self.guests = GuestList(services)
        # What goes before it on the socket has room, too: more than `outgoing_max_bytes` unread cuts a page.
        self._snapshot_bytes = services.settings.outgoing_max_bytes // 2

    # What a party may do is always asked of the queue, not of this node's memory.
    async def live(self, page: Connection) -> LiveTicket:
        """Return the ticket of the session that the page stands in.

        Raises:
            SessionNotFound: it stands in none.
            SessionOver: it is closed or went to another seat.
            QueueUnavailable: the queue has forgotten the session (a wiped Redis); it is being mended.
        """
        # Read once: the page may be taken out of its session while the queue is asked.
        session, ticket = page.session, page.ticket or (page.call.ticket if page.call else "")
        if not session:
            raise SessionNotFound
        row = await self._queue.tickets.find(ticket) if ticket else None  # a seat in wrap-up talks to nobody any more
        if row is None or row.session != session or row.state is not TicketState.SERVING:
            raise SessionOver if await self._is_known(session, ticket) else QueueUnavailable
        if page.guest and page.guest not in await self.guests.joined(session):
            raise SessionNotFound
        if page.seat and (row.seat != page.seat or row.account not in {"", served_by(page)[0]}):
            raise SessionNotFound
        return row

    async def _is_known(self, session: str, ticket: str) -> bool:
        """Tell whether the queue remembers that the session was closed, or that its ticket is over or in another one.

        The numbers of its events alone tell nothing: a session that is being mended has them before its ticket.
        """
        keys = self._services.keys
        over, last = await self._services.redis.mget([keys.over(ticket), keys.last_session(ticket)])
        if over or last not in {None, session.encode()}:
            return True
        return bool(await self._services.redis.hexists(keys.numbers(session), "closed"))

    async def at_desk(self, page: Connection) -> LiveTicket:
        """Return the ticket of the session that the page stands in, or that its seat closed and wraps up now.

        Raises:
            SessionNotFound: it stands in none.
            SessionOver: it is closed and its wrap-up over, or it went to another seat.
        """
        try:
            return await self.live(page)
        except (SessionNotFound, SessionOver):
            row = await self.wrapping(page.seat, served_by(page)[0]) if page.seat else None
            if row is None or (page.session and page.session != row.session):
                raise
            return row

    async def wrapping(self, seat: str, account: str) -> LiveTicket | None:
        """Return the ticket of the session that an account closed at its seat, while the seat is in its wrap-up."""
        ticket = await self._services.redis.get(self._services.keys.closed(seat))
        if not isinstance(ticket, bytes):
            return None
        place = await self._queue.seats.find(seat)
        if place is None or place.state is not SeatState.WRAP_UP:
            return None
        row = await self._queue.tickets.find(ticket.decode())
        if row is None or row.state is not TicketState.DONE or row.seat != seat or not row.session:
            return None
        return row if row.account in {"", account} else None

    async def note(self, row: LiveTicket, event: SessionEvent, by: str, dedupe: str = "") -> int:
        """Append an event to the log and the journal, once per `dedupe`.

        Raises:
            SessionOver: none may be said any more.
            QueueUnavailable: the queue has forgotten the session (a wiped Redis); it is being mended.
        """
        [seq] = await self._note(row, [sessionview.note_of(event, by, dedupe)])
        if not seq:
            raise SessionOver
        return seq

    async def note_all(self, row: LiveTicket, events: Iterable[tuple[SessionEvent, str]]) -> None:
        """Append events that the server writes by itself, each once per its `dedupe`, in one step.

        Raises:
            QueueUnavailable: the queue has forgotten the session (a wiped Redis); it is being mended.
        """
        _ = await self._note(row, [sessionview.note_of(event, SERVER, dedupe) for event, dedupe in events])

    async def _note(self, row: LiveTicket, notes: list[SessionNote]) -> list[int]:
        try:
            return await self._queue.journal.note(row.session, row.ticket, notes)
        except TicketNotFound:
            raise QueueUnavailable from None

    async def log(self, session: str, after_seq: int = 0) -> list[Noted]:
        """Return the session's events after a number."""
        return sessionview.read_all(await self._queue.journal.session_log(session, after_seq))

    async def marks(self, session: str) -> list[Noted]:
        """Return the session's events of state and presence: few, even with a long chat."""
        return sessionview.read_all(await self._queue.journal.session_log(session, marks=True))

    async def chat(self, session: str, before: int, limit: int) -> ChatPage:
        """Return up to `limit` lines of the chat that stand before line `before`, counted from 0."""
        lines = [
            ChatLine(event.by, event.text, event.at_ms)
            for entry in await self.log(session)
            if entry.kind == CHATTED and isinstance(event := entry.event(), Chatted)
        ]
        first = max(0, min(before, len(lines)) - limit)
        return ChatPage(tuple(lines[first:before]), first)

    async def view(
        self, row: LiveTicket, you: str, locale: str = "", role: ParticipantRole | None = None
    ) -> SessionView:
        """Return the session as the participant `you` sees it now, names of the catalogue in the language `locale`."""
        view = sessionview.fold(self._blank(row, you, locale, role), await self.log(row.session))
        notice = self._services.directory.items.in_words(view.about.item, view.notice, locale)
        department = (
            self._services.directory.places.department_of(row.seat, view.department, locale) if view.agent_name else ""
        )
        told = msgspec.structs.replace(view, notice=notice, department=department)
        return sessionview.fitted(told, self._snapshot_bytes)

    def view_of(self, row: LiveTicket, log: list[Noted]) -> SessionView:
        """Return the session that a log tells of as its seat sees it."""
        return sessionview.fold(self._blank(row, SEAT), log)

    async def introduce(self, row: LiveTicket, login: Login | None) -> None:
        """Tell the citizen who speaks; the same person is told of once a session."""
        if login is None:
            return
        said = AgentIntroduced(
            seq=0, at_ms=0, name=login.display_name, staff_number=login.staff_number, department=login.department
        )
        _ = await self.note(row, said, by=SERVER, dedupe=f"introduced:{login.account}")

    def _blank(self, row: LiveTicket, you: str, locale: str = "", role: ParticipantRole | None = None) -> SessionView:
        role = role or ROLES[you]
        directory = self._services.directory
        about = in_language(directory, about_of(row), locale)
        return SessionView(
            session=row.session,
            ticket=row.ticket,
            state=SessionState.CONNECTING,
            you=you,
            role=role,
            about=about if may(role, SessionRight.MATTER) else shared_about(about),
            seat=row.seat,
            seat_name=directory.seats.name_in(row.seat, locale),
            seq=0,
            began_ms=row.served_since_ms,
            participants=two_of(row.served_since_ms),
            guide=directory.items.guide(about.item, locale=locale)
            if about.item and may(role, SessionRight.PAPERS)
            else None,
            explain=row.explain if you == SEAT else "",
            priority_claim=claim_of(about) if you == SEAT else PriorityClaim.NONE,
        )

    async def attach(self, page: Connection, row: LiveTicket, last_seq: int = 0) -> None:
        """Put a page into its session: a snapshot, or the events after `last_seq`."""
        self.hang_up(page)
        cursor = SessionCursor(row.session, decode_about(row.about).item, last_seq)
        self._services.connections.enter(page, cursor)
        if row.state is TicketState.SERVING:
            cursor.call = LiveCall(row)
            near = participant_of(page)
            # The seat is the hub: everybody else has a media connection with it alone.
            for to in (CITIZEN, *await self.guests.joined(row.session)) if near == SEAT else (SEAT,):
                self._media.connect(page, near, to, route_of(row, to))
            self.give_relay(page)
        missed = await self._missed(row.session, last_seq) if last_seq else None
        if missed is None:
            view, missed = await self.view(row, participant_of(page), language_of(page), page.part), []
            if page.cursor is None or page.session != row.session:
                return
            page.send(Session(session=view))
            page.cursor.seq = view.seq
        await self._catch_up(page, missed)

    async def _missed(self, session: str, last_seq: int) -> list[Noted] | None:
        """Return the events that a page missed; None where they are more than may be unread: a snapshot is less."""
        missed = await self._queue.journal.session_log(session, last_seq)
        frames, size = len(missed), sum(map(len, missed))
        is_much = frames > self._services.settings.outgoing_max_frames or size > self._snapshot_bytes
        return None if is_much else sessionview.read_all(missed)

    async def show_closed(self, page: Connection) -> None:
        """Show an agent who reloaded in wrap-up the call just closed, with the work that remains."""
        row = await self.wrapping(page.seat, served_by(page)[0])
        if row is not None:
            await self.attach(page, row)

    def give_relay(self, page: Connection) -> None:
        """Send a party of a live session the relay's credentials: first, so that it has them when media begin."""
        refresh = self._turn.refresh(page.session, participant_of(page))
        if refresh is not None and page.live is not None:
            page.live.ice_at_ms = self._services.clock.now_ms()
            page.send(refresh)

    def hang_up(self, page: Connection) -> None:
        """Let no media pass any more between a page and the other party; the page still hears of its session."""
        self._media.disconnect(page)
        if page.cursor is not None:
            page.cursor.call = None

    def detach(self, page: Connection) -> None:
        """Take a page out of its session."""
        self.hang_up(page)
        self._services.connections.exit(page)

    async def join(self, row: LiveTicket, page: Connection) -> None:
        """Let a guest's page take part in the session of a ticket; joining again changes nothing.

        Raises:
            ParticipantNotFound: it was dismissed in this moment.
        """
        guest = await self.guests.mark(row.session, page.guest, "joined")
        await self.let_join(row, ParticipantView(page.guest, guest.role, guest.name))

    async def let_join(self, row: LiveTicket, new: ParticipantView) -> None:
        """Note that a guest takes part in the session of a ticket; noting it again changes nothing."""
        joined = ParticipantJoined(seq=0, at_ms=0, participant=new)
        _ = await self.note(row, joined, by=new.id, dedupe=f"joined:{new.id}")

    async def part(self, row: LiveTicket, participant: str, why: Literal["left", "dismissed", "lost"]) -> None:
        """Let a guest leave for good; one who never joined is struck from the list alone.

        Raises:
            ParticipantNotFound: it is gone already, or was never invited.
        """
        guest = await self.guests.mark(row.session, participant, "gone")
        if guest.state == "joined":
            left = ParticipantLeft(seq=0, at_ms=0, participant=participant, role=guest.role, why=why)
            _ = await self.note(row, left, by=participant, dedupe=f"left:{participant}")

    def follow(self, noted: SessionNoted) -> None:
        """Give the seat's page its media connection with a guest who joined; end that of a guest who left."""
        event, connections = Noted(noted.seq, noted.kind, noted.body.encode()).event(), self._services.connections
        for page in connections.in_session(noted.session):
            if isinstance(event, ParticipantJoined) and page.seat and page.live is not None:
                to = event.participant.id
                if to not in page.live.legs:  # told again after a loss of the queue: its media go on
                    self._media.connect(page, SEAT, to, route_of(page.live.ticket, to))
            elif isinstance(event, ParticipantLeft) and page.seat:
                self._media.disconnect(page, event.participant)
        if isinstance(event, ParticipantLeft) and event.why != "left":
            # Also one that is only about to stand in the session: it would hear what is said, and be in no list.
            guest = connections.guests.get(event.participant)
            if guest is not None:
                self.end(guest)

    def end(self, page: Connection) -> None:
        """Send a guest's page away: it takes part no more."""
        self.detach(page)
        self._services.connections.depart(page, ParticipationOver())

    def push(self, page: Connection, noted: SessionNoted) -> None:
        """Send a page the next event; one that is still catching up will find it in the log."""
        cursor = page.cursor
        if cursor is None:
            return
        cursor.seen_seq = max(cursor.seen_seq, noted.seq)
        if not cursor.caught_up or noted.seq <= cursor.seq:
            return
        if noted.seq > cursor.seq + 1:
            cursor.caught_up = False
            _ = self._services.tasks.start("catch_up", self._catch_up(page))
            return
        self._send(page, Noted(noted.seq, noted.kind, noted.body.encode()))

    async def _catch_up(self, page: Connection, known: list[Noted] | None = None) -> None:
        """Send a page what it missed; `known` is what the log had after its cursor's `seq`, read since then."""
        session = page.session
        while (cursor := page.cursor) is not None:
            heard = cursor.seen_seq if known is None else 0
            missed, known = await self.log(session, cursor.seq) if known is None else known, None
            if page.session != session or page.cursor is None:
                return
            cursor = page.cursor
            for entry in missed:
                self._send(page, entry)
            # The journal may have told of an event after the log was read: then read again. (Not every number is in
            # the log: what no page is sent is only in the journal.)
            if cursor.seen_seq <= max(heard, cursor.seq):
                cursor.seq = max(cursor.seq, heard)
                cursor.caught_up = True
                return

    def _send(self, page: Connection, entry: Noted) -> None:
        if page.cursor is None:
            return
        page.cursor.seq = max(page.cursor.seq, entry.seq)
        if entry.is_for(page.part or ROLES[participant_of(page)]):
            page.send_json(self._in_words(page, entry))

    def _in_words(self, page: Connection, entry: Noted) -> bytes:
        """Name materials and departments in the page's language; on record they stand as the catalogue has them."""
        event = entry.event() if entry.kind in TOLD_IN_WORDS else None
        if isinstance(event, AgentIntroduced):
            seat = page.seat or (page.call.seat if page.call else "")
            department = self._services.directory.places.department_of(seat, event.department, language_of(page))
            return wire.encode(msgspec.structs.replace(event, department=department))
        if not isinstance(event, SessionClosed | ClosingAmended) or not event.notice:
            return entry.raw
        item = page.cursor.item if page.cursor is not None else ""
        notice = self._services.directory.items.in_words(item, event.notice, language_of(page))
        return wire.encode(msgspec.structs.replace(event, notice=notice))

    async def presence(self, row: LiveTicket) -> None:
        """Record the presence of the participants where it differs from the log."""
        for _ in range(TRIES):
            entries = await self.marks(row.session)
            view = self.view_of(row, entries)
            here = await self._here(row, view)
            state = sessionview.state_of(view, here, active=sessionview.was_active(entries))
            if view.state is SessionState.CLOSED or (view.state, here_of(view.participants)) == (state, here):
                return
            # Another node may write at the same time what it saw: look again until both agree.
            _ = await self.note(row, SessionMoved(seq=0, at_ms=0, state=state.value, here=here), by=SERVER)

    async def _here(self, row: LiveTicket, view: SessionView) -> tuple[str, ...]:
        """Return the ids of a session's participants who have a page open, on any node."""
        names = [one.id for one in view.participants]
        pages = await self._services.redis.mget([self._services.keys.page(route_of(row, name)) for name in names])
        return tuple(name for name, page in zip(names, pages, strict=True) if page)

    async def media_up(self, row: LiveTicket, by: str, dedupe: str) -> None:
        """The session is active from the first decoded frame on."""
        view = self.view_of(row, await self.marks(row.session))
        if view.state in {SessionState.ACTIVE, SessionState.CLOSED, SessionState.HELD}:
            return
        here = here_of(view.participants)
        _ = await self.note(row, SessionMoved(seq=0, at_ms=0, state=SessionState.ACTIVE.value, here=here), by, dedupe)

    async def add_document(self, row: LiveTicket, document: DocumentView, uploaded_by: str) -> None:
        """Show a document in the running session; `uploaded_by` is `citizen`, or the account as `agent:NAME`."""
        stored = DocumentStored(seq=0, at_ms=0, document=document)
        _ = await self.note(row, stored, by=uploaded_by, dedupe=sessionview.document_key(document.document))

    def new_id(self) -> str:
        """Make the id of a new session."""
        return ids.new_id(self._services.clock.now_ms())
