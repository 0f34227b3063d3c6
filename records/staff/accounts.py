"""Accounts of staff: created by an administrator, proved by an Argon2id-hashed password."""

import contextlib
import logging
from functools import partial
from typing import Final

import msgspec
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol import typed
from protocol.errors import BadCredentials, BadInput, NotFound, Param, QueueUnavailable
from protocol.rights import Role
from protocol.scopes import EVERYWHERE, Scope, check_role
from records import audit, scopes
from records.audit import Who, who_of
from records.database import Database
from records.staff import hashing
from records.staff.badges import check_badge
from records.staff.hashing import HASHER
from records.staff.logins import enter, forget_all
from records.staff.passwords import PASSWORD_MAX
from records.tables.seats import AccountRow, SeatRow
from runtime.clock import Clock, SystemClock
from runtime.login import Login, SignInStep
from runtime.logins import Logins

__all__ = [
    "OPERATOR",
    "Account",
    "Role",
    "accounts",
    "change_password",
    "create_account",
    "set_active",
    "set_password",
    "sign_in",
    "verify",
]

log = logging.getLogger(__name__)

OPERATOR: Final = "operator"
"""The actor of command-line acts before an account has the right, as on the audit trail."""
NAME_MAX: Final = 64


class Account(msgspec.Struct, frozen=True):
    """A member of staff, as a login knows one. `seat` is empty for those who take no tickets."""

    name: str
    role: Role
    seat: str = ""
    display_name: str = ""
    staff_number: str = ""
    department: str = ""
    """By its id in the catalogue."""
    scope: Scope = EVERYWHERE


def _account(row: AccountRow) -> Account:
    return Account(row.name, row.role, row.seat or "", row.display_name, row.staff_number, row.department, row.scope)


async def _hashed(hasher: PasswordHasher, password: str, *names: str) -> str:
    """Judge a new password and return its hash.

    Raises:
        BadInput: it is too short, too easy, or made of the account's names.
    """
    return await hashing.hashed(await hashing.judge(password, names), hasher)


async def create_account(
    database: Database,
    account: Account,
    password: str,
    *,
    by: str | Who = OPERATOR,
    must_change: bool = False,
    clock: Clock | None = None,
    hasher: PasswordHasher = HASHER,
) -> Account:
    """Create an account; its name is kept in lower case. `must_change`: the password is good for one sign-in only.

    Raises:
        BadInput: the name is taken or empty, the password too short, an agent without a seat, no such seat, department
            or scope, or an administrator with less than the realm.
    """
    name = typed.account(account.name)
    if not name or len(name) > NAME_MAX or not account.name.strip().isprintable():
        raise BadInput(field="name", why="format")
    if account.role is Role.AGENT and not account.seat:
        raise BadInput(field="seat", why="missing")
    check_role(account.role, account.scope)
    hashed = await _hashed(hasher, password, name, account.display_name, account.seat)
    now_ms = (clock or SystemClock()).now_ms()
    async with database.begin() as db:
        if await db.get(AccountRow, name) is not None:
            raise BadInput(field="name", why="taken")
        if account.seat and await db.get(SeatRow, account.seat) is None:
            raise BadInput(field="seat", why="unknown")
        await check_badge(db, account.staff_number, account.department)
        await scopes.check_place(db, account.scope)
        row = AccountRow(
            name=name,
            display_name=account.display_name or account.name,
            role=account.role,
            seat=account.seat or None,
            staff_number=account.staff_number.strip(),
            department=account.department,
            scope_kind=account.scope.kind,
            scope_id=account.scope.id,
            password_hash=hashed,
            active=True,
            created_ms=now_ms,
            changed_ms=now_ms,
            must_change=must_change,
        )
        db.add(row)
        facts = {"role": row.role.value, "seat": account.seat, "scope": str(account.scope)}
        _ = await audit.note(db, by, "account.created", name, facts, clock=clock)
        return _account(row)


async def verify(database: Database, name: str, password: str) -> Account:
    """Return the account that this name and password belong to.

    Raises:
        BadCredentials: they do not, or the account is closed; which of these is not told.
    """
    return _account(await _proved(database, name, password))


