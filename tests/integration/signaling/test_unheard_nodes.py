"""Pages leave while Redis does not hear it, nodes fall silent, Redis is away for longer than a lease."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from protocol.states import SeatState, TicketState
from runtime.clock import ManualClock, SystemClock
from runtime.engines import EmbeddedValkey
from signaling.presence.vouching import SURE_S, VOUCHED_S
from tests.integration.signaling.test_participants import guest_of
from tests.support.gate import Gate, gate
from tests.support.ledgers import District
from tests.support.nodes import Cluster, Running, cluster
from tests.support.patience import until
from tests.support.people import People
from tests.support.wire_page import WirePage

LEASE_S = 7.0
AWAY_S = 9.0
"""Longer than the leases, and than the queue goes unswept without being asked why."""


async def state(node: Running, page: WirePage) -> TicketState | None:
    row = await node.node.services.queue.tickets.find(page.ticket["ticket"])
    return row.state if row is not None else None


async def is_in(node: Running, page: WirePage, wanted: TicketState) -> bool:
    return await state(node, page) is wanted


async def becomes(node: Running, page: WirePage, wanted: TicketState) -> None:
    _ = await until(lambda: is_in(node, page, wanted))


@pytest_asyncio.fixture
async def own(
    request: pytest.FixtureRequest, tmp_path: Path, district: District
) -> AsyncIterator[tuple[People, EmbeddedValkey]]:
    """People at a window with these settings and a Valkey of its own, to be killed."""
    settings: dict[str, Any] = request.param
    async with EmbeddedValkey(tmp_path / "valkey") as valkey, cluster(valkey.url, district, tmp_path) as found:
        await found.start(**settings)
        people = People(found)
        yield people, valkey
        await valkey.start()
        await people.close()


@pytest.mark.parametrize("own", [{"page_lease_s": LEASE_S, "seat_lease_s": LEASE_S}], indirect=True)
async def test_a_queue_that_was_away_for_longer_than_a_lease_ends_nobody(own: tuple[People, EmbeddedValkey]) -> None:
    people, valkey = own
    waiting, agent = await people.waiting(item="RS01"), await people.agent("S004")
    queue = people.at.node.services.queue

    await valkey.kill()
    back_ms = SystemClock().now_ms() + 1000 * AWAY_S
    _ = await until(lambda: SystemClock().now_ms() > back_ms)
    await valkey.start()

    _ = await until(lambda: _is_patient(people))
    assert await state(people.at, waiting) is TicketState.WAITING
    seat = await queue.seats.find("S004")
    assert seat is not None
    assert seat.state is SeatState.IDLE
    citizen = await people.waiting(item="MZ01")
    assert (await agent.until("ringing"))["reservation"]["ticket"] == citizen.ticket["ticket"]


@pytest.mark.parametrize("own", [{"ring_s": 6.0}], indirect=True)
async def test_a_seat_that_rang_while_the_queue_was_away_rings_again_and_is_not_put_away(
    own: tuple[People, EmbeddedValkey],
) -> None:
    people, valkey = own
    agent, citizen = await people.agent("S004"), await people.waiting(item="MZ01")
    first = (await agent.until("ringing"))["reservation"]
    await citizen.done("resume_place")  # all that came with the ticket is done: a page cut in it would come back

    await valkey.kill()
    back_ms = SystemClock().now_ms() + 1000 * AWAY_S
    _ = await until(lambda: SystemClock().now_ms() > back_ms)
    await valkey.start()

    again = (await agent.until("ringing"))["reservation"]
    assert (again["ticket"], again["fence"] > first["fence"]) == (citizen.ticket["ticket"], True)
    await agent.done("accept", reservation=again["reservation"], fence=again["fence"])
    await citizen.until("session")
    assert "missed" not in {one["seat"]["reason"] for one in agent.frames if one["type"] == "seat"}


async def _is_patient(people: People) -> bool:
    """Tell whether the sweeper has seen that it was away: it is patient from then on."""
    try:
        kept = await people.at.node.services.redis.hget("cw:{window}:swept", "until")
    except (ConnectionError, OSError):
        return False
    return kept is not None and int(kept) > 0


@pytest.mark.parametrize("own", [{"page_away_s": 0.05}], indirect=True)
async def test_a_page_that_left_while_redis_was_away_rings_nobody_soon_after(
    own: tuple[People, EmbeddedValkey],
) -> None:
    people, valkey = own
    page = await people.waiting(item="MZ01")
    await valkey.kill()
    await page.drop()
    _ = await until(lambda: not people.at.node.services.connections.all)
    await valkey.start()
    await becomes(people.at, page, TicketState.HELD)
    assert (await page.reopen()).ticket["state"] == "waiting"


async def partitioned(between: Gate, found: Cluster, other: str) -> tuple[Running, Running]:
    """Start a node behind the gate and one that has its own way to Valkey."""
    near = await found.start()
    found.redis_url = other
    return near, await found.start()


async def test_a_silent_node_s_citizens_ring_nobody_and_go_on_when_it_is_heard_again(
    valkey: EmbeddedValkey, district: District, tmp_path: Path
) -> None:
    clock = ManualClock(SystemClock().now_ms())
    async with gate(valkey.socket) as between, cluster(between.url, district, tmp_path, clock) as found:
        silent, other = await partitioned(between, found, valkey.url)
        people = People(found)
        gone, here = await people.waiting(silent, item="MZ01"), await people.waiting(other, item="MZ01")
        for node in (silent, other):
            await node.node.presence.beat()
        _ = between.stop(b"")
        for pause_s in (VOUCHED_S + 1, SURE_S + 1):
            clock.advance(pause_s)
            await other.node.presence.beat()
            await other.node.presence.sweep()
        await becomes(other, gone, TicketState.HELD)
        assert await state(other, here) is TicketState.WAITING
        between.open()
        await becomes(other, gone, TicketState.WAITING)
        await people.close()


async def test_a_guest_of_a_silent_node_is_lost_unless_that_is_heard_again(
    valkey: EmbeddedValkey, district: District, tmp_path: Path
) -> None:
    clock = ManualClock(SystemClock().now_ms())
    settings = {"seat_lease_s": 120.0, "page_lease_s": 120.0}
    async with (
        gate(valkey.socket) as between,
        cluster(between.url, district, tmp_path, clock, **settings) as found,
        People(found) as people,
    ):
        silent, other = await partitioned(between, found, valkey.url)
        _, agent = await people.talking(agent_at=other, citizen_at=other)
        guest = await guest_of(people, agent, "expert", at=silent)
        grace = f"guest {agent.session['ticket']} {guest.session['you']}"

        async def has_grace() -> bool:
            services = other.node.services
            return await services.redis.zscore(services.keys.graces, grace) is not None

        async def has_none() -> bool:
            return not await has_grace()

        for node in (silent, other):
            await node.node.presence.beat()
        _ = between.stop(b"")
        for pause_s in (VOUCHED_S + 1, SURE_S + 1):
            clock.advance(pause_s)
            await other.node.presence.beat()
            await other.node.presence.sweep()
        _ = await until(has_grace)
        between.open()
        _ = await until(has_none)
        await guest.done("chat", text="还在")
