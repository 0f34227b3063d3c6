"""The devices in use: chosen on either side, on each face, kept by name, and stood in for while they are gone."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.support.access import serious
from tests.support.faces import AgentFace, CitizenFace, FacesOfPeople, is_on
from tests.support.plugs import PLUGS
from tests.support.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

SPEAKER, OTHER_SPEAKER = "Fake Audio Output 1", "Fake Audio Output 2"
MICROPHONE = "Fake Audio Input 2"
LOST = "The loudspeaker you chose is not plugged in"
REMOTE, CITIZEN = "video.call__remote", "video[data-view=camera]"


async def sounds_from(page: Page, label: str, selector: str = "") -> None:
    """Wait until an element, or the last tone, comes from this loudspeaker; an empty label is the machine's own."""
    await page.wait_for_function(
        "async ([selector, label]) => (await window.sounds(selector)) === label", arg=[selector, label]
    )


def choice(page: Page, kind: str) -> Locator:
    return page.locator(f"select[data-choose={kind}]")


async def hears_by(page: Page, label: str) -> None:
    """Wait until just this microphone is open."""
    await page.wait_for_function(
        "(label) => window.live('audio').length === 1 && window.live('audio')[0].label === label",
        arg=label,
    )


async def citizen_chooses_while_waiting(citizen: CitizenFace) -> None:
    page = citizen.page
    await choice(page, "speaker").select_option(SPEAKER)
    await citizen.press("Play a sound")
    await sounds_from(page, SPEAKER)
    await citizen.press("Yes, I heard it")
    await choice(page, "microphone").select_option(MICROPHONE)
    await hears_by(page, MICROPHONE)
    await page.evaluate("window.pull('Fake Audio Output 1')")
    await citizen.sees(LOST)
    await page.evaluate("window.plug()")
    await expect(page.get_by_text(LOST)).to_have_count(0)
    await expect(choice(page, "speaker")).to_have_value(SPEAKER)
    assert await serious(page) == []


async def agent_chooses_before_a_call(agent: AgentFace) -> None:
    page = agent.page
    menu = page.locator("device-menu summary")
    await menu.click()
    await choice(page, "speaker").select_option(SPEAKER)
    await choice(page, "microphone").select_option(MICROPHONE)
    await hears_by(page, MICROPHONE)
    await agent.press("Play a sound")
    await sounds_from(page, SPEAKER)
    assert await serious(page) == []
    await menu.click()
    await page.wait_for_function("() => window.live('audio').length + window.live('video').length === 0")


async def devices_change_in_the_call(citizen: CitizenFace, agent: AgentFace) -> None:
    await citizen.page.locator("details[data-devices] > summary").click()
    await choice(citizen.page, "speaker").select_option(OTHER_SPEAKER)
    await sounds_from(citizen.page, OTHER_SPEAKER, REMOTE)
    await citizen.page.evaluate("window.pull('Fake Audio Output 2')")
    await citizen.sees(LOST)
    await sounds_from(citizen.page, "", REMOTE)
    await agent.page.evaluate("window.pull('Fake Audio Output 1')")
    await expect(agent.page.locator(".work__fault")).to_contain_text(LOST)
    for face, selector, label in ((citizen, REMOTE, OTHER_SPEAKER), (agent, CITIZEN, SPEAKER)):
        await face.page.evaluate("window.plug()")
        await sounds_from(face.page, label, selector)
    await agent.page.evaluate("(label) => window.pull(label)", MICROPHONE)
    await hears_by(agent.page, "Fake Default Audio Input")
    await agent.page.evaluate("window.plug()")
    await hears_by(agent.page, MICROPHONE)
    await expect(citizen.page.locator(".call__trouble")).to_have_count(0)


async def the_document_camera_is_pulled_out(citizen: CitizenFace, agent: AgentFace) -> None:
    paper, seen = citizen.page.locator(".call__paper"), agent.page.locator("figure:has([data-view=document_camera])")
    await citizen.press("Show a document")
    await expect(seen).to_be_visible()
    await citizen.page.evaluate("window.pull('高拍仪')")
    await citizen.sees("The document camera is not plugged in.")
    await expect(paper).to_have_count(0)
    await expect(seen).to_be_hidden()
    await citizen.page.evaluate("window.plug()")
    await citizen.press("Show a document")
    await expect(seen).to_be_visible()


