"""Reads the ticket of a call, and how long the call waits for a page that is gone: its grace depends on them."""

from matcher import LiveTicket
from protocol.states import TicketState
from signaling.services import RealmServices


def grace_s(services: RealmServices) -> float:
    """Return the seconds that a call waits for a citizen or guest whose page is gone."""
    return services.settings.citizen_grace_s or services.directory.policy.reconnect_hold_s


async def serving(services: RealmServices, ticket: str) -> LiveTicket | None:
    """Return the row of a ticket that is in a call; None for any other."""
    row = await services.queue.ticket(ticket)
    return row if row is not None and row.state is TicketState.SERVING else None
