"""Begins and ends the sign-ins of staff, and changes their passwords, for the pages and the interface alike."""

from collections.abc import Awaitable, Collection
from typing import Protocol

from records.audit.notes import PutOnTrail
from records.database import Database
from records.staff import accounts
from records.staff.hashing import POOL
from runtime.clock import Clock
from runtime.login import Login
from runtime.logins import Logins
from runtime.tries import AccountTries


class DismissLogins(Protocol):
    """The way to close the pages that are open with ended logins."""

    def __call__(self, logins: Collection[str], *, leaves: bool) -> Awaitable[None]:
        """Close the pages of the logins with these keys on every node.

        With `leaves` their agents go for good: the citizen of a call in progress is back at the head of the line at
        once.
        """
        ...


class SignIns:
    """The sign-ins of a realm's staff."""

    def __init__(
        self, database: Database, logins: Logins, clock: Clock, dismiss: DismissLogins, note: PutOnTrail
    ) -> None:
        """End open pages by `dismiss`, and put what ends on the audit trail by `note`."""
        self._database, self._logins, self._clock = database, logins, clock
        self._dismiss, self._note = dismiss, note

    async def begin(
        self, tries: AccountTries, name: str, password: str, *, instead_of: str = "", leaves: bool = False
    ) -> tuple[str, Login]:
        """Prove a name with its password; return the cookie's value and the login.

        `instead_of` is the cookie of the browser's login until now, which ends, as `end` does it.

        Raises:
            TooManyTries: too many for this account from this address or browser.
            BadCredentials: they are wrong.
            Busy: too many passwords are being checked.
        """
        POOL.check(is_known=tries.is_known)  # who is refused as busy spends no try, and costs nothing more
        async with tries.spending():
            begun = await accounts.sign_in(self._database, self._logins, name, password, is_known=tries.is_known)
        earlier = await self._logins.find(instead_of)
        if earlier is not None:
            await self.end(earlier, leaves=leaves)
        return begun

    async def end(self, login: Login, *, everywhere: bool = False, leaves: bool = False) -> None:
        """End a login, or all of its account; pages that are open with it are sent away.

        With `leaves` its agent goes for good: the citizen of a call in progress is back at the head of the line at
        once.
        """
        if everywhere:
            keys = await self._logins.end_all(login.account)
        else:
            await self._logins.end(login)
            keys = [login.key]
        await self._dismiss(keys, leaves=leaves)
        await self._note(login, "login.ended", login.account, {"logins_ended": len(keys)})

    async def change_password(self, tries: AccountTries, login: Login, old: str, new: str) -> tuple[str, Login] | None:
        """Change a signed-in account's password; every other sign-in of it ends, and its open pages go.

        Return the cookie's value and the login that follow, where this was the step that the sign-in missed.

        Raises:
            TooManyTries: too many for this account from this browser.
            BadCredentials: the old password is wrong.
            BadInput: the new one is too short or too long, or the old one again.
            Busy: too many passwords are being checked.
        """
        async with tries.spending():
            keys = await accounts.change_password(self._database, self._logins, login, old, new, clock=self._clock)
        await self._dismiss(keys, leaves=False)
        return await accounts.go_on(self._database, self._logins, login) if login.step else None
