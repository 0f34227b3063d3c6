"""A composed server for each story, on both ledgers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from booth_client.sources import document_pattern
from booth_client.still import grab
from runtime.engines import EmbeddedValkey
from tests.support.window import OwnWindow, Window, open_window


@pytest_asyncio.fixture
async def window(valkey: EmbeddedValkey, prepared_url: str, tmp_path: Path) -> AsyncIterator[Window]:
    """The server, with the sample district and a few agents."""
    async with open_window(valkey.url, prepared_url, tmp_path) as window:
        yield window


@pytest_asyncio.fixture
async def quick_window(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Window]:
    """The same server where a seat rings for a second only."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path, ring_s=1) as window:
        yield window


@pytest_asyncio.fixture
async def sqlite_window(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[OwnWindow]:
    """The server on SQLite, for stories that do not touch the ledger."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path) as window:
        yield window


@pytest_asyncio.fixture
async def paper_jpeg() -> bytes:
    """A picture of a paper, full high definition."""
    return await asyncio.to_thread(grab, document_pattern())
