"""The citizen's page in a real browser on the real product: waiting, ways out, other windows, access for all."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, BrowserContext, WebSocketRoute, expect

from runtime.engines import EmbeddedValkey
from tests.support.access import fits, serious
from tests.support.browser import chromium
from tests.support.command_line import log_left_alone, run
from tests.support.faces import CitizenFace, is_on
from tests.support.patience import PATIENCE_S
from tests.support.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(150)]

SCREENS = {"office": (1366, 768), "desktop": (1920, 1080), "booth": (1080, 1920), "phone": (390, 844)}
KEPT_BY_A_BOOTH = """async () => {
    const open = indexedDB.open("cloudwindow.device");
    await new Promise((done) => (open.onsuccess = done));
    const asked = open.result.transaction("key").objectStore("key").get("key");
    await new Promise((done) => (asked.onsuccess = done));
    open.result.close();
    const { key } = asked.result;
    const stored = Object.entries(localStorage).filter(([name]) => name.includes("booth"));
    return { stored, kind: key.type, extractable: key.extractable };
}"""
NUMBER = re.compile(r"^[A-Z]{2,3}\d{3}$")


async def comes(browser: Browser, window: Window, screen: str = "office", path: str = "/?lang=en") -> CitizenFace:
    """Bring a citizen to the page in an own browser profile."""
    width, height = SCREENS[screen]
    context = await browser.new_context(viewport={"width": width, "height": height})
    face = CitizenFace(await context.new_page(), window.address.base)
    await face.opens(path)
    return face


async def forgets_all(valkey: EmbeddedValkey) -> None:
    """Let the queue lose everything."""
    async with valkey.client() as redis:
        await redis.flushall()


@pytest.mark.console("ERR_INTERNET_DISCONNECTED")
async def test_a_place_in_the_queue_survives_all_that_a_browser_may_do(
    browser: Browser, window: Window, valkey: EmbeddedValkey
) -> None:
    face = await comes(browser, window)
    page = face.page
    await face.finds("laorenka", "senior citizen")
    number = await face.presses_the_button()
    assert NUMBER.match(number)

    await page.reload()
    await expect(page.locator(".stub__number")).to_have_text(number)

    # Away for ten minutes, and back.
    await face.press("Keep my place")
    await is_on(page, "held")
    await face.press("I am back")
    await is_on(page, "waiting")

    # The network goes and comes.
    await page.context.set_offline(True)
    await face.sees("No network.")
    await page.context.set_offline(False)
    await expect(page.locator(".banner")).to_be_hidden()

    # A second window of the same visit goes on; the first one says so, and can take over again.
    async with page.expect_popup() as opened:
        await page.evaluate("() => void window.open('/')")
    second = await opened.value
    await expect(second.locator(".stub__number")).to_have_text(number)
    await is_on(page, "superseded")
    await face.press("Go on here instead")
    await expect(page.locator(".stub__number")).to_have_text(number)
    await is_on(second, "superseded")

    # The queue forgets everything: the page's stub brings the ticket back under its number.
    await forgets_all(valkey)
    await page.reload()
    await expect(page.locator(".stub__number")).to_have_text(number)

    await face.press("Leave the queue")
    await is_on(page, "ended")
    receipt = await face.receipt()
    assert number in receipt
    await face.press("Back to the start")
    await is_on(page, "welcome")
    assert await page.evaluate("() => [sessionStorage.length, document.getElementById('live').textContent.trim()]") == [
        0,
        "",
    ]
    await page.context.close()


async def test_a_reload_while_a_lost_ticket_is_shown_again_does_not_lose_its_stub(
    browser: Browser, window: Window, valkey: EmbeddedValkey
) -> None:
    face = await comes(browser, window)
    page = face.page
    number = await face.presses_the_button()
    asked = asyncio.Event()

    def listen(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def from_page(message: str | bytes) -> None:
            if "take_ticket" in str(message) and not asked.is_set():
                asked.set()  # and it never arrives
            else:
                server.send(message)

        socket.on_message(from_page)

    await page.route_web_socket(re.compile("/ws$"), listen)
    await forgets_all(valkey)
    await page.reload()
    async with asyncio.timeout(PATIENCE_S):
        await asked.wait()
    await page.reload()
    await expect(page.locator(".stub__number")).to_have_text(number)
    await page.context.close()


async def test_every_face_fits_its_screen_and_can_be_used_by_everybody(browser: Browser, window: Window) -> None:
    # All faces on all their screens: `test_screens.py`. These are the widest and the narrowest with all that is live.
    for screen, language in (("desktop", "zh-Hans"), ("phone", "en")):
        face = await comes(browser, window, screen, f"/?lang={language}&item=MZ01")
        page = face.page
        await expect(page.locator(".guide h3")).to_be_visible()
        assert await fits(page), (screen, language)
        assert await serious(page) == []
        await face.presses_the_button()
        await expect(page.locator(".check__row--good").first).to_be_visible()
        assert await fits(page), (screen, language)
        assert await serious(page) == []
        await page.locator(".stub .button--danger").click()
        await is_on(page, "ended")
        assert await serious(page) == []
        await page.context.close()


@pytest.mark.console("/api/booths/enrol)")
async def test_a_booth_is_set_up_once_and_asks_for_nothing_more_until_it_is_stopped(
    browser: Browser, window: Window, booth_code: str, valkey: EmbeddedValkey, sqlite_ledger: str
) -> None:
    face = await comes(browser, window, "booth", "/booth?lang=zh-Hans")
    page = face.page
    await page.locator("input[name=code]").fill("0000-0000")
    await page.locator("dialog button[type=submit]").click()
    await expect(page.locator("dialog [role=alert]")).to_be_visible()
    await face.enrols(booth_code)
    await page.reload()
    await expect(page.locator("dialog")).to_be_hidden()
    assert await fits(page)
    assert await serious(page) == []
    small = await page.evaluate(
        """() => [...document.querySelectorAll('a[href]:not(.skip), button, label.choice__option, label.tick')]
            .filter((one) => one.offsetParent && Math.min(one.offsetWidth, one.offsetHeight) < 60)
            .map((one) => `${one.textContent.trim()} ${one.offsetWidth}x${one.offsetHeight}`)"""
    )
    assert small == []
    assert await page.evaluate(KEPT_BY_A_BOOTH) == {"stored": [], "kind": "private", "extractable": False}
    await is_on(page, "welcome")
    await expect(page.locator("html[data-ready]")).to_be_attached()
    with log_left_alone():
        stopped = await asyncio.to_thread(
            run, "booths", "stop", "HD-TB-01",
            WINDOW_REDIS_URL=valkey.url, WINDOW_DATABASE_URL=sqlite_ledger,
        )  # fmt: skip
    assert stopped.exit_code == 0, stopped.output
    await expect(page.locator("dialog input[name=code]")).to_be_visible()
    await page.reload()
    await expect(page.locator("dialog input[name=code]")).to_be_visible()
    await page.context.close()


async def test_a_missing_camera_is_said_in_words_and_stops_nobody(window: Window) -> None:
    async with chromium("--use-fake-device-for-media-stream=device-count=0") as bare:
        face = await comes(bare, window)
        assert NUMBER.match(await face.presses_the_button())
        await face.sees("No camera was found.")
        await face.sees("You can also go on with your voice only.")
        await face.page.context.close()


async def test_a_device_that_was_refused_is_explained_by_how_to_allow_it(window: Window) -> None:
    async with chromium("--deny-permission-prompts", "--use-fake-ui-for-media-stream=deny") as strict:
        context: BrowserContext = await strict.new_context()
        face = CitizenFace(await context.new_page(), window.address.base)
        await face.opens("/?lang=en")
        await face.press("Check camera and microphone")
        await face.sees("The browser does not let us see you.")
        await face.sees("switch camera and microphone to “Allow”")
        await context.close()


@pytest.mark.console("status of 404")
async def test_an_unknown_item_and_a_wrong_receipt_are_told_what_to_do(browser: Browser, window: Window) -> None:
    face = await comes(browser, window, path="/?lang=en&item=NOPE")
    await face.sees("We could not find this service.")
    await face.page.locator("#find").fill("qqqqzzzz")
    await face.sees("Nothing found.")
    await face.opens("/receipt?lang=en&number=20261122-MZ003-000000")
    await face.sees("There is no receipt with this number.")
    await face.page.context.close()
