"""A changed catalogue reaches tickets that have no page just now, whichever node dies or comes late meanwhile."""

from pathlib import Path

import msgspec
import pytest

from protocol.views import About
from records.catalogue import edit, versions
from runtime.clock import ManualClock, SystemClock
from runtime.engines import EmbeddedValkey
from signaling.bus import announce_catalogue
from signaling.node import Node
from signaling.queue.following import PASSES_MS
from signaling.queue.tickets import steps_of
from tests.support.ledgers import District
from tests.support.nodes import Cluster, cluster
from tests.support.patience import until
from tests.support.people import People

OLD, NEW = "广州市老年人优待卡首次申领", "老年人优待卡申领（新）"


async def about(node: Node, ticket: str) -> About:
    row = await node.services.queue.tickets.find(ticket)
    assert row is not None
    return msgspec.json.decode(row.about, type=About)


async def is_called(node: Node, ticket: str, name: str) -> bool:
    return (await about(node, ticket)).item_name == name


async def left_waiting(people: People) -> str:
    """Take a ticket and go away from its page."""
    citizen = await people.waiting(item="MZ01")
    await citizen.drop()
    _ = await until(lambda: not people.at.node.services.connections.tickets)
    return citizen.ticket["ticket"]


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_ticket_without_a_page_gets_the_new_name(shared: Cluster, is_announced: bool) -> None:
    node = (await shared.start()).node
    async with People(shared) as people:
        ticket = await left_waiting(people)
        assert (await about(node, ticket)).item_name == OLD
        await edit.put(shared.database, "items", {"id": "MZ01", "name": NEW}, "op")
        if is_announced:
            await announce_catalogue(node.services.redis, node.services.keys)
        _ = await until(lambda: is_called(node, ticket, NEW))


async def test_a_ticket_that_was_taken_by_the_catalogue_before_is_found_by_the_second_look(
    valkey: EmbeddedValkey, district: District, tmp_path: Path
) -> None:
    clock = ManualClock(SystemClock().now_ms())
    async with cluster(valkey.url, district, tmp_path, clock) as found:
        node = (await found.start()).node
        async with People(found) as people:
            ticket = await left_waiting(people)
            before = await about(node, ticket)
            await edit.put(found.database, "items", {"id": "MZ01", "name": NEW}, "op")
            _ = await until(lambda: is_called(node, ticket, NEW))
            late = msgspec.json.encode(before).decode()  # by a node that had not followed yet
            assert await node.services.queue.tickets.change(ticket, steps_of(node.services, before), late)
            clock.advance(PASSES_MS[-1] / 1000)
            _ = await until(lambda: is_called(node, ticket, NEW))


async def test_where_the_node_that_goes_through_the_tickets_died_another_one_does(shared: Cluster) -> None:
    first = await shared.start()
    async with People(shared) as people:
        ticket = await left_waiting(people)
        await first.stop()
        await edit.put(shared.database, "items", {"id": "MZ01", "name": NEW}, "op")
        services = first.node.services
        key = services.keys.catalogue(await versions.newest(shared.database), 0)
        await services.redis.set(key, "a-node-that-died")
        node = (await shared.start()).node
        _ = await until(lambda: node.services.catalogue.looks > 2)
        assert (await about(node, ticket)).item_name == OLD
        await services.redis.delete(key)  # as its time to live does
        _ = await until(lambda: is_called(node, ticket, NEW))
