"""Roles are granted by another one than oneself, one at a time, and what the version before kept is moved."""

import pytest
from sqlalchemy import text

from protocol.errors import BadInput, NotAllowed, NotFound
from protocol.rights import Right, Role
from records import audit
from records.database import Database
from records.migrations import upgrade
from records.staff import accounts as staff
from records.staff import grants
from records.staff.accounts import Account
from records.staff.hashing import PRINTED

PASSWORD = "correct horse battery"


async def test_a_role_is_granted_revoked_and_on_the_trail(stocked: Database) -> None:
    await staff.create_account(stocked, Account("lin", Role.NONE), PASSWORD, by="system:wang", hasher=PRINTED)
    with pytest.raises(BadInput, match="missing"):
        await grants.grant(stocked, "lin", Role.AGENT, by="security:li")
    with pytest.raises(BadInput, match="unknown"):
        await grants.grant(stocked, "lin", Role.AGENT, by="security:li", seat="S999")
    await grants.grant(stocked, "lin", Role.AGENT, by="security:li", seat="S004")
    with pytest.raises(BadInput, match="has_one"):
        await grants.grant(stocked, "lin", Role.SUPERVISOR, by="security:li")
    await grants.revoke(stocked, "lin", by="security:li")
    await grants.grant(stocked, "lin", Role.SUPERVISOR, by="security:li")
    assert [(one.role, one.seat) for one in await grants.holders(stocked)] == [(Role.SUPERVISOR, "S004")]
    async with stocked.read() as db:
        found = [(one.actor, one.action, one.facts.get("to")) for one in await audit.trail(db, subject="lin")]
    assert found == [
        ("security:li", "role.granted", "supervisor"),
        ("security:li", "role.revoked", "none"),
        ("security:li", "role.granted", "agent"),
        ("system:wang", "account.created", None),
    ]


async def test_nobody_grants_to_themself_and_a_refusal_changes_nothing(stocked: Database) -> None:
    await staff.create_account(stocked, Account("li", Role.SECURITY), PASSWORD, hasher=PRINTED)
    before = await grants.holders(stocked)
    for act in (
        grants.grant(stocked, "li", Role.SYSTEM, by="security:li"),
        grants.revoke(stocked, "li", by="security:li"),
    ):
        with pytest.raises(NotAllowed):
            await act
    with pytest.raises(NotFound):
        await grants.grant(stocked, "nobody", Role.AGENT)
    assert await grants.holders(stocked) == before
    assert await grants.is_held(stocked, Right.GRANT_ROLES)
    assert not await grants.is_held(stocked, Right.READ_AUDIT)


async def test_accounts_of_the_version_before_keep_their_duties(database_url: str) -> None:
    await upgrade(database_url, "0005")
    database = Database(database_url)
    async with database.begin() as db:
        for role in ("agent", "supervisor", "admin"):
            row = {"name": role, "role": role, "hash": "x", "active": True}
            await db.execute(
                text(
                    "INSERT INTO accounts (name, display_name, role, password_hash, active, created_ms, changed_ms) "
                    "VALUES (:name, :name, :role, :hash, :active, 1, 1)"
                ),
                row,
            )
    await upgrade(database_url)
    found = {one.name: (one.role, one.active, one.must_change) for one in await grants.holders(database)}
    await database.close()
    assert found == {
        "agent": (Role.AGENT, True, False),
        "supervisor": (Role.SUPERVISOR, True, False),
        "admin": (Role.SYSTEM, True, False),
    }