async def _proved(database: Database, name: str, password: str, *, is_known: bool = False) -> AccountRow:
    async with database.read() as db:
        row = await db.get(AccountRow, typed.account(name)[:NAME_MAX])
    kept = row.password_hash if row is not None else ""
    right = await hashing.matches(kept, password[: PASSWORD_MAX + 1], is_known=is_known)
    if row is None or not right or not row.active:
        raise BadCredentials
    return row


async def is_password(database: Database, name: str, password: str) -> bool:
    """Return whether an open account has this password, as cheaply as its hash was made."""
    async with database.read() as db:
        row = await db.get(AccountRow, name)
    if row is None or not row.active:
        return False
    return await hashing.is_hash_of(row.password_hash, password)


async def sign_in(
    database: Database, logins: Logins, name: str, password: str, *, is_known: bool = False
) -> tuple[str, Login]:
    """Prove a name with its password and begin a login; return the cookie's value with it.

    `is_known` says that the browser signed in to the account before: it waits where strangers are refused as busy.

    Raises:
        BadCredentials: they are wrong, or are so since a moment ago.
        Busy: too many passwords are being checked.
    """
    try:
        row = await _proved(database, name, password, is_known=is_known)
    except BadCredentials:
        await _refuse(database, name)
        raise
    step = _next_step(row, logins, proved=False)
    async with database.begin() as db:
        # A new password ends all logins that have begun; one that was proved by the old one must not begin after that.
        now = await _existing(db, row.name)
        if not now.active or now.password_hash != row.password_hash:
            raise BadCredentials
        if step is not SignInStep.CODE:  # with a second factor it begins by the code: see `next_login`
            _ = await audit.note(db, who_is(row), "login.begun", row.name, _facts(step))
        return await _begin(db, logins, now, step)


def who_is(row: AccountRow) -> Who:
    """Return an account as the trail names its owner."""
    return Who(f"{row.role.value}:{row.name}", row.seat or "", row.display_name)


def _facts(step: SignInStep) -> dict[str, Param]:
    """Return what the entry of a sign-in says of the step that is still missing."""
    return {"step": step.value} if step else {}


async def _refuse(database: Database, name: str) -> None:
    """Note a refused sign-in: under the account's name, or under a key of what was typed, which may be anything."""
    typed_name = typed.account(name)[:NAME_MAX]
    async with database.begin() as db:
        known = await db.get(AccountRow, typed_name) is not None
        subject = typed_name if known else f"unknown:{database.keys.person(typed_name)}"
        _ = await audit.note(db, "anybody", "login.refused", subject, result=BadCredentials.code)


async def go_on(database: Database, logins: Logins, login: Login) -> tuple[str, Login]:
    """Begin a login of what follows on the step that was just done; the one before it ends.

    Raises:
        BadCredentials: the account was closed meanwhile.
    """
    async with database.begin() as db:
        begun = await next_login(db, logins, login)
    await end_step(logins, login)
    return begun


async def next_login(db: AsyncSession, logins: Logins, login: Login) -> tuple[str, Login]:
    """Begin, in the caller's transaction, a login of what follows on the step of `login` that was just done.

    Where Redis or the ledger fails, neither the new login nor the caller's part is done.

    Raises:
        BadCredentials: the account was closed meanwhile.
        QueueUnavailable: Redis does not answer.
    """
    row = await db.get(AccountRow, login.account)
    if row is None or not row.active:
        raise BadCredentials
    step = _next_step(row, logins, proved=True)
    if login.step is SignInStep.CODE:
        _ = await audit.note(db, who_is(row), "login.begun", row.name, {"code": True, **_facts(step)})
    return await _begin(db, logins, row, step)


async def end_step(logins: Logins, login: Login) -> None:
    """End a login whose step is done. While Redis is away it ends by its time: a missing step lets nobody in."""
    with contextlib.suppress(QueueUnavailable):
        await logins.end(login)


async def _begin(db: AsyncSession, logins: Logins, row: AccountRow, step: SignInStep) -> tuple[str, Login]:
    badge = (row.staff_number, row.department)
    within = logins.entering(partial(enter, db))
    return await within.begin(row.name, row.role, row.seat or "", row.display_name, step, badge, scope=row.scope)


