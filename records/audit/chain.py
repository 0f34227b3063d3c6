"""The chain of the trail: each entry carries the keyed hash of the one before, and the head is signed."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records.audit.notes import keys_of, note, said
from records.signing import UNKEYED, AuditKeys
from records.tables.journal import AuditHeadRow, AuditInboxRow, AuditRow

GENESIS: Final = "0" * 64
HEAD: Final = 1
PAGE: Final = 1000
FORGED: Final = "entry.forged"
"""The act under which an entry is sealed whose signature is wrong: somebody wrote it past the program."""


class AuditResult(msgspec.Struct, frozen=True):
    """Result of a check of the chain: whole, or the entry at which it breaks and why. `head` is its last hash."""

    entries: int
    head: str = GENESIS
    broken_at: int = 0
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """True if no entry was changed, removed or inserted."""
        return not self.broken_at

    def __str__(self) -> str:
        """Return one line."""
        if self.is_whole:
            return f"audit chain: whole, {self.entries} entries, head {self.head[:16]}"
        return f"audit chain: broken at entry {self.broken_at} ({self.why}), {self.entries} entries before it are good"


def hash_of(row: AuditRow, keys: AuditKeys) -> str:
    """Return the hash that an entry should have; of one from before there were keys, the plain one."""
    if row.key == UNKEYED:
        old = (row.seq, row.at_ms, row.actor, row.action, row.subject, row.facts, row.previous)
        return hashlib.sha256(msgspec.json.encode(old)).hexdigest()
    return keys.sign("audit", row.seq, row.id, *said(row), row.previous, key=row.key)


async def seal(db: AsyncSession) -> int:
    """Chain the entries of the inbox in the caller's transaction and return their number; sealers take turns.

    An entry whose own signature is wrong is chained too, as the act `entry.forged`: nothing that somebody wrote past
    the program counts as what the program saw, and nothing disappears.
    """
    keys, head = keys_of(db), await _turn(db)
    waiting = await _waiting(db)
    # A node that still has the key before does not take the head back for nothing while the others have a new one.
    turns = head.key != keys.current and (bool(waiting) or not head.seq or keys.knows(head.key))
    if turns and head.seq:
        _ = await note(db, "sealing", "keys.changed", "audit", {"from": head.key, "to": keys.current})
        waiting = await _waiting(db)
    for inbox in waiting:
        row = _entry(inbox, head.seq + 1, keys)
        row.previous, row.key = head.hash, keys.current
        row.hash = hash_of(row, keys)
        db.add(row)
        head.seq, head.hash = row.seq, row.hash
    if waiting or turns:
        head.key = keys.current
        head.mac = keys.sign("head", head.seq, head.hash)
    await db.flush()
    if waiting:
        await db.execute(delete(AuditInboxRow).where(AuditInboxRow.id.in_([row.id for row in waiting])))
    return len(waiting)


async def _waiting(db: AsyncSession) -> Sequence[AuditInboxRow]:
    return (await db.scalars(select(AuditInboxRow).order_by(AuditInboxRow.id).limit(PAGE))).all()


def _entry(inbox: AuditInboxRow, seq: int, keys: AuditKeys) -> AuditRow:
    good = keys.is_right(inbox.hash, inbox.key, "inbox", inbox.id, *said(inbox))
    return AuditRow(
        seq=seq,
        id=inbox.id,
        at_ms=inbox.at_ms,
        actor=inbox.actor,
        action=inbox.action if good else FORGED,
        subject=inbox.subject,
        facts=inbox.facts,
        seat=inbox.seat,
        person=inbox.person,
        result=inbox.result if good else inbox.action[:32],
        origin=inbox.origin,
        request=inbox.request,
    )


async def _turn(db: AsyncSession) -> AuditHeadRow:
    """Return the end of the chain, locked; the first sealer makes it."""
    wanted = select(AuditHeadRow).where(AuditHeadRow.id == HEAD).with_for_update()
    fresh = wanted.execution_options(populate_existing=True)
    head = (await db.scalars(fresh)).one_or_none()
    if head is None:
        try:
            async with db.begin_nested():
                db.add(AuditHeadRow(id=HEAD, seq=0, hash=GENESIS, key="", mac=""))
        except IntegrityError:
            pass  # another sealer was faster
        head = (await db.scalars(fresh)).one()
    return head


async def head(db: AsyncSession) -> tuple[int, str]:
    """Return the number and the hash of the last sealed entry."""
    row = await db.get(AuditHeadRow, HEAD, populate_existing=True)
    return (row.seq, row.hash) if row is not None else (0, GENESIS)


async def verify(db: AsyncSession, anchored: Mapping[int, str] | None = None) -> AuditResult:
    """Check the chain from its first entry to its head, and against hashes that were anchored elsewhere by number."""
    keys, anchors = keys_of(db), dict(anchored or {})
    seq, previous, keyed = 0, GENESIS, False
    while True:
        page = await db.scalars(select(AuditRow).where(AuditRow.seq > seq).order_by(AuditRow.seq).limit(PAGE))
        rows = page.all()
        if not rows:
            break
        for row in rows:
            why = _fault(row, seq + 1, previous, keys, keyed=keyed)
            why = why or ("anchor_differs" if anchors.pop(row.seq, row.hash) != row.hash else "")
            if why:
                return AuditResult(seq, previous, seq + 1, why)
            seq, previous, keyed = row.seq, row.hash, keyed or row.key != UNKEYED
        db.expunge_all()
    if any(number > seq for number in anchors):
        return AuditResult(seq, previous, seq + 1, "end_missing")
    return AuditResult(seq, previous, 0 if await _is_headed(db, keys, seq, previous) else seq + 1, "end_missing")


async def _is_headed(db: AsyncSession, keys: AuditKeys, seq: int, previous: str) -> bool:
    """Tell whether the signed head is that of the last entry; an empty trail has none."""
    row = await db.get(AuditHeadRow, HEAD, populate_existing=True)
    if row is None:
        return seq == 0
    signed = keys.is_right(row.mac, row.key, "head", row.seq, row.hash)
    return (row.seq, row.hash) == (seq, previous) and (signed or not seq)


def _fault(row: AuditRow, seq: int, previous: str, keys: AuditKeys, *, keyed: bool) -> str:
    if row.seq != seq:
        return "entry_missing"
    if row.previous != previous:
        return "link_changed"
    if row.key == UNKEYED:
        if keyed:
            return "entry_unkeyed"
    elif not keys.knows(row.key):
        return "key_unknown"
    return "" if row.hash == hash_of(row, keys) else "entry_changed"
