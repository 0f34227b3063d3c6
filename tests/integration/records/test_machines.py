"""Machines and their keys in the ledger: made, granted, rotated with an overlap, ended; each on the trail."""

from collections.abc import Awaitable, Callable

import pytest

from protocol.errors import BadInput, NotAllowed, NotFound
from protocol.rights import Right, Role
from protocol.scopes import EVERYWHERE, Scope, ScopeKind
from records import audit
from records.database import Database
from records.staff import accounts as staff
from records.staff import machine_keys, machines
from records.staff.accounts import Account
from records.staff.hashing import PRINTED
from records.staff.machine_keys import DAY_MS, HOUR_MS, KnownKey
from runtime.api_keys import digest, id_of
from runtime.clock import ManualClock
from tests.support.refusals import came_from, places

PANYU = Scope(ScopeKind.DISTRICT, "440113")
KNOWN = {
    "get_sessions": Right.READ_RECORDS,
    "get_wallboard": Right.WATCH_FLOOR,
    "get_audit": Right.READ_AUDIT,
    "get_public": None,
}


async def made(ledger: Database, clock: ManualClock, name: str = "hall-numbers") -> str:
    """Make the machine of an open account; return its first key."""
    if await staff.find(ledger, "lin") is None:
        await staff.create_account(ledger, Account("lin", Role.SYSTEM), "correct horse battery", hasher=PRINTED)
    return await machines.make(ledger, name, purpose="叫号屏", owner="LIN ", by="system:wang", clock=clock)


async def known(ledger: Database, key: str, clock: ManualClock) -> KnownKey:
    found = await machine_keys.find(ledger, id_of(key), clock.now_ms())
    assert found is not None
    return found


async def test_a_machine_may_do_nothing_until_it_is_granted_operations(stocked: Database, clock: ManualClock) -> None:
    key = await made(stocked, clock)
    found = await known(stocked, key, clock)
    assert (found.machine, found.scope, found.operations, found.why) == ("hall-numbers", EVERYWHERE, frozenset(), "")
    assert found.hash == digest(key)
    await machines.allow(stocked, "hall-numbers", ["get_wallboard", "get_sessions"], KNOWN, by="security:li")
    await machines.set_scope(stocked, "hall-numbers", PANYU, KNOWN, by="security:li")
    found = await known(stocked, key, clock)
    assert (found.scope, sorted(found.operations)) == (PANYU, ["get_sessions", "get_wallboard"])
    (one,) = await machines.listed(stocked)
    assert (one.owner, one.purpose, one.active, one.is_owned) == ("lin", "叫号屏", True, True)
    _ = await staff.set_active(stocked, "lin", active=False)
    assert [one.is_owned for one in await machines.listed(stocked)] == [False]
    async with stocked.read() as db:
        trail = [(entry.actor, entry.action, entry.facts) for entry in await audit.trail(db, subject="hall-numbers")]
    assert [(actor, action) for actor, action, _ in reversed(trail)] == [
        ("system:wang", "machine.made"),
        ("system:wang", "machine.key_made"),
        ("security:li", "machine.allowed"),
        ("security:li", "machine.scoped"),
    ]
    assert trail[1][2] == {"from": "", "to": "get_sessions get_wallboard"}
    assert key[-60:] not in repr(trail)


async def test_a_rotated_key_overlaps_with_the_new_one_and_ends_by_itself(
    stocked: Database, clock: ManualClock
) -> None:
    old = await made(stocked, clock)
    clock.advance(1)
    new = await machine_keys.rotate(stocked, "hall-numbers", overlap_h=2, days=1, clock=clock)
    assert [(await known(stocked, key, clock)).why for key in (old, new)] == ["", ""]
    clock.advance(2 * 3600 - 1)
    assert (await known(stocked, old, clock)).why == ""
    clock.advance(1)
    assert [(await known(stocked, key, clock)).why for key in (old, new)] == ["expired", ""]
    clock.advance(22 * 3600)
    assert (await known(stocked, new, clock)).why == "expired"
    states = await machine_keys.keys_of(stocked, "hall-numbers")
    assert [(state.id, state.expires_ms - state.created_ms) for state in states] == [
        (id_of(new), DAY_MS),
        (id_of(old), 2 * HOUR_MS + 1000),
    ]


