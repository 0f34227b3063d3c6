"""Moves a case on after its session: its state by the table, and who holds the papers."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import NotFound
from protocol.states import CASE_MOVES, CaseState, move
from records.tables.sessions import CaseRow, CustodyRow


async def _case(db: AsyncSession, ticket: str) -> CaseRow:
    row = await db.get(CaseRow, ticket, with_for_update=True)
    if row is None:
        raise NotFound(what="case")
    return row


async def move_case(db: AsyncSession, ticket: str, state: CaseState, now_ms: int) -> CaseState:
    """Move the case of a ticket.

    Raises:
        NotFound: there is no such case.
        IllegalMove: the table of cases has no such move.
    """
    row = await _case(db, ticket)
    row.state, row.changed_ms = move(CASE_MOVES, row.state, state), now_ms
    return row.state


async def hand_over(
    db: AsyncSession, ticket: str, holder: str, now_ms: int, *, by: str, courier_number: str = ""
) -> int:
    """Note who holds the papers of a case from now on; return the length of the list.

    Raises:
        NotFound: there is no such case.
    """
    await _case(db, ticket)
    last = await db.scalar(select(func.max(CustodyRow.position)).where(CustodyRow.ticket == ticket))
    position = (last or 0) + 1
    db.add(
        CustodyRow(
            ticket=ticket, position=position, holder=holder, since_ms=now_ms, by=by, courier_number=courier_number
        )
    )
    await db.flush()
    return position
