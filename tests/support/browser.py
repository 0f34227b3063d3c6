"""A real Chromium with a fake camera, for tests that look at pages as people do."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

FLAGS = (
    # Five pictures a second: two cores encode and decode all that a story shows.
    "--use-fake-device-for-media-stream=fps=5",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # Two pages of one machine reach each other by address, not by a name that nobody resolves.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
)


@asynccontextmanager
async def chromium(*more_flags: str) -> AsyncIterator[Browser]:
    """Run the machine's Chromium, else the one that Playwright brought along at set-up."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, *as_root, *more_flags])
        try:
            yield browser
        finally:
            await browser.close()
