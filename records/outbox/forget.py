"""Removes events past their retention from the outbox, oldest first, and deliveries of that age that nobody sends."""

from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.database import Database, rows_changed
from records.outbox.sending import SENDER
from records.tables.hooks import DeliveryState, HookDeliveryRow, HookRow, HookState
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
            removed += rows_changed(await db.execute(delete(OutboxRow).where(OutboxRow.seq <= gone)))
    async with database.begin() as db:
        await _remove_deliveries(db, before_ms)
    return removed


async def _remove_deliveries(db: AsyncSession, before_ms: int) -> None:
    """Remove dead deliveries, and those that wait in a stopped web-hook, which misses them."""
    is_old = HookDeliveryRow.first_ms < before_ms, HookDeliveryRow.tried_ms < before_ms
    await db.execute(delete(HookDeliveryRow).where(*is_old, HookDeliveryRow.state == DeliveryState.DEAD))
    stopped = select(HookRow.id).where(HookRow.state != HookState.ACTIVE)
    missed = (*is_old, HookDeliveryRow.hook.in_(stopped))
    counts = await db.execute(select(HookDeliveryRow.hook, func.count()).where(*missed).group_by(HookDeliveryRow.hook))
    for hook, events in counts.all():
        _ = await audit.note(db, SENDER, "hook.missed", hook, {"events": events})
    await db.execute(delete(HookDeliveryRow).where(*missed))
