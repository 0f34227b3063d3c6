"""A machine's clock that is set wrong while its node serves: calls stay, who waits goes to another node."""

import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from protocol.errors import ClockWrong
from runtime.clock import ManualClock, SystemClock
from runtime.server_clock import ServerClock
from signaling import app
from signaling.app import _send_elsewhere
from tests.support.nodes import Cluster
from tests.support.patience import until
from tests.support.people import People

SKEW_S = 5
LEASE_S = 0.2


@pytest_asyncio.fixture
async def wall() -> ManualClock:
    """The machine's own clock."""
    return ManualClock(SystemClock().now_ms())


@pytest_asyncio.fixture
async def clock(redis: Redis, wall: ManualClock) -> AsyncIterator[ServerClock]:
    """A node's clock, measured."""
    found = ServerClock(redis, SKEW_S, wall)
    await found.measure()
    yield found


async def server_ms(redis: Redis) -> float:
    """Return the queue server's time."""
    seconds, micros = await redis.time()
    return float(seconds * 1000 + micros / 1000)


async def is_past(redis: Redis, moment_ms: float) -> bool:
    return await server_ms(redis) > moment_ms


@pytest.mark.parametrize("off_s", [25, 600, -600])
async def test_a_node_goes_by_the_queue_server_s_clock_and_says_when_its_own_is_off(
    redis: Redis, wall: ManualClock, clock: ServerClock, off_s: int
) -> None:
    assert clock.sure_ms() > 0
    wall.advance(off_s)
    await clock.measure()
    before = await server_ms(redis)
    now = clock.now_ms()
    assert before - 1000 < now < await server_ms(redis) + 1000
    with pytest.raises(ClockWrong) as told:
        clock.sure_ms()
    assert abs(int(str(told.value.params["off_ms"])) - off_s * 1000) < 5000
    wall.advance(-off_s)
    await clock.measure()
    assert clock.sure_ms() > 0


async def test_when_its_clock_goes_wrong_a_node_keeps_its_calls_and_sends_the_others_away(
    shared: Cluster, wall: ManualClock, clock: ServerClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    other = await shared.start()
    shared.clock = clock
    node = await shared.start()
    people = People(shared)
    citizen, agent = await people.talking(citizen_at=node, agent_at=node)
    waiting = await people.waiting(node, item="MZ01")
    place = waiting.ticket["ticket"]

    wall.advance(600)
    await clock.measure()
    _send_elsewhere(node.node)
    assert (await waiting.closed()).code == 4003
    refused = await waiting.reopen_refused(node)
    assert refused == ("clock_wrong", 1013)
    await waiting.reopen(other)
    assert (await waiting.until("ticket"))["ticket"]["ticket"] == place
    assert waiting.ticket["state"] == "waiting"
    await citizen.done("chat", text="还在")
    assert "还在" in await agent.hears("还在")
    for _ in range(3):  # as often as a balancer asks: the change is logged once
        async with waiting.http.get(f"{node.url}/readyz") as answer:
            assert (answer.status, (await answer.json())["problems"]) == (503, {"clock": "clock_wrong"})

    wall.advance(-600)
    await clock.measure()
    async with waiting.http.get(f"{node.url}/readyz") as answer:
        assert answer.status == 200
    said = [record.message for record in caplog.records if record.message.startswith("part_")]
    assert said == ["part_unhealthy", "part_healthy"]
    _send_elsewhere(node.node)
    await waiting.reopen(node)
    assert (await waiting.until("ticket"))["ticket"]["ticket"] == place
    await people.close()


async def test_a_node_with_a_wrong_clock_lets_another_one_decide_what_is_over(
    shared: Cluster, wall: ManualClock, clock: ServerClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "SWEEP_S", LEASE_S / 20)  # many turns of its sweeper in the time of a lease
    shared.clock = clock
    node = await shared.start(page_lease_s=LEASE_S)
    people = People(shared)
    waiting = await people.waiting(node, item="MZ01")
    ticket = waiting.ticket["ticket"]
    wall.advance(600)
    await clock.measure()
    _send_elsewhere(node.node)
    await waiting.closed()
    queue, over_ms = node.node.services.queue, await server_ms(shared.clients[0]) + 2000 * LEASE_S
    _ = await until(lambda: is_past(shared.clients[0], over_ms))
    row = await queue.tickets.find(ticket)
    assert row is not None
    assert row.state == "waiting"
    wall.advance(-600)
    await clock.measure()

    async def is_over() -> bool:
        row = await queue.tickets.find(ticket)
        return row is not None and row.state == "abandoned"

    assert await until(is_over)
    await people.close()
