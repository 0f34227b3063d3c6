"""Networks and browsers as people have them: no network, server or WebSocket; no storage; a translator."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route, WebSocketRoute, expect

from tests.support.browser import chromium, old_chromium
from tests.support.demo import RunningDemo, demo
from tests.support.faces import AgentFace, CitizenFace, is_on
from tests.support.modules import linked

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

NUMBER = ".stub__number:not(.stub__number--coming)"
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("forbidden", "SecurityError"); } });
}"""
#: What the translators of browsers do to a page: every text goes into two `<font>` elements.
TRANSLATE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (data.trim() && !parentElement.closest('[translate="no"], script')) texts.push(walker.currentNode);
  }
  for (const text of texts) {
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = `« ${text.data} »`;
    outer.append(inner);
    text.replaceWith(outer);
  }
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_chromium() -> AsyncIterator[Browser]:
    """One Chromium for all of these people."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def browser(one_chromium: Browser) -> AsyncIterator[Browser]:
    """That Chromium; nobody's page outlives its test."""
    yield one_chromium
    for context in one_chromium.contexts:
        await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningDemo]:
    """The whole product, once for all of them."""
    async with demo(tmp_path_factory.mktemp("var")) as running:
        yield running


async def comes(browser: Browser, product: RunningDemo, *, before: str = "") -> CitizenFace:
    """Bring a citizen to the page, after a script that changes the browser."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    if before:
        await context.add_init_script(before)
    face = CitizenFace(await context.new_page(), product.base)
    await face.opens("/?lang=en")
    await expect(face.page.locator("html[data-ready]")).to_be_attached()
    return face


async def blocks(context: BrowserContext, *, pages_too: bool) -> None:
    """Put a network in between that stops WebSockets and what comes in their place, or everything."""

    async def hang_up(socket: WebSocketRoute) -> None:
        await socket.close()

    async def lose(route: Route) -> None:
        await route.abort("connectionrefused")

    await context.route_web_socket("**/ws", hang_up)
    await context.route("**/api/channel/*", lose)
    if pages_too:
        await context.route("**/livez", lose)


async def has_number(page: Page) -> str:
    """Wait for the ticket's number."""
    await expect(page.locator(NUMBER)).to_be_visible()
    return await page.locator(NUMBER).inner_text()


@pytest.mark.console("ERR_INTERNET_DISCONNECTED", "/ws", "js/visit_faces.js")
@pytest.mark.parametrize("drawn", [True, False], ids=["other_faces_are_loaded", "other_faces_are_not"])
async def test_a_press_without_network_says_so_at_once_and_goes_on_by_itself(
    browser: Browser, product: RunningDemo, *, drawn: bool
) -> None:
    face = await comes(browser, product)
    if drawn:  # what draws the other faces comes when the page is idle
        await face.page.evaluate(linked('() => import("#booth_client/visit_faces.js").then(() => true)'))
    else:
        await face.page.context.route("**/booth_client/js/visit_faces.js*", lambda route: route.abort())
        await face.page.reload()
        await expect(face.page.locator("html[data-ready]")).to_be_attached()
    await face.page.context.set_offline(True)
    await face.page.locator("[data-start]").click()
    await expect(face.page.get_by_text("No network.")).to_be_visible()
    await face.page.context.unroute("**/booth_client/js/visit_faces.js*")
    await face.page.context.set_offline(False)
    await has_number(face.page)
    await expect(face.page.get_by_text("No network.")).to_be_hidden()


@pytest.mark.console("ERR_INTERNET_DISCONNECTED", "js/finder.js")
async def test_a_part_that_the_network_withheld_comes_with_the_network(browser: Browser, product: RunningDemo) -> None:
    face = await comes(browser, product)
    withheld = "**/booth_client/js/finder.js*"
    await face.page.context.route(withheld, lambda route: route.abort())
    async with face.page.expect_event("requestfailed"):
        await face.page.reload()
    await face.page.context.unroute(withheld)
    await face.page.context.set_offline(True)
    await face.page.context.set_offline(False)
    await face.finds("lrk", "senior citizen")


@pytest.mark.console("/ws)", "/api/channel/open)", "/livez)")
async def test_a_network_that_stops_all_frames_is_named_and_a_server_that_is_away_is_another_thing(
    browser: Browser, product: RunningDemo
) -> None:
    for pages_too, sentence in ((False, "This network lets no video through."), (True, "cannot be reached just now")):
        face = await comes(browser, product)
        page = face.page
        await blocks(page.context, pages_too=pages_too)
        await page.clock.install()
        await page.locator("[data-start]").click()
        await face.sees(sentence)
        await expect(page.get_by_role("button", name="Try now")).to_be_visible()

        # After three minutes nobody may be there any more: it stops, says so, and tries when it is asked to.
        await page.clock.fast_forward("03:10")
        await face.sees("We have stopped trying.")
        await page.context.unroute_all()
        await page.evaluate("document.querySelector('h1').dataset.seen = ''")
        await expect(page.get_by_text("We have stopped trying.")).to_be_visible()
        await page.close()


