"""The register of open sign-ins: Redis holds the fast copy, and a wiped Redis is filled from here."""

from collections.abc import Collection

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import Database
from records.tables.seats import AccountRow, LoginRow
from runtime.register import KeptLogin


class LoginRegister:
    """The ledger's side of `runtime.logins.Logins`."""

    def __init__(self, database: Database) -> None:
        """Keep the register in this ledger."""
        self._database = database

    async def enter(self, key: str, account: str, now_ms: int, max_ms: int) -> None:
        """Record a new login and remove the account's remaining old ones."""
        async with self._database.begin() as db:
            await enter(db, key, account, now_ms, max_ms)

    async def seen(self, keys: Collection[str], now_ms: int) -> set[str]:
        """Note that these are in use; return those that are not here: they were ended."""
        async with self._database.begin() as db:
            await db.execute(update(LoginRow).where(LoginRow.key.in_(keys)).values(seen_ms=now_ms))
            return set(keys) - set(await db.scalars(select(LoginRow.key).where(LoginRow.key.in_(keys))))

    async def leave(self, keys: Collection[str]) -> None:
        """Forget logins that were ended."""
        async with self._database.begin() as db:
            await db.execute(delete(LoginRow).where(LoginRow.key.in_(keys)))

    async def leave_all(self, account: str, but: str = "") -> list[str]:
        """Forget all logins of an account, but one if it is named; return their keys."""
        async with self._database.begin() as db:
            return await forget_all(db, account, but)

    async def kept(self, keys: Collection[str]) -> list[KeptLogin]:
        """Return those of these logins that were not ended, with what their open accounts are today."""
        wanted = (
            select(LoginRow, AccountRow)
            .join(AccountRow, AccountRow.name == LoginRow.account)
            .where(LoginRow.key.in_(keys), AccountRow.active)
        )
        async with self._database.read() as db:
            return [_kept(login, account) for login, account in await db.execute(wanted)]


async def enter(db: AsyncSession, key: str, account: str, now_ms: int, max_ms: int) -> None:
    """Record a new login in the caller's transaction: what lets somebody in is used up with it, or not at all."""
    await db.execute(delete(LoginRow).where(LoginRow.account == account, LoginRow.began_ms < now_ms - max_ms))
    db.add(LoginRow(key=key, account=account, began_ms=now_ms, seen_ms=now_ms))
    await db.flush()  # what the ledger refuses is refused before Redis has the login


async def forget_all(db: AsyncSession, account: str, but: str = "") -> list[str]:
    """Forget an account's logins in the caller's transaction: what ends them ends them with it, or not at all."""
    theirs = and_(LoginRow.account == account, LoginRow.key != but)
    keys = list(await db.scalars(select(LoginRow.key).where(theirs)))
    await db.execute(delete(LoginRow).where(theirs))
    return keys


def _kept(login: LoginRow, account: AccountRow) -> KeptLogin:
    seat = account.seat or ""
    return KeptLogin(
        login.key,
        account.name,
        account.role,
        seat,
        account.display_name,
        login.began_ms,
        login.seen_ms,
        account.staff_number,
        account.department,
        account.scope,
    )