async def test_after_a_theft_the_older_keys_end_with_the_making_of_the_new_one(
    stocked: Database, clock: ManualClock
) -> None:
    keys = [await made(stocked, clock)]
    keys += [await machine_keys.rotate(stocked, "hall-numbers", clock=clock)]
    keys += [await machine_keys.rotate(stocked, "hall-numbers", overlap_h=0, clock=clock)]
    assert [(await known(stocked, key, clock)).why for key in keys] == ["expired", "expired", ""]


async def test_a_key_is_ended_alone_and_a_closed_machine_ends_all_of_its_own(
    stocked: Database, clock: ManualClock
) -> None:
    first, other = await made(stocked, clock), await made(stocked, clock, "other")
    second = await machine_keys.rotate(stocked, "hall-numbers", clock=clock)
    await machine_keys.end(stocked, "hall-numbers", id_of(first), clock=clock)
    assert [(await known(stocked, key, clock)).why for key in (first, second)] == ["ended", ""]
    await machines.close(stocked, "hall-numbers", clock=clock)
    assert [(await known(stocked, key, clock)).why for key in (first, second, other)] == ["closed", "closed", ""]
    third = await machines.reopen(stocked, "hall-numbers", clock=clock)
    assert [(await known(stocked, key, clock)).why for key in (first, second, third)] == ["ended", "ended", ""]


async def test_the_last_use_is_kept_by_the_hour(stocked: Database, clock: ManualClock) -> None:
    key = await made(stocked, clock)
    seen = []
    for seconds in (0, 60, 3600):
        clock.advance(seconds)
        await machine_keys.note_used(stocked, await known(stocked, key, clock), clock.now_ms())
        seen.append((await known(stocked, key, clock)).used_ms)
    assert seen[0] == seen[1] == clock.now_ms() // HOUR_MS * HOUR_MS - HOUR_MS
    assert seen[2] == seen[0] + HOUR_MS


async def test_a_key_of_one_realm_is_none_in_another(stocked: Database, clock: ManualClock) -> None:
    key = await made(stocked, clock)
    east = stocked.of_realm("east", stocked.keys)
    assert await machine_keys.find(east, id_of(key), clock.now_ms()) is None
    assert await machines.listed(east) == []
    with pytest.raises(NotFound):
        await machines.close(east, "hall-numbers")


Act = Callable[[Database, ManualClock], Awaitable[object]]


def make(name: str = "new", purpose: str = "x", owner: str = "lin", days: int = 1) -> Act:
    return lambda ledger, clock: machines.make(
        ledger, name, purpose=purpose, owner=owner, days=days, by="system:wang", clock=clock
    )


def allow(*operations: str, name: str = "hall-numbers", by: str = "security:li") -> Act:
    return lambda ledger, clock: machines.allow(ledger, name, operations, KNOWN, by=by, clock=clock)


def scope(scope: Scope, name: str = "hall-numbers") -> Act:
    return lambda ledger, clock: machines.set_scope(ledger, name, scope, KNOWN, by="security:li", clock=clock)


def rotate(name: str = "hall-numbers", overlap_h: int = 1, days: int = 1) -> Act:
    return lambda ledger, clock: machine_keys.rotate(ledger, name, clock=clock, overlap_h=overlap_h, days=days)


def end(key: str, name: str = "hall-numbers") -> Act:
    return lambda ledger, clock: machine_keys.end(ledger, name, key, clock=clock)


def end_first_of(owner: str, name: str) -> Act:
    async def ended(ledger: Database, clock: ManualClock) -> None:
        key = (await machine_keys.keys_of(ledger, owner))[0].id
        await machine_keys.end(ledger, name, key, clock=clock)

    return ended


