"""A task that is cancelled in a transaction, at whichever await: no error is logged, and the ledger goes on."""

import asyncio
import logging
from collections.abc import Coroutine, Generator
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from records.database import Database

WAITS_LEAST = 3
"""A transaction begins, does something and ends."""


class CancelledAt:
    """Awaits `work` and cancels the task that does so while it waits for the `number`th time, from 1."""

    def __init__(self, work: Coroutine[Any, Any, None], number: int) -> None:
        self._work, self._number = work, number
        self.waits = 0

    def __await__(self) -> Generator[Any, Any, None]:
        task = asyncio.current_task()
        assert task is not None
        steps = self._work.__await__()
        sent: Any = None
        thrown: BaseException | None = None
        while True:
            try:
                waited_for = steps.send(sent) if thrown is None else steps.throw(thrown)
            except StopIteration:
                return
            self.waits += 1
            if self.waits == self._number:
                asyncio.get_running_loop().call_soon(task.cancel)
            sent, thrown = None, None
            try:
                sent = yield waited_for
            except BaseException as problem:  # noqa: BLE001 - it is the work's
                thrown = problem


async def adds(ledger: Database, name: str) -> None:
    async with ledger.begin() as db:
        await db.execute(text(f"INSERT INTO settings (realm, name, value) VALUES ('window', '{name}', '1')"))


async def looks(ledger: Database, name: str) -> None:
    async with ledger.read() as db:
        _ = await db.scalar(text("SELECT value FROM settings WHERE name = :name"), {"name": name})


@pytest.mark.parametrize("work", [adds, looks], ids=["writes", "reads"])
async def test_a_transaction_that_is_cancelled_while_it_waits_is_calm_and_leaves_the_ledger_usable(
    ledger: Database, caplog: pytest.LogCaptureFixture, work: Any
) -> None:
    waits = 0
    for number in count(1):
        waiting = CancelledAt(work(ledger, f"at{number}"), number)

        async def wait(waiting: CancelledAt = waiting) -> None:
            await waiting

        with suppress(asyncio.CancelledError):
            await asyncio.create_task(wait())
        await adds(ledger, f"after{number}")
        if waiting.waits < number:  # it was through before
            break
        waits = number
    assert waits >= WAITS_LEAST
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    async with ledger.read() as db:
        found = set(await db.scalars(text("SELECT name FROM settings WHERE name LIKE 'after%'")))
    assert found == {f"after{number}" for number in range(1, waits + 2)}