def _next_step(row: AccountRow, logins: Logins, *, proved: bool) -> SignInStep:
    """Return what is missing of a login: first a proof of the second factor, then a password, then a factor."""
    if row.factor_ms and not proved:
        return SignInStep.CODE
    if row.must_change:
        return SignInStep.PASSWORD
    return SignInStep.FACTOR if row.role in logins.factor_roles and not row.factor_ms else SignInStep.NONE


async def accounts(database: Database) -> list[Account]:
    """Return all open accounts by name."""
    async with database.read() as db:
        rows = await db.scalars(select(AccountRow).where(AccountRow.active).order_by(AccountRow.name))
        return [_account(row) for row in rows]


async def find(database: Database, name: str) -> Account | None:
    """Return an open account by name, as a login asks on each new connection."""
    async with database.read() as db:
        row = await db.get(AccountRow, typed.account(name)[:NAME_MAX])
    return _account(row) if row is not None and row.active else None


async def set_password(  # noqa: PLR0913  (each says something else about one act)
    database: Database,
    name: str,
    password: str,
    *,
    by: str | Who = OPERATOR,
    keep: str = "",
    must_change: bool = False,
    clock: Clock | None = None,
    hasher: PasswordHasher = HASHER,
) -> list[str]:
    """Give an account a new password; its logins are over with the old one, but the one to `keep`.

    Return the keys of the logins that the register knew: `Logins.end_all` ends them for open pages too.

    Raises:
        NotFound: no such account.
        BadInput: the password is too short.
    """
    async with database.read() as db:
        known = await db.get(AccountRow, typed.account(name))
    names = (known.name, known.display_name, known.seat or "") if known is not None else ()
    hashed = await _hashed(hasher, password, *names)
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await _existing(db, name)
        row.password_hash, row.changed_ms, row.must_change = hashed, clock.now_ms(), must_change
        return await _ended(db, row.name, "account.password_changed", by, keep, clock)


async def change_password(
    database: Database, logins: Logins, login: Login, old: str, new: str, *, clock: Clock | None = None
) -> list[str]:
    """Change the password of a signed-in account, proved by the old one; this login goes on, all others end.

    Return the keys of those: pages that are open with them are to go.

    Raises:
        BadCredentials: the old password is wrong.
        BadInput: the new one is too short, or the old one again.
    """
    _ = await _proved(database, login.account, old, is_known=True)
    if new == old:
        raise BadInput(field="password", why="same")
    ended = await set_password(database, login.account, new, by=who_of(login), keep=login.key, clock=clock)
    try:
        return await logins.end_all(login.account, but=login.key, ended=ended)
    except QueueUnavailable:
        log.warning("logins_end_late", extra={"account": login.account})  # the register has forgotten them: see Logins
        return ended


async def set_active(
    database: Database, name: str, *, active: bool, by: str | Who = OPERATOR, clock: Clock | None = None
) -> list[str]:
    """Close an account, which ends its logins, or open it again; return the keys of the logins that ended.

    Raises:
        NotFound: no such account.
    """
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await _existing(db, name)
        row.active, row.changed_ms = active, clock.now_ms()
        if active:
            _ = await audit.note(db, by, "account.opened", row.name, clock=clock)
            return []
        return await _ended(db, row.name, "account.closed", by, "", clock)


async def _ended(db: AsyncSession, account: str, action: str, by: str | Who, keep: str, clock: Clock) -> list[str]:
    """End an account's logins and put it on the audit trail, together with what the caller does to the account."""
    ended = await forget_all(db, account, keep)
    _ = await audit.note(db, by, action, account, {"logins_ended": len(ended)}, clock=clock)
    return ended


async def _existing(db: AsyncSession, name: str) -> AccountRow:
    """Return an account, locked, so that a sign-in and a change of it take turns."""
    row = await db.get(AccountRow, typed.account(name), with_for_update=True)
    if row is None:
        raise NotFound(what="account", id=name[:NAME_MAX])
    return row