REFUSED: dict[str, tuple[Act, type[Exception], str]] = {
    "a name with a blank": (make("hall numbers"), BadInput, "machine_name"),
    "a name in capitals": (make("HALL"), BadInput, "machine_name"),
    "a name of nul": (make("a\0b"), BadInput, "machine_name"),
    "a long name": (make("x" * 49), BadInput, "machine_name"),
    "a name that is taken": (make("hall-numbers"), BadInput, "taken"),
    "no purpose": (make(purpose="\u3000"), BadInput, "missing"),
    "a long purpose": (make(purpose="x" * 201), BadInput, "length"),
    "an owner that is not there": (make(owner="nobody"), BadInput, "unknown"),
    "an owner who left": (make(owner="gone"), BadInput, "unknown"),
    "a key for ever": (make(days=731), BadInput, "out_of_range"),
    "a key for no day": (rotate(days=0), BadInput, "out_of_range"),
    "an overlap of months": (rotate(overlap_h=721), BadInput, "out_of_range"),
    "an overlap below nothing": (rotate(overlap_h=-1), BadInput, "out_of_range"),
    "a key of no machine": (rotate("nobody"), NotFound, "machine"),
    "a third key": (rotate("siem"), BadInput, "two_keys"),
    "the keys of nobody": (lambda ledger, clock: machine_keys.keys_of(ledger, "nobody"), NotFound, "machine"),
    "the end of a key that is not there": (end("X" * 100), NotFound, "key"),
    "the end of another machine's key": (end_first_of("siem", "hall-numbers"), NotFound, "key"),
    "the end of a key that has ended": (end_first_of("closed", "closed"), BadInput, "ended"),
    "an operation that is not there": (allow("get_nowhere"), BadInput, "not_for_machines"),
    "operations of two roles": (allow("get_audit", "get_sessions"), BadInput, "separate"),
    "a grant to a machine of the own": (allow("get_public", by="system:lin"), NotAllowed, "own_machine"),
    "a grant to nobody": (allow("get_public", name="nobody"), NotFound, "machine"),
    "a place that is not there": (scope(Scope(ScopeKind.SITE, "NOWHERE")), BadInput, "unknown"),
    "a narrow scope with the trail": (scope(PANYU, "siem"), BadInput, "realm_only"),
    "a scope of nobody": (scope(PANYU, "nobody"), NotFound, "machine"),
    "the opening of an open one": (
        lambda ledger, clock: machines.reopen(ledger, "hall-numbers", clock=clock), BadInput, "open",
    ),
    "a key of a closed one": (rotate("closed"), BadInput, "closed"),
}  # fmt: skip


async def test_bad_input_is_refused_in_words_and_changes_nothing(stocked: Database, clock: ManualClock) -> None:
    for name in ("hall-numbers", "siem", "closed"):
        _ = await made(stocked, clock, name)
    await machines.allow(stocked, "siem", ["get_audit"], KNOWN)
    _ = await machine_keys.rotate(stocked, "siem", clock=clock)
    await machines.close(stocked, "closed", clock=clock)
    await staff.create_account(stocked, Account("gone", Role.NONE), "correct horse battery", hasher=PRINTED)
    _ = await staff.set_active(stocked, "gone", active=False)

    async def all_there_is() -> object:
        async with stocked.read() as db:
            keys = [await machine_keys.keys_of(stocked, one) for one in ("hall-numbers", "siem", "closed")]
            return await machines.listed(stocked), keys, len(await audit.trail(db))

    before, met = await all_there_is(), set()
    for what, (act, kind, why) in REFUSED.items():
        with pytest.raises(kind) as refused:
            await act(stocked, clock)
        assert why in str(refused.value), what
        assert await all_there_is() == before, what
        met.add(came_from(refused.value))
    every = places("records/staff/machines.py", "records/staff/machine_keys.py")
    assert sorted(set(every) - met) == [], "each refusal has a row"
