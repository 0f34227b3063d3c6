"""What the browser stories stand on: a demonstration with its own data, and people with their own browsers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from tests.support.demo import RunningDemo, demo
from tests.support.faces import FacesOfPeople


@pytest_asyncio.fixture
async def product(tmp_path: Path) -> AsyncIterator[RunningDemo]:
    """The whole product on SQLite."""
    async with demo(tmp_path / "var") as running:
        yield running


@pytest_asyncio.fixture
async def people(browser: Browser, product: RunningDemo, tmp_path: Path) -> AsyncIterator[FacesOfPeople]:
    """People who come to the product; their last pictures are kept, none of their consoles may have complained."""
    everybody = FacesOfPeople(browser, product.base, product.password)
    yield everybody
    complaints = everybody.complaints()
    for number, face in enumerate(everybody.faces):
        await face.screenshot(tmp_path / f"{number}-{type(face).__name__}.png")
    await everybody.leave()
    assert complaints == []
