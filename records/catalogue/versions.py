"""Numbers the changes of the catalogue, so that running nodes see that theirs is old."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import Database
from records.tables.settings import CatalogueVersionRow


async def add(db: AsyncSession, now_ms: int, by: str, what: Mapping[str, object]) -> int:
    """Write down a change in the transaction that makes it; return its version (milliseconds, always rising)."""
    last = await db.scalar(select(func.max(CatalogueVersionRow.changed_ms)))
    version = max(now_ms, (last or 0) + 1)
    text = msgspec.json.encode(what).decode()
    await db.execute(insert(CatalogueVersionRow), {"changed_ms": version, "by": by, "what": text})
    return version


async def newest(database: Database) -> int:
    """Return the version of the catalogue in the ledger; 0 before any was written down.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    async with database.read() as db:
        return await db.scalar(select(func.max(CatalogueVersionRow.changed_ms))) or 0
