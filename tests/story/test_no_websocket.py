"""A whole call through a real proxy that stops WebSockets: citizen, agent and supervisor go on by long poll."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from runtime.engines import EmbeddedValkey
from tests.support.faces import CitizenFace, FacesOfPeople, SupervisorFace
from tests.support.proxy import free_ports, proxy
from tests.support.window import open_window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.console("/ws", "/api/channel/")]


@pytest_asyncio.fixture
async def office(
    browser: Browser, valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
) -> AsyncIterator[FacesOfPeople]:
    """People behind a proxy that drops upgrades; one of its two nodes is away."""
    plain, port, nobody = free_ports(3)
    async with AsyncExitStack() as stack:
        window = await stack.enter_async_context(open_window(valkey.url, sqlite_ledger, tmp_path, proxies=1))
        node = int(window.address.base.rpartition(":")[2])
        found = await stack.enter_async_context(proxy((plain, port), (nobody, node), upgrades=False))
        people = FacesOfPeople(browser, found.url)
        yield people
        await people.leave()


async def test_a_call_from_the_button_to_the_goodbye(office: FacesOfPeople) -> None:
    supervisor = await office.bring(SupervisorFace, screen="desktop")
    await supervisor.signs_in("sup", office.password("sup"))
    await supervisor.sees("lets no WebSocket through. The page works on")
    agent = await office.agent("s004")
    await agent.sees("lets no WebSocket through. The page works on")
    citizen = await office.bring(CitizenFace)
    await citizen.opens("/?lang=en")
    await citizen.finds("lrk", "senior citizen")
    number = await citizen.presses_the_button()
    await agent.hears(number)
    await agent.accepts()
    await citizen.is_in_the_call()
    await agent.is_in_the_call()
    await supervisor.sees_seat("Seat 004", "serving")
    await citizen.says("您好")
    await agent.sees("您好")

    await citizen.page.reload()  # which begins by long poll: the network is known
    await citizen.is_in_the_call()
    await agent.closes("answered")
    assert await citizen.receipt()


async def test_a_citizen_who_waits_is_told_what_the_network_forbids_and_that_it_goes_on(office: FacesOfPeople) -> None:
    citizen = await office.bring(CitizenFace)
    await citizen.opens("/?lang=en")
    await citizen.presses_the_button()
    await citizen.sees("This network stops the usual connection. We go on by another way")

    # Where long poll is stopped too, nothing is promised.
    async def lose(route: Route) -> None:
        await route.abort("connectionrefused")

    await citizen.page.context.route("**/api/channel/*", lose)
    await citizen.sees("This network lets no video through.")
    await citizen.page.context.unroute("**/api/channel/*")
    await expect(citizen.page.get_by_text("This network lets no video through.")).to_be_hidden()
