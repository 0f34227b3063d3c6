"""Removes events past their retention from the outbox, oldest first; dead deliveries of that age go with them."""

from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import CursorResult

from records.database import Database
from records.tables.hooks import DeliveryState, HookDeliveryRow
from records.tables.outbox import OutboxHeadRow, OutboxRow

REMOVED_AT_ONCE: Final = 5000


async def sweep(database: Database, before_ms: int) -> int:
    """Remove the events from before `before_ms` (ms since the epoch) and return their number.

    Numbers go in order: an event that is older than one before it stays until that one goes.

    Raises:
        LedgerUnavailable: the database does not answer; the rest is for the next run.
    """
    removed = 0
    while True:
        async with database.begin() as db:
            first_kept = select(func.min(OutboxRow.seq)).where(OutboxRow.at_ms >= before_ms)
            last = await db.scalar(first_kept) or (await db.scalar(select(func.max(OutboxRow.seq))) or 0) + 1
            first = await db.scalar(select(func.min(OutboxRow.seq)))
            if first is None or first >= last:
                break
            gone = min(last, first + REMOVED_AT_ONCE) - 1
            forward = update(OutboxHeadRow).where(OutboxHeadRow.gone_seq < gone)  # another node may be further
            await db.execute(forward.values(gone_seq=gone))
            done = await db.execute(delete(OutboxRow).where(OutboxRow.seq <= gone))
            assert isinstance(done, CursorResult)
            removed += done.rowcount
    async with database.begin() as db:
        over = HookDeliveryRow.state == DeliveryState.DEAD, HookDeliveryRow.tried_ms < before_ms
        await db.execute(delete(HookDeliveryRow).where(*over))
    return removed
