"""Reads the outbox: a page of events after a cursor, within a scope, in the order of commits."""

from collections.abc import Collection
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.event_errors import CursorGone
from protocol.scopes import Scope
from records.scopes import events_within
from records.tables.outbox import OutboxHeadRow, OutboxRow

NEWEST: Final = -1
"""As a cursor: after everything that is there now."""


class FeedPage(msgspec.Struct, frozen=True):
    """Events in order, and the cursor after them, which also passes events beyond the scope."""

    rows: tuple[OutboxRow, ...]
    cursor: int


async def read(db: AsyncSession, after: int | None, scope: Scope, limit: int, kinds: Collection[str] = ()) -> FeedPage:
    """Return up to `limit` events after a cursor (None: the oldest that is kept), of `kinds` or of all.

    Raises:
        CursorGone: events after it were removed, or it is none that was given here.
    """
    last = await db.scalar(select(OutboxHeadRow.seq)) or 0
    if after == NEWEST:
        return FeedPage((), last)
    if after is None:
        after = await _gone(db)
    wanted = select(OutboxRow).where(OutboxRow.seq > after, OutboxRow.seq <= last, events_within(scope))
    if kinds:
        wanted = wanted.where(OutboxRow.kind.in_(kinds))
    rows = tuple(await db.scalars(wanted.order_by(OutboxRow.seq).limit(limit)))
    gone = await _gone(db)  # asked last: what was removed while we read is not passed over in silence
    if not gone <= after <= last:
        raise CursorGone(begin=str(gone))
    return FeedPage(rows, rows[-1].seq if len(rows) == limit else last)


async def _gone(db: AsyncSession) -> int:
    return await db.scalar(select(OutboxHeadRow.gone_seq)) or 0
