"""Guessing is slowed down, and the owner of the account never pays for it."""

from collections.abc import Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from redis.asyncio import Redis

from protocol.errors import BadCredentials, LedgerUnavailable, QueueUnavailable, ServiceError, TooManyTries
from protocol.identity_errors import BadCode
from runtime.clock import ManualClock
from runtime.throttle import CODE, GUESS, SIGN_IN, Throttle
from runtime.tries import COOKIE, Devices, Tries

SECRET = "0" * 64
OWNER, STRANGER, TOWN = "192.0.2.1", "198.51.100.7", "203.0.113.5"


class Browser:
    """A browser at an address, which keeps its device cookie."""

    def __init__(self, tries: Tries, address: str, cookie: str = "") -> None:
        self.tries, self.address, self.cookie = tries, address, cookie

    def request(self) -> web.Request:
        return make_mocked_request(
            "POST", "/sign-in", headers={"X-At": self.address, "Cookie": f"{COOKIE}={self.cookie}"}
        )

    async def tries_a_password(self, account: str, *, right: bool = False) -> bool:
        """Tell whether the password is looked at; the right one signs in."""
        request, response = self.request(), web.Response()
        try:
            await self.tries.spend(request, account)
        except TooManyTries:
            return False
        if right:
            await self.tries.succeeded(request, response, account)
            self.cookie = response.cookies[COOKIE].value
        return True


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def at(redis: Redis, clock: ManualClock) -> Callable[[str], Browser]:
    """Make browsers by their address."""
    tries = Tries(Throttle(redis, "test", clock), Devices(SECRET, clock), lambda request: request.headers["X-At"])
    return lambda address: Browser(tries, address)


@pytest.mark.parametrize("known", [False, True], ids=["an unknown browser", "a known browser"])
async def test_tries_while_the_ledger_is_away_are_no_guesses(at: Callable[[str], Browser], *, known: bool):
    owner = at(OWNER)
    if known:
        assert await owner.tries_a_password("s001", right=True)
    for _ in range(SIGN_IN.burst * 3):
        with pytest.raises(LedgerUnavailable):
            async with owner.tries.spending(owner.request(), "s001"):
                raise LedgerUnavailable
    for _ in range(SIGN_IN.burst):
        with pytest.raises(BadCredentials):
            async with owner.tries.spending(owner.request(), "s001"):
                raise BadCredentials
    assert not await owner.tries_a_password("s001")


async def test_of_guesses_only_the_wrong_ones_stay_counted(redis: Redis, clock: ManualClock):
    throttle = Throttle(redis, "test", clock)

    async def guess(problem: ServiceError | None) -> None:
        async with throttle.guessing(CODE, "somebody"):
            if problem is not None:
                raise problem

    for _ in range(CODE.burst * 2):
        await guess(None)
        for outage in (LedgerUnavailable(), QueueUnavailable()):
            with pytest.raises(type(outage)):
                await guess(outage)
    for _ in range(CODE.burst):
        with pytest.raises(BadCode):
            await guess(BadCode())
    with pytest.raises(TooManyTries):
        await guess(None)


@pytest.mark.parametrize("known", [False, True], ids=["a new browser", "a browser that signed in before"])
async def test_a_stranger_who_guesses_every_second_never_keeps_the_owner_out(
    at: Callable[[str], Browser], clock: ManualClock, *, known: bool
):
    owner, stranger = at(OWNER), at(STRANGER)
    if known:
        assert await owner.tries_a_password("s004", right=True)
    looked_at = 0
    for second in range(900):
        clock.advance(1)
        looked_at += await stranger.tries_a_password("S004 ")
        if second % 60 == 59:
            assert await (owner if known else at(OWNER)).tries_a_password("s004", right=True), second
    assert looked_at <= SIGN_IN.burst + SIGN_IN.per_minute * 15


async def test_guessing_from_many_addresses_is_slow_and_a_known_browser_comes_in_all_the_same(
    at: Callable[[str], Browser], clock: ManualClock
):
    owner = at(OWNER)
    assert await owner.tries_a_password("s004", right=True)
    looked_at = 0
    for second in range(600):
        clock.advance(1)
        looked_at += await at(f"198.51.{second // 200}.{second % 200}").tries_a_password("s004")
    assert looked_at <= GUESS.burst + GUESS.per_minute * 10
    assert await owner.tries_a_password("s004", right=True)
    assert await at(TOWN).tries_a_password("s005", right=True)  # another account is not touched


async def test_a_right_password_forgets_the_wrong_ones_before_it(at: Callable[[str], Browser]):
    clumsy = at(OWNER)
    for _ in range(3):
        for _ in range(SIGN_IN.burst - 1):
            assert await clumsy.tries_a_password("s004")
        assert await clumsy.tries_a_password("s004", right=True)


async def test_a_known_browser_may_not_guess_for_ever(at: Callable[[str], Browser]):
    owner = at(OWNER)
    assert await owner.tries_a_password("s004", right=True)
    assert [await owner.tries_a_password("s004") for _ in range(7)] == [True] * 5 + [False] * 2


async def test_a_town_behind_one_address_starts_its_day(at: Callable[[str], Browser]):
    """Sixty seats sign in at once at 8:59, each after a slip of the finger; browsers are new."""
    for seat in range(60):
        browser = at(TOWN)
        assert await browser.tries_a_password(f"s{seat:03}")
        assert await browser.tries_a_password(f"s{seat:03}", right=True)


async def test_a_device_cookie_that_is_forged_old_or_another_account_s_is_a_stranger_s(
    at: Callable[[str], Browser], clock: ManualClock
):
    owner = at(OWNER)
    assert await owner.tries_a_password("s004", right=True)
    tries = owner.tries
    assert tries.is_known(owner.request(), "S004")
    assert not tries.is_known(owner.request(), "s005")
    assert not tries.is_known(Browser(tries, OWNER, owner.cookie[:-2] + "xx").request(), "s004")
    clock.advance(181 * 24 * 3600)
    assert not tries.is_known(owner.request(), "s004")
