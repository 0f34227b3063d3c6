"""The faces between the button and the receipt, as eyes, keyboards and screen readers meet them, in a real browser."""

import io
from datetime import datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, expect

from runtime.clock import CHINA, ManualClock
from runtime.engines import EmbeddedValkey
from tests.support.access import fits, is_good_everywhere, serious
from tests.support.faces import AgentFace, CitizenFace, FacesOfPeople
from tests.support.samples import PDF, png
from tests.support.window import Window, open_window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=CHINA)
SOCKETS = """window.sockets = []; window.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); window.sockets.push(this); }
};"""
EMPTIED = "window.emptied = []; document.addEventListener('emptied', (one) => emptied.push(one.target.className), true)"
#: What live regions say from now on, as a screen reader is told of it.
ANNOUNCED = """() => {
  const LIVE = "[role=status], [role=alert], [aria-live]";
  window.announced = [];
  const heard = (region) => region && window.announced.push(region.textContent.replace(/\\s+/g, " ").trim());
  new MutationObserver((changes) => {
    const regions = changes.flatMap(({ target, addedNodes }) => [target, ...addedNodes]).map((node) => {
      const element = node instanceof Element ? node : node.parentElement;
      return element?.closest(LIVE) ?? element?.querySelector(LIVE);
    });
    for (const region of new Set(regions)) heard(region);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
LATER = "window.passed = 0; const now = Date.now; Date.now = () => now() + window.passed;"


@pytest.fixture
def papers(tmp_path: Path) -> tuple[Path, Path]:
    """The front of a card, and a book."""
    front, book = tmp_path / "front.png", tmp_path / "book.pdf"
    front.write_bytes(png(600, 400))
    book.write_bytes(PDF)
    return front, book


@pytest.mark.console("status of 409")
async def test_on_a_sunday_one_is_told_when_it_opens_and_what_can_be_done_until_then(
    browser: Browser, valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
) -> None:
    clock = ManualClock(round(SUNDAY.timestamp() * 1000))
    async with open_window(valkey.url, sqlite_ledger, tmp_path, clock=clock, hours="real") as window:
        people = FacesOfPeople(browser, window.address.base)
        citizen = await people.bring(CitizenFace)
        page = citizen.page
        await citizen.opens("/?item=MZ01")
        # The lower one of the two buttons: the answer must be seen all the same.
        await page.get_by_role("button", name="Speak to staff about this").click()
        await citizen.sees("We are closed at the moment")
        await expect(page.locator(".closed__when")).to_contain_text("Monday")
        await expect(page.locator(".closed__when")).to_contain_text("09:00")
        await expect(page.locator("#closed-title")).to_be_focused()
        await expect(page.locator("#closed-title")).to_be_in_viewport()
        await is_good_everywhere(page)
        await page.get_by_role("button", name="See which documents to bring").click()
        await expect(page.locator("#find")).to_be_focused()
        await people.leave()


async def test_after_three_minutes_the_ways_on_are_seen_without_scrolling(browser: Browser, window: Window) -> None:
    people = FacesOfPeople(browser, window.address.base)
    citizen = await people.bring(CitizenFace)
    page = citizen.page
    await page.add_init_script(LATER)
    await citizen.opens()
    await citizen.presses_the_button()
    await citizen.sees("Nobody is ahead of you")  # and not "You are next": nobody is at a desk
    await page.evaluate("window.passed = 200_000")
    await citizen.sees("What would you like to do?")
    for words in ("Keep my place for 10", "Keep my place for 30", "Leave and come back another day"):
        await expect(page.get_by_role("button", name=words)).to_be_in_viewport(ratio=1)
    await is_good_everywhere(page)
    await citizen.press("Keep my place for 30")
    await citizen.sees("After that time your number expires.")
    await page.evaluate("window.passed += 29.5 * 60_000")
    await expect(page.locator("#status")).to_contain_text("one more minute only")
    await people.leave()


async def is_told_of_a_blurred_paper(citizen: CitizenFace, agent: AgentFace, papers: tuple[Path, Path]) -> None:
    """A blurred paper is asked for again: in words, on the tab, and by the button that leads on."""
    page, (front, book) = citizen.page, papers
    await citizen.sends(front, "idcard")
    await citizen.sends(book, "hukou")
    await citizen.says("Good morning")
    await agent.opens_document(front.name)
    await agent.judges("good")
    await agent.opens_document(book.name)
    await agent.judges("blurred")
    await expect(page.locator("#tab-papers")).to_contain_text("1 to photograph again")
    await expect(page.locator("#status")).to_contain_text("Not clear: please take it again")
    await page.locator("#tab-papers").click()
    await expect(page.locator(".paper[data-standing=again]")).to_contain_text("Not clear")
    await expect(page.locator(".call__coming")).to_have_count(0)


async def takes_it_again(citizen: CitizenFace) -> None:
    """Lay the paper under the camera once more."""
    page = citizen.page
    await page.get_by_role("button", name="Photograph again").click()
    await citizen.sees("Lay it flat under the camera")
    assert await serious(page) == []
    await citizen.press("Take photo now")
    await expect(page.locator(".paper", has_text="Not checked yet")).to_be_visible()


@pytest.mark.console("ERR_INTERNET_DISCONNECTED")
async def test_a_call_can_be_followed_by_everybody(browser: Browser, window: Window, papers: tuple[Path, Path]) -> None:
    people = FacesOfPeople(browser, window.address.base)
    agent = await people.agent("s004")
    citizen = await people.bring(CitizenFace)
    page = citizen.page
    await citizen.opens("/?item=MZ01")
    await citizen.asks_for("handle")
    await page.locator("[data-start]").click()
    await citizen.sees("Putting you through")
    assert await serious(page) == []
    await citizen.agrees("all")
    await agent.accepts()
    await citizen.is_in_the_call()
    await is_told_of_a_blurred_paper(citizen, agent, papers)
    await is_good_everywhere(page)

    # The network goes: it is said that the call is not over, and nothing is lost when it is back.
    await page.context.set_offline(True)
    await citizen.sees("your call is not over")
    assert await fits(page)
    await page.context.set_offline(False)
    await expect(page.locator(".banner")).to_be_hidden()
    await takes_it_again(citizen)
    await people.leave()


async def in_a_call(people: FacesOfPeople, script: str = "") -> tuple[AgentFace, CitizenFace]:
    """The citizen presses the button, the agent takes the call, the citizen sees the agent."""
    agent = await people.agent("s004")
    citizen = await people.bring(CitizenFace)
    await citizen.page.add_init_script(script)
    await citizen.opens("/?item=MZ01")
    await citizen.asks_for("handle")
    await citizen.page.locator("[data-start]").click()
    await citizen.agrees("all")
    await agent.accepts()
    await citizen.is_in_the_call()
    return agent, citizen


async def test_words_and_papers_do_not_begin_the_pictures_anew(
    browser: Browser, window: Window, papers: tuple[Path, Path]
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    agent, citizen = await in_a_call(people)
    await citizen.page.evaluate(EMPTIED)
    await citizen.says("Good morning")
    await citizen.sends(papers[0], "idcard")
    await agent.sees_document(papers[0].name)
    await citizen.is_in_the_call()
    assert await citizen.page.evaluate("window.emptied") == []
    await people.leave()


async def test_a_frame_that_was_under_way_when_the_call_ended_takes_nobody_s_receipt(
    browser: Browser, window: Window
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    agent, citizen = await in_a_call(people, SOCKETS)
    await agent.closes("answered")
    receipt = await citizen.receipt()
    # The other side's connection is gone: this page may just have begun to look for a better way to it.
    for frame in (
        '{"type":"candidate","to":"seat","epoch":9,"candidate":"late"}',
        '{"type":"media_restart","to":"seat","epoch":9}',
    ):
        await citizen.page.evaluate("(frame) => window.sockets.at(-1).send(frame)", frame)
    await citizen.rates(5)
    assert await citizen.receipt() == receipt
    await people.leave()


async def scanned(page: Page) -> str:
    """Return what a phone's camera reads off the screen."""
    code = page.locator(".phone-code__picture")
    await page.wait_for_function("() => document.querySelector('.phone-code__picture')?.naturalWidth > 0")
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(await code.screenshot())))
    return found.text


