"""Logins end by time, by sign-out, and everywhere at once; buckets fill by themselves."""

import pytest
from aiohttp import web
from redis.asyncio import Redis

from protocol.errors import NotAllowed, TooManyTries
from protocol.rights import Right, Role
from runtime.clock import ManualClock
from runtime.login import STEP_ERRORS, SignInStep
from runtime.logins import Logins
from runtime.redis_pool import RedisUnreachable, open_redis
from runtime.request_logins import COOKIE, RequestLogins
from runtime.throttle import Limit, Throttle


def new_logins(redis: Redis, clock: ManualClock) -> Logins:
    return Logins(redis, "test", clock, idle_s=600, max_s=3600)


async def test_a_login_is_found_by_its_cookie_and_by_nothing_else(redis: Redis) -> None:
    logins = new_logins(redis, ManualClock())
    cookie, login = await logins.begin("s001", Role.AGENT, "S001", "坐席001")
    found = await logins.find(cookie)
    assert found == login
    assert await logins.find(cookie + "x") is None
    assert await logins.find(login.key) is None
    for key in await redis.keys("*:login:*"):
        kept = await redis.get(key)
        assert isinstance(kept, bytes)
        assert cookie.encode() not in kept
    with pytest.raises(NotAllowed):
        login.demand(Right.WATCH_FLOOR)


@pytest.mark.parametrize(("age_s", "is_over"), [(3599.9, False), (3600, True)])
async def test_a_login_ends_at_its_longest_time_and_not_before(redis: Redis, age_s: float, is_over: bool) -> None:
    clock = ManualClock()
    logins = new_logins(redis, clock)
    (looked, _), (_, renewed) = [await logins.begin("s001", Role.AGENT, "S001", "x") for _ in range(2)]
    clock.advance(age_s)
    assert (await logins.find(looked) is None) is is_over
    assert await logins.renew([renewed.key]) == ({renewed.key} if is_over else set())


async def test_a_login_that_is_used_ends_all_the_same(redis: Redis) -> None:
    clock = ManualClock()
    logins = new_logins(redis, clock)
    cookie, login = await logins.begin("s001", Role.AGENT, "S001", "x")
    clock.advance(1800)
    assert await logins.renew([login.key]) == set()
    clock.advance(1800)
    assert await logins.find(cookie) is None


async def test_an_unused_login_is_kept_for_its_idle_time(redis: Redis) -> None:
    logins = new_logins(redis, ManualClock())
    _, login = await logins.begin("s001", Role.AGENT, "S001", "x")
    left_ms = await redis.pttl(f"cw:{{test}}:login:{login.key}")
    assert 590_000 < left_ms <= 600_000


async def test_signing_out_everywhere_ends_every_login_of_the_account(redis: Redis) -> None:
    logins = new_logins(redis, ManualClock())
    cookies = [(await logins.begin("s001", Role.AGENT, "S001", "x"))[0] for _ in range(3)]
    other, _ = await logins.begin("s002", Role.AGENT, "S002", "y")
    assert len(await logins.end_all("s001")) == 3
    assert [await logins.find(cookie) for cookie in cookies] == [None] * 3
    assert await logins.find(other) is not None


async def test_a_bucket_empties_says_when_and_fills_again(redis: Redis) -> None:
    clock = ManualClock()
    throttle = Throttle(redis, "test", clock)
    limit = Limit("tries", burst=2, per_minute=6)
    for _ in range(2):
        await throttle.spend(limit, "mei")
    with pytest.raises(TooManyTries) as refused:
        await throttle.spend(limit, "mei")
    assert refused.value.params == {"retry_after_s": 10}
    await throttle.spend(limit, "hong")
    clock.advance(10)
    await throttle.spend(limit, "mei")


async def test_a_redis_that_does_not_answer_is_one_clear_line() -> None:
    with pytest.raises(RedisUnreachable) as refused:
        async with open_redis("redis://:secret@127.0.0.1:1/0"):
            pass
    assert "127.0.0.1:1" in str(refused.value)
    assert "secret" not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


async def test_an_address_that_makes_no_sense_is_one_clear_line() -> None:
    with pytest.raises(RedisUnreachable, match="WINDOW_REDIS_URL"):
        async with open_redis("gopher://x"):
            pass


@pytest.mark.parametrize("secure", [True, False])
async def test_the_cookie_is_for_this_site_and_no_script_and_as_long_as_a_login_lives(
    redis: Redis, *, secure: bool
) -> None:
    request_logins = RequestLogins(new_logins(redis, ManualClock()), secure=secure)
    given, taken = web.Response(), web.Response()
    request_logins.set_cookie(given, "value")
    request_logins.clear_cookie(taken)
    both = {"HttpOnly", "Path=/", "SameSite=Lax", *(["Secure"] if secure else [])}
    assert set(given.cookies[COOKIE].OutputString().split("; ")) == both | {"window_login=value", "Max-Age=3600"}
    said = set(taken.cookies[COOKIE].OutputString().split("; "))
    assert said == both | {'window_login=""', "Max-Age=0", "expires=Thu, 01 Jan 1970 00:00:00 GMT"}


@pytest.mark.parametrize("step", SignInStep)
async def test_a_login_with_a_step_missing_has_no_right_and_ends_soon(redis: Redis, step: SignInStep) -> None:
    logins = Logins(redis, "test", ManualClock(), idle_s=3600, max_s=7200)
    cookie, login = await logins.begin("s001", Role.AGENT, "S001", "x", step)
    assert (await logins.find(cookie)) == login
    left_ms = await redis.pttl(f"cw:{{test}}:login:{login.key}")
    longest_ms = 600_000 if step else 3_600_000
    assert longest_ms - 20_000 < left_ms <= longest_ms
    assert login.may(Right.SERVE_CALLS) is not bool(step)
    assert login.may(Right.WATCH_FLOOR) is False
    if step:
        for during in ((), set(SignInStep) - {step}):
            with pytest.raises(STEP_ERRORS[step]):
                login.demand(Right.SERVE_CALLS, *during)
        assert login.demand(Right.SERVE_CALLS, step) is login


async def test_buckets_of_limits_and_people_are_apart_and_can_be_filled_again(redis: Redis) -> None:
    throttle = Throttle(redis, "test", ManualClock())
    one, other = Limit("one", burst=2, per_minute=6), Limit("other", burst=2, per_minute=6)

    async def left(limit: Limit, who: str, using: Throttle = throttle) -> int:
        for tokens in range(9):
            try:
                await using.spend(limit, who)
            except TooManyTries:
                return tokens
        return 9

    assert [await left(limit, who) for limit in (one, other) for who in ("mei", "hong")] == [2, 2, 2, 2]
    await throttle.give_back(one, "mei")
    assert await left(one, "mei", Throttle(redis, "test", ManualClock())) == 1, "all nodes count together"
    await throttle.clear(one, "mei")
    assert [await left(one, "mei"), await left(one, "hong"), await left(other, "mei")] == [2, 0, 0]
    assert await left(one, "mei", Throttle(redis, "elsewhere", ManualClock())) == 2
