"""Roles are granted by another one than oneself, one at a time, and what the version before kept is moved."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, text

from protocol.errors import BadInput, NotAllowed, NotFound
from protocol.rights import Right, Role
from protocol.scopes import Scope, ScopeKind
from records import audit
from records.database import Database
from records.migrations import upgrade
from records.staff import accounts as staff
from records.staff import grants
from records.staff.accounts import Account
from records.staff.factors import Factors
from records.staff.hashing import PRINTED
from records.staff.logins import LoginRegister
from records.tables.seats import LoginRow
from runtime.clock import ManualClock
from runtime.sealing import Sealing

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


Change = Callable[[Database], Awaitable[list[str]]]


async def factor_reset(ledger: Database) -> list[str]:
    factors = Factors(ledger, ManualClock(), Sealing("second-factor", bytes(32)))
    _ = await factors.begin("lin")
    return await factors.reset("lin", by="security:li")


#: Whatever changes what an account may do, or how it is proved, in an order in which each can be done.
CHANGES: dict[str, Change] = {
    "a narrower scope": lambda at: grants.set_scope(at, "lin", Scope(ScopeKind.DISTRICT, "440113")),
    "no role any more": lambda at: grants.revoke(at, "lin"),
    "another role": lambda at: grants.grant(at, "lin", Role.SUPERVISOR),
    "another password": lambda at: staff.set_password(at, "lin", "quite another long one", hasher=PRINTED),
    "no second factor any more": factor_reset,
    "a closed account": lambda at: staff.set_active(at, "lin", active=False),
}


async def test_whatever_changes_an_account_ends_its_logins_and_no_others(stocked: Database) -> None:
    register = LoginRegister(stocked)
    for name in ("lin", "mo"):
        await staff.create_account(stocked, Account(name, Role.SUPERVISOR), PASSWORD, hasher=PRINTED)
    await register.enter("other", "mo", 0, 1)
    for what, change in CHANGES.items():
        for key in (f"{what} 1", f"{what} 2"):
            await register.enter(key, "lin", 0, 1)
        assert sorted(await change(stocked)) == [f"{what} 1", f"{what} 2"], what
        async with stocked.read() as db:
            assert (await db.scalars(select(LoginRow.key))).all() == ["other"], what


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
