"""Devices that are pulled out, come back, are switched off: each side sees what is true of both, in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from runtime.engines import EmbeddedValkey
from tests.support.faces import AgentFace, CitizenFace, FacesOfPeople, is_on
from tests.support.modules import linked
from tests.support.plugs import PLUGS
from tests.support.window import open_window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

#: Width and height of a still of a camera as it hangs, and of one that is turned by a quarter.
SIZES_OF_STILLS = """async () => {
  const { takeStill } = await import("#booth_client/still.js");
  const size = async (turn) => {
    const { width, height } = await createImageBitmap(await takeStill(window.live("video").at(-1), turn));
    return [width, height];
  };
  return [await size(0), await size(90)];
}"""


async def open_tracks(page: Page) -> int:
    """Count the devices that the page holds open."""
    found: int = await page.evaluate("window.live('audio').length + window.live('video').length")
    return found


async def in_a_call(people: FacesOfPeople) -> tuple[CitizenFace, AgentFace]:
    """Bring two who talk, each at a machine with plugs."""
    citizen = await people.bring(CitizenFace)
    await citizen.page.add_init_script(PLUGS)
    agent = await people.agent("s004")
    await agent.page.add_init_script(PLUGS)
    await agent.page.reload()
    await citizen.opens("/?item=MZ01")
    await expect(citizen.page.locator(".guide h3")).to_be_visible()
    await citizen.presses_the_button(agree="")
    assert await open_tracks(citizen.page) == 0, "nothing was agreed to yet"
    await citizen.agrees("all")
    await agent.accepts()
    await agent.is_in_the_call()
    return citizen, agent


async def turns_the_document_camera(citizen: CitizenFace, agent: AgentFace) -> None:
    """Turn one that hangs upside down: a quarter a press, for both sides and for stills, kept by this browser."""
    await citizen.page.get_by_role("button", name="Show a document").click()
    paper, seen = (
        citizen.page.locator(".call__paper > video"),
        agent.page.locator("figure:has([data-view=document_camera])"),
    )
    await expect(seen).to_be_visible()
    await citizen.page.get_by_role("button", name="Turn the picture").click()
    await expect(paper).to_have_attribute("data-turn", "90")
    await expect(seen).to_have_attribute("data-turn", "90")
    upright, turned = await citizen.page.evaluate(linked(SIZES_OF_STILLS))
    assert turned == upright[::-1] != upright
    await citizen.page.reload()
    await citizen.page.get_by_role("button", name="Show a document").click()
    await expect(paper).to_have_attribute("data-turn", "90")
    await expect(seen).to_have_attribute("data-turn", "90")


async def test_a_device_is_shown_as_it_is_and_opened_again_and_the_other_side_is_told(
    browser: Browser, valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
) -> None:
    async with open_window(valkey.url, sqlite_ledger, tmp_path) as window:
        people = FacesOfPeople(browser, window.address.base)
        citizen, agent = await in_a_call(people)

        # The citizen's plug is loose: both know, and one press opens it again.
        own = citizen.page.locator("[data-device=microphone]")
        told = agent.page.locator(".stage__trouble")
        await citizen.page.evaluate("window.pull('audioinput')")
        await citizen.sees("No microphone was found.")
        await expect(own).to_have_attribute("data-on", "false")
        await expect(told).to_contain_text("The citizen's microphone is off")
        await citizen.page.evaluate("window.gone = []")
        await own.click()
        await expect(own).to_have_attribute("data-on", "true")
        await expect(told).to_have_count(0)

        # The agent's headset dies, and comes back by itself when it is plugged in.
        button = agent.page.locator("button.tool[aria-keyshortcuts=m]")
        await agent.page.evaluate("window.pull('audioinput')")
        await expect(button).to_have_attribute("aria-pressed", "false")
        await expect(agent.page.locator(".work__fault")).to_contain_text("No microphone")
        await citizen.sees("The microphone of the member of staff is off")
        await agent.page.evaluate("window.plug()")
        await expect(button).to_have_attribute("aria-pressed", "true")
        await expect(citizen.page.locator(".call__trouble")).to_have_count(0)

        # Who has switched the microphone off is not heard again because a plug was loose.
        await own.click()
        await expect(told).to_contain_text("The citizen's microphone is off")
        await citizen.page.evaluate("window.pull('audioinput'); window.plug()")
        await citizen.page.wait_for_function("() => window.live('audio').length === 1")
        assert await citizen.page.evaluate("window.live('audio')[0].enabled") is False

        await turns_the_document_camera(citizen, agent)

        # After the goodbye nothing is open, whatever is loaded again.
        await citizen.page.locator(".control--end").click()
        await is_on(citizen.page, "goodbye")
        assert await open_tracks(citizen.page) == 0
        await citizen.page.reload()
        await is_on(citizen.page, "goodbye")
        assert await open_tracks(citizen.page) == 0
        await people.leave()
