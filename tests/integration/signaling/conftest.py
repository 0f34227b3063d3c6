"""A fresh window with people for each test."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio

from runtime.engines import EmbeddedValkey
from tests.support.gate import Gate, gate
from tests.support.ledgers import District
from tests.support.nodes import Cluster, Running, cluster
from tests.support.people import People
from tests.support.wire_socket import WireSocket
from tests.support.wires import Wire


@pytest.fixture
def wire(request: pytest.FixtureRequest) -> Wire:
    """How pages connect: by WebSocket, unless a test is for every transport (`tests.support.wires`)."""
    return cast("Wire", getattr(request, "param", WireSocket))


@pytest_asyncio.fixture
async def shared(valkey: EmbeddedValkey, district: District, tmp_path: Path, wire: Wire) -> AsyncIterator[Cluster]:
    """A window without nodes yet."""
    async with cluster(valkey.url, district, tmp_path) as found:
        found.wire = wire
        yield found


@pytest_asyncio.fixture
async def town(shared: Cluster) -> AsyncIterator[tuple[People, Running, Running]]:
    """People with two nodes to choose from."""
    one, other = await shared.start(), await shared.start()
    people = People(shared)
    yield people, one, other
    await people.close()


@pytest_asyncio.fixture
async def people(shared: Cluster) -> AsyncIterator[People]:
    """People at a window of one node."""
    await shared.start()
    found = People(shared)
    try:
        yield found
    finally:
        await found.close()


@pytest_asyncio.fixture
async def gated(
    valkey: EmbeddedValkey, district: District, tmp_path: Path, wire: Wire
) -> AsyncIterator[tuple[People, Gate]]:
    """People at a node whose way to Valkey has a gate, where a test may hold things up or cut them off."""
    async with gate(valkey.socket) as between, cluster(between.url, district, tmp_path) as found:
        found.wire = wire
        await found.start()
        people = People(found)
        yield people, between
        between.open()
        await people.close()
