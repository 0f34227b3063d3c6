"""A seat's page reloads while a heartbeat for it is on its way: whatever the order, the newest page stays."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from runtime.engines import EmbeddedValkey
from tests.support.gate import Gate, gate
from tests.support.nodes import Running, window
from tests.support.people import Page, People

HEARTBEAT = b"_heartbeat\r\n"
SIGN_IN = b"_sign_in\r\n"
CLAIM = rb"\r\nSET\r\n.*:page:seat:S004\r\n"


@pytest_asyncio.fixture
async def desk(valkey: EmbeddedValkey, district: Path, tmp_path: Path) -> AsyncIterator[tuple[People, Gate]]:
    """People at a node whose way to Valkey has a gate."""
    async with gate(valkey.socket) as between, window(between.url, district, tmp_path) as found:
        await found.start()
        people = People(found)
        yield people, between
        between.open()
        await people.close()


async def settled(at: Running) -> None:
    """Wait until the node has done what a heartbeat's answer made it begin."""
    begun = [task for task in at.node.its.tasks._tasks if task.get_name() == "announce"]
    await asyncio.gather(*begun)


async def reload(page: Page, until: str) -> Page:
    """Open the seat's page once more in the same browser."""
    newer = Page(page.at, "seat", page.http)
    await newer.connect()
    await newer.send({"type": "hello", "version": 1, "role": "seat"})
    await newer.until(until)
    return newer


async def works(page: Page) -> bool:
    """Tell whether a page is the seat's own: it is shown the seat and is obeyed."""
    await page.until("seat")
    await page.done("ready")
    return (await page.until("seat", lambda frame: frame["seat"]["state"] == "idle"))["seat"]["seat"] == "S004"


async def test_a_late_refusal_of_an_old_page_does_not_send_the_newer_one_away(desk: tuple[People, Gate]) -> None:
    people, between = desk
    first = await people.agent("S004", ready=False)
    beats = between.stop(HEARTBEAT)
    beating = asyncio.create_task(people.at.node.presence.beat())
    await beats.until_asked()
    second = await reload(first, "seat")
    assert (await first.closed()).code == 4001
    # Now the heartbeat of the first page arrives: the seat's window is the second one's.
    await beats.ask()
    sign_in = between.stop(SIGN_IN)
    third = await reload(first, "welcome")
    await sign_in.until_asked()
    assert (await second.closed()).code == 4001
    # And only now its answer: "superseded". That is not about the third page, which has not said yet that it is here.
    beats.open()
    await beating
    await settled(people.at)
    sign_in.open()
    assert await works(third)


async def test_a_page_that_is_still_signing_its_seat_in_is_not_taken_for_an_old_one(
    desk: tuple[People, Gate],
) -> None:
    people, between = desk
    first = await people.agent("S004", ready=False)
    sign_in = between.stop(SIGN_IN)
    second = await reload(first, "welcome")
    await sign_in.until_asked()
    # The seat's window is still the first page's: a heartbeat under the second one's name would be refused.
    await people.at.node.presence.beat()
    await settled(people.at)
    sign_in.open()
    assert await works(second)


async def test_a_page_that_has_not_claimed_its_seat_yet_is_not_taken_for_an_old_one(
    desk: tuple[People, Gate],
) -> None:
    people, between = desk
    first = await people.agent("S004", ready=False)
    claim = between.stop(CLAIM)
    second = await reload(first, "welcome")
    await claim.until_asked()
    # The route still leads to the first page.
    await people.at.node.presence.beat()
    claim.open()
    assert await works(second)
    await people.at.node.presence.beat()
    await second.done("pause", reason="break")
