"""The people at the pages, in a real Chromium: each verb acts as a hand does and waits for what the eye would see."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.support.installed import PASSWORD
from tests.support.patience import PATIENCE_MS, until

MOVING = """async (selector) => {
  const video = document.querySelector(selector);
  if (!video || !video.videoWidth) return false;
  const before = video.getVideoPlaybackQuality().totalVideoFrames;
  await new Promise((done) => setTimeout(done, 300));
  return video.getVideoPlaybackQuality().totalVideoFrames > before;
}"""


async def is_on(page: Page, screen: str) -> None:
    """Wait until the page shows this face."""
    await expect(page.locator(f"body[data-screen={screen}]")).to_be_attached()


class Face:
    """A page that somebody looks at."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        page.set_default_timeout(PATIENCE_MS)

    async def press(self, name: str, *, exact: bool = False) -> None:
        """Press the button of this name."""
        await self.page.get_by_role("button", name=name, exact=exact).first.click()

    async def sees(self, text: str) -> None:
        """Wait until the text can be seen."""
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def sees_moving(self, selector: str) -> None:
        """Wait until a video shows new frames."""
        await self.page.wait_for_function(f"{MOVING.strip()}", arg=selector)

    async def screenshot(self, path: Path) -> None:
        """Keep a picture of what is on the screen."""
        await self.page.screenshot(path=path)


class CitizenFace(Face):
    """Somebody at the citizen's page."""

    REMOTE = "video.call__remote"

    async def opens(self, path: str = "/") -> None:
        """Open the page."""
        await self.page.goto(self.base + path)

    async def enrols(self, code: str) -> None:
        """Set this screen up as a booth with its one-time code."""
        await self.page.goto(f"{self.base}/booth")
        await self.page.locator("input[name=code]").fill(code)
        await self.page.locator("dialog button[type=submit]").click()
        await expect(self.page.locator("dialog")).to_be_hidden()

    async def speaks(self, language: str) -> None:
        """Choose the language to speak: cmn, yue, hak, en, csl."""
        await self.page.locator(f"input[name=spoken][value={language}]").check(force=True)

    async def finds(self, words: str, name: str) -> None:
        """Look for an item by one's own words and choose it."""
        await self.page.locator("#find").fill(words)
        await self.page.locator(".hit", has_text=name).first.click()
        await expect(self.page.locator(".guide h3")).to_contain_text(name)

    async def asks_for(self, mode: str) -> None:
        """Choose consult, coach or handle."""
        await self.page.locator(f"input[name=mode][value={mode}]").check(force=True)

    async def presses_the_button(self, agree: str = "all") -> str:
        """Press the big button, answer the notice (not at all with an empty `agree`), return the number."""
        await self.page.locator("[data-start]").click()
        number = self.page.locator(".stub__number:not(.stub__number--coming)").first
        await expect(number).to_be_visible()
        said = (await number.inner_text()).strip()
        if agree:
            await self.agrees(agree)
        return said

    async def agrees(self, to: str) -> None:
        """Answer the notice: agree to `all`, to `sound` alone, or to `none` of camera and microphone."""
        await self.page.locator(f"[data-agree={to}]").first.click()
        await expect(self.page.locator("[data-agree]")).to_have_count(0)

    async def is_in_the_call(self) -> None:
        """Wait for the other side's moving picture."""
        await self.sees_moving(self.REMOTE)

    async def says(self, text: str) -> None:
        """Write a line in the chat."""
        await self.page.locator("#tab-chat").click()
        await self.page.locator("#line").fill(text)
        await self.page.locator("#line").press("Enter")
        await expect(self.page.locator(".chat__line--mine", has_text=text)).to_be_visible()

    async def sends(self, file: Path, material: str) -> None:
        """Send a file for a material."""
        await self.page.locator("#tab-papers").click()
        await self.page.locator(f"input[data-material='{material}']").set_input_files(file)
        await expect(self.page.locator(".document__name", has_text=file.name).first).to_be_visible()

    async def rates(self, level: int) -> None:
        """Give a rating after the goodbye."""
        await self.page.locator(f"input[name=level][value='{level}']").check(force=True)
        await self.press("Send the rating")
        await self.sees("Your rating was received")

    async def receipt(self) -> str:
        """Read the receipt's number."""
        return (await self.page.locator(".receipt__number").inner_text()).strip()


class StaffFace(Face):
    """Somebody who signs in."""

    async def signs_in(self, name: str, password: str) -> None:
        """Sign in and land on the page of one's role."""
        await self.page.goto(f"{self.base}/sign-in")
        await self.page.locator("#name").fill(name)
        await self.page.locator("#password").fill(password)
        await self.page.locator("button.button--primary").click()
        await self.page.wait_for_url(lambda url: "/sign-in" not in url)


