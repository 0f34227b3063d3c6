"""Every face on the screens it is used on: no face covered, no word cut, no control out of reach, no fault of access.

The faces are posed in real pages without calls; `bench/faces.py` measures all of them on all screens, with pictures.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from runtime.engines import EmbeddedValkey
from tests.support.installed import PASSWORD
from tests.support.screens import CALLS, CITIZENS, STAFF, Gallery
from tests.support.window import open_window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(240),
    pytest.mark.console("/api/receipts/"),  # posed faces show the receipt of nobody's visit
]

BY_NAME = {(pose.kind, pose.name): pose for pose in (*CITIZENS, *STAFF)}
#: Where the layouts turn, and the steps of text that are hardest there.
HARDEST = (
    *((pose, size, "largest") for pose in CALLS[:1] for size in ("small phone", "phone", "notebook at 200 %", "wall")),
    *((pose, size, "largest") for pose in CALLS[1:] for size in ("standing", "desktop")),
    (BY_NAME["citizen", "call"], "notebook", "normal"),
    (BY_NAME["citizen", "chat"], "phone with keyboard", "largest"),
    (BY_NAME["citizen", "still"], "small phone", "largest"),
    *((BY_NAME["citizen", "welcome"], "small phone", step) for step in ("normal", "large", "largest")),
    *((BY_NAME["booth", name], "desktop", "normal") for name in ("waiting", "held", "goodbye")),
    (BY_NAME["citizen", "goodbye"], "small phone", "largest"),
    (BY_NAME["citizen", "long"], "phone", "largest"),
    *((BY_NAME["booth", name], "standing", "normal") for name in ("welcome", "waiting", "held", "goodbye")),
    (BY_NAME["booth", "welcome"], "standing 4K", "largest"),
    (BY_NAME["desk", "call"], "notebook at 200 %", "normal"),
    (BY_NAME["desk", "ringing"], "notebook at 200 %", "normal"),
    (BY_NAME["desk", "call"], "notebook", "normal"),
    *((BY_NAME["wall", "701"], size, "normal") for size in ("desktop", "wall")),
)

#: A wall's browser in kiosk mode fills the screen already, and refuses to do it again.
NO_FULL_SCREEN = "() => { document.documentElement.requestFullscreen = () => Promise.reject(new Error('refused')) }"


@pytest_asyncio.fixture(loop_scope="session")
async def gallery(
    browser: Browser, valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
) -> AsyncIterator[Gallery]:
    """All pages of one server."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path) as window:
        gallery = Gallery(browser, window.address.base, defaultdict(lambda: PASSWORD))
        yield gallery
        await gallery.leave()


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
async def test_every_face_is_whole_and_in_reach_where_it_is_hardest(gallery: Gallery, language: str) -> None:
    gallery.language = language
    faults = [fault for pose, size, step in HARDEST for fault in await gallery.faults(pose, size, step)]
    assert faults == []


async def test_no_face_has_a_fault_of_access(gallery: Gallery) -> None:
    gallery.language = "zh-Hant"
    faults = []
    for pose in (*CITIZENS, *STAFF):
        size = "standing" if pose.kind == "booth" else "notebook"
        faults += await gallery.faults(pose, size, "normal", axe=True)
    assert faults == []


async def presses_until(page: Page, key: str, words: str) -> None:
    """Press an arrow key until the control with these words has the focus; a few times are enough."""
    passed = []
    for _ in range(6):
        await page.keyboard.press(key)
        passed.append(
            await page.evaluate(
                "(document.activeElement.closest('label') ?? document.activeElement).textContent.trim().slice(0, 40)"
            )
        )
        if words in passed[-1]:
            return
    raise AssertionError(f"{key} does not lead to {words} but to {passed}")


async def test_a_remote_control_of_a_television_leads_to_every_control(gallery: Gallery) -> None:
    page = await gallery.show(BY_NAME["citizen", "welcome"], "desktop")
    await page.locator("[data-arrows]").wait_for(state="attached")
    await presses_until(page, "ArrowDown", "按这里，找人帮忙")
    await presses_until(page, "ArrowDown", "普通话")
    await presses_until(page, "ArrowRight", "粤语")
    assert await page.locator("input[name=spoken][value=yue]").is_checked()
    await presses_until(page, "ArrowDown", "60")
    await page.keyboard.press("Enter")  # OK ticks it, and sends nothing
    assert await page.locator("input[name=priority]").is_checked()
    await presses_until(page, "ArrowUp", "按这里，找人帮忙")
    await presses_until(page, "ArrowRight", "简体")
    await presses_until(page, "ArrowLeft", "大字")
    await page.keyboard.press("Enter")
    size = page.locator("[data-comfort=text]")
    assert "大号字" in await size.inner_text()
    await presses_until(page, "ArrowRight", "English")


async def test_escape_and_the_back_key_leave_the_big_wall(gallery: Gallery) -> None:
    for key in ("Escape", "GoBack"):
        wall = await gallery.show(BY_NAME["wall", "36"], "desktop")
        await wall.evaluate(NO_FULL_SCREEN)
        await wall.get_by_role("button", name="大屏显示").click()
        await wall.wait_for_url("**/wallboard?big=1")
        await wall.evaluate(
            "(key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))", key
        )
        await wall.wait_for_url("**/wallboard")
