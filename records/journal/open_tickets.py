"""Finds the tickets that are open in the ledger, for a comparison with the queue's."""

from typing import Final

from sqlalchemy import select

from protocol.states import TicketState
from records.database import Database
from records.tables.ledger import TicketRow

OPEN: Final = (TicketState.WAITING, TicketState.RESERVED, TicketState.SERVING, TicketState.HELD)
"""States whose citizens are expected back at once; one with a callback may be away until its time."""
LOOK_BACK_MS: Final = 90 * 24 * 3_600_000


async def open_tickets(database: Database, *, before_ms: int) -> list[str]:
    """Return the open tickets that arrived before a moment, and within `LOOK_BACK_MS` of it."""
    async with database.read() as db:
        wanted = select(TicketRow.id).where(
            TicketRow.arrived_ms.between(before_ms - LOOK_BACK_MS, before_ms), TicketRow.state.in_(OPEN)
        )
        return list(await db.scalars(wanted.order_by(TicketRow.arrived_ms)))
