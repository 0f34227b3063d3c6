"""Proves that accounts, booths and machines stand as the trail says: nothing was given past the program."""

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.proven import Proven
from records.staff import machine_proof
from records.staff.told import Facts, entries
from records.tables.journal import AuditRow
from records.tables.places import BoothRow
from records.tables.seats import AccountRow

ACTS: Final = (
    "account.created",
    "account.scoped",
    "account.closed",
    "account.opened",
    "role.granted",
    "role.revoked",
    "booth.enrolled",
    "booth.stopped",
)
KEY_DIGITS: Final = 16
"""Digits of a booth's hashed key on the trail."""


class StandingResult(Proven, frozen=True):
    """Result of a check of accounts, booths and machines against the trail."""

    accounts: int
    booths: int
    machines: int

    def __str__(self) -> str:
        """Return one line."""
        numbers = f"{self.accounts}, {self.booths} and {self.machines}"
        return self.told("accounts, booths and machines", f"as the trail says, {numbers}")


async def verify(db: AsyncSession) -> StandingResult:
    """Compare accounts, booths and machines with the (verified) trail.

    Of an account that is older than the trail only what was changed since is known.
    """
    said, since_ms = await _said(db), await db.scalar(select(func.min(AuditRow.at_ms)))
    accounts = (await db.scalars(select(AccountRow).order_by(AccountRow.name))).all()
    booths = (await db.scalars(select(BoothRow).where(BoothRow.key.is_not(None)).order_by(BoothRow.id))).all()
    for account in accounts:
        known = said.get(("account", account.name), {})
        is_older = since_ms is None or account.created_ms < since_ms
        why = "never_created" if "created" not in known and not is_older else _differs(_of(account), known)
        if why:
            return StandingResult(0, 0, 0, broken=f"accounts:{account.name}", why=why)
    for booth in booths:
        if _digest(booth.key or "") != said.get(("booth", booth.id), {}).get("key"):
            return StandingResult(0, 0, 0, broken=f"booths:{booth.id}", why="key")
    machines, at, why = await machine_proof.broken(db)
    return StandingResult(len(accounts), len(booths), machines, broken=at, why=why)


async def _said(db: AsyncSession) -> dict[tuple[str, str], Facts]:
    """Return what the trail says of each account and booth, the latest word of each."""
    found: dict[tuple[str, str], Facts] = {}
    async for action, subject, facts in entries(db, ACTS):
        kind = "booth" if action.startswith("booth.") else "account"
        known = found.setdefault((kind, subject), {})
        known |= _learned(action, facts)
    return found


def _learned(action: str, facts: Facts) -> Facts:
    match action:
        case "account.created":
            return {"created": True, "active": True, **_some(facts, ("role", "seat", "scope"))}
        case "account.scoped":
            return {"scope": facts["to"]}
        case "account.closed" | "account.opened":
            return {"active": action == "account.opened"}
        case "role.granted" | "role.revoked":
            return {"role": facts["to"], **_some(facts, ("seat",))}
        case "booth.enrolled":
            return _some(facts, ("key",))
        case _:
            return {"key": ""}


def _some(facts: Facts, names: Iterable[str]) -> Facts:
    return {name: facts[name] for name in names if name in facts}


def _of(row: AccountRow) -> Facts:
    return {"role": row.role.value, "seat": row.seat or "", "scope": str(row.scope), "active": row.active}


def _differs(now: Facts, known: Facts) -> str:
    return next((name for name, value in now.items() if known.get(name, value) != value), "")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:KEY_DIGITS]
