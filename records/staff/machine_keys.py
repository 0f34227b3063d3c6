"""Keys of machines: made and shown once, kept as hashes, rotated with an overlap, ended at once."""

from typing import Final

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadInput, NotFound, Param
from protocol.identity_errors import BadKey
from protocol.scopes import Scope
from records import audit
from records.audit import Who
from records.audit.notes import named
from records.database import Database
from records.staff.accounts import OPERATOR
from records.tables.machines import MachineKeyRow, MachineRow
from runtime import api_keys
from runtime.clock import Clock, SystemClock

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
DAYS: Final = 365
DAYS_MAX: Final = 730
OVERLAP_H: Final = 24
OVERLAP_MAX_H: Final = 30 * 24
KEYS_MAX: Final = 2
"""Keys of one machine that open at the same time: the older one and the one that takes its place."""
HASH_DIGITS: Final = 16
"""Digits of a key's hash on the trail."""


class KeyState(msgspec.Struct, frozen=True):
    """A key as its machine's list shows it; times are ms since the epoch, 0 where it never was."""

    id: str
    created_ms: int
    created_by: str
    expires_ms: int
    ended_ms: int
    used_ms: int

    def is_live(self, now_ms: int) -> bool:
        """Return whether it opens anything now, as long as its machine is open."""
        return not self.ended_ms and now_ms < self.expires_ms


class KnownKey(msgspec.Struct, frozen=True):
    """A key with its machine, as a request needs them: `why` says why it opens nothing, empty where it does."""

    id: str
    hash: str
    machine: str
    scope: Scope
    operations: frozenset[str]
    used_ms: int
    why: str


async def find(database: Database, key: str, now_ms: int) -> KnownKey | None:
    """Find a key by its public id; None where there is no such key in this realm.

    Raises:
        LedgerUnavailable: the ledger does not answer.
    """
    wanted = (
        select(MachineKeyRow, MachineRow)
        .join(MachineRow, MachineRow.name == MachineKeyRow.machine)
        .where(MachineKeyRow.id == key)
    )
    async with database.read() as db:
        found = (await db.execute(wanted)).one_or_none()
    if found is None:
        return None
    row, machine = found
    why = "" if machine.active else "closed"
    if not why and not _state(row).is_live(now_ms):
        why = "ended" if row.ended_ms else "expired"
    return KnownKey(row.id, row.hash, machine.name, machine.scope, frozenset(machine.operations), row.used_ms, why)


async def note_used(database: Database, key: KnownKey, now_ms: int) -> None:
    """Keep the hour of a key's use; nothing is written again within the hour."""
    hour_ms = now_ms - now_ms % HOUR_MS
    if key.used_ms >= hour_ms:
        return
    async with database.begin() as db:
        earlier = update(MachineKeyRow).where(MachineKeyRow.id == key.id, MachineKeyRow.used_ms < hour_ms)
        await db.execute(earlier.values(used_ms=hour_ms))


async def note_refused(database: Database, key: KnownKey, why: str, *, clock: Clock | None = None) -> None:
    """Put on the audit trail that a key of this machine was shown that opens nothing; `why` says which way."""
    facts: dict[str, Param] = {"key": key.id, "why": why}
    async with database.begin() as db:
        _ = await audit.note(
            db, "unknown machine", "machine.refused", key.machine, facts, result=BadKey.code, clock=clock
        )


async def keys_of(database: Database, machine: str) -> list[KeyState]:
    """Return all keys of a machine, the newest first.

    Raises:
        NotFound: there is no such machine.
    """
    async with database.read() as db:
        if await db.get(MachineRow, machine) is None:
            raise NotFound(what="machine", id=machine[:64])
        return [_state(row) for row in await _rows(db, machine)]


