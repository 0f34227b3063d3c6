"""What Redis forgets of a login the ledger knows: nobody is signed out by a loss, and nobody is signed in by one."""

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from sqlalchemy import select

from protocol.errors import LedgerUnavailable
from protocol.rights import Role
from records.database import Database
from records.staff import accounts as staff
from records.staff.accounts import Account
from records.staff.hashing import PRINTED
from records.staff.logins import LoginRegister
from records.tables.seats import LoginRow
from runtime.clock import ManualClock
from runtime.logins import NOTED_AT, Logins

IDLE_S, MAX_S = 600, 3600
PASSWORD = "correct horse battery"


def new_logins(redis: Redis, database: Database, clock: ManualClock) -> Logins:
    register = LoginRegister(database)
    return Logins(redis, "test", clock, idle_s=IDLE_S, max_s=MAX_S, register=register)


@pytest_asyncio.fixture
async def logins(redis: Redis, stocked: Database, clock: ManualClock) -> Logins:
    """The logins of an installation in which s004 has an account."""
    await staff.create_account(stocked, Account("s004", Role.AGENT, "S004", "坐席004"), PASSWORD, hasher=PRINTED)
    return new_logins(redis, stocked, clock)


async def signed_in(logins: Logins) -> str:
    cookie, _ = await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    return cookie


async def test_a_login_outlives_redis_with_all_that_open_pages_hold(logins: Logins, redis: Redis):
    cookie, login = await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    await redis.flushall()
    found = await logins.find(cookie)
    assert found is not None
    assert (found.account, found.role, found.seat, found.csrf) == ("s004", Role.AGENT, "S004", login.csrf)
    assert await logins.end_all("s004") == [login.key]
    assert await logins.find(cookie) is None


async def test_a_page_that_is_open_keeps_its_login_through_a_loss(logins: Logins, redis: Redis):
    cookie, login = await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    await redis.flushall()
    assert await logins.renew([login.key, "unknown"]) == {"unknown"}
    found = await logins.find(cookie)
    assert found is not None
    assert found.csrf == login.csrf


@pytest.mark.parametrize("everywhere", [False, True])
async def test_who_signed_out_stays_out(logins: Logins, redis: Redis, everywhere: bool):
    cookie, login = await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    await (logins.end_all("s004") if everywhere else logins.end(login))
    assert await logins.find(cookie) is None
    await redis.flushall()
    assert await logins.find(cookie) is None


async def test_who_signed_out_while_the_ledger_was_away_stays_out(logins: Logins, redis: Redis, clock: ManualClock):
    cookie, login = await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    await new_logins(redis, away, clock).end(login)
    await away.close()
    assert await logins.find(cookie) is None
    await logins.catch_up()
    await redis.flushall()
    assert await logins.find(cookie) is None


async def test_a_new_password_or_a_closed_account_ends_what_a_loss_could_bring_back(
    logins: Logins, redis: Redis, stocked: Database
):
    cookie = await signed_in(logins)
    await staff.set_password(stocked, "s004", "another long one")
    await redis.flushall()
    assert await logins.find(cookie) is None
    newer = await signed_in(logins)
    await staff.set_active(stocked, "s004", active=False)
    await redis.flushall()
    assert await logins.find(newer) is None


async def test_what_ended_a_login_while_redis_was_not_told_ends_it_when_its_use_is_next_noted(
    logins: Logins, redis: Redis, stocked: Database, clock: ManualClock
):
    cookie, login = await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    assert await staff.set_password(stocked, "s004", "another long one") == [login.key]
    clock.advance(IDLE_S * NOTED_AT)
    assert await logins.renew([login.key]) == {login.key}
    assert await logins.find(cookie) is None
    await redis.flushall()
    assert await logins.find(cookie) is None


async def test_a_page_of_a_closed_account_is_refused_when_its_use_is_next_noted(
    logins: Logins, stocked: Database, clock: ManualClock
):
    cookie = await signed_in(logins)
    await staff.set_active(stocked, "s004", active=False)
    clock.advance(IDLE_S * NOTED_AT)
    assert await logins.find(cookie) is None
    assert await logins.find(cookie) is None


async def test_a_login_goes_on_when_all_others_of_its_account_end(logins: Logins, redis: Redis, stocked: Database):
    mine, login = await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    others = [await logins.begin("s004", Role.AGENT, "S004", "坐席004") for _ in range(2)]
    keys = await staff.change_password(stocked, logins, login, PASSWORD, "another long one")
    assert sorted(keys) == sorted(other.key for _, other in others)
    assert [await logins.find(cookie) for cookie, _ in others] == [None, None]
    await redis.flushall()
    assert [await logins.find(cookie) for cookie, _ in others] == [None, None]
    assert await logins.find(mine) is not None


async def test_a_login_that_was_too_old_or_long_unused_does_not_come_back(
    logins: Logins, redis: Redis, clock: ManualClock
):
    unused, (used, login) = await signed_in(logins), await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    for _ in range(3):
        clock.advance(IDLE_S / 3 + 1)
        assert await logins.renew([login.key]) == set()
    await redis.flushall()
    assert await logins.find(unused) is None
    assert await logins.find(used) is not None
    clock.advance(MAX_S - IDLE_S)
    await redis.flushall()
    assert await logins.find(used) is None


async def test_without_ledger_and_memory_nobody_is_sent_away_and_nobody_let_in(
    logins: Logins, redis: Redis, clock: ManualClock
):
    cookie, login = await logins.begin("s004", Role.AGENT, "S004", "坐席004")
    await redis.flushall()
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    blind = new_logins(redis, away, clock)
    assert await blind.renew([login.key]) == set()
    with pytest.raises(LedgerUnavailable):
        await blind.find(cookie)
    await away.close()


async def test_a_new_login_forgets_those_of_its_account_that_have_had_their_longest_time(ledger: Database) -> None:
    register = LoginRegister(ledger)
    await register.enter("other", "s002", 0, 1000)
    for key, now_ms, left in (("a", 0, "a"), ("b", 1000, "a b"), ("c", 1001, "b c"), ("d", 2001, "c d")):
        await register.enter(key, "s001", now_ms, 1000)
        async with ledger.read() as db:
            found = sorted(await db.scalars(select(LoginRow.key).where(LoginRow.key != "other")))
        assert found == left.split(), now_ms
    async with ledger.read() as db:
        assert "other" in (await db.scalars(select(LoginRow.key))).all()
