"""The accounts of the demonstration: one agent a seat and one account for every other role.

Their passwords are derived from a secret that each installation makes for itself and keeps to its own user.
"""

import base64
import hashlib
import hmac
from typing import Final

from protocol.rights import Role
from records.catalogue.directory import Directory
from records.catalogue.directory_rows import CatalogueSeat
from records.database import Database
from records.staff.accounts import Account, accounts, create_account, is_password, set_password
from records.staff.hashing import PRINTED

SUPERVISOR: Final = "sup"
SURNAMES: Final = "陈林黄张李王吴刘蔡杨许郑"
GIVEN: Final = ("晓文", "志强", "丽华", "建国", "秀英", "子轩")
"""Invented: no member of staff is called so because somebody is."""
OTHERS: Final = (
    Account(SUPERVISOR, Role.SUPERVISOR, "", "督导"),
    Account("admin", Role.SYSTEM, "", "系统管理员"),
    Account("security", Role.SECURITY, "", "安全管理员"),
    Account("auditor", Role.AUDITOR, "", "审计管理员"),
    Account("officer", Role.OFFICER, "", "经办人"),
    Account("clerk", Role.CLERK, "", "窗口人员"),
    Account("guide", Role.GUIDE, "", "引导员"),
)


def demo_password(secret: str, name: str) -> str:
    """Return the password of an account in the installation with this secret: 60 bits, as `abcd-efgh-ijkl`."""
    digest = hmac.digest(secret.encode(), b"demo password " + name.encode(), hashlib.sha256)
    letters = base64.b32encode(digest).decode().lower()
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:12]}"


def demo_accounts(directory: Directory) -> list[Account]:
    """Return the accounts of the demonstration: `s001` for seat S001 and so on."""
    departments = {item.skill: item.department for item in reversed(directory.items.all())}
    return [
        *(
            Account(
                seat.id.lower(),
                Role.AGENT,
                seat.id,
                SURNAMES[place % len(SURNAMES)] + GIVEN[place // len(SURNAMES) % len(GIVEN)],
                f"{seat.district[-2:]}{place + 1:04d}",
                _department(directory, seat, departments),
            )
            for place, seat in enumerate(directory.seats.all())
        ),
        *OTHERS,
    ]


def _department(directory: Directory, seat: CatalogueSeat, departments: dict[str, str]) -> str:
    """Return the department of what a seat knows best, where that is one of its district."""
    best = max(seat.abilities.skills, key=lambda need: (need.level, need.skill), default=None)
    found = departments.get(best.skill, "") if best else ""
    return found if found in directory.places.departments else ""


async def create_demo_accounts(database: Database, directory: Directory, secret: str) -> list[tuple[Account, str]]:
    """Make the accounts that are missing; return all of them with their passwords.

    One that still has the password of an earlier version, which was the same everywhere, gets its own.
    """
    known = {account.name for account in await accounts(database)}
    wanted = [(account, demo_password(secret, account.name)) for account in demo_accounts(directory)]
    for account, password in wanted:
        if account.name not in known:
            await create_account(database, account, password, hasher=PRINTED)
        elif await is_password(database, account.name, f"demo-{account.name}-2026"):
            await set_password(database, account.name, password, hasher=PRINTED)
    return wanted
