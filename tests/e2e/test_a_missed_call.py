"""A call that nobody answers: the seat is put away, the citizen is first in line still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from tests.support.faces import CitizenFace, FacesOfPeople
from tests.support.window import open_window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

#: Longer than a seat rings. Nobody's page is given up while the clock jumps over it.
RING_S = 21
LEASES = {"page_lease_s": 36_000, "seat_lease_s": 36_000}


@pytest_asyncio.fixture
async def people(
    browser: Browser, valkey: EmbeddedValkey, sqlite_ledger: str, clock: ManualClock, tmp_path: Path
) -> AsyncIterator[FacesOfPeople]:
    """People at a window that goes by the test's clock."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path, clock=clock, **LEASES) as window:
        everybody = FacesOfPeople(browser, window.address.base)
        yield everybody
        await everybody.leave()


async def test_a_call_that_nobody_answers_goes_on_at_its_old_place(people: FacesOfPeople, clock: ManualClock) -> None:
    away = await people.agent("s004")
    li = await people.bring(CitizenFace)
    await li.opens("/?item=MZ01")
    await expect(li.page.locator(".guide h3")).to_be_visible()
    await li.speaks("cmn")
    number = await li.presses_the_button()
    await away.hears(number)

    clock.advance(RING_S)
    await expect(away.page.locator(".rest--missed")).to_be_visible()
    await expect(li.page.locator(".stub__number")).to_have_text(number)

    helper = await people.agent("s001")
    await helper.hears(number)
    await helper.accepts()
    await li.is_in_the_call()
