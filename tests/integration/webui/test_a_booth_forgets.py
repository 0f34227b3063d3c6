"""A booth forgets each person whole, however the visit ends, and keeps the place of who is not there any more."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright, expect

from tests.support.browser import kill_browser, launching
from tests.support.faces import SCREENS, CitizenFace, FacesOfPeople, is_on
from tests.support.mishaps import listen
from tests.support.modules import linked
from tests.support.patience import until
from tests.support.window import Window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(240),
    # A wipe loads the page anew whenever it comes, also while it is connecting.
    pytest.mark.console("WebSocket is closed before the connection is established"),
]

QUESTION = "dialog[data-presence]"
#: Every track and socket that the page ever opened, so that a test can see whether one is still live, or not yet.
TRACKS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); window.sockets.push(this); }
};
window.tracks = [];
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await open(wanted);
  window.tracks.push(...stream.getTracks());
  return stream;
};
"""
#: How long a face may stand untouched, in seconds.
PATIENCE = 'async (screen) => (await import("#booth_client/presence.js")).PATIENCE[screen]'
#: All that a page and its browser hold of a person.
TRACES = """async () => {
  const fields = new FormData(document.getElementById("start"));
  const shown = (selector) => document.querySelectorAll(selector).length;
  return {
    address: location.pathname + location.search + location.hash,
    history: history.length,
    stored: [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) => !/language$/.test(key)),
    databases: (await indexedDB.databases()).length + (await caches.keys()).length,
    language: [document.documentElement.lang, document.cookie],
    text: document.documentElement.dataset.text,
    voice: document.documentElement.dataset.voice,
    fields: [fields.get("priority"), fields.get("helper"), fields.get("spoken")],
    find: document.getElementById("find").value,
    shown: shown(".guide, .hit, .check, dialog[open], #live *"),
    status: document.getElementById("status").textContent,
    live: window.tracks.filter((track) => track.readyState === "live").length,
  };
}"""


async def held(page: Page) -> dict[str, Any]:
    """Wait for the first face of a page that was loaded anew, and return what it holds."""
    await expect(page.locator("html[data-ready]:not([data-before])")).to_be_attached()
    await is_on(page, "welcome")
    found: dict[str, Any] = await page.evaluate(TRACES)
    return found


async def connected(page: Page) -> None:
    """Wait until a page is not just connecting: who leaves it then, or lets time pass, ends that with a warning."""
    await page.wait_for_function("() => window.sockets.every((one) => one.readyState !== WebSocket.CONNECTING)")


async def passes(page: Page, ms: int) -> None:
    """Let time pass for a page."""
    await connected(page)
    await page.clock.fast_forward(ms)


async def forgets(page: Page, clean: dict[str, Any]) -> None:
    """Wait until the page holds no more than it did before anybody came."""
    found: dict[str, Any] = {}

    async def holds_as_much() -> bool:
        with contextlib.suppress(Error):  # it was loaded anew in between
            found.update(await held(page))
        return found == clean

    with contextlib.suppress(AssertionError):
        _ = await until(holds_as_much)
    assert found == clean


async def leaves_traces(booth: CitizenFace, ticks: tuple[str, ...] = ("priority", "helper")) -> None:
    """Do all that a person can change on the first face."""
    page = booth.page
    await connected(page)
    await page.get_by_role("link", name="繁體").click()
    await expect(page.locator("html[lang=zh-Hant][data-ready]")).to_be_attached()
    await page.evaluate("document.documentElement.dataset.before = ''")
    await page.locator("[data-comfort=text]").click()
    for name in ticks:
        await page.locator("label.tick", has=page.locator(f"input[name={name}]")).click()
        await expect(page.locator(f"input[name={name}]")).to_be_checked()
    await booth.speaks("hak")
    await page.locator("#find").fill("lrk")
    await page.locator(".hit").first.click()
    await expect(page.locator(".guide h3")).to_be_visible()
    await page.locator("[data-check]").click()
    await expect(page.locator(".check__row--good").first).to_be_visible()
    await page.locator("select[data-choose=speaker]").select_option(index=1)


async def waits(booth: CitizenFace) -> str:
    """Leave all these traces and take a number; return the number of the receipt."""
    await leaves_traces(booth)
    await booth.presses_the_button()
    return (await booth.page.locator(".notice strong.numeric").first.inner_text()).strip()


async def enrolled(people: FacesOfPeople, code: str) -> tuple[CitizenFace, dict[str, Any]]:
    """Set a booth up, and return what its page holds before anybody came."""
    booth = await people.bring(CitizenFace, screen="booth")
    await booth.page.add_init_script(TRACKS)
    await booth.page.clock.install()
    await booth.enrols(code)
    await booth.page.goto(f"{booth.base}/booth")
    clean = await held(booth.page)
    assert clean["stored"] == []
    assert clean["live"] == clean["shown"] == 0
    return booth, clean


