"""The journal is trimmed behind its slowest reader and never before it."""

from redis.asyncio import Redis

from matcher import Queue
from runtime.clock import ManualClock, SystemClock
from tests.integration.matcher.conftest import Hall


async def test_what_a_reader_has_not_acknowledged_is_never_trimmed(redis: Redis) -> None:
    clock = ManualClock(SystemClock().now_ms() + 86_400_000)
    hall = Hall(Queue(redis, "hd", clock), clock)
    for _ in range(6):
        await hall.citizen()
    journal = hall.queue.journal_key
    assert await hall.queue.care.trim(3600) == 0, "nobody has read anything yet"
    await redis.xgroup_create(journal, "records", "0")
    assert await hall.queue.care.trim(3600) == 0
    ids = [entry for entry, _ in await hall.queue.journal.entries(limit=2)]
    await redis.execute_command("XREADGROUP", "GROUP", "records", "one", "COUNT", 4, "STREAMS", journal, ">")
    await redis.execute_command("XACK", journal, "records", *ids)
    assert await hall.queue.care.trim(3600) == 2, "two are on record, two are with the reader, two were not read"
    assert await redis.xlen(journal) == 4
    assert await hall.queue.care.trim(7 * 86_400) == 0, "too young to go"
