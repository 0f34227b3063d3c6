"""Reads the trail's entries about accounts, booths and machines, once the trail itself is proved."""

from collections.abc import AsyncIterator, Collection
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables.journal import AuditRow

PAGE: Final = 1000
Facts = dict[str, Any]


async def entries(db: AsyncSession, actions: Collection[str]) -> AsyncIterator[tuple[str, str, Facts]]:
    """Yield action, subject and facts of each entry with one of the `actions`, in the order of the trail."""
    after = 0
    wanted = select(AuditRow.seq, AuditRow.action, AuditRow.subject, AuditRow.facts).where(AuditRow.action.in_(actions))
    while rows := (await db.execute(wanted.where(AuditRow.seq > after).order_by(AuditRow.seq).limit(PAGE))).all():
        for seq, action, subject, facts in rows:
            yield action, subject, msgspec.json.decode(facts, type=Facts)
            after = seq
