"""Interface of the durable register of logins; implemented by `records.staff.logins`."""

from collections.abc import Collection
from typing import Protocol

import msgspec

from protocol.rights import Role
from protocol.scopes import EVERYWHERE, Scope


class KeptLogin(msgspec.Struct, frozen=True):
    """A login as the register keeps it."""

    key: str
    account: str
    role: Role
    seat: str
    display_name: str
    began_ms: int
    seen_ms: int
    staff_number: str = ""
    department: str = ""
    scope: Scope = EVERYWHERE


class Register(Protocol):
    """Durable store of logins, read when Redis lost them; each method may raise LedgerUnavailable."""

    async def enter(self, key: str, account: str, now_ms: int, max_ms: int) -> None:
        """Note a new login; forget the account's that are older than `max_ms`."""

    async def seen(self, keys: Collection[str], now_ms: int) -> set[str]:
        """Note that these are in use; return those that it does not know: they were ended."""
        ...

    async def leave(self, keys: Collection[str]) -> None:
        """Forget logins that were ended."""

    async def leave_all(self, account: str, but: str = "") -> list[str]:
        """Forget all logins of an account, but one if it is named; return their keys."""
        ...

    async def kept(self, keys: Collection[str]) -> list[KeptLogin]:
        """Return those of these logins that were not ended, of accounts that are open."""
        ...