@pytest.mark.console("/ws)", "/api/channel/open)")
async def test_the_console_says_the_same_of_its_network(browser: Browser, product: RunningDemo) -> None:
    context = await browser.new_context()
    await context.add_cookies([{"name": "lang", "value": "en", "url": product.base}])
    agent = AgentFace(await context.new_page(), product.base)
    await blocks(context, pages_too=False)
    await agent.signs_in("s033", product.password("s033"))
    await agent.sees("lets pages through, but neither a WebSocket")


async def test_without_storage_all_works_but_the_coming_back(browser: Browser, product: RunningDemo) -> None:
    face = await comes(browser, product, before=NO_STORAGE)
    await face.press("Larger text")
    await face.page.locator("[data-start]").click()
    await has_number(face.page)
    await face.press("Leave the queue")
    await is_on(face.page, "ended")


async def test_a_translated_page_goes_on_living(browser: Browser, product: RunningDemo) -> None:
    face = await comes(browser, product)
    page = face.page
    await page.locator("[data-start]").click()
    number = await has_number(page)
    await page.evaluate(TRANSLATE)
    waited = page.get_by_text("You have waited")
    before = await waited.inner_text()
    await expect(waited).not_to_have_text(before)
    assert await page.locator(NUMBER).inner_text() == number, "a number is nothing to translate"
    await page.evaluate(TRANSLATE)
    await page.locator("button", has_text="Leave the queue").first.click()
    await is_on(page, "ended")
    await expect(page.locator("[data-head]")).to_be_visible()


@pytest.mark.console("js/citizen.js")
async def test_an_early_press_counts_once_and_no_address_takes_a_ticket(browser: Browser, product: RunningDemo) -> None:
    context = await browser.new_context()
    page = await context.new_page()

    async def never(route: Route) -> None:
        await route.abort()

    await context.route("**/js/citizen.js*", never)
    await page.goto(f"{product.base}/?lang=en")
    await expect(page.locator("#too-old")).to_be_visible()  # a page whose script did not come says so
    await context.unroute("**/js/citizen.js*")
    await page.locator("input[value=yue]").check(force=True)
    await page.locator("[data-start]").click()
    first = await has_number(page)
    assert await page.evaluate("document.querySelector('input[name=spoken]:checked').value") == "yue"
    assert "start" not in page.url
    await page.get_by_role("button", name="Leave the queue").first.click()
    await is_on(page, "ended")
    await page.get_by_role("button", name="Back to the start").click()
    await is_on(page, "welcome")

    for address in (page.url, f"{product.base}/?start=1", f"{product.base}/?lang=en&start"):
        await page.goto(address)
        await expect(page.locator("html[data-ready]")).to_be_attached()
        await is_on(page, "welcome")
        assert "start" not in page.url
        assert await page.context.cookies() == [one for one in await context.cookies() if one["name"] != "pressed"]
    assert first


@pytest.mark.parametrize(
    "comes", [pytest.param(True, id="late"), pytest.param(False, id="never", marks=pytest.mark.console("ERR_FAILED"))]
)
async def test_a_press_before_the_guide_came_is_about_the_item_of_the_address(
    browser: Browser, product: RunningDemo, *, comes: bool
) -> None:
    page = await (await browser.new_context()).new_page()
    pressed = asyncio.Event()

    async def late(route: Route) -> None:
        await pressed.wait()
        await (route.continue_() if comes else route.abort())

    await page.route("**/api/items/MZ01*", late)
    await page.goto(f"{product.base}/?item=MZ01&lang=en")
    await page.locator("[data-start]").click()
    pressed.set()
    assert (await has_number(page)).startswith("MZ")


@pytest.mark.console("Permissions-Policy")
async def test_a_browser_of_2023_shows_its_colours_and_takes_a_number(product: RunningDemo) -> None:
    async with old_chromium() as old:
        face = await comes(old, product)
        page = face.page
        button = await page.locator("[data-start]").evaluate("(it) => getComputedStyle(it).backgroundColor")
        assert button not in {"rgba(0, 0, 0, 0)", "transparent", "rgb(239, 239, 239)"}
        await face.finds("laorenka", "senior citizen")
        await page.locator(".guide .button--primary").click()
        await has_number(page)
