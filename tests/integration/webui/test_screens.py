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
from tests.support.screens import CALLS, CITIZENS, STAFF, Gallery, Pose
from tests.support.window import PASSWORD, open_window, prepare

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

BY_NAME = {(pose.kind, pose.name): pose for pose in (*CITIZENS, *STAFF)}
#: Where the layouts turn, and the steps of text that are hardest there.
HARDEST = (
    *((pose, size, "largest") for pose in CALLS[:1] for size in ("small phone", "phone", "notebook at 200 %", "wall")),
    *((pose, size, "largest") for pose in CALLS[1:] for size in ("standing", "desktop")),
    (BY_NAME["citizen", "call"], "notebook", "normal"),
    (BY_NAME["citizen", "chat"], "phone with keyboard", "largest"),
    (BY_NAME["citizen", "still"], "small phone", "largest"),
    (BY_NAME["citizen", "welcome"], "small phone", "large"),
    (BY_NAME["citizen", "goodbye"], "small phone", "largest"),
    (BY_NAME["citizen", "long"], "phone", "largest"),
    *((BY_NAME["booth", name], "standing", "normal") for name in ("welcome", "waiting", "held", "goodbye")),
    (BY_NAME["booth", "welcome"], "standing 4K", "largest"),
    (BY_NAME["desk", "call"], "notebook at 200 %", "normal"),
    (BY_NAME["desk", "ringing"], "notebook at 200 %", "normal"),
    (BY_NAME["desk", "call"], "notebook", "normal"),
    *((BY_NAME["wall", "701"], size, "normal") for size in ("desktop", "wall")),
)


@pytest_asyncio.fixture
async def gallery(browser: Browser, valkey: EmbeddedValkey, tmp_path: Path) -> AsyncIterator[Gallery]:
    """All pages of one server."""
    ledger = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    await prepare(ledger)
    async with open_window(valkey.url, ledger, tmp_path) as window:
        gallery = Gallery(browser, window.address.to("/").rstrip("/"), defaultdict(lambda: PASSWORD))
        yield gallery
        await gallery.leave()


async def test_every_face_is_whole_and_in_reach_where_it_is_hardest(gallery: Gallery) -> None:
    faults = [fault for pose, size, step in HARDEST for fault in await gallery.faults(pose, size, step)]
    assert faults == []


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
async def test_no_face_has_a_fault_of_access(gallery: Gallery, language: str) -> None:
    gallery.language = language
    faults = []
    for pose in (*CITIZENS, *STAFF):
        size = "standing" if pose.kind == "booth" else "notebook"
        faults += await gallery.faults(pose, size, "normal", axe=True)
    assert faults == []


async def focus(page: Page) -> str:
    """Return what the focused control says."""
    return str(await page.evaluate("(document.activeElement.textContent || document.activeElement.value).trim()"))


async def test_a_remote_control_of_a_television_leads_to_every_control(gallery: Gallery) -> None:
    page = await gallery.show(Pose("citizen", "welcome"), "desktop")
    await page.locator("[data-arrows]").wait_for(state="attached")
    await page.keyboard.press("ArrowDown")
    assert "马上找人帮我办" in await focus(page)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowRight")
    assert "繁體" in await focus(page) or "English" in await focus(page)
    for _ in range(6):
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Enter")  # the brand's link, or a switch of the head: both are pressed by OK
    wall = await gallery.show(BY_NAME["wall", "36"], "desktop")
    await wall.get_by_role("button", name="大屏显示").click()
    assert "big=1" in wall.url
    await wall.keyboard.press("Escape")
    await wall.wait_for_url(lambda url: "big" not in url)
