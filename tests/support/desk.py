"""A member of staff at a real browser."""

from playwright.async_api import Browser, Page

from tests.support.access import fits, serious
from tests.support.installed import PASSWORD
from tests.support.window import Window


class Desk:
    """A window of somebody who signed in by the form."""

    def __init__(self, page: Page, window: Window) -> None:
        self.page = page
        self.window = window

    @classmethod
    async def open(cls, chrome: Browser, window: Window, name: str, *, width: int = 1366, height: int = 768) -> "Desk":
        """Sign in and stand at the page of the role."""
        context = await chrome.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        desk = cls(await context.new_page(), window)
        await desk.go("/sign-in")
        await desk.page.fill("#name", name)
        await desk.page.fill("#password", PASSWORD)
        await desk.page.keyboard.press("Enter")
        await desk.page.wait_for_url(lambda url: "/sign-in" not in url)
        return desk

    async def go(self, path: str) -> None:
        """Open a page of the same server."""
        await self.page.goto(self.window.address.to(path))

    async def faults_of_access(self) -> list[str]:
        """Return axe-core's serious and critical findings, one line each."""
        return await serious(self.page)

    async def fits(self) -> bool:
        """Tell whether nothing sticks out at the side."""
        return await fits(self.page)
