"""Proves that the stored papers are the recorded ones: each is there, opens, and has the recorded SHA-256."""

import hashlib
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from protocol.errors import DocumentNotFound, StorageUnavailable
from records.database import Database
from records.papers.documents import DocumentStore
from records.proven import Proven
from records.tables.journal import AuditInboxRow, AuditRow
from records.tables.sessions import DocumentRow

PAGE: Final = 200


class PapersResult(Proven, frozen=True):
    """Result of a check of the papers; one that retention wiped is whole."""

    papers: int

    def __str__(self) -> str:
        """Return one line."""
        return self.told("papers", f"whole, {self.papers}")


async def verify(database: Database, store: DocumentStore) -> PapersResult:
    """Read every paper on record; one that retention wiped must be on the (verified) trail as wiped.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    after, count = "", 0
    while rows := await _page(database, after):
        wiped = await _wiped(database, [row.id for row in rows])
        for row in rows:
            if why := await _fault(database, store, row, is_wiped=row.id in wiped):
                return PapersResult(count, broken=row.id, why=why)
            after, count = row.id, count + 1
    return PapersResult(count)


async def _page(database: Database, after: str) -> Sequence[DocumentRow]:
    wanted = select(DocumentRow).where(DocumentRow.id > after).order_by(DocumentRow.id).limit(PAGE)
    async with database.read() as db:
        return (await db.scalars(wanted)).all()


async def _wiped(database: Database, documents: Sequence[str]) -> set[str]:
    """Return which of these papers the trail says to be wiped, also where the entry waits to be sealed."""
    found = set[str]()
    async with database.read() as db:
        for kind in (AuditInboxRow, AuditRow):
            said = kind.action == "document.wiped", kind.actor == "retention", kind.subject.in_(documents)
            found |= set(await db.scalars(select(kind.subject).where(*said)))
    return found


async def _fault(database: Database, store: DocumentStore, row: DocumentRow, *, is_wiped: bool) -> str:
    if is_wiped:
        return ""
    if row.wiped_ms is not None:
        return "wiped_unsaid"
    digest = hashlib.sha256()
    try:
        async for piece in store.read(row.id):
            digest.update(piece)
    except DocumentNotFound:
        return "" if await _is_gone_since(database, row.id) else "missing"
    except StorageUnavailable as problem:
        return str(problem.params.get("why", "unreadable"))
    return "" if digest.hexdigest() == row.sha256 else "differs"


async def _is_gone_since(database: Database, document: str) -> bool:
    """Tell whether retention wiped a paper while the others were read."""
    async with database.read() as db:
        row = await db.get(DocumentRow, document)
        return row is not None and row.wiped_ms is not None
