"""Checking passwords is dear: a flood of it is refused in words and holds up nothing else."""

import asyncio
import threading

import pytest

from protocol.errors import Busy
from records.staff import hashing
from records.staff.hashing import PRINTED, Pool, hashed, matches
from tests.support.patience import until


async def test_a_flood_is_refused_files_are_read_and_those_who_are_known_still_wait_in_line():
    pool, open_ = Pool(at_once=2, strangers=4, most=6), threading.Event()
    line = [asyncio.create_task(pool.run(open_.wait, is_known=False)) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as refused:
        await pool.run(open_.wait, is_known=False)
    assert refused.value.params["retry_after_s"] == hashing.RETRY_AFTER_S
    known = [asyncio.create_task(pool.run(open_.wait, is_known=True)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await pool.run(open_.wait, is_known=True)
    assert await asyncio.to_thread(lambda: "a file") == "a file"  # the default pool is free
    line[0].cancel()  # who no longer waits still counts until the work is done: threads cannot be stopped
    open_.set()
    await asyncio.gather(*line[1:], *known)
    assert await until(lambda: is_served(pool))


async def is_served(pool: Pool) -> bool:
    """Tell whether a stranger's work is taken."""
    try:
        return await pool.run(lambda: True, is_known=False)
    except Busy:
        return False


async def test_a_name_that_nobody_has_costs_a_whole_check():
    kept = await hashed("correct horse battery", PRINTED)
    assert await matches(kept, "correct horse battery")
    assert not await matches(kept, "another")
    assert not await matches("", "nobody")  # the password of nobody's hash opens nothing
    assert hashing._nobodys(hashing.HASHER).startswith("$argon2id$v=19$m=65536,t=3,")
