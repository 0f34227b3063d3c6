"""The steps of a sign-in after the password, at plain forms: a code, a password of one's own, a second factor."""

import re

import pyotp
import pytest
import pytest_asyncio
from aiohttp import ClientResponse, web

from protocol.errors import NotAllowed
from protocol.rights import Role
from records import audit
from records.database import Database
from records.staff.accounts import Account, create_account
from records.staff.factors import Factors
from runtime.clock import ManualClock
from runtime.sealing import Sealing
from tests.integration.seat_console.conftest import Browser
from tests.integration.seat_console.test_sign_in import csrf
from tests.support.installed import PASSWORD

SEE_OTHER = web.HTTPSeeOther.status_code
NEW = "another long one"


async def send(browser: Browser, path: str, **fields: str) -> ClientResponse:
    """Send a page's form."""
    page = await browser.look(path)
    return await browser.post(path, data={"csrf": csrf(page), **fields}, allow_redirects=False)


async def sign_out(browser: Browser, path: str) -> None:
    answer = await browser.post("/sign-out", data={"csrf": csrf(await browser.look(path))}, allow_redirects=False)
    assert answer.headers["Location"] == "/sign-in"


def key_on(page: str) -> str:
    """Return the key that a page shows beside the picture to scan."""
    assert "data:image/svg+xml" in page
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    return found[1].replace(" ", "")


def code(key: str, clock: ManualClock) -> str:
    return pyotp.TOTP(key).generate_otp(clock.now_ms() // 30_000)


@pytest_asyncio.fixture
async def auditor(browser: Browser, database: Database) -> Browser:
    """An auditor, whose role needs a factor, with a first password that the administrator set."""
    await create_account(database, Account("zhao", Role.AUDITOR, "", "赵"), PASSWORD, must_change=True)
    return browser


async def enrolled(browser: Browser, clock: ManualClock) -> tuple[str, list[str]]:
    """Sign in for the first time; return the key of the codes and the recovery codes."""
    assert (await browser.sign_in("zhao")).headers["Location"] == "/password"
    for path in ("/second-factor", "/sign-in/code", "/records"):
        assert await browser.leads(path) == "/password", "nothing else before the first step is made"
    answer = await send(browser, "/password", old=PASSWORD, new=NEW, again=NEW)
    assert answer.headers["Location"] == "/second-factor"
    key = key_on(await browser.look("/second-factor"))
    assert key_on(await browser.look("/second-factor")) == key
    assert (await send(browser, "/second-factor", code="000000")).status == 401
    answer = await send(browser, "/second-factor", code=code(key, clock))
    codes = re.findall(r"<li>([0-9A-Z-]{11})</li>", await answer.text())
    assert len(codes) == 10
    assert "请现在就抄下来" in await answer.text()
    await sign_out(browser, "/password")
    return key, codes


async def test_the_first_sign_in_of_an_administrator_is_made_step_by_step(auditor, clock, database):
    key, codes = await enrolled(auditor, clock)
    assert (await auditor.sign_in("zhao")).status == 401, "the first password is over"
    assert (await auditor.sign_in("zhao", NEW)).headers["Location"] == "/sign-in/code"
    for path in ("/password", "/second-factor", "/records"):
        assert await auditor.leads(path) == "/sign-in/code"
    used = code(key, clock)
    assert (await send(auditor, "/sign-in/code", code=used)).status == 401, "no code works twice"
    clock.advance(30)
    fresh = code(key, clock)
    assert (await send(auditor, "/sign-in/code", code=fresh)).headers["Location"] == "/audit"
    assert "已经设好" in await auditor.look("/second-factor")
    await sign_out(auditor, "/password")

    for said, works in ((codes[0].lower().replace("-", " "), True), (codes[0], False)):
        clock.advance(60)
        await auditor.sign_in("zhao", NEW)
        answer = await send(auditor, "/sign-in/code", code=said)
        assert (answer.status == SEE_OTHER) is works, "a recovery code works once"
        if works:
            await sign_out(auditor, "/password")
    async with database.read() as db:
        actions = [one.action for one in await audit.trail(db, subject="zhao")]
    assert {"factor.recovery_code_used", "factor.confirmed", "account.password_changed"} < set(actions)


async def test_codes_are_tried_few_times_and_a_reset_ends_the_factor(auditor, clock, database):
    key, _ = await enrolled(auditor, clock)
    clock.advance(600)
    await auditor.sign_in("zhao", NEW)
    statuses = [(await send(auditor, "/sign-in/code", code="000000")).status for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    right = await send(auditor, "/sign-in/code", code=code(key, clock))
    assert right.status == 429, "not even the right one goes through"

    factors = Factors(database, clock, Sealing("second-factor", bytes(32)))
    with pytest.raises(NotAllowed):  # nobody takes the own factor away
        await factors.reset("zhao", by="auditor:zhao")
    clock.advance(600)
    assert (await auditor.sign_in("zhao", NEW)).headers["Location"] == "/sign-in/code"
    await factors.reset("zhao", by="security:li")
    clock.advance(600)
    assert (await auditor.sign_in("zhao", NEW)).headers["Location"] == "/second-factor"
    assert key_on(await auditor.look("/second-factor")) != key
