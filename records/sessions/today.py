"""Counts the tickets of a day within a scope, as a wallboard of less than the realm shows them; one query."""

import msgspec
from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.scopes import Scope
from protocol.states import TicketState
from records.scopes import within
from records.tables.ledger import TicketRow


class Today(msgspec.Struct, frozen=True):
    """Counts of tickets that arrived on the day; `oldest_ms` is the arrival of the longest waiting one, 0 for none."""

    waiting: int = 0
    oldest_ms: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0


async def today(db: AsyncSession, day: str, scope: Scope, target_ms: int) -> Today:
    """Return the counts of a day (`yyyymmdd`, local); `target_ms` is the wait within which an answer is in time."""
    waits = TicketRow.state == TicketState.WAITING
    answered = TicketRow.session != ""
    wanted = select(
        func.count(case((waits, 1))),
        func.min(case((waits, TicketRow.arrived_ms))),
        func.count(case((answered, 1))),
        func.count(case((and_(answered, TicketRow.waited_ms <= target_ms), 1))),
        func.count(case((TicketRow.state == TicketState.ABANDONED, 1))),
    ).where(TicketRow.day == day, within(scope))
    waiting, oldest_ms, *counts = (await db.execute(wanted)).one()
    return Today(waiting, oldest_ms or 0, *counts)
