"""A real Chromium with a fake camera, for tests that look at pages as people do."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypedDict

from playwright.async_api import Browser, async_playwright, expect

from scripts.vendor import find_node
from tests.support.mishaps import follow
from tests.support.patience import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)
ROOT = Path(__file__).resolve().parents[2]
UNPACK = """const { readFileSync, writeFileSync } = require("fs");
const [packed, program] = process.argv.slice(1);
writeFileSync(program, require("zlib").brotliDecompressSync(readFileSync(packed)), { mode: 0o755 });"""
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


class Launching(TypedDict):
    """Arguments with which Playwright starts the browser."""

    executable_path: str | None
    args: list[str]


def launching(*more_flags: str) -> Launching:
    """Return how to start the machine's Chromium, or Playwright's own where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": program, "args": [*FLAGS, *as_root, *more_flags]}


def kill_browser(profile: Path) -> None:
    """Kill the browser of a profile without a word, as a power cut does."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={profile}".encode() in (process / "cmdline").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)


@asynccontextmanager
async def chromium(*more_flags: str) -> AsyncIterator[Browser]:
    """Run the machine's Chromium, else the one that Playwright brought along at set-up."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launching(*more_flags))
        follow(browser)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def old_chromium() -> AsyncIterator[Browser]:
    """Run Chromium 109, the last one for Windows 7 and 8.1, unpacked from its locked npm package."""
    packed = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin" / "chromium.br"
    assert packed.exists(), "no old browser: `make setup-dev` installs it"
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "chromium"
        subprocess.run([find_node(), "-e", UNPACK, str(packed), str(program)], check=True, timeout=60)
        async with async_playwright() as playwright:
            flags = [*FLAGS, "--headless", "--no-sandbox", "--no-zygote"]
            browser = await playwright.chromium.launch(executable_path=program, args=flags)
            follow(browser)
            try:
                yield browser
            finally:
                await browser.close()
