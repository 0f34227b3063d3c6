"""What goes wrong beside the steps of a test: a script that fails, a process that dies. It ends every wait at once."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import ConsoleMessage, Page
from playwright.async_api import Error as BrowserError

#: What a browser says of a line that was cut and of a server that refused: stories do both on purpose.
OF_THE_LINE = re.compile(r"^(Failed to load resource|WebSocket connection to|Error with Permissions-Policy)|ERR_[A-Z]+")
LOG_END = 2000
_said: list[str] = []
_pages: list[Page] = []
_closing: set[asyncio.Task[None]] = set()


def begin() -> None:
    """Forget those of the test before."""
    _said.clear()
    _pages.clear()


def said() -> str:
    """Return what went wrong, or nothing."""
    return "; ".join(_said)


def check() -> None:
    """End a wait.

    Raises:
        AssertionError: something went wrong; the message says what.
    """
    if _said:
        raise AssertionError(said())


def report(what: str) -> None:
    """Let every wait end with these words: those of `until`, and those on a page that is listened to."""
    _said.append(what)
    for page in _pages:
        task = asyncio.ensure_future(_close(page, what))
        _closing.add(task)
        task.add_done_callback(_closing.discard)


async def _close(page: Page, what: str) -> None:
    try:
        await page.close(reason=what)
    except BrowserError:
        return  # it is closed, or its browser is


def listen(page: Page) -> list[str]:
    """Return a list that errors and warnings of a page's console are added to; report those of its scripts."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")
        if message.type == "error" and not OF_THE_LINE.search(message.text):
            report(f"the page {page.url} says: {message.text}")

    def fail(error: BrowserError) -> None:
        complaints.append(str(error))
        report(f"a script of the page {page.url} failed: {error}")

    page.on("console", hear)
    page.on("pageerror", fail)
    _pages.append(page)
    return complaints


async def watch(process: asyncio.subprocess.Process, name: str, log: Path | None = None) -> None:
    """Report a process that ends by itself with another code than 0; cancel this before ending it on purpose."""
    code = await process.wait()
    if code:
        end = log.read_text(encoding="utf-8", errors="replace")[-LOG_END:] if log else ""
        report(f"{name} ended with {code}: {end}")
