"""Redis away, the ledger away, a page that does not read: calls go on, and everybody is told the truth."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from runtime.engines import EmbeddedValkey
from tests.support.ledgers import District
from tests.support.nodes import Cluster, cluster
from tests.support.people import People
from tests.support.wires import every_wire


@pytest_asyncio.fixture
async def own(tmp_path: Path, district: District) -> AsyncIterator[tuple[Cluster, EmbeddedValkey]]:
    """A window with a Valkey of its own, to be killed."""
    async with EmbeddedValkey(tmp_path / "valkey") as valkey, cluster(valkey.url, district, tmp_path) as found:
        await found.start()
        yield found, valkey
        await valkey.start()


async def test_while_redis_is_away_media_pass_and_commands_are_refused(own: tuple[Cluster, EmbeddedValkey]) -> None:
    shared, valkey = own
    people = People(shared)
    citizen, agent = await people.talking()
    outsider = await people.citizen()
    assert await outsider.refused("leave_queue") == "ticket_not_found"
    await valkey.kill()
    await citizen.send({"type": "media_ready"})
    await agent.until("media_ready")
    assert await citizen.refused("chat", id="later", text="等等") == "queue_unavailable"
    assert await outsider.refused("take_ticket", id="press") == "queue_unavailable"
    await valkey.start()
    await citizen.insists("chat", code="queue_unavailable", id="later", text="等等")
    assert (await agent.until("chatted"))["text"] == "等等"
    await people.close()


@every_wire
async def test_a_page_that_does_not_read_is_cut_and_comes_back(shared: Cluster) -> None:
    await shared.start(outgoing_max_bytes=200_000)
    people = People(shared)
    citizen, agent = await people.talking()
    page = people.at.node.services.connections.tickets[citizen.ticket["ticket"]]
    filling = b'{"type":"candidate","to":"seat","epoch":1,"candidate":"' + b"x" * 60_000 + b'"}'
    while not page.is_over:
        page.send_json(filling)
    assert (await citizen.closed()).code in {4008, 1006}
    await citizen.reopen()
    await agent.done("chat", text="又好了")
    await citizen.hears("又好了")
    await people.close()


@every_wire
async def test_a_page_that_is_not_heard_any_more_is_cut(shared: Cluster) -> None:
    await shared.start(heartbeat_s=1)
    people = People(shared)
    citizen, agent = await people.talking()
    citizen.socket.hang()
    await agent.until("session_moved", lambda frame: "citizen" not in frame["here"])
    await people.close()
