"""Lets guests whose page is gone leave the session when their grace is over."""

import contextlib

from matcher import TicketRow
from protocol.participant_errors import ParticipantNotFound
from protocol.states import TicketState
from signaling.services import Services
from signaling.session.sessions import Sessions
from signaling.socket.connections import Connection


class GuestGraces:
    """The grace periods of guests; their names in the list of graces are `guest TICKET PARTICIPANT`."""

    def __init__(self, services: Services, sessions: Sessions) -> None:
        """Use the realm's list of graces."""
        self._services = services
        self._sessions = sessions

    async def begin(self, page: Connection) -> None:
        """Begin the grace of a guest whose page is gone, and tell the participants that remain."""
        row = await self._row(page.guest_of)
        if row is None:
            return
        grace_s = self._services.settings.citizen_grace_s or self._services.directory.policy.reconnect_hold_s
        due = self._services.clock.now_ms() + round(grace_s * 1000)
        _ = await self._services.redis.zadd(self._services.keys.graces, {_member(page): due})
        await self._sessions.presence(row)

    async def end(self, page: Connection) -> None:
        """Forget the grace of a guest whose page is back."""
        _ = await self._services.redis.zrem(self._services.keys.graces, _member(page))

    async def lose(self, name: str) -> None:
        """Let a guest leave whose page has not come back in time."""
        ticket, _, participant = name.partition(" ")
        row = await self._row(ticket)
        if row is None or await self._services.redis.exists(self._services.keys.page(f"guest:{participant}")):
            return
        with contextlib.suppress(ParticipantNotFound):  # of an earlier session, or dismissed meanwhile
            await self._sessions.part(row, participant, "lost")

    async def _row(self, ticket: str) -> TicketRow | None:
        row = await self._services.queue.ticket(ticket)
        return row if row is not None and row.state is TicketState.SERVING else None


def _member(page: Connection) -> str:
    return f"guest {page.guest_of} {page.guest}"
