"""A seat's page reloads while a heartbeat for it is on its way: whatever the order, the newest page stays."""

import asyncio

import pytest

from tests.support.gate import Gate
from tests.support.nodes import Running
from tests.support.people import People
from tests.support.wire_page import WirePage

HEARTBEAT = b"_heartbeat\r\n"
SIGN_IN = b"_sign_in\r\n"
CLAIM = rb"\*8\r\n\$7\r\nEVALSHA\r\n.*:page:seat:S004\r\n"  # with its four arguments; renewing has two


async def settled(at: Running) -> None:
    """Wait until the node has done what a heartbeat's answer made it begin."""
    begun = [task for task in at.node.services.tasks._tasks if task.get_name() == "announce"]
    await asyncio.gather(*begun)


async def reload(page: WirePage, until: str) -> WirePage:
    """Open the seat's page once more in the same browser."""
    newer = WirePage(page.at, "seat", page.http)
    await newer.connect()
    await newer.socket.hello("seat")
    await newer.until(until)
    return newer


async def works(page: WirePage) -> bool:
    """Tell whether a page is the seat's own: it is shown the seat and is obeyed."""
    await page.until("seat")
    await page.done("ready")
    return (await page.until("seat", lambda frame: frame["seat"]["state"] == "idle"))["seat"]["seat"] == "S004"


async def test_a_late_refusal_of_an_old_page_does_not_send_the_newer_one_away(gated: tuple[People, Gate]) -> None:
    people, between = gated
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


@pytest.mark.parametrize("step", [CLAIM, SIGN_IN], ids=["has_not_claimed_its_seat_yet", "is_still_signing_its_seat_in"])
async def test_a_page_on_its_way_is_not_taken_for_an_old_one(gated: tuple[People, Gate], step: bytes) -> None:
    people, between = gated
    first = await people.agent("S004", ready=False)
    way = between.stop(step)
    second = await reload(first, "welcome")
    await way.until_asked()
    # The route (before the claim) or the seat's window (before the sign-in) is still the first page's: a heartbeat
    # under the second one's name would be refused.
    await people.at.node.presence.beat()
    await settled(people.at)
    way.open()
    assert await works(second)
    await people.at.node.presence.beat()
    await second.done("pause", reason="break")
