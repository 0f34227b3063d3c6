"""Who owns the database gives no account a role, a seat or a scope, and no device a booth, without being found."""

import pytest
from sqlalchemy import text

from protocol.rights import Right, Role
from protocol.scopes import Scope, ScopeKind
from records import audit
from records.database import Database
from records.staff import accounts as staff
from records.staff import booths, grants, machine_keys, machines, proof
from records.staff.accounts import Account
from records.staff.hashing import PRINTED
from runtime.clock import ManualClock
from tests.support.device import Device

PASSWORD = "correct horse battery"
KEPT = (
    "realm, display_name, role, seat, password_hash, staff_number, department, scope_kind, scope_id, active, "
    "changed_ms, must_change, factor, factor_ms, factor_step"
)
GHOST = f"SELECT 'ghost', created_ms, {KEPT} FROM accounts WHERE name = 'mo'"
GHOST_KEY = (
    "INSERT INTO machine_keys (realm, id, machine, hash, created_ms, created_by, expires_ms, ended_ms, used_ms) "
    "SELECT realm, 'ghost', machine, hash, created_ms, created_by, expires_ms, 0, 0 FROM machine_keys "
    "WHERE machine = 'gone'"
)
OF_MACHINE = "purpose, owner, scope_kind, scope_id, operations, active, created_ms, changed_ms"
GHOST_MACHINE = (
    f"INSERT INTO machines (realm, name, {OF_MACHINE}) "
    f"SELECT realm, 'ghost', {OF_MACHINE} FROM machines WHERE name = 'bi'"
)
COPY = f"INSERT INTO accounts (name, created_ms, {KEPT}) {GHOST}"


async def staffed(ledger: Database, clock: ManualClock) -> None:
    """Have an agent, a supervisor of one district, an account that was closed, and an enrolled booth."""
    async with ledger.begin() as db:
        _ = await audit.note(db, "operator", "trail.read", "", clock=clock)
    clock.advance(1)
    await staff.create_account(ledger, Account("lin", Role.NONE), PASSWORD, clock=clock, hasher=PRINTED)
    _ = await grants.grant(ledger, "lin", Role.AGENT, seat="S004", clock=clock)
    await staff.create_account(ledger, Account("mo", Role.SUPERVISOR), PASSWORD, clock=clock, hasher=PRINTED)
    _ = await grants.set_scope(ledger, "mo", Scope(ScopeKind.DISTRICT, "440113"), clock=clock)
    await staff.create_account(ledger, Account("gone", Role.AGENT, "S001"), PASSWORD, clock=clock, hasher=PRINTED)
    _ = await staff.set_active(ledger, "gone", active=False, clock=clock)
    code = await booths.new_code(ledger, "HD-TB-01", clock=clock)
    _ = await booths.enrol(ledger, code, Device().key, clock=clock)


async def mechanised(ledger: Database, clock: ManualClock) -> None:
    """Have a machine with an operation of one district, and keys: rotated, ended, and one of a closed machine."""
    for name in ("bi", "gone"):
        _ = await machines.make(ledger, name, purpose="x", owner="lin", clock=clock)
    await machines.allow(ledger, "bi", ["get_sessions"], {"get_sessions": Right.READ_RECORDS}, clock=clock)
    await machines.set_scope(ledger, "bi", Scope(ScopeKind.DISTRICT, "440113"), {}, clock=clock)
    clock.advance(1)
    _ = await machine_keys.rotate(ledger, "bi", overlap_h=1, days=9, clock=clock)
    older = (await machine_keys.keys_of(ledger, "bi"))[1]
    await machine_keys.end(ledger, "bi", older.id, clock=clock)
    clock.advance(1)
    _ = await machine_keys.rotate(ledger, "bi", overlap_h=1, clock=clock)
    await machines.close(ledger, "gone", clock=clock)


