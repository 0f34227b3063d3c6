"""A citizen who has waited long picks a time, reloads, is called at that time, and talks; in a real browser."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from runtime.clock import CHINA, ManualClock
from runtime.engines import EmbeddedValkey
from tests.support.access import is_good_everywhere
from tests.support.faces import AgentFace, CitizenFace, FacesOfPeople, SupervisorFace, is_on
from tests.support.installed import PASSWORD
from tests.support.window import Window, open_window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

MONDAY = dt.datetime(2026, 11, 23, 10, 0, 5, tzinfo=CHINA)
LATER = "window.passed = 0; const now = Date.now; Date.now = () => now() + window.passed;"


@pytest.fixture
def monday() -> ManualClock:
    """The server's clock, on a Monday morning."""
    return ManualClock(round(MONDAY.timestamp() * 1000))


@pytest_asyncio.fixture(loop_scope="session")
async def open_hall(
    valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path, monday: ManualClock
) -> AsyncIterator[Window]:
    """The product in its hours; nobody's page is given up while the clock jumps."""
    leases = {"page_lease_s": 36_000, "seat_lease_s": 36_000, "login_idle_s": 36_000}
    async with open_window(valkey.url, sqlite_ledger, tmp_path, clock=monday, hours="real", **leases) as window:
        yield window


async def waits_long(citizen: CitizenFace) -> str:
    """Take a number, and wait beyond the catalogue's three minutes; return the number."""
    await citizen.page.add_init_script(LATER)
    await citizen.opens("/?item=MZ01")
    await expect(citizen.page.locator(".guide h3")).to_be_visible()
    number = await citizen.presses_the_button()
    await expect(citizen.page.get_by_role("group", name="Call me here later")).to_be_hidden()
    await citizen.page.evaluate("window.passed = 200_000")
    return number


async def test_who_has_waited_long_sees_the_times_and_all_other_ways_on_at_once(
    browser: Browser, open_hall: Window, monday: ManualClock
) -> None:
    people = FacesOfPeople(browser, open_hall.address.base)
    citizen = await people.bring(CitizenFace)
    page = citizen.page
    await waits_long(citizen)
    times = page.get_by_role("group", name="Call me here later").get_by_role("button")
    await expect(times).to_have_text(["11:00", "11:30", "13:00", "13:30"])
    for words in ("Call me at 11:00", "Call me at 13:30", "Keep my place for 10", "Keep my place for 30", "Leave and"):
        await expect(page.get_by_role("button", name=words)).to_be_in_viewport(ratio=1)
    await is_good_everywhere(page)
    await citizen.press("Call me at 11:00")
    await citizen.sees("We will call you here soon after 11:00")
    await expect(page.locator("#scheduled-title")).to_be_focused()
    await expect(page.locator("#status")).to_have_text(
        "Your place is kept. You will not start again."
    )  # the head has told the time: nothing is told twice
    await is_good_everywhere(page)

    # Near closing time nobody is offered a time; the other ways on stay.
    await citizen.press("Call me now")
    monday.advance(6 * 3600)
    await expect(times).to_have_count(0)
    await expect(page.get_by_role("button", name="Keep my place for 10")).to_be_visible()
    await people.leave()


async def test_a_citizen_reloads_is_called_at_the_chosen_time_and_talks(
    browser: Browser, open_hall: Window, monday: ManualClock
) -> None:
    people = FacesOfPeople(browser, open_hall.address.base)
    citizen = await people.bring(CitizenFace)
    page = citizen.page
    number = await waits_long(citizen)
    monday.advance(200)
    await citizen.press("Call me at 11:00")
    await citizen.sees("We will call you here soon after 11:00")
    await page.reload()
    await citizen.sees("We will call you here soon after 11:00")
    await citizen.press("Call me now")
    await is_on(page, "waiting")
    await expect(page.locator(".stub__number")).to_have_text(number)
    await citizen.press("Call me at 11:30")
    await citizen.sees("We will call you here soon after 11:30")
    await page.evaluate("window.passed += 86 * 60_000")  # 11:29:25
    await expect(page.locator("#status")).to_contain_text("in one minute")

    # The time comes, and the next seat that is free rings for this citizen.
    monday.advance(90 * 60)
    await is_on(page, "waiting")
    agent = await people.bring(AgentFace)
    await agent.signs_in("s004", PASSWORD)
    await agent.is_ready()
    await agent.hears(number)
    await agent.accepts()
    await citizen.is_in_the_call()
    await agent.is_in_the_call()
    await agent.closes("answered")
    await is_on_record(people, await citizen.receipt())
    await people.leave()


async def is_on_record(people: FacesOfPeople, receipt: str) -> None:
    """A supervisor reads at which times the citizen was to be called."""
    supervisor = await people.bring(SupervisorFace)
    await supervisor.signs_in("sup", PASSWORD)
    await supervisor.finds_the_record(receipt)
    await supervisor.sees("to be called back at 11-23 11:00")
    await supervisor.sees("to be called back at 11-23 11:30")


async def test_the_queue_forgets_all_and_still_calls_at_the_chosen_time(
    browser: Browser, open_hall: Window, monday: ManualClock, valkey: EmbeddedValkey
) -> None:
    people = FacesOfPeople(browser, open_hall.address.base)
    citizen = await people.bring(CitizenFace)
    page = citizen.page
    number = await waits_long(citizen)
    await citizen.press("Call me at 11:00")
    await citizen.sees("We will call you here soon after 11:00")
    async with valkey.client() as redis:
        await redis.flushall()
    await page.reload()
    await citizen.sees("We will call you here soon after 11:00")
    await expect(page.locator(".stub__number")).to_have_text(number)
    monday.advance(3600)
    await is_on(page, "waiting")
    await expect(page.locator(".stub__number")).to_have_text(number)
    await people.leave()