async def opens_on_a_phone(browser: Browser, address: str, receipt: str, notice: list[str]) -> None:
    """Open a receipt's link in a phone's browser that runs no script."""
    phone = await browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = await phone.new_page()
    await page.goto(address)
    await expect(page.locator(".receipt__number")).to_have_text(receipt)
    assert await page.locator(".goodbye__notice li").all_inner_texts() == notice
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await phone.close()


async def test_the_end_of_a_call_can_be_followed_by_everybody_and_outlives_a_reload(
    browser: Browser, window: Window
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    agent, citizen = await in_a_call(people)
    page = citizen.page
    await agent.closes("correction")
    await citizen.sees("Please bring next time")
    notice = await page.locator(".goodbye__notice li").all_inner_texts()
    assert notice
    await page.reload()
    await citizen.sees("Some documents are missing")
    await page.evaluate(ANNOUNCED)
    assert await page.locator(".goodbye__notice li").all_inner_texts() == notice
    receipt = await citizen.receipt()
    await opens_on_a_phone(browser, await scanned(page), receipt, notice)
    await page.locator("input[name=level][value='2']").check(force=True)
    await citizen.sees("What went wrong?")
    await is_good_everywhere(page)
    await citizen.press("Send the rating")
    await citizen.sees("Please choose at least one reason.")
    await page.locator(".rating__reasons input").first.check(force=True)
    await citizen.press("Send the rating")
    await citizen.sees("Your rating was received")
    await page.wait_for_function("() => window.announced.some((said) => said.includes('rating was received'))")
    assert sum("rating was received" in said for said in await page.evaluate("window.announced")) == 1

    # The seat's page shows the same receipt, after a reload in wrap-up too.
    await agent.page.reload()
    await expect(agent.page.locator(".wrap-card code")).to_have_text(receipt)
    await citizen.opens(f"/receipt?number={receipt}")
    await citizen.sees("Some documents are missing")
    await is_good_everywhere(page)
    await people.leave()
