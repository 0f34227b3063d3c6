"""The demonstration's queue engine is killed: it comes back with what it had, a few times, and says so."""

import asyncio
import os
import signal
from pathlib import Path

from redis.exceptions import RedisError

from cloudwindow.engine import STARTS_MAX, kept_running
from runtime.engines import EmbeddedValkey

LIMIT_S = 20.0


async def until_said(said: list[str], times: int) -> None:
    async with asyncio.timeout(LIMIT_S):
        while len(said) < times:
            await asyncio.sleep(0.02)


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
            await until_said(said, times)
            async with valkey.client() as redis:
                assert await redis.get("place") == b"1"
        await kill(valkey)
        await until_said(said, STARTS_MAX + 1)
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
