"""What must go on record waits for the ledger in Redis, so much and no more, and is written once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from protocol.errors import LedgerUnavailable
from records import audit
from records.database import Database
from runtime.clock import ManualClock
from signaling import trail as trails
from signaling.keys import Keys
from signaling.trail import Trail

WHO = "agent:s004"
ACT = "document.viewed"
KEYS = Keys("window")


@pytest_asyncio.fixture
async def database(sqlite_ledger: str) -> AsyncIterator[Database]:
    found = Database(sqlite_ledger)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def blind(redis: Redis, clock: ManualClock) -> AsyncIterator[Trail]:
    """The trail of a node whose ledger does not answer."""
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    yield Trail(away, redis, KEYS, clock)
    await away.close()


async def seen(database: Database) -> list[str]:
    async with database.read() as db:
        return [entry.subject for entry in reversed(await audit.trail(db, actor=WHO))]


async def test_looks_that_waited_for_the_ledger_are_on_the_trail_once_whoever_writes_them(
    blind: Trail, database: Database, redis: Redis, clock: ManualClock
) -> None:
    for number in range(20):
        await blind.note(WHO, ACT, f"d{number}")
    nodes = [Trail(database, redis, KEYS, clock) for _ in range(4)]
    while await redis.llen(KEYS.trail):
        await asyncio.gather(*(node.catch_up() for node in nodes))
    assert await seen(database) == [f"d{number}" for number in range(20)]
    assert not await redis.exists(f"{KEYS.trail}:turn")


async def test_what_cannot_wait_any_more_is_refused_and_may_be_tried_again(
    blind: Trail, database: Database, redis: Redis, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trails, "WAITING_MAX", 2)
    assert [await blind.note_once("one", 60, WHO, ACT, "d1") for _ in range(2)] == [True, False]
    await blind.note(WHO, ACT, "d2")
    for _ in range(2):
        with pytest.raises(LedgerUnavailable):
            _ = await blind.note_once("three", 60, WHO, ACT, "d3")
    assert (await redis.llen(KEYS.trail), await redis.exists("three")) == (2, 0)
    open_eyed = Trail(database, redis, KEYS, clock)
    await open_eyed.catch_up()
    assert await open_eyed.note_once("three", 60, WHO, ACT, "d3")
    assert await seen(database) == ["d1", "d2", "d3"]
