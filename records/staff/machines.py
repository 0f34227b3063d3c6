"""Machines: programs of other systems, made by administrators of accounts, given operations by those who grant roles.

A machine can do nothing until it is granted operations: its maker and its granter are two people, as with accounts.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol import typed
from protocol.errors import BadInput, NotAllowed
from protocol.rights import ADMINISTRATORS, RIGHTS, Right
from protocol.scopes import EVERYWHERE, Scope
from records import audit, scopes
from records.audit import Who
from records.audit.notes import named
from records.database import Database
from records.staff import machine_keys
from records.staff.accounts import OPERATOR
from records.staff.machine_keys import existing
from records.tables.machines import MachineRow
from records.tables.seats import AccountRow
from runtime.clock import Clock, SystemClock

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,46}[a-z0-9]", re.ASCII)
REALM_ONLY: Final = frozenset().union(*(RIGHTS[role] for role in ADMINISTRATORS)) - {Right.OWN_LOGIN}
"""Rights that are the realm's: an operation that needs one is for machines of the whole realm alone."""
Operations = Mapping[str, Right | None]
"""The operations that machines may be granted, each with the right that staff need for it; None: open to anybody."""


class Machine(msgspec.Struct, frozen=True):
    """A machine as the list of machines shows it; `is_owned`: the account that answers for it is open."""

    name: str
    purpose: str
    owner: str
    scope: Scope
    operations: tuple[str, ...]
    active: bool
    is_owned: bool


async def make(
    database: Database,
    name: str,
    *,
    purpose: str,
    owner: str,
    by: str | Who = OPERATOR,
    days: int = machine_keys.DAYS,
    clock: Clock | None = None,
) -> str:
    """Make a machine that may do nothing yet, and return the text of its first key, which lives for `days` days.

    Raises:
        BadInput: the name is taken or not in its form, the purpose is empty, no open account is the owner, or days are
            out of range.
    """
    if not NAME.fullmatch(name):
        raise BadInput(field="name", why="machine_name")
    if not typed.is_seen(purpose):
        raise BadInput(field="purpose", why="missing")
    clock = clock or SystemClock()
    async with database.begin() as db:
        if await db.get(MachineRow, name) is not None:
            raise BadInput(field="machine", why="taken")
        account = await db.get(AccountRow, typed.account(owner))
        if account is None or not account.active:
            raise BadInput(field="owner", why="unknown")
        row = MachineRow(
            name=name,
            purpose=typed.plain(purpose),
            owner=account.name,
            scope_kind=EVERYWHERE.kind,
            scope_id=EVERYWHERE.id,
            operations=(),
            active=True,
            created_ms=clock.now_ms(),
            changed_ms=clock.now_ms(),
        )
        db.add(row)
        _ = await audit.note(db, by, "machine.made", name, {"owner": row.owner, "scope": str(row.scope)}, clock=clock)
        return await machine_keys.enter(db, row, by, days, clock)


async def listed(database: Database) -> list[Machine]:
    """Return all machines by name, closed ones too."""
    async with database.read() as db:
        rows = (await db.scalars(select(MachineRow).order_by(MachineRow.name))).all()
        owners = {row.owner for row in rows}
        wanted = select(AccountRow.name).where(AccountRow.name.in_(owners), AccountRow.active)
        owned = set(await db.scalars(wanted))
        return [_shown(row, is_owned=row.owner in owned) for row in rows]


def _shown(row: MachineRow, *, is_owned: bool) -> Machine:
    return Machine(row.name, row.purpose, row.owner, row.scope, row.operations, row.active, is_owned)


async def allow(
    database: Database,
    name: str,
    operations: Collection[str],
    known: Operations,
    *,
    by: str | Who = OPERATOR,
    clock: Clock | None = None,
) -> None:
    """Let a machine do these operations and no others; none at all is allowed.

    Raises:
        NotFound: there is no such machine.
        NotAllowed: nobody grants to a machine of the own.
        BadInput: an operation is not for machines, all of them together are more than one role may do, or one of them
            is the realm's and the machine's scope is narrower.
    """
    clock = clock or SystemClock()
    asked = tuple(sorted(set(operations)))
    for one in asked:
        if one not in known:
            raise BadInput(field="operation", why="not_for_machines", operation=one[:64])
    async with database.begin() as db:
        row = await _of_another(db, name, by)
        _check(asked, known, row.scope)
        before, row.operations, row.changed_ms = row.operations, asked, clock.now_ms()
        facts = {"from": " ".join(before), "to": " ".join(asked)}
        _ = await audit.note(db, by, "machine.allowed", row.name, facts, clock=clock)


async def set_scope(
    database: Database,
    name: str,
    scope: Scope,
    known: Operations,
    *,
    by: str | Who = OPERATOR,
    clock: Clock | None = None,
) -> None:
    """Set how far a machine's operations reach.

    Raises:
        NotFound: there is no such machine.
        NotAllowed: nobody changes a machine of the own.
        BadInput: the catalogue has no such place, or an operation of the machine needs the whole realm.
    """
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await _of_another(db, name, by)
        _check(row.operations, known, scope)
        await scopes.check_place(db, scope)
        before, row.scope_kind, row.scope_id, row.changed_ms = row.scope, scope.kind, scope.id, clock.now_ms()
        facts = {"from": str(before), "to": str(scope)}
        _ = await audit.note(db, by, "machine.scoped", row.name, facts, clock=clock)


async def close(database: Database, name: str, *, by: str | Who = OPERATOR, clock: Clock | None = None) -> None:
    """Close a machine and end all its keys, at once on every node.

    Raises:
        NotFound: there is no such machine.
    """
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await existing(db, name)
        row.active, row.changed_ms = False, clock.now_ms()
        ended = await machine_keys.end_all(db, row.name, row.changed_ms)
        _ = await audit.note(db, by, "machine.closed", row.name, {"keys_ended": ended}, clock=clock)


async def reopen(
    database: Database,
    name: str,
    *,
    by: str | Who = OPERATOR,
    days: int = machine_keys.DAYS,
    clock: Clock | None = None,
) -> str:
    """Open a closed machine with its operations, and return the text of a new key: those of before stay ended.

    Raises:
        NotFound: there is no such machine.
        BadInput: it is open, or days are out of range.
    """
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await existing(db, name)
        if row.active:
            raise BadInput(field="machine", why="open")
        row.active, row.changed_ms = True, clock.now_ms()
        _ = await audit.note(db, by, "machine.opened", row.name, clock=clock)
        return await machine_keys.enter(db, row, by, days, clock)


def _check(operations: Collection[str], known: Operations, scope: Scope) -> None:
    """Refuse operations that no single role may do together, and the realm's to a narrower scope.

    Raises:
        BadInput: `why` is `separate` or `realm_only`.
    """
    rights = {right for one in operations if (right := known.get(one)) is not None}
    if rights and not any(rights <= held for held in RIGHTS.values()):
        raise BadInput(field="operation", why="separate")
    if scope != EVERYWHERE and rights & REALM_ONLY:
        raise BadInput(field="scope", why="realm_only")


async def _of_another(db: AsyncSession, name: str, by: str | Who) -> MachineRow:
    row = await existing(db, name)
    if named(by).account == row.owner:
        raise NotAllowed(why="own_machine")
    return row
