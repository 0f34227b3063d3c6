"""Proves that machines and their keys stand as the trail says: nothing was given to one past the program."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.staff.machine_keys import HASH_DIGITS
from records.staff.told import Facts, entries
from records.tables.machines import MachineKeyRow, MachineRow

ACTS: Final = (
    "machine.made",
    "machine.key_made",
    "machine.key_ended",
    "machine.allowed",
    "machine.scoped",
    "machine.closed",
    "machine.opened",
)


class _Told:
    """Facts about one machine as the trail has them, and each key's hash, end, and whether it was ended early."""

    def __init__(self) -> None:
        self.facts: Facts = {}
        self.keys: dict[str, Facts] = {}

    def learn(self, action: str, facts: Facts) -> None:
        """Take the next entry in."""
        match action:
            case "machine.made":
                self.facts = {"owner": facts["owner"], "scope": facts["scope"], "operations": "", "active": True}
            case "machine.allowed":
                self.facts["operations"] = facts["to"]
            case "machine.scoped":
                self.facts["scope"] = facts["to"]
            case "machine.closed" | "machine.opened":
                self.facts["active"] = action == "machine.opened"
                for key in self.keys.values():
                    key["ended"] = True
            case "machine.key_ended":
                self.keys.setdefault(facts["key"], {})["ended"] = True
            case _:
                for key in self.keys.values():
                    if not key["ended"]:
                        key["expires_ms"] = min(key["expires_ms"], facts["older_until_ms"])
                self.keys[facts["key"]] = {
                    "hash": facts["hash"], "expires_ms": facts["expires_ms"], "ended": False,
                }  # fmt: skip


async def broken(db: AsyncSession) -> tuple[int, str, str]:
    """Return how many machines there are, and the first row that the (verified) trail does not bear out, and why."""
    told = await _told(db)
    machines = (await db.scalars(select(MachineRow).order_by(MachineRow.name))).all()
    for row in machines:
        known = told.get(row.name, _Told()).facts
        now: Facts = {"owner": row.owner, "scope": str(row.scope), "operations": " ".join(row.operations)}
        if why := _differs({**now, "active": row.active}, known):
            return 0, f"machines:{row.name}", why
    for key in await db.scalars(select(MachineKeyRow).order_by(MachineKeyRow.id)):
        known = told.get(key.machine, _Told()).keys.get(key.id, {})
        now = {"hash": key.hash[:HASH_DIGITS], "expires_ms": key.expires_ms, "ended": bool(key.ended_ms)}
        if why := _differs(now, known):
            return 0, f"machine_keys:{key.id}", why
    return len(machines), "", ""


def _differs(now: Facts, known: Facts) -> str:
    if not known:
        return "never_created"
    return next((name for name, value in now.items() if known.get(name) != value), "")


async def _told(db: AsyncSession) -> dict[str, _Told]:
    found: dict[str, _Told] = {}
    async for action, subject, facts in entries(db, ACTS):
        found.setdefault(subject, _Told()).learn(action, facts)
    return found
