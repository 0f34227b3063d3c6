"""Redis comes back from an older copy of its append-only file: no number, receipt or fence is given a second time."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from records.journal.recorder import Recorder
from runtime.engines import EmbeddedValkey
from tests.support.ledgers import District
from tests.support.nodes import Cluster, cluster
from tests.support.people import People
from tests.support.wire_page import WirePage


@pytest_asyncio.fixture
async def own(district: District, tmp_path: Path) -> AsyncIterator[tuple[Cluster, EmbeddedValkey]]:
    """A window with a Valkey of its own, to be restored."""
    valkey = EmbeddedValkey(tmp_path / "valkey", appendfsync="always")
    async with valkey, cluster(valkey.url, district, tmp_path) as found:
        yield found, valkey


async def taken(people: People, times: int) -> list[WirePage]:
    return [await people.waiting(item="MZ01") for _ in range(times)]


def numbers(pages: list[WirePage]) -> list[tuple[str, str]]:
    return [(page.ticket["about"]["number"], page.ticket["about"]["receipt"]) for page in pages]


async def restored(valkey: EmbeddedValkey, copy: Path) -> None:
    """Stop the server and start it on the copy."""
    await valkey.kill()
    kept = valkey.folder / "appendonlydir"
    shutil.rmtree(kept)
    shutil.copytree(copy, kept)
    await valkey.start()


async def test_an_old_copy_gives_no_number_twice(own: tuple[Cluster, EmbeddedValkey], tmp_path: Path) -> None:
    found, valkey = own
    await found.start()
    people = People(found)
    given = numbers(await taken(people, 2))
    shutil.copytree(valkey.folder / "appendonlydir", tmp_path / "copy")
    given += numbers(await taken(people, 3))
    await Recorder(found.database, found.running[0].node.services.redis, "window").drain()
    await people.close()
    await restored(valkey, tmp_path / "copy")
    again = People(found)  # the node that gave them knows
    given += numbers(await taken(again, 2))
    fresh = await found.start()  # and one that starts now asks the ledger
    await Recorder(found.database, fresh.node.services.redis, "window").drain()
    late = [await again.waiting(fresh, item="MZ01")]
    given += numbers(late)
    assert len({number for number, _ in given}) == len(given)
    assert len({receipt for _, receipt in given}) == len(given)
    await again.close()
