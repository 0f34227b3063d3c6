"""A composed server for each story, on both ledgers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from runtime.engines import EmbeddedValkey
from tests.support.window import Window, open_window, prepare


@pytest_asyncio.fixture
async def window(valkey: EmbeddedValkey, database_url: str, tmp_path: Path) -> AsyncIterator[Window]:
    """The server, with the sample district and a few agents."""
    await prepare(database_url)
    async with open_window(valkey.url, database_url, tmp_path) as window:
        yield window