async def test_the_first_face_forgets_who_left_it_and_a_page_that_was_lost(
    browser: Browser, window: Window, booth_code: str
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    booth, clean = await enrolled(people, booth_code)
    page = booth.page
    question = page.locator(QUESTION)

    # Idle on the first face: asked, answered by one touch, and then not answered.
    await leaves_traces(booth)
    await passes(page, 41_000)
    await expect(question).to_be_visible()
    await question.get_by_role("button").first.click()
    await expect(question).to_be_hidden()
    assert await page.locator("#find").input_value() == "lrk"
    await passes(page, 61_000)
    await forgets(page, clean)

    # A reload, and the loss of the page without a word, as after a power cut.
    await leaves_traces(booth)
    await connected(page)
    await page.reload()
    await forgets(page, clean)
    await people.leave()


def listening(page: Page) -> list[str]:
    """Note which recorded sentences the page fetches from now on, to play them."""
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url) if "/voice/" in request.url else None)
    return heard


def is_among(sentence: str, heard: list[str]) -> bool:
    return any(sentence in url for url in heard)


async def hears(heard: list[str], *sentences: str) -> None:
    """Wait until each of these sentences was said, in this order."""
    for sentence in sentences:
        await until(partial(is_among, f"/{sentence}", heard))


async def asked(booth: CitizenFace) -> None:
    """Leave the booth untouched until it asks whether somebody is there."""
    await passes(booth.page, 181_000)
    await expect(booth.page.locator(QUESTION)).to_be_visible()


