"""Who looked at what, and did what: a chain of entries in which each carries the hash of the one before."""

import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import Param
from records.tables.journal import AuditHeadRow, AuditRow
from runtime.clock import Clock, SystemClock

GENESIS: Final = "0" * 64
HEAD: Final = 1
PAGE: Final = 1000


class AuditEntry(msgspec.Struct, frozen=True):
    """An entry of the trail."""

    seq: int
    at_ms: int
    actor: str
    action: str
    subject: str
    facts: dict[str, Param]


class AuditResult(msgspec.Struct, frozen=True):
    """Whether the chain is whole; if not, at which entry it breaks and why. `head` is its last hash."""

    entries: int
    head: str = GENESIS
    broken_at: int = 0
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed or slipped in."""
        return not self.broken_at

    def __str__(self) -> str:
        """Return one line."""
        if self.is_whole:
            return f"audit chain: whole, {self.entries} entries, head {self.head[:16]}"
        return f"audit chain: broken at entry {self.broken_at} ({self.why}), {self.entries} entries before it are good"


def _hash(row: AuditRow) -> str:
    parts = (row.seq, row.at_ms, row.actor, row.action, row.subject, row.facts, row.previous)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


async def note(
    db: AsyncSession,
    actor: str,
    action: str,
    subject: str,
    facts: Mapping[str, Param] | None = None,
    *,
    clock: Clock | None = None,
) -> int:
    """Add an entry in the caller's transaction and return its number; writers take turns until they commit.

    `action` is `what.verb` (`document.viewed`); `facts` are short and never personal data.
    """
    head = await _turn(db)
    row = AuditRow(
        seq=head.seq + 1,
        at_ms=(clock or SystemClock()).now_ms(),
        actor=actor[:64],
        action=action[:64],
        subject=subject[:100],
        facts=msgspec.json.encode(dict(sorted((facts or {}).items()))).decode(),
        previous=head.hash,
    )
    row.hash = _hash(row)
    db.add(row)
    head.seq, head.hash = row.seq, row.hash
    await db.flush()
    return row.seq


async def _turn(db: AsyncSession) -> AuditHeadRow:
    """Return the end of the chain, locked; the first writer makes it."""
    wanted = select(AuditHeadRow).where(AuditHeadRow.id == HEAD).with_for_update()
    fresh = wanted.execution_options(populate_existing=True)
    head = (await db.scalars(fresh)).one_or_none()
    if head is None:
        try:
            async with db.begin_nested():
                db.add(AuditHeadRow(id=HEAD, seq=0, hash=GENESIS))
        except IntegrityError:
            pass  # another writer was faster
        head = (await db.scalars(fresh)).one()
    return head


async def verify(db: AsyncSession) -> AuditResult:
    """Check the chain from its first entry to its head."""
    seq, previous = 0, GENESIS
    while True:
        page = await db.scalars(select(AuditRow).where(AuditRow.seq > seq).order_by(AuditRow.seq).limit(PAGE))
        rows = page.all()
        if not rows:
            break
        for row in rows:
            why = _fault(row, seq + 1, previous)
            if why:
                return AuditResult(seq, previous, seq + 1, why)
            seq, previous = row.seq, row.hash
        db.expunge_all()
    head = await db.get(AuditHeadRow, HEAD, populate_existing=True)
    if (head.seq, head.hash) != (seq, previous) if head is not None else seq:
        return AuditResult(seq, previous, seq + 1, "end_missing")
    return AuditResult(seq, previous)


def _fault(row: AuditRow, seq: int, previous: str) -> str:
    if row.seq != seq:
        return "entry_missing"
    if row.previous != previous:
        return "link_changed"
    return "" if row.hash == _hash(row) else "entry_changed"


async def trail(db: AsyncSession, *, subject: str = "", actor: str = "", limit: int = 200) -> list[AuditEntry]:
    """Return the newest entries about a subject or by an actor."""
    wanted = select(AuditRow).order_by(AuditRow.seq.desc()).limit(limit)
    if subject:
        wanted = wanted.where(AuditRow.subject == subject)
    if actor:
        wanted = wanted.where(AuditRow.actor == actor)
    return [
        AuditEntry(
            row.seq,
            row.at_ms,
            row.actor,
            row.action,
            row.subject,
            msgspec.json.decode(row.facts, type=dict[str, Param]),
        )
        for row in await db.scalars(wanted)
    ]