async def rotate(
    database: Database,
    machine: str,
    *,
    by: str | Who = OPERATOR,
    overlap_h: int = OVERLAP_H,
    days: int = DAYS,
    clock: Clock | None = None,
) -> str:
    """Make a further key of a machine and return its text; the keys of before open for `overlap_h` hours more.

    Raises:
        NotFound: there is no such machine.
        BadInput: the machine is closed, has two keys already, or hours or days are out of range.
    """
    if not 0 <= overlap_h <= OVERLAP_MAX_H:
        raise BadInput(field="overlap", why="out_of_range", most=OVERLAP_MAX_H)
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await existing(db, machine)
        if not row.active:
            raise BadInput(field="machine", why="closed")
        return await enter(db, row, by, days, clock, overlap_h)


async def enter(
    db: AsyncSession, machine: MachineRow, by: str | Who, days: int, clock: Clock, overlap_h: int = 0
) -> str:
    """Make a key in the caller's transaction and return its text; the live keys of before get an earlier end.

    Raises:
        BadInput: the machine has two keys already that overlap, or days are out of range.
    """
    if not 1 <= days <= DAYS_MAX:
        raise BadInput(field="days", why="out_of_range", most=DAYS_MAX)
    now_ms, text = clock.now_ms(), api_keys.new_key()
    older = [row for row in await _rows(db, machine.name) if _state(row).is_live(now_ms)]
    if overlap_h and len(older) >= KEYS_MAX:
        raise BadInput(field="keys", why="two_keys")
    end_ms = now_ms + overlap_h * HOUR_MS
    for row in older:
        row.expires_ms = min(row.expires_ms, end_ms)
    made = MachineKeyRow(
        id=api_keys.id_of(text),
        machine=machine.name,
        hash=api_keys.digest(text),
        created_ms=now_ms,
        created_by=named(by).actor[:64],
        expires_ms=now_ms + days * DAY_MS,
    )
    db.add(made)
    facts: dict[str, Param] = {
        "key": made.id, "hash": made.hash[:HASH_DIGITS], "expires_ms": made.expires_ms, "older_until_ms": end_ms,
    }  # fmt: skip
    _ = await audit.note(db, by, "machine.key_made", machine.name, facts, clock=clock)
    return text


async def end(
    database: Database, machine: str, key: str, *, by: str | Who = OPERATOR, clock: Clock | None = None
) -> None:
    """End one key of a machine: it opens nothing from now on, on no node, nor does a token made with it.

    Raises:
        NotFound: there is no such machine, or it has no such key.
        BadInput: the key has ended before.
    """
    clock = clock or SystemClock()
    async with database.begin() as db:
        owner = await existing(db, machine)
        row = await db.get(MachineKeyRow, key, with_for_update=True)
        if row is None or row.machine != owner.name:
            raise NotFound(what="key", id=key[:64])
        if row.ended_ms:
            raise BadInput(field="key", why="ended")
        row.ended_ms = clock.now_ms()
        _ = await audit.note(db, by, "machine.key_ended", owner.name, {"key": row.id}, clock=clock)


async def end_all(db: AsyncSession, machine: str, now_ms: int) -> int:
    """End all keys of a machine in the caller's transaction; return how many opened something until now."""
    live = [row for row in await _rows(db, machine) if not row.ended_ms]
    for row in live:
        row.ended_ms = now_ms
    return len(live)


async def existing(db: AsyncSession, machine: str) -> MachineRow:
    """Return a machine, locked, so that changes of it and of its keys take turns.

    Raises:
        NotFound: there is no such machine.
    """
    row = await db.get(MachineRow, machine, with_for_update=True)
    if row is None:
        raise NotFound(what="machine", id=machine[:64])
    return row


async def _rows(db: AsyncSession, machine: str) -> list[MachineKeyRow]:
    newest = select(MachineKeyRow).where(MachineKeyRow.machine == machine)
    return list(await db.scalars(newest.order_by(MachineKeyRow.created_ms.desc(), MachineKeyRow.id)))


def _state(row: MachineKeyRow) -> KeyState:
    return KeyState(row.id, row.created_ms, row.created_by, row.expires_ms, row.ended_ms, row.used_ms)