class AgentFace(StaffFace):
    """Somebody at the seat console."""

    async def is_ready(self) -> None:
        """Press Ready; it may ring at once."""
        await self.page.locator(".rest--paused .button--large").click()
        await expect(self.page.locator(".rest--paused")).to_be_hidden()

    async def hears(self, number: str) -> None:
        """Wait until this number rings."""
        await expect(self.page.locator(".ring__number")).to_have_text(number)

    async def accepts(self) -> None:
        """Take the ringing call."""
        await self.page.locator("[data-accept]").click()
        await expect(self.page.locator(".work")).to_be_visible()

    async def is_in_the_call(self) -> None:
        """Wait for the citizen's moving picture."""
        await self.sees_moving("video[data-view='camera']")

    async def asks_for_a_still(self, material: str) -> None:
        """Ask the citizen's side for a picture of a paper."""
        await self.page.get_by_role("button", name=f"Ask for a photo: {material}").click()

    async def sees_document(self, name: str) -> None:
        """Wait until a document of this name arrived."""
        await expect(self.page.locator(".paper__name", has_text=name).first).to_be_visible()

    async def opens_document(self, name: str) -> None:
        """Open a document that arrived."""
        await self.page.get_by_role("button", name=name).first.click()
        await expect(self.page.locator(".viewer__sheets > *").first).to_be_visible()

    async def judges(self, verdict: str) -> None:
        """Say what the open document is worth: good, blurred, wrong."""
        await self.page.locator(f".judge--{verdict}").click()
        await expect(self.page.locator(f".judge--{verdict}[aria-pressed=true]")).to_be_visible()
        await self.page.keyboard.press("Escape")
        await expect(self.page.locator(".viewer")).to_be_hidden()

    async def closes(self, outcome: str) -> None:
        """End the call with an outcome."""
        await self.page.locator("#close-outcome").select_option(outcome)
        await self.press("End the call and save the result")
        await self.page.locator("close-form [data-end-now]").click()
        await expect(self.page.locator("wrap-card")).to_be_visible()


class SupervisorFace(StaffFace):
    """Somebody at the wallboard and the records."""

    def tile(self, seat_name: str) -> Locator:
        """Return a seat's tile."""
        return self.page.locator(".tile", has_text=seat_name)

    async def sees_seat(self, seat_name: str, state: str) -> None:
        """Wait until the seat's tile shows the state (idle, reserved, serving, wrap_up, paused, missed, offline)."""
        await expect(self.page.locator(f".tile--{state}", has_text=seat_name)).to_be_visible()

    async def finds_the_record(self, receipt: str) -> None:
        """Look a session up by its receipt and open it; the recorder may be a moment behind."""
        rows = self.page.locator("a[href^='/records/']")

        async def is_found() -> bool:
            await self.page.goto(f"{self.base}/records?receipt={receipt}")
            return await rows.count() > 0

        _ = await until(is_found)
        await rows.first.click()


F = TypeVar("F", bound=Face)
SCREENS: dict[str, ViewportSize] = {
    "notebook": {"width": 1366, "height": 768},
    "desktop": {"width": 1920, "height": 1080},
    "booth": {"width": 1080, "height": 1920},
    "phone": {"width": 390, "height": 844},
}


class FacesOfPeople:
    """Opens a browser profile of its own for everybody, so that nobody shares cookies or storage."""

    def __init__(self, browser: Browser, base: str, password: Callable[[str], str] | None = None) -> None:
        """Bring people to the pages under `base`, where accounts have these passwords."""
        self.browser = browser
        self.base = base
        self.password = password or (lambda _name: PASSWORD)
        self.faces: list[Face] = []

    async def bring(self, kind: type[F], *, language: str = "en", screen: str = "notebook") -> F:
        """Open a page for one more person, with camera and microphone allowed."""
        context = await self.browser.new_context(viewport=SCREENS[screen], ignore_https_errors=True)
        await context.grant_permissions(["camera", "microphone"], origin=self.base)
        await context.add_cookies([{"name": "lang", "value": language, "url": self.base}])
        face = kind(await context.new_page(), self.base)
        self.faces.append(face)
        return face

    async def agent(self, name: str) -> AgentFace:
        """Bring an agent of the demonstration who is ready."""
        face = await self.bring(AgentFace)
        await face.signs_in(name, self.password(name))
        await face.is_ready()
        return face

    async def leave(self) -> None:
        """Close everything."""
        for face in self.faces:
            await face.page.context.close()
