"""What goes wrong every day is a quiet line in the log, and no bytes in Redis stop a node with its chores."""

import asyncio
import logging
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from cloudwindow.chores import Chores
from protocol.events import journal_key
from records.database import Database
from records.journal import aside
from runtime.engines import EmbeddedValkey
from signaling.node import Node
from tests.integration.signaling.test_papers import begin
from tests.support.ledgers import District
from tests.support.nodes import Cluster, cluster
from tests.support.patience import until
from tests.support.people import People
from tests.support.samples import PNG

JUNK = (b"\xff\xfe", b"\x00", b"{" * 3000, b"9" * 400, b"NaN")


@pytest_asyncio.fixture
async def composed(district: District, tmp_path: Path) -> AsyncIterator[tuple[People, EmbeddedValkey, Cluster]]:
    """People at a node with its chores, over a Valkey of its own."""
    async with EmbeddedValkey(tmp_path / "valkey") as valkey, cluster(valkey.url, district, tmp_path) as found:
        running = await found.start()
        people = People(found)
        async with Chores(running.node.services).running():
            yield people, valkey, found
            await valkey.start()
        await people.close()


def loud(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged as an error or with a traceback."""
    return [
        f"{record.name} {record.getMessage()} {record.exc_info}"
        for record in caplog.records
        if record.levelno >= logging.ERROR or record.exc_info
    ]


async def torn(url: str, text: str) -> None:
    """Send the beginning of a request and, once the server waits for the rest, reset the connection."""
    at = urlsplit(url)
    assert at.hostname is not None
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    head, end, body = text.partition("\r\n\r\n")
    writer.write(f"{head}\r\nExpect: 100-continue{end}".encode())
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body.encode())
    await writer.drain()
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


async def test_everyday_faults_are_calm_lines(
    composed: tuple[People, EmbeddedValkey, Cluster], caplog: pytest.LogCaptureFixture
) -> None:
    people, valkey, _ = composed
    caplog.set_level(logging.INFO)
    citizen, agent = await people.talking()
    place = await begin(citizen, len(PNG), filename="cut.png")
    head = f"PATCH {urlsplit(place).path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {citizen.token}\r\n"
    tus = "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
    await torn(people.at.url, head + tus + f"Content-Length: {len(PNG)}\r\n\r\n\x01\x02")
    await torn(
        people.at.url,
        "POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
    )
    await valkey.kill()
    for _ in range(3):
        async with agent.http.get(f"{people.at.url}/api/me") as answer:
            assert answer.status == 503
    _ = await until(lambda: "recorder_waits" in [record.getMessage() for record in caplog.records])
    await valkey.start()
    await agent.insists("chat", code="queue_unavailable", text="still here")
    assert (await citizen.until("chatted"))["text"] == "still here"
    assert loud(caplog) == []


async def test_a_node_that_stops_while_redis_is_away_stops_calmly(
    composed: tuple[People, EmbeddedValkey, Cluster], caplog: pytest.LogCaptureFixture
) -> None:
    _, valkey, found = composed
    other = await found.start()
    async with Chores(other.node.services).running():
        await valkey.kill()
    assert loud(caplog) == []


async def is_cleared(node: Node, redis: Redis, realm: str) -> bool:
    await node.trail.catch_up()  # as it does by itself after a while
    return not await redis.llen(f"{realm}trail") and not await redis.zrangebyscore(f"{realm}graces", 0, 1)


async def is_set_aside(database: Database, kinds: set[str]) -> bool:
    return {one.kind for one in await aside.listed(database)} >= kinds


async def test_no_bytes_in_redis_stop_a_node(
    composed: tuple[People, EmbeddedValkey, Cluster], caplog: pytest.LogCaptureFixture
) -> None:
    people, valkey, found = composed
    citizen, agent = await people.talking()
    waiting = await people.waiting(item="MZ01")
    realm = journal_key("window").removesuffix("journal")
    async with valkey.client() as redis:
        for junk in JUNK:
            await redis.xadd(journal_key("window"), {b"type": b"session_noted", b"at_ms": b"1", b"body": junk})
            await redis.xadd(journal_key("window"), {junk[:99]: junk})
            await redis.publish(f"{realm}nodes", junk)
            await redis.rpush(f"{realm}trail", junk)
            await redis.zadd(f"{realm}graces", {junk[:99]: 1})
            await redis.zadd(f"{realm}due", {b"page|" + junk[:99]: 1, b"beat|" + junk[:99]: 1})
            await redis.hset(f"{realm}ticket:BAD{junk[:5].hex()}", mapping={"state": junk, "lane": junk})
            await redis.zadd(f"{realm}due", {f"widen|BAD{junk[:5].hex()}": 1})
        await agent.done("chat", text="still here")
        assert (await citizen.until("chatted"))["text"] == "still here"
        await waiting.done("leave_queue")
        node = found.running[0].node
        _ = await until(lambda: is_cleared(node, redis, realm))
    services = node.services
    _ = await until(lambda: is_set_aside(services.database, {"trail", "session_noted", ""}))
    _ = await until(services.queue.care.asides)
    assert "window_unreadable_total" in services.metrics.text()
    assert loud(caplog) == []
