"""The accounts of the demonstration: one agent a seat, a supervisor and an administrator, with passwords one can print.

Anybody can know these passwords; `cloudwindow demo` makes the accounts, and nothing else may.
"""

from typing import Final

from records.catalogue.directory import Directory
from records.database import Database
from records.staff.accounts import PRINTED, Account, Role, accounts, create_account, set_password

SUPERVISOR: Final = "sup"
ADMINISTRATOR: Final = "admin"


def demo_password(name: str) -> str:
    """Return the demonstration's password of an account."""
    return f"demo-{name}-2026"


def demo_accounts(directory: Directory) -> list[Account]:
    """Return the accounts of the demonstration: `s001` for seat S001 and so on."""
    agents = [Account(seat.id.lower(), Role.AGENT, seat.id, seat.name) for seat in directory.seats()]
    return [
        *agents,
        Account(SUPERVISOR, Role.SUPERVISOR, "", "督导"),
        Account(ADMINISTRATOR, Role.ADMIN, "", "管理员"),
    ]


async def create_demo_accounts(database: Database, directory: Directory) -> list[tuple[Account, str]]:
    """Make the accounts that are missing; return all of them with their passwords."""
    known = {account.name for account in await accounts(database)}
    wanted = [(account, demo_password(account.name)) for account in demo_accounts(directory)]
    for account, password in wanted:
        if account.name not in known:
            await create_account(database, account, password, hasher=PRINTED)
    return wanted


async def reset_demo_passwords(database: Database, directory: Directory) -> None:
    """Give the demonstration's accounts their own passwords back."""
    for account in demo_accounts(directory):
        await set_password(database, account.name, demo_password(account.name))
