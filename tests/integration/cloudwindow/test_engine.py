"""The demonstration's queue engine is killed: it comes back with what it had, a few times, and says so."""

import os
import signal
from pathlib import Path

from redis.exceptions import RedisError

from cloudwindow.engine import STARTS_MAX, kept_running
from runtime.engines import EmbeddedValkey
from tests.support.patience import until


async def kill(valkey: EmbeddedValkey) -> None:
    async with valkey.client() as redis:
        os.kill(int((await redis.info("server"))["process_id"]), signal.SIGKILL)


async def test_a_killed_engine_comes_back_with_its_data_until_it_was_killed_too_often(tmp_path: Path) -> None:
    said: list[str] = []
    async with EmbeddedValkey(tmp_path, appendfsync="always") as valkey, kept_running(valkey, said.append):
        async with valkey.client() as redis:
            _ = await redis.set("place", "1")
        for times in range(1, STARTS_MAX + 1):
            await kill(valkey)
            await until(lambda: len(said) >= times)  # noqa: B023 (asked at once)
            async with valkey.client() as redis:
                assert await redis.get("place") == b"1"
        await kill(valkey)
        await until(lambda: len(said) > STARTS_MAX)
        assert ["started again with the same data" in one for one in said] == [True] * STARTS_MAX + [False]
        assert not valkey.is_running


async def test_an_engine_that_is_stopped_in_order_stays_so(tmp_path: Path) -> None:
    said: list[str] = []
    async with EmbeddedValkey(tmp_path) as valkey:
        async with kept_running(valkey, said.append):
            pass
        await valkey.stop()
        async with valkey.client() as redis:
            try:
                _ = await redis.ping()
            except (RedisError, OSError):
                return
    raise AssertionError(said)
