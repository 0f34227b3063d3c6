"""Tasks end with their owner, and a failure is logged once and does not stop the next turn."""

import asyncio
import logging

import pytest

from runtime.lifecycle import Tasks
from tests.support.patience import PATIENCE_S


async def test_nothing_is_left_running_when_the_owner_closes() -> None:
    tasks, ended = Tasks(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    _ = tasks.start("work", work())
    await asyncio.sleep(0)
    await tasks.close()
    assert ended.is_set()
    assert len(tasks) == 0
    with pytest.raises(RuntimeError):
        _ = tasks.start("late", work())


async def test_a_turn_that_fails_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    tasks, again = Tasks(), asyncio.Event()
    turns: list[int] = []

    async def work() -> None:
        turns.append(1)
        if len(turns) > 1:
            again.set()
        raise ValueError("once")

    with caplog.at_level(logging.ERROR):
        tasks.every("work", 0, work)
        async with asyncio.timeout(PATIENCE_S):
            await again.wait()
    await tasks.close()
    assert caplog.records[0].message == "task_failed"
