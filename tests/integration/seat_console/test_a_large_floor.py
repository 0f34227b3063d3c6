"""A supervisor of 701 seats finds one, sees who has been somewhere the longest, and is not kept waiting by the page."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from protocol.states import PauseReason
from runtime.engines import EmbeddedValkey
from runtime.settings import Settings
from tests.support.access import covered
from tests.support.desk import Desk
from tests.support.large_floor import SEATS, LargeFloor, large_catalogue, large_floor
from tests.support.ledgers import prepare
from tests.support.window import Window, open_window

expect.set_options()
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

#: Which tiles the page changed since then, but for the ticking of their times.
WATCH = """() => {
  window.touched = new Set();
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const at = target instanceof Element ? target : target.parentElement;
      const tile = at?.closest("time-since") ? null : at?.closest("seat-tile");
      if (tile) window.touched.add(tile.seat.seat);
    }
  }).observe(document.querySelector(".tiles"), {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class", "title"],
  });
}"""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def large_template(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the real district's number of seats, to be copied."""
    folder = tmp_path_factory.mktemp("large")
    path = Path(shutil.copy(migrated_file, folder))
    await prepare(f"sqlite:///{path}", large_catalogue(folder))
    return path


@pytest_asyncio.fixture
async def floor(
    valkey: EmbeddedValkey, large_template: Path, tmp_path: Path
) -> AsyncIterator[tuple[Window, LargeFloor]]:
    """The real district's number of seats, most of them signed in, and two hundred citizens."""
    ledger = f"sqlite:///{shutil.copy(large_template, tmp_path)}"
    async with (
        open_window(valkey.url, ledger, tmp_path) as window,
        large_floor(valkey.url, ledger, Settings()) as people,
    ):
        await people.fill()
        await people.wait(200)
        yield window, people


async def supervise(chrome: Browser, window: Window, path: str = "/wallboard") -> Desk:
    """Open the wallboard as the supervisor."""
    desk = await Desk.open(chrome, window, "sup", width=1920, height=1080)
    await desk.go(path)
    await expect(desk.page.locator("seat-tile").first).to_be_visible()
    return desk


async def names(page: Page) -> list[str]:
    """Return the seats that are shown, in order."""
    return list(await page.evaluate("[...document.querySelectorAll('seat-tile')].map((tile) => tile.seat.seat)"))


async def test_a_seat_among_701_is_found_filtered_and_sorted(floor, chrome):
    window, _ = floor
    desk = await supervise(chrome, window)
    page = desk.page
    await expect(page.locator("seat-tile")).to_have_count(SEATS)
    assert await desk.fits()
    assert await covered(page) == []

    await page.keyboard.press("/")
    await page.keyboard.type("坐席514")
    await expect(page.locator("seat-tile")).to_have_count(1)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("坐席514")
    await page.keyboard.press("Escape")
    await page.fill("#wall-text", "")

    # The count on a state is what a press on it shows, within the district that was chosen.
    await page.select_option("#wall-district", "440114")
    chip = page.locator(".chip--idle")
    count = int(await chip.locator("b").inner_text())
    await chip.click()
    await expect(page.locator("seat-tile")).to_have_count(count)
    assert 0 < count < SEATS / 3
    await chip.click()
    await page.select_option("#wall-order", "longest")
    assert "order=longest" in page.url
    since = await page.evaluate("[...document.querySelectorAll('seat-tile')].map((tile) => tile.seat.since_ms)")
    here = [one for one in since if one]
    assert here == sorted(here)


async def test_arrows_walk_over_the_floor_and_the_tab_key_stops_once(floor, chrome):
    window, _ = floor
    desk = await supervise(chrome, window, "/wallboard?order=seat")
    page = desk.page
    assert await page.locator("seat-tile button[tabindex='0']").count() == 1
    await page.focus("#wall-text")
    await page.keyboard.press("Tab")
    shown = await names(page)
    for key, expected in (("ArrowRight", shown[1]), ("End", shown[-1]), ("Home", shown[0])):
        await page.keyboard.press(key)
        await expect(page.locator("seat-tile button:focus .tile__name")).to_have_text(expected)
    await page.keyboard.press("ArrowDown")
    below = await page.evaluate("document.activeElement.closest('seat-tile').seat.seat")
    assert below not in shown[:2]
    assert await page.locator("seat-tile button[tabindex='0']").count() == 1
    assert await desk.faults_of_access() == []


async def test_one_seat_that_moves_leaves_the_other_700_alone(floor, chrome):
    window, people = floor
    desk = await supervise(chrome, window, "/wallboard?order=seat")
    page = desk.page
    quiet = next(seat.id for n, seat in enumerate(people.directory.seats.all()) if n % 10 and n % 3 and n > 400)
    before = await page.evaluate(
        f"document.querySelectorAll('seat-tile')[{(await names(page)).index(quiet)}].seat.since_ms"
    )
    await page.evaluate(WATCH)
    await people.queue.seats.pause(quiet, PauseReason.OTHER)
    tile = page.locator("seat-tile", has_text=quiet)
    await expect(tile.locator("button")).to_have_attribute("title", re.compile(rf"^坐席{quiet[1:]}\s· 其他原因\s· "))
    touched = set(await page.evaluate("[...window.touched]"))
    # Calls ring out on the floor meanwhile; those seats change too, and nobody else.
    moved = await page.evaluate(
        "(before) => [...document.querySelectorAll('seat-tile')].filter(({ seat }) => seat.since_ms >= before)"
        ".map(({ seat }) => seat.seat)",
        before,
    )
    assert quiet in touched
    assert len(touched) < SEATS / 3
    assert touched <= {*moved, quiet}
