"""Devices that are pulled out, come back, are switched off: each side sees what is true of both, in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from runtime.engines import EmbeddedValkey
from tests.support.faces import WAIT_MS, AgentFace, CitizenFace, People, is_on
from tests.support.window import open_window, prepare

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

#: A machine whose devices can be pulled out and plugged in again; nothing else is changed.
PLUGS = """
window.tracks = [];
window.pulled = false;
const devices = navigator.mediaDevices;
const open = devices.getUserMedia.bind(devices);
devices.getUserMedia = async (wanted) => {
  if (window.pulled && wanted.audio) throw new DOMException("", "NotFoundError");
  const stream = await open(wanted);
  window.tracks.push(...stream.getTracks());
  return stream;
};
window.live = (kind) => window.tracks.filter((track) => track.kind === kind && track.readyState === "live");
window.pull = () => {
  window.pulled = true;
  for (const track of window.live("audio")) { track.stop(); track.dispatchEvent(new Event("ended")); }
};
"""


async def open_tracks(page: Page) -> int:
    """Count the devices that the page holds open."""
    found: int = await page.evaluate("window.live('audio').length + window.live('video').length")
    return found


async def in_a_call(people: People) -> tuple[CitizenFace, AgentFace]:
    """Bring two who talk, each at a machine with plugs."""
    citizen = await people.bring(CitizenFace)
    await citizen.page.add_init_script(PLUGS)
    agent = await people.agent("s004")
    await agent.page.add_init_script(PLUGS)
    await agent.page.reload()
    await citizen.opens("/?item=MZ01")
    await expect(citizen.page.locator(".guide h3")).to_be_visible(timeout=WAIT_MS)
    await citizen.presses_the_button(agree="")
    assert await open_tracks(citizen.page) == 0, "nothing was agreed to yet"
    await citizen.agrees("all")
    await agent.accepts()
    await agent.is_in_the_call()
    return citizen, agent


async def test_a_device_is_shown_as_it_is_and_opened_again_and_the_other_side_is_told(
    browser: Browser, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    ledger = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    await prepare(ledger)
    async with open_window(valkey.url, ledger, tmp_path) as window:
        people = People(browser, window.address.to("/").rstrip("/"))
        citizen, agent = await in_a_call(people)

        # The citizen's plug is loose: both know, and one press opens it again.
        own = citizen.page.locator("[data-device=microphone]")
        told = agent.page.locator(".stage__trouble")
        await citizen.page.evaluate("window.pull()")
        await citizen.sees("No microphone was found.")
        await expect(own).to_have_attribute("data-on", "false")
        await expect(told).to_contain_text("The citizen's microphone is off", timeout=WAIT_MS)
        await citizen.page.evaluate("window.pulled = false")
        await own.click()
        await expect(own).to_have_attribute("data-on", "true", timeout=WAIT_MS)
        await expect(told).to_have_count(0, timeout=WAIT_MS)

        # The agent's headset dies, and comes back by itself when it is plugged in.
        button = agent.page.locator("button.tool[aria-keyshortcuts=m]")
        await agent.page.evaluate("window.pull()")
        await expect(button).to_have_attribute("aria-pressed", "false", timeout=WAIT_MS)
        await expect(agent.page.locator(".work__fault")).to_contain_text("No microphone")
        await citizen.sees("The microphone of the member of staff is off")
        await agent.page.evaluate(
            "window.pulled = false; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
        )
        await expect(button).to_have_attribute("aria-pressed", "true", timeout=WAIT_MS)
        await expect(citizen.page.locator(".call__trouble")).to_have_count(0, timeout=WAIT_MS)

        # Who has switched the microphone off is not heard again because a plug was loose.
        await own.click()
        await expect(told).to_contain_text("The citizen's microphone is off", timeout=WAIT_MS)
        await citizen.page.evaluate(
            "window.pull(); window.pulled = false; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
        )
        await citizen.page.wait_for_function("() => window.live('audio').length === 1", timeout=WAIT_MS)
        assert await citizen.page.evaluate("window.live('audio')[0].enabled") is False

        # After the goodbye nothing is open, whatever is loaded again.
        await citizen.page.locator(".control--end").click()
        await is_on(citizen.page, "goodbye")
        assert await open_tracks(citizen.page) == 0
        await citizen.page.reload()
        await is_on(citizen.page, "goodbye")
        assert await open_tracks(citizen.page) == 0
        await people.leave()
