"""Mends a session that the queue has forgotten (a wiped Redis) while its seat's page is here: the call goes on."""

import contextlib
import logging

import msgspec

from matcher import LiveTicket, NewTicket, Step
from protocol.errors import ServiceError, TicketIdTaken
from signaling.queue.tickets import steps_of
from signaling.services import RealmServices
from signaling.session.about import about_of
from signaling.session.identity import served_by
from signaling.session.inheritance import inherit, know_again, laid_out
from signaling.session.sessions import Sessions
from signaling.socket.connections import Connection

log = logging.getLogger(__name__)

AHEAD = 1000
"""Numbers that are left out: the other party may have seen some that this page has not."""
SEAT_FIRST_S = 0.001


class Mending:
    """Puts a forgotten session back into the queue as it was: same ticket, same seat, same session."""

    def __init__(self, services: RealmServices, sessions: Sessions) -> None:
        """Mend with the seats' pages of this node."""
        self._services = services
        self._sessions = sessions

    async def mend(self, page: Connection) -> bool:
        """Begin the session of a seat's page again, unless the queue still knows its ticket; tell whether it did."""
        row, cursor = page.call, page.cursor
        if row is None or cursor is None or row.session != cursor.session:
            return False
        found = await know_again(self._services, row.ticket, row.session)
        await self._services.queue.journal.number_from(row.session, max(cursor.seq, cursor.seen_seq) + AHEAD)
        # Before anybody stands in the session again: a page that has seen these lines is not sent them, one that
        # reloads finds them in its snapshot. By their old numbers they come before all that follows.
        await self._services.queue.journal.remember(
            row.session, {line.seq: msgspec.json.encode(line) for line in found.numbered()}
        )
        # Before the call is there again: an invitation that is shown then is good.
        await self._sessions.guests.restore(row.session, found.guests)
        try:
            await self._take(page, row)
            again = await self._services.queue.seats.claim(page.seat, row.ticket, row.session, *served_by(page))
        except ServiceError as problem:
            # Its citizen came back first and another seat has the ticket, or this seat's abilities have changed.
            log.warning("session_not_mended", extra={"code": problem.code, "session": row.session})
            return False
        if page.live is not None and page.session == again.session:
            page.live.ticket = again
        await self._sessions.note_all(again, laid_out(found))
        for guest in found.guests:
            await self._sessions.let_join(again, guest)
        await inherit(self._services, self._sessions, again)
        await self._sessions.introduce(again, page.login)
        await self._sessions.presence(again)
        log.info("session_mended", extra={"session": row.session})
        return True

    async def _take(self, page: Connection, row: LiveTicket) -> None:
        """Give the ticket its place back, for this seat first: nobody else may be rung with it meanwhile."""
        if await self._services.queue.tickets.find(row.ticket) is not None:
            return
        steps = steps_of(self._services, about_of(row))
        mine = Step(0, msgspec.structs.replace(row.needs, seat=page.seat))
        later = [Step(max(one.after_s, SEAT_FIRST_S), one.needs, one.relaxed) for one in steps]
        new = NewTicket(
            ticket=row.ticket,
            steps=(mine, *later),
            priority=row.priority,
            about=row.about,
            arrived_ms=row.arrived_ms,
            page_lease_s=self._services.settings.page_lease_s,
        )
        with contextlib.suppress(TicketIdTaken):  # its citizen showed the stub in this moment
            _ = await self._services.queue.tickets.take(new)
