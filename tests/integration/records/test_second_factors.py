"""A code lets somebody in once, and is used up with the login that it begins, or not at all."""

import asyncio
from collections.abc import AsyncIterator

import pyotp
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from sqlalchemy import select

from protocol.errors import QueueUnavailable
from protocol.identity_errors import BadCode
from protocol.rights import Role
from records import audit
from records.database import Database
from records.staff import accounts as staff
from records.staff.accounts import Account
from records.staff.factors import STEP_S, Factors
from records.staff.logins import LoginRegister
from records.tables.seats import RecoveryCodeRow
from runtime.clock import ManualClock
from runtime.login import Login, SignInStep
from runtime.logins import Logins
from runtime.redis_pool import connect
from runtime.sealing import Sealing

PASSWORD = "correct horse battery"


def new_logins(redis: Redis, ledger: Database, clock: ManualClock) -> Logins:
    register = LoginRegister(ledger)
    return Logins(redis, "test", clock, idle_s=600, max_s=3600, register=register, factor_roles={Role.AUDITOR})


@pytest.fixture
def logins(redis: Redis, ledger: Database, clock: ManualClock) -> Logins:
    return new_logins(redis, ledger, clock)


@pytest_asyncio.fixture
async def away(ledger: Database, clock: ManualClock) -> AsyncIterator[Logins]:
    """The logins while Redis is away."""
    nowhere = connect("redis://127.0.0.1:1")
    yield new_logins(nowhere, ledger, clock)
    await nowhere.aclose()


@pytest_asyncio.fixture
async def factors(ledger: Database, clock: ManualClock) -> Factors:
    """The factors of an installation with an auditor, who needs one."""
    await staff.create_account(ledger, Account("zhao", Role.AUDITOR, "", "赵"), PASSWORD)
    return Factors(ledger, clock, Sealing("second-factor", bytes(32)))


async def waiting_for(step: SignInStep, ledger: Database, logins: Logins) -> Login:
    """Sign in by the password; the step is what is missing then."""
    _, login = await staff.sign_in(ledger, logins, "zhao", PASSWORD)
    assert login.step is step
    return login


async def code_of(factors: Factors, clock: ManualClock, secret: str = "") -> str:
    """Return the telephone's code of now."""
    key = secret or pyotp.parse_uri(await factors.begin("zhao")).secret
    return pyotp.TOTP(key).generate_otp(clock.now_ms() // 1000 // STEP_S)


async def test_where_the_login_cannot_begin_no_code_is_used_up(
    factors: Factors, ledger: Database, logins: Logins, away: Logins, clock: ManualClock
):
    secret = pyotp.parse_uri(await factors.begin("zhao")).secret
    first = await waiting_for(SignInStep.FACTOR, ledger, logins)
    code = await code_of(factors, clock, secret)
    with pytest.raises(QueueUnavailable):
        await factors.confirm(away, first, code)
    recovery, cookie, begun = await factors.confirm(logins, first, code)  # they are shown once, so not for nothing
    assert (await logins.find(cookie), begun.step) == (begun, SignInStep.NONE)

    _ = clock.advance(STEP_S)
    for said in (recovery[0], await code_of(factors, clock, secret)):
        login = await waiting_for(SignInStep.CODE, ledger, logins)
        with pytest.raises(QueueUnavailable):
            await factors.go_on(away, login, said)
        cookie, begun = await factors.go_on(logins, login, said)
        assert await logins.find(cookie) == begun
    async with ledger.read() as db:
        acts = [one.action for one in await audit.trail(db, subject="zhao")]
    assert (acts.count("factor.confirmed"), acts.count("factor.recovery_code_used")) == (1, 1)


async def test_of_two_who_use_one_code_at_once_one_gets_in(
    factors: Factors, ledger: Database, logins: Logins, clock: ManualClock
):
    secret = pyotp.parse_uri(await factors.begin("zhao")).secret
    first = await waiting_for(SignInStep.FACTOR, ledger, logins)
    recovery, *_ = await factors.confirm(logins, first, await code_of(factors, clock, secret))
    _ = clock.advance(STEP_S)
    for said in (recovery[0], await code_of(factors, clock, secret)):
        both = [await waiting_for(SignInStep.CODE, ledger, logins) for _ in range(2)]
        tried = await asyncio.gather(*(factors.go_on(logins, one, said) for one in both), return_exceptions=True)
        refused = [one for one in tried if isinstance(one, BadCode)]
        assert (len(refused), sum(isinstance(one, tuple) for one in tried)) == (1, 1), tried


async def test_what_opened_before_a_reset_opens_nothing_beside_the_factor_after_it(
    factors: Factors, ledger: Database, logins: Logins, clock: ManualClock
):
    recovery: list[list[str]] = []
    for _ in range(2):
        _ = await factors.reset("zhao") if recovery else []
        secret = pyotp.parse_uri(await factors.begin("zhao")).secret
        first = await waiting_for(SignInStep.FACTOR, ledger, logins)
        recovery.append((await factors.confirm(logins, first, await code_of(factors, clock, secret)))[0])
        _ = clock.advance(STEP_S)
    await factors.prove("zhao", recovery[1][0])
    for used in (recovery[0][0], recovery[1][0]):
        with pytest.raises(BadCode):
            await factors.prove("zhao", used)
    _ = await factors.reset("zhao")
    async with ledger.read() as db:
        assert (await db.scalars(select(RecoveryCodeRow))).all() == []
