"""Accounts of staff: created by an administrator, proved by an Argon2id-hashed password."""

import asyncio
from functools import cache
from typing import Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadCredentials, BadInput, NotFound
from records.database import Database
from records.tables.seats import AccountRow, LoginRow, Role, SeatRow
from runtime.clock import Clock, SystemClock

__all__ = ["Account", "Role", "accounts", "create_account", "set_active", "set_password", "verify"]

PASSWORD_MIN: Final = 10
PASSWORD_MAX: Final = 256
NAME_MAX: Final = 64
HASHER: Final = PasswordHasher()  # RFC 9106, low-memory profile: 64 MiB, 3 passes
PRINTED: Final = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""For passwords that are printed anyway, which no cost can protect."""


class Account(msgspec.Struct, frozen=True):
    """A member of staff, as a login knows one. `seat` is empty for those who take no tickets."""

    name: str
    role: Role
    seat: str = ""
    display_name: str = ""


def _account(row: AccountRow) -> Account:
    return Account(row.name, row.role, row.seat or "", row.display_name)


def _checked(password: str) -> str:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise BadInput(field="password", why="length", min=PASSWORD_MIN, max=PASSWORD_MAX)
    return password


async def create_account(
    database: Database,
    account: Account,
    password: str,
    *,
    clock: Clock | None = None,
    hasher: PasswordHasher = HASHER,
) -> Account:
    """Create an account; its name is kept in lower case.

    Raises:
        BadInput: the name is taken or empty, the password too short, an agent without a seat, or no such seat.
    """
    name = account.name.strip().lower()
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise BadInput(field="name", why="format")
    if account.role is Role.AGENT and not account.seat:
        raise BadInput(field="seat", why="missing")
    hashed = await asyncio.to_thread(hasher.hash, _checked(password))
    now_ms = (clock or SystemClock()).now_ms()
    async with database.begin() as db:
        if await db.get(AccountRow, name) is not None:
            raise BadInput(field="name", why="taken")
        if account.seat and await db.get(SeatRow, account.seat) is None:
            raise BadInput(field="seat", why="unknown")
        row = AccountRow(
            name=name,
            display_name=account.display_name or account.name,
            role=account.role,
            seat=account.seat or None,
            password_hash=hashed,
            active=True,
            created_ms=now_ms,
            changed_ms=now_ms,
        )
        db.add(row)
        return _account(row)


async def verify(database: Database, name: str, password: str) -> Account:
    """Return the account that this name and password belong to.

    Raises:
        BadCredentials: they do not, or the account is closed; which of these is not told.
    """
    async with database.read() as db:
        row = await db.get(AccountRow, name.strip().lower()[:NAME_MAX])
    right = await asyncio.to_thread(_matches, row.password_hash if row is not None else "", password)
    if row is None or not right or not row.active:
        raise BadCredentials
    return _account(row)


@cache
def _nobodys_hash() -> str:
    """Return what is checked when the name is unknown: the time taken must not tell which of the two was wrong."""
    return HASHER.hash("nobody")


def _matches(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed or _nobodys_hash(), password[: PASSWORD_MAX + 1])
    except (VerificationError, InvalidHashError):
        return False


async def accounts(database: Database) -> list[Account]:
    """Return all open accounts by name."""
    async with database.read() as db:
        rows = await db.scalars(select(AccountRow).where(AccountRow.active).order_by(AccountRow.name))
        return [_account(row) for row in rows]


async def find(database: Database, name: str) -> Account | None:
    """Return an open account by name, as a login asks on each new connection."""
    async with database.read() as db:
        row = await db.get(AccountRow, name.strip().lower()[:NAME_MAX])
    return _account(row) if row is not None and row.active else None


async def set_password(database: Database, name: str, password: str, *, clock: Clock | None = None) -> None:
    """Give an account a new password; a login under the old one is not given back after a loss of Redis.

    Raises:
        NotFound: no such account.
        BadInput: the password is too short.
    """
    hashed = await asyncio.to_thread(HASHER.hash, _checked(password))
    async with database.begin() as db:
        row = await _existing(db, name)
        await db.execute(delete(LoginRow).where(LoginRow.account == row.name))
        row.password_hash = hashed
        row.changed_ms = (clock or SystemClock()).now_ms()


async def set_active(database: Database, name: str, *, active: bool, clock: Clock | None = None) -> None:
    """Close an account, or open it again.

    Raises:
        NotFound: no such account.
    """
    async with database.begin() as db:
        row = await _existing(db, name)
        row.active = active
        row.changed_ms = (clock or SystemClock()).now_ms()


async def _existing(db: AsyncSession, name: str) -> AccountRow:
    row = await db.get(AccountRow, name.strip().lower())
    if row is None:
        raise NotFound(what="account", id=name[:NAME_MAX])
    return row
