"""A composed server for pages in a real browser: the sample district, its staff, and a booth to set up.

All of it, and the tests that use it, are on the session's event loop, where one Chromium serves one after the other.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from records.database import Database
from records.staff import booths
from runtime.engines import EmbeddedValkey
from tests.support.browser import chromium
from tests.support.window import Window, open_window

BOOTH = "HD-TB-01"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_chromium() -> AsyncIterator[Browser]:
    """The Chromium of this worker."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def browser(one_chromium: Browser) -> AsyncIterator[Browser]:
    """That Chromium without anybody's pages; each person takes a `browser.new_context()`."""
    yield one_chromium
    for context in one_chromium.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def window(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Window]:
    """The whole server."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def booth_code(sqlite_ledger: str) -> str:
    """The one-time code with which a screen becomes the booth."""
    database = Database(sqlite_ledger)
    try:
        return await booths.new_code(database, BOOTH)
    finally:
        await database.close()
