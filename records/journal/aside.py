"""Entries of the journal that could not be applied: listed, and tried again once the program understands them."""

import hashlib
from collections.abc import Collection
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import NotFound
from records.database import Database
from records.journal.apply import FIELDS_MAX, apply, raw, text_of
from records.tables.journal import JournalPositionRow, SetAsideRow

LISTED_MAX: Final = 10_000
ID_MAX: Final = 40


class Aside(msgspec.Struct, frozen=True):
    """An entry that was kept aside, whole."""

    id: str
    why: str
    detail: str
    kept_ms: int
    fields: dict[str, str]

    @property
    def kind(self) -> str:
        """Kind that the entry names."""
        return self.fields.get("type", "")


async def listed(database: Database) -> list[Aside]:
    """Return all that is kept aside, oldest first.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    async with database.read() as db:
        rows = await db.scalars(select(SetAsideRow).order_by(SetAsideRow.kept_ms, SetAsideRow.id).limit(LISTED_MAX))
        return [Aside(row.id, row.why, row.detail, row.kept_ms, dict(row.fields)) for row in rows]


async def keep(database: Database, kind: str, given: bytes, now_ms: int) -> None:
    """Keep bytes aside that were meant for the ledger by another way than the journal; twice is once.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    letter = f"{kind}-{hashlib.sha256(given).hexdigest()}"[:ID_MAX]
    fields = {"type": kind, "body": text_of(given[:FIELDS_MAX])}
    async with database.begin() as db:
        if await db.get(SetAsideRow, letter) is None:
            db.add(SetAsideRow(id=letter, why="malformed", detail="", fields=fields, kept_ms=now_ms))


async def retry(database: Database, realm: str, ids: Collection[str]) -> list[str]:
    """Try entries again, oldest first; return those that are kept aside once more.

    What an entry makes of the ledger is the same as if it had been understood at once, but for what later entries have
    changed since.

    Raises:
        NotFound: nothing with one of these ids is kept aside; none was tried.
        LedgerUnavailable: the database does not answer; nothing was changed.
    """
    found = {one.id: one for one in await listed(database) if one.id in ids}
    if missing := sorted(set(ids) - set(found)):
        raise NotFound(what="entry", id=missing[0][:64])
    again = []
    for one in found.values():
        async with database.begin() as db:
            if not await _applied(db, realm, one):
                again.append(one.id)
    return again


async def _applied(db: AsyncSession, realm: str, one: Aside) -> bool:
    """Apply one entry in the recorders' turn: none of them writes meanwhile."""
    if not one.id[:1].isdigit():  # no entry of the journal
        return False
    wanted = select(JournalPositionRow).where(JournalPositionRow.realm == realm).with_for_update()
    position = (await db.scalars(wanted)).one()
    row = await db.get(SetAsideRow, one.id)
    if row is None:  # somebody else was faster
        return True
    await db.delete(row)
    await db.flush()
    last, position.set_aside = position.last_id, position.set_aside - 1
    fields = {raw(name): raw(text) for name, text in one.fields.items()}
    await apply(db, position, [(one.id, fields)])
    position.last_id = last
    await db.flush()
    return await db.get(SetAsideRow, one.id) is None
