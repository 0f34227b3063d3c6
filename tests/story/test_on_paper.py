"""A receipt that is looked up says the truth of a number given up, and prints as a slip without buttons."""

import pytest
from playwright.async_api import expect

from protocol.views import Mode
from tests.support.browser import chromium
from tests.support.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_a_number_given_up_is_over_on_the_page_and_on_the_slip(sqlite_window: Window) -> None:
    citizen = await sqlite_window.citizen()
    ticket = await citizen.take("MZ01", Mode.CONSULT, site="HD-TB")
    await citizen.leave()
    async with chromium() as browser:
        page = await (await browser.new_context(locale="zh-CN")).new_page()
        await page.goto(sqlite_window.address.to(f"/receipt?number={ticket.about.receipt}"))
        answer = page.locator("#answer")
        await expect(answer).to_contain_text("没有办", timeout=15_000)
        await expect(answer).to_contain_text(ticket.about.receipt)
        await page.set_viewport_size({"width": 219, "height": 600})  # 58 mm
        await page.emulate_media(media="print")
        await expect(answer.locator("[data-print]")).to_be_hidden()
        await expect(page.locator("#ask")).to_be_hidden()
        await expect(answer.locator(".receipt__title")).to_be_visible()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 219
