"""Each place in the ledger's rules about staff and booths that refuses is met by a row here, and changes nothing."""

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadCredentials, ServiceError
from protocol.rights import Role
from protocol.scopes import EVERYWHERE, Scope, ScopeKind
from records.catalogue.directory import Directory
from records.database import Database
from records.scopes import check_seat
from records.staff import accounts as staff
from records.staff import badges, booths, grants
from records.staff.accounts import Account
from records.staff.factors import Factors
from records.staff.hashing import PRINTED
from records.tables.places import BoothRow
from records.tables.seats import AccountRow, RecoveryCodeRow
from runtime.clock import ManualClock
from runtime.login import Login, SignInStep
from runtime.logins import Logins
from runtime.sealing import Sealing
from tests.support.device import Device
from tests.support.installed import PASSWORD
from tests.support.refusals import came_from, places

MODULES: Final = (
    *(f"records/staff/{name}.py" for name in ("accounts", "badges", "booths", "factors", "grants", "passwords")),
    "records/scopes.py",
)
NOWHERE: Final = Scope(ScopeKind.DISTRICT, "nowhere")
BOOTH: Final = "HD-TB-01"
KEY: Final = Device().key
BY: Final = "security:li"


class Overtaken(Database):
    """A ledger where the password of s004 changes just before each transaction."""

    other: Database

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        _ = await staff.set_password(self.other, "s004", "quite another long one", hasher=PRINTED)
        async with super().begin() as db:
            yield db


@dataclasses.dataclass
class Ledger:
    """A ledger with an agent s004, an account without a role, a security officer, one with a factor, and a code."""

    database: Database
    logins: Logins
    factors: Factors
    stranger: Factors
    directory: Directory
    login: Login
    code: str
    clock: ManualClock


Row = Callable[[Ledger], Awaitable[object]]


async def _seat(ledger: Ledger) -> None:
    check_seat(ledger.directory, NOWHERE, "S004")


def _creates(account: Account, password: str = PASSWORD) -> Row:
    return lambda at: staff.create_account(at.database, account, password, hasher=PRINTED)


ROWS: Final[Sequence[Row]] = (
    *(
        _creates(account)
        for account in (
            Account("", Role.NONE),
            Account("n" * 65, Role.NONE),
            Account("a\nb", Role.NONE),
            Account("new", Role.AGENT),
            Account("s004", Role.NONE),
            Account("new", Role.AGENT, "S999"),
            Account("new", Role.NONE, staff_number="1" * 33),
            Account("new", Role.NONE, staff_number="1\n"),
            Account("new", Role.NONE, department="nowhere"),
            Account("new", Role.SUPERVISOR, scope=NOWHERE),
        )
    ),
    *(
        _creates(Account("newcomer", Role.NONE), text)
        for text in ("short", "x" * 300, "newcomer-newcomer", "1234567890")
    ),
    lambda at: staff.verify(at.database, "s004", "not the password"),
    lambda at: staff.go_on(at.database, at.logins, replace(at.login, account="gone")),
    lambda at: staff.change_password(at.database, at.logins, at.login, PASSWORD, PASSWORD),
    lambda at: staff.set_active(at.database, "nobody", active=False),
    lambda at: grants.grant(at.database, "s004", Role.SUPERVISOR, by=BY),
    lambda at: grants.grant(at.database, "mo", Role.NONE, by=BY),
    lambda at: grants.grant(at.database, "mo", Role.AGENT, by=BY),
    lambda at: grants.grant(at.database, "mo", Role.AGENT, by=BY, seat="S999"),
    lambda at: grants.revoke(at.database, "mo", by=BY),
    lambda at: grants.revoke(at.database, "nobody", by=BY),
    lambda at: grants.revoke(at.database, "li", by=BY),
    lambda at: grants.grant(at.database, "li", Role.SYSTEM, by=BY),
    lambda at: grants.set_scope(at.database, "li", EVERYWHERE, by=BY),
    lambda at: grants.set_scope(at.database, "s004", NOWHERE, by=BY),
    lambda at: badges.describe(at.database, "nobody", by=BY),
    *(
        lambda at, name=name: badges.describe(at.database, "s004", display_name=name, by=BY)
        for name in (" ", "x" * 101, "a\nb")
    ),
    lambda at: at.factors.begin("zhao"),
    lambda at: at.factors.begin("nobody"),
    lambda at: at.factors.confirm(at.logins, at.login, "000000"),
    lambda at: at.factors.confirm(at.logins, replace(at.login, account="zhao"), "000000"),
    lambda at: at.factors.prove("s004", "000000"),
    lambda at: at.factors.prove("zhao", "000000"),
    lambda at: at.factors.prove("zhao", "AAAA-AAAA-AA"),
    lambda at: at.stranger.prove("zhao", "000000"),
    lambda at: at.factors.reset("zhao", by="auditor:zhao"),
    lambda at: at.factors.reset("s004", by=BY),
    lambda at: booths.new_code(at.database, "nowhere"),
    lambda at: booths.enrol(at.database, "ABCD", KEY),
    lambda at: booths.enrol(at.database, "AAAA-AAAA", KEY),
    lambda at: booths.enrol(at.database, at.code, "no key", clock=at.clock),
    lambda at: booths.bind(at.database, "no token", KEY),
    lambda at: booths.stop(at.database, "nowhere"),
    lambda at: booths.find(at.database, "nowhere"),
    _seat,
)


async def kept(database: Database) -> list[str]:
    """Return all that is kept of staff and booths."""
    found: list[str] = []
    async with database.read() as db:
        for kind in (AccountRow, BoothRow, RecoveryCodeRow):
            columns = [column.key for column in kind.__table__.columns]
            found += [str([getattr(row, name) for name in columns]) for row in await db.scalars(select(kind))]
    return sorted(found)


async def test_each_refusal_about_staff_and_booths_is_met_and_changes_nothing(
    stocked: Database, directory: Directory, redis: Redis, clock: ManualClock
) -> None:
    logins = Logins(redis, "test", clock, idle_s=600, max_s=3600)
    factors, stranger = (Factors(stocked, clock, Sealing("second-factor", key)) for key in (b"1" * 32, b"2" * 32))
    for account in (
        Account("s004", Role.AGENT, "S004", "坐席004"),
        Account("mo", Role.NONE),
        Account("li", Role.SECURITY),
        Account("zhao", Role.AUDITOR),
    ):
        _ = await staff.create_account(stocked, account, PASSWORD, hasher=PRINTED)
    _ = await factors.begin("zhao")
    async with stocked.begin() as db:
        row = await db.get(AccountRow, "zhao")
        assert row is not None
        row.factor_ms = 1
    _, login = await logins.begin("s004", Role.AGENT, "S004", "坐席004", SignInStep.NONE)
    code = await booths.new_code(stocked, BOOTH, clock=clock)
    ledger = Ledger(stocked, logins, factors, stranger, directory, login, code, clock)
    before, met = await kept(stocked), set()
    for number, refused in enumerate(ROWS):
        with pytest.raises(ServiceError) as caught:
            pytest.fail(f"row {number} was not refused: {await refused(ledger)}")
        met.add(came_from(caught.value))
        assert await kept(stocked) == before, f"row {number} left something behind"
    overtaken = Overtaken(stocked.url, stocked.keys)
    overtaken.other = stocked
    with pytest.raises(BadCredentials) as caught:
        _ = await staff.sign_in(overtaken, logins, "s004", PASSWORD)
    await overtaken.close()
    met.add(came_from(caught.value))
    assert sorted(set(places(*MODULES)) - met) == [], "each refusal has a row"
