"""What goes wrong beside the steps of a test: a script that fails, a process that dies, a line on a page's console.

A script or a process ends every wait at once. Any error or warning on a console fails the test when it is over, unless
the test says that it expects such a line: `@pytest.mark.console("409")`.
"""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, WebError
from playwright.async_api import Error as BrowserError

#: What a browser says of a line that was cut and of a server that refused: stories do both on purpose.
OF_THE_LINE = re.compile(r"^(Failed to load resource|WebSocket connection to|Error with Permissions-Policy)|ERR_[A-Z]+")
LOG_END = 2000
_said: list[str] = []
_complaints: list[str] = []
_pages: list[Page] = []
_closing: set[asyncio.Task[None]] = set()


def begin() -> None:
    """Forget those of the test before."""
    _said.clear()
    _complaints.clear()
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


def complaints(*expected: str) -> list[str]:
    """Return the errors and warnings of all consoles since the test began, without lines with one of these words."""
    return [one for one in _complaints if not any(words in one for words in expected)]


def follow(browser: Browser) -> None:
    """Listen to the consoles of all pages that this browser will have."""
    browser.on("context", listen)


def listen(context: BrowserContext) -> None:
    """Listen to the consoles of all pages of a browser's profile."""
    context.on("page", _keep)
    context.on("console", _hear)
    context.on("weberror", _fail)


def _keep(page: Page) -> None:
    _pages.append(page)


def _hear(message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        _complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")
    if message.type == "error" and not OF_THE_LINE.search(message.text):
        report(f"the page {message.page.url if message.page else ''} says: {message.text}")


def _fail(failed: WebError) -> None:
    _complaints.append(str(failed.error))
    report(f"a script of the page {failed.page.url if failed.page else ''} failed: {failed.error}")


async def watch(process: asyncio.subprocess.Process, name: str, log: Path | None = None) -> None:
    """Report a process that ends by itself with another code than 0; cancel this before ending it on purpose."""
    code = await process.wait()
    if code:
        end = log.read_text(encoding="utf-8", errors="replace")[-LOG_END:] if log else ""
        report(f"{name} ended with {code}: {end}")
