"""A citizen's tab at a PC that was closed or killed: its number is offered once more, on this PC, for a moment."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.access import is_good_everywhere
from tests.support.faces import CitizenFace, FacesOfPeople, is_on
from tests.support.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def opened(page: Page, base: str) -> Page:
    """Open the welcome page in a further tab of the same browser."""
    tab = await page.context.new_page()
    await tab.goto(base + "/")
    await expect(tab.locator("html[data-ready]")).to_be_attached()
    return tab


async def test_a_number_whose_tab_was_killed_is_offered_once_more_and_to_nobody_else(
    browser: Browser, window: Window
) -> None:
    base = window.address.base
    people = FacesOfPeople(browser, base)
    citizen = await people.bring(CitizenFace)
    await citizen.opens()
    number = await citizen.presses_the_button()

    beside = await opened(citizen.page, base)
    question = beside.get_by_text(f"Your number {number} is still kept")
    await expect(beside.locator("[data-start]")).to_be_visible()
    await beside.wait_for_function("() => navigator.locks.query().then(({ held }) => held.length > 0)")
    await expect(question).to_have_count(0)
    await citizen.page.reload()
    at_once = await opened(beside, base)
    await expect(at_once.locator("[data-start]")).to_be_visible()
    await expect(at_once.get_by_text(f"Your number {number} is still kept")).to_have_count(0)
    await at_once.close()
    stranger = await people.bring(CitizenFace)
    await stranger.opens()

    # Chromium lets go of a closed tab as of a killed one: its storage of the tab and its lock are gone.
    await citizen.page.close()
    again = await opened(beside, base)
    await expect(again.get_by_text(f"Your number {number} is still kept")).to_be_visible()
    await is_good_everywhere(again)
    await again.get_by_role("button", name="Yes, go on").click()
    await is_on(again, "waiting")
    await expect(again.locator(".stub__number").first).to_have_text(number)

    await again.close()
    refusing = await opened(beside, base)
    await refusing.get_by_role("button", name="No, give it up").click()
    await expect(refusing.locator(".left")).to_have_count(0)
    assert await refusing.evaluate("localStorage.getItem('cloudwindow.left')") is None
    await stranger.presses_the_button()
    await stranger.sees("Nobody is ahead of you")  # the number that was given up stands in nobody's way
    await people.leave()