async def found(ledger: Database) -> str:
    async with ledger.begin() as db:
        while await audit.seal(db):
            pass
    async with ledger.read() as db:
        return str(await proof.verify(db))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE accounts SET role = 'supervisor' WHERE name = 'lin'", "broken at accounts:lin (role)"),
        ("UPDATE accounts SET seat = 'S005' WHERE name = 'lin'", "broken at accounts:lin (seat)"),
        ("UPDATE accounts SET scope_kind = 'realm', scope_id = '' WHERE name = 'mo'", "broken at accounts:mo (scope)"),
        ("UPDATE accounts SET active = true WHERE name = 'gone'", "broken at accounts:gone (active)"),
        (COPY, "broken at accounts:ghost (never_created)"),
        ("UPDATE booths SET key = 'x' WHERE id = 'HD-TB-01'", "broken at booths:HD-TB-01 (key)"),
        ("UPDATE booths SET key = 'x' WHERE id = 'HD-GB-01'", "broken at booths:HD-GB-01 (key)"),
    ],
)
async def test_what_the_owner_of_the_database_gives_is_found(
    stocked: Database, clock: ManualClock, statement: str, told: str
) -> None:
    await staffed(stocked, clock)
    assert await found(stocked) == "accounts, booths and machines: as the trail says, 3, 1 and 0"
    async with stocked.begin() as db:
        await db.execute(text(statement))
    assert told in await found(stocked)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE machines SET operations = '[\"get_audit\"]' WHERE name = 'bi'", "machines:bi (operations)"),
        ("UPDATE machines SET scope_kind = 'realm', scope_id = '' WHERE name = 'bi'", "machines:bi (scope)"),
        ("UPDATE machines SET owner = 'mo' WHERE name = 'bi'", "machines:bi (owner)"),
        ("UPDATE machines SET active = true WHERE name = 'gone'", "machines:gone (active)"),
        ("UPDATE machine_keys SET expires_ms = expires_ms + 1 WHERE machine = 'bi'", "(expires_ms)"),
        ("UPDATE machine_keys SET hash = 'x' WHERE machine = 'gone'", "(hash)"),
        ("UPDATE machine_keys SET ended_ms = 0 WHERE machine = 'gone'", "(ended)"),
        (GHOST_KEY, "machine_keys:ghost (never_created)"),
        (GHOST_MACHINE, "machines:ghost (never_created)"),
    ],
)
async def test_what_the_owner_of_the_database_gives_a_machine_is_found(
    stocked: Database, clock: ManualClock, statement: str, told: str
) -> None:
    await staffed(stocked, clock)
    await mechanised(stocked, clock)
    assert await found(stocked) == "accounts, booths and machines: as the trail says, 3, 1 and 2"
    async with stocked.begin() as db:
        await db.execute(text(statement))
    assert told in await found(stocked)


async def test_what_is_done_in_order_stays_as_the_trail_says(stocked: Database, clock: ManualClock) -> None:
    await staffed(stocked, clock)
    _ = await grants.revoke(stocked, "lin", clock=clock)
    _ = await grants.grant(stocked, "lin", Role.SUPERVISOR, clock=clock)
    _ = await staff.set_active(stocked, "gone", active=True, clock=clock)
    await booths.stop(stocked, "HD-TB-01", clock=clock)
    assert await found(stocked) == "accounts, booths and machines: as the trail says, 3, 0 and 0"
    code = await booths.new_code(stocked, "HD-TB-01", clock=clock)
    _ = await booths.enrol(stocked, code, Device().key, clock=clock)
    assert await found(stocked) == "accounts, booths and machines: as the trail says, 3, 1 and 0"


async def test_an_account_older_than_the_trail_is_taken_as_it_was_found(stocked: Database, clock: ManualClock) -> None:
    await staffed(stocked, clock)
    async with stocked.begin() as db:
        await db.execute(text(COPY.replace("'ghost', created_ms", "'ghost', 1")))
    assert await found(stocked) == "accounts, booths and machines: as the trail says, 4, 1 and 0"
    _ = await grants.revoke(stocked, "ghost", clock=clock)
    async with stocked.begin() as db:
        await db.execute(text("UPDATE accounts SET role = 'supervisor' WHERE name = 'ghost'"))
    assert "accounts:ghost (role)" in await found(stocked)
