"""Logins end by time, by sign-out, and everywhere at once; buckets fill by themselves."""

import pytest
from redis.asyncio import Redis

from protocol.errors import NotAllowed, TooManyTries
from protocol.rights import Right, Role
from runtime.clock import ManualClock
from runtime.logins import Logins
from runtime.redis_pool import RedisUnreachable, open_redis
from runtime.throttle import Limit, Throttle


def logins(redis: Redis, clock: ManualClock) -> Logins:
    return Logins(redis, "test", clock, idle_s=600, max_s=3600)


async def test_a_login_is_found_by_its_cookie_and_by_nothing_else(redis: Redis) -> None:
    its = logins(redis, ManualClock())
    cookie, login = await its.begin("s001", Role.AGENT, "S001", "坐席001")
    found = await its.find(cookie)
    assert found == login
    assert await its.find(cookie + "x") is None
    assert await its.find(login.key) is None
    for key in await redis.keys("*:login:*"):
        kept = await redis.get(key)
        assert isinstance(kept, bytes)
        assert cookie.encode() not in kept
    with pytest.raises(NotAllowed):
        login.demand(Right.WATCH_FLOOR)


async def test_a_login_ends_after_its_longest_time_however_busy(redis: Redis) -> None:
    clock = ManualClock()
    its = logins(redis, clock)
    cookie, login = await its.begin("s001", Role.AGENT, "S001", "x")
    clock.advance(3599)
    assert await its.renew([login.key]) == set()
    clock.advance(2)
    assert await its.renew([login.key]) == {login.key}
    assert await its.find(cookie) is None


async def test_an_unused_login_is_kept_for_its_idle_time(redis: Redis) -> None:
    its = logins(redis, ManualClock())
    _, login = await its.begin("s001", Role.AGENT, "S001", "x")
    left_ms = await redis.pttl(f"cw:{{test}}:login:{login.key}")
    assert 590_000 < left_ms <= 600_000


async def test_signing_out_everywhere_ends_every_login_of_the_account(redis: Redis) -> None:
    its = logins(redis, ManualClock())
    cookies = [(await its.begin("s001", Role.AGENT, "S001", "x"))[0] for _ in range(3)]
    other, _ = await its.begin("s002", Role.AGENT, "S002", "y")
    assert len(await its.end_all("s001")) == 3
    assert [await its.find(cookie) for cookie in cookies] == [None] * 3
    assert await its.find(other) is not None


async def test_a_bucket_empties_says_when_and_fills_again(redis: Redis) -> None:
    clock = ManualClock()
    its = Throttle(redis, "test", clock)
    limit = Limit("tries", burst=2, per_minute=6)
    for _ in range(2):
        await its.spend(limit, "mei")
    with pytest.raises(TooManyTries) as refused:
        await its.spend(limit, "mei")
    assert refused.value.params == {"retry_after_s": 10}
    await its.spend(limit, "hong")
    clock.advance(10)
    await its.spend(limit, "mei")


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
