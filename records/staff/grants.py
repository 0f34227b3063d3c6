"""Grants and revokes roles: by a security administrator, never to oneself, each on the audit trail."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadInput, NotAllowed, NotFound, Param
from protocol.rights import RIGHTS, Right, Role
from protocol.scopes import Scope, check_role
from records import audit, scopes
from records.audit import Who
from records.audit.notes import named
from records.database import Database
from records.staff.accounts import OPERATOR
from records.staff.logins import forget_all
from records.tables.seats import AccountRow, SeatRow
from runtime.clock import Clock, SystemClock


class Holder(msgspec.Struct, frozen=True):
    """An account as the list of accounts shows it."""

    name: str
    display_name: str
    role: Role
    seat: str
    active: bool
    must_change: bool
    has_factor: bool
    scope: Scope


async def holders(database: Database) -> list[Holder]:
    """Return all accounts by name, closed ones too."""
    async with database.read() as db:
        return [
            Holder(
                row.name,
                row.display_name,
                row.role,
                row.seat or "",
                row.active,
                row.must_change,
                bool(row.factor_ms),
                row.scope,
            )
            for row in await db.scalars(select(AccountRow).order_by(AccountRow.name))
        ]


async def is_held(database: Database, right: Right) -> bool:
    """Return whether an open account has a right: from then on acts that need it name who acts."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    async with database.read() as db:
        wanted = select(AccountRow.name).where(AccountRow.active, AccountRow.role.in_(roles)).limit(1)
        return (await db.scalars(wanted)).first() is not None


async def grant(
    database: Database, name: str, role: Role, *, by: str | Who = OPERATOR, seat: str = "", clock: Clock | None = None
) -> list[str]:
    """Give an account that has no role one; return the keys of its logins, which end.

    `by` is who grants, or the operator.

    Raises:
        NotFound: no such account.
        NotAllowed: one cannot grant to oneself.
        BadInput: the account has a role already, an agent would have no seat, or an administrator a narrow scope.
    """
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await _of_another(db, name, by)
        if row.role is not Role.NONE:
            raise BadInput(field="role", why="has_one", role=row.role.value)
        if role is Role.NONE:
            raise BadInput(field="role", why="missing")
        check_role(role, row.scope)
        own = seat or row.seat
        if role is Role.AGENT and not own:
            raise BadInput(field="seat", why="missing")
        if own and await db.get(SeatRow, own) is None:
            raise BadInput(field="seat", why="unknown")
        row.seat = own
        return await _moved(db, row, role, by, "role.granted", clock)


async def revoke(database: Database, name: str, *, by: str | Who = OPERATOR, clock: Clock | None = None) -> list[str]:
    """Take an account's role away; return the keys of its logins, which end.

    Raises:
        NotFound: no such account.
        NotAllowed: one cannot revoke the own.
        BadInput: the account has none.
    """
    async with database.begin() as db:
        row = await _of_another(db, name, by)
        if row.role is Role.NONE:
            raise BadInput(field="role", why="missing")
        return await _moved(db, row, Role.NONE, by, "role.revoked", clock or SystemClock())


async def set_scope(
    database: Database, name: str, scope: Scope, *, by: str | Who = OPERATOR, clock: Clock | None = None
) -> list[str]:
    """Set how far an account's rights reach; return the keys of its logins, which end.

    Raises:
        NotFound: no such account.
        NotAllowed: one cannot change the own scope.
        BadInput: the catalogue has no such place, or the role needs the whole realm.
    """
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await _of_another(db, name, by)
        check_role(row.role, scope)
        await scopes.check_place(db, scope)
        before, row.scope_kind, row.scope_id, row.changed_ms = row.scope, scope.kind, scope.id, clock.now_ms()
        ended = await forget_all(db, row.name)
        facts: dict[str, Param] = {"from": str(before), "to": str(scope), "logins_ended": len(ended)}
        _ = await audit.note(db, by, "account.scoped", row.name, facts, clock=clock)
        return ended


async def _of_another(db: AsyncSession, name: str, by: str | Who) -> AccountRow:
    row = await db.get(AccountRow, name.strip().lower(), with_for_update=True)
    if row is None:
        raise NotFound(what="account", id=name[:64])
    if named(by).account == row.name:
        raise NotAllowed(why="own_role")
    return row


async def _moved(db: AsyncSession, row: AccountRow, role: Role, by: str | Who, action: str, clock: Clock) -> list[str]:
    """Set the role, end the account's logins, note both."""
    before, row.role, row.changed_ms = row.role, role, clock.now_ms()
    ended = await forget_all(db, row.name)
    facts = {"from": before.value, "to": role.value, "seat": row.seat or "", "logins_ended": len(ended)}
    _ = await audit.note(db, by, action, row.name, facts, clock=clock)
    return ended