async def test_a_visit_is_forgotten_however_it_ends_and_the_absent_come_back_with_their_receipt(
    browser: Browser, window: Window, booth_code: str
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    booth, clean = await enrolled(people, booth_code)
    page = booth.page
    question = page.locator(QUESTION)

    # Waiting: gone without a word. The next person finds a clean booth, the place is kept for who comes back.
    receipt = await waits(booth)
    heard = listening(page)
    await asked(booth)
    await expect(question).to_contain_text(receipt)
    await hears(heard, "presence.ask", "presence.kept", "receipt.number")
    # A key answers as well as a touch; one that leads from button to button does not.
    for key in ("Tab", "Shift+Tab", "ArrowDown", "ArrowUp"):
        await page.keyboard.press(key)
        await expect(question).to_be_visible()
    await page.keyboard.press("a")
    await expect(question).to_be_hidden()
    await asked(booth)
    await passes(page, 61_000)
    await forgets(page, clean)
    elsewhere = await people.bring(CitizenFace)
    await elsewhere.opens()
    await elsewhere.press("Go on with your number")
    await elsewhere.page.locator("input[name=receipt]").fill(f" {receipt.lower()} ")
    await elsewhere.page.locator("dialog button[type=submit]").click()
    await is_on(elsewhere.page, "waiting")
    await expect(elsewhere.page.locator(".stub__number").first).to_have_text(receipt.split("-")[1])

    # Somebody else takes the booth; somebody leaves the queue and finishes.
    await waits(booth)
    heard = listening(page)
    await page.locator("[data-another]").click()
    await hears(heard, "another.ask", "another.kept")
    await page.locator("dialog [data-gone]").first.click()
    await forgets(page, clean)
    await waits(booth)
    await page.locator(".button--danger", has_text="離開輪候").first.click()
    await is_on(page, "ended")
    await page.locator(".goodbye__finish").click()
    await forgets(page, clean)
    await people.leave()


async def opened(people: FacesOfPeople, language: str) -> CitizenFace:
    """Bring somebody to the citizen's page at a PC."""
    person = await people.bring(CitizenFace, language=language)
    await person.page.add_init_script(TRACKS)
    await person.opens()
    return person


async def test_at_a_pc_the_next_person_finds_nothing_chosen_and_no_device_open(
    browser: Browser, window: Window, booth_code: str
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    fresh = await held((await opened(people, "zh-Hant")).page)
    person = await opened(people, "zh-Hans")
    _ = await held(person.page)
    await leaves_traces(person, ("priority",))  # who helps at a booth is not asked about
    await person.presses_the_button()
    await person.page.locator(".button--danger", has_text="離開輪候").first.click()
    await is_on(person.page, "ended")
    await person.page.locator(".goodbye__finish").click()
    await is_on(person.page, "welcome")
    left = await person.page.evaluate(TRACES)
    names = ("fields", "find", "shown", "status", "live")  # the text's size and the devices are the machine's
    assert {name: left[name] for name in names} == {name: fresh[name] for name in names}
    await people.leave()


async def stands_in_line(booth: CitizenFace) -> str:
    """Leave all these traces and take a number that the seat of this hall can serve; return it."""
    await leaves_traces(booth)
    await booth.speaks("cmn")
    return await booth.presses_the_button()


@contextlib.asynccontextmanager
async def own_chromium(profile: Path) -> AsyncIterator[BrowserContext]:
    """Run a browser on a profile that stays, as a booth's does; it may be killed meanwhile."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(profile, viewport=SCREENS["booth"], **launching())
        listen(context)
        try:
            yield context
        finally:
            with contextlib.suppress(Error):
                await context.close()


async def goes_away(booth: CitizenFace, screen: str, clean: dict[str, Any]) -> None:
    """Leave the booth untouched on this face: the person is asked, does not answer, and is forgotten."""
    page = booth.page
    await is_on(page, screen)
    patience = await page.evaluate(linked(PATIENCE), screen)
    await passes(page, (patience["askS"] + 1) * 1000)
    await expect(page.locator(QUESTION)).to_be_visible()
    await passes(page, (patience["answerS"] + 1) * 1000)
    await forgets(page, clean)


async def asks_for_help(page: Page) -> None:
    """Call for help in a call: nothing is offered that is not there, and the call goes on."""
    heard = listening(page)
    await page.locator("[data-help]").click()
    dialog = page.locator("dialog", has=page.get_by_role("heading", name="找人幫忙"))
    await expect(dialog.get_by_role("button")).to_have_text(["關閉"])
    await hears(heard, "help.wave")
    await dialog.get_by_role("button").click()
    await is_on(page, "call")
    assert not is_among("/help.button", heard)


async def test_an_idle_booth_forgets_on_every_face_of_a_visit(
    browser: Browser, window: Window, booth_code: str
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    booth, clean = await enrolled(people, booth_code)
    page = booth.page

    await waits(booth)
    await page.locator("button", has_text="保留我的位置").first.click()
    await goes_away(booth, "held", clean)

    # It rings, nobody takes it and nobody stands there.
    agent = await people.agent("s004")
    await stands_in_line(booth)
    await goes_away(booth, "ringing", clean)
    await expect(agent.page.locator(".rest--idle")).to_be_visible()  # it missed nothing

    # In the call the person goes away; then after the goodbye.
    for face in ("call", "goodbye"):
        number = await stands_in_line(booth)
        await agent.hears(number)
        await agent.accepts()
        await is_on(page, "call")
        if face == "goodbye":
            await agent.closes("answered")
        else:
            await asks_for_help(page)
        await goes_away(booth, face, clean)
        if face == "call":
            await agent.closes("interrupted")
        await agent.page.locator("wrap-card .button--primary").click()
    await people.leave()


def holds(folder: Path, key: bytes) -> bool:
    """Tell whether a browser has written a key of its storage to the disk."""
    return any(key in read(file) for file in folder.rglob("*") if file.is_file())


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""  # merged into another one just then


async def test_a_booth_whose_browser_is_killed_asks_and_then_forgets(
    window: Window, booth_code: str, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    base = window.address.base
    async with own_chromium(profile) as context:
        booth = CitizenFace(await context.new_page(), base)
        await booth.page.add_init_script(TRACKS)
        await booth.enrols(booth_code)
        await booth.page.goto(f"{base}/booth")
        clean = await held(booth.page)
        await waits(booth)
        # A browser writes its storage up to a minute late, and at once where the page's own process has died.
        dying = asyncio.ensure_future((await context.new_cdp_session(booth.page)).send("Page.crash"))
        _ = await until(lambda: holds(profile / "Default" / "Local Storage", b"cloudwindow.visit"))
        kill_browser(profile)
        _ = await asyncio.gather(dying, return_exceptions=True)
    async with own_chromium(profile) as context:
        booth = CitizenFace(await context.new_page(), base)
        await booth.page.add_init_script(TRACKS)
        await booth.page.clock.install()
        await booth.page.goto(f"{base}/booth")
        # Another person may stand there by now: so it asks, and nothing was opened.
        await expect(booth.page.locator(QUESTION)).to_be_visible()
        assert await booth.page.evaluate("window.tracks.length") == 0
        await passes(booth.page, 61_000)
        # This browser has seen an empty tab and the booth's page, in the booth's language, and no more.
        await forgets(booth.page, {**clean, "history": 2, "language": ["zh-Hans", "lang=zh-Hans"]})
