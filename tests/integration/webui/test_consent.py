"""Camera and microphone open only after the citizen agrees, in a real browser; the agent is told what was refused."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.access import serious
from tests.support.faces import AgentFace, CitizenFace, is_on
from tests.support.installed import PASSWORD
from tests.support.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(150)]

#: Notes what every call asks for, before it is passed on to the real one.
LISTENING = """
globalThis.asked = [];
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) => {
  globalThis.asked.push([Boolean(wanted.audio), Boolean(wanted.video)]);
  return real(wanted);
};
"""


async def comes(browser: Browser, window: Window, path: str = "/?lang=en&item=MZ01") -> CitizenFace:
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    face = CitizenFace(await context.new_page(), window.address.base)
    await face.page.add_init_script(LISTENING)
    await face.opens(path)
    await expect(face.page.locator(".guide h3")).to_be_visible()
    await face.speaks("cmn")
    return face


async def agent(browser: Browser, window: Window) -> AgentFace:
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    face = AgentFace(await context.new_page(), window.address.base)
    await face.page.goto(f"{window.address.base}/sign-in?lang=en")
    await face.signs_in("s004", PASSWORD)
    await face.is_ready()
    return face


async def asked(page: Page) -> list[list[bool]]:
    found: list[list[bool]] = await page.evaluate("globalThis.asked")
    return found


async def test_nothing_is_opened_before_it_is_agreed_to_and_what_is_taken_back_is_closed(
    browser: Browser, window: Window
) -> None:
    civil, li = await agent(browser, window), await comes(browser, window)
    page = li.page
    number = await li.presses_the_button(agree="")
    await li.sees("Camera and microphone open only if you agree")
    assert await serious(page) == []
    await civil.hears(number)
    await civil.accepts()
    await is_on(page, "call")
    await li.is_in_the_call()
    await civil.sees("The citizen is still reading the notice")
    assert await asked(page) == []

    await li.agrees("sound")
    await civil.sees("The citizen did not agree to the camera")
    await page.wait_for_function("() => globalThis.asked.length > 0")
    assert await asked(page) == [[True, False]]
    assert await serious(page) == []

    await page.locator("[data-consent=answered] > summary").click()
    await page.locator("[data-sense=picture]").click()
    await page.wait_for_function("() => globalThis.asked.some(([, picture]) => picture)")
    await civil.is_in_the_call()

    await page.locator("[data-sense=picture]").click()
    await civil.sees("The citizen did not agree to the camera")
    await page.wait_for_function("() => document.querySelector('video.call__own').srcObject.getTracks().length === 0")

    # A reload opens what holds, and nothing else.
    await page.reload()
    await is_on(page, "call")
    await page.wait_for_function("() => globalThis.asked.length > 0")
    assert await asked(page) == [[True, False]]
    await asyncio.gather(page.context.close(), civil.page.context.close())


async def test_who_agrees_to_neither_writes(browser: Browser, window: Window) -> None:
    civil, li = await agent(browser, window), await comes(browser, window)
    number = await li.presses_the_button(agree="none")
    await civil.hears(number)
    await civil.accepts()
    await li.is_in_the_call()
    await li.says("我打字")
    await civil.sees("我打字")
    await civil.sees("agreed to neither camera nor microphone")
    assert await asked(li.page) == []
    await asyncio.gather(li.page.context.close(), civil.page.context.close())


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
async def test_the_notices_are_pages_without_a_script_and_dialogs_with_one(
    browser: Browser, window: Window, path: str
) -> None:
    for language, said in (
        ("zh-Hans", "番禺区政务服务和数据管理局"),
        ("zh-Hant", "番禺區"),
        ("en", "Panyu Government"),
    ):
        plain = await browser.new_context(java_script_enabled=False)
        page = await plain.new_page()
        await page.goto(f"{window.address.base}{path}?lang={language}")
        await expect(page.locator("main")).to_contain_text(said)
        await expect(page.locator(".foot")).to_contain_text("粤ICP备00000000号")
        await plain.close()
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{window.address.base}/?lang=en")
    await expect(page.locator("html[data-ready]")).to_be_attached()
    await page.locator(f".foot [data-notice={path.strip('/')}]").click()
    await expect(page.locator("dialog[open]")).to_contain_text("Panyu Government")
    assert await serious(page) == []
    assert page.url.endswith("/?lang=en")
    await context.close()