async def test_both_sides_choose_and_a_chosen_device_that_was_away_is_taken_again(
    browser: Browser, window: Window
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    citizen, agent = await people.bring(CitizenFace), await people.bring(AgentFace)
    for face in (citizen, agent):
        await face.page.add_init_script(PLUGS)
    await citizen.opens("/?item=MZ01")
    await expect(citizen.page.locator(".guide h3")).to_be_visible()
    await citizen.presses_the_button()
    await citizen_chooses_while_waiting(citizen)
    await agent.signs_in("s004", people.password("s004"))
    await agent_chooses_before_a_call(agent)

    # While it rings a plug is loose: it is said there, and mended by itself.
    await agent.is_ready()
    await is_on(citizen.page, "ringing")
    await citizen.page.evaluate("window.pull('audioinput')")
    await citizen.sees("No microphone was found.")
    await citizen.page.evaluate("window.plug()")
    await hears_by(citizen.page, MICROPHONE)
    await agent.accepts()
    await agent.is_in_the_call()
    await citizen.is_in_the_call()
    await sounds_from(citizen.page, SPEAKER, REMOTE)
    await sounds_from(agent.page, SPEAKER, CITIZEN)
    await hears_by(agent.page, MICROPHONE)

    await devices_change_in_the_call(citizen, agent)
    await the_document_camera_is_pulled_out(citizen, agent)

    # The choice is of this browser: it holds after a reload.
    await citizen.page.reload()
    await sounds_from(citizen.page, OTHER_SPEAKER, REMOTE)
    await people.leave()


async def test_what_the_operator_chose_for_a_booth_stays_and_what_a_person_chose_goes(
    browser: Browser, window: Window, booth_code: str
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    booth = await people.bring(CitizenFace, screen="booth")
    page = booth.page
    await page.add_init_script(PLUGS)
    await booth.enrols(booth_code)
    await booth.opens("/booth?devices=choose")
    await choice(page, "speaker").select_option(SPEAKER)
    await choice(page, "microphone").select_option(MICROPHONE)
    await hears_by(page, MICROPHONE)
    await booth.press("Done")
    await page.wait_for_function("() => window.live('audio').length + window.live('video').length === 0")

    await booth.presses_the_button()
    await expect(choice(page, "speaker")).to_have_value(SPEAKER)
    await choice(page, "speaker").select_option(OTHER_SPEAKER)
    await page.locator("[data-another]").click()
    await booth.press("Yes, start for me")
    await is_on(page, "welcome")
    await expect(page.locator("html[data-ready]")).to_be_attached()
    await page.locator("[data-check]").click()
    await expect(choice(page, "speaker")).to_have_value(SPEAKER)
    await expect(choice(page, "microphone")).to_have_value(MICROPHONE)
    await people.leave()


async def test_a_question_of_the_browser_that_nobody_answers_is_pointed_out_on_both_sides(
    browser: Browser, window: Window
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    agent, citizen = await people.agent("s004"), await people.bring(CitizenFace)
    await citizen.page.add_init_script("navigator.mediaDevices.getUserMedia = () => new Promise(() => {})")
    await citizen.opens("/?item=MZ01")
    await expect(citizen.page.locator(".guide h3")).to_be_visible()
    await citizen.presses_the_button()
    await agent.accepts()
    await citizen.is_in_the_call()
    for sentence in ("The browser asks whether we may hear you.", "The browser asks whether we may see you."):
        await citizen.sees(sentence)
    await citizen.sees("Please press “Allow”.")
    await expect(citizen.page.locator("[data-device=microphone]")).to_have_attribute("data-on", "false")
    await expect(agent.page.locator(".stage__trouble")).to_contain_text("microphone and camera are off")
    await people.leave()
