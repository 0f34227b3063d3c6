"""A call that nobody answers: the seat is put away, the citizen is first in line still."""

import pytest
from playwright.async_api import expect

from tests.support.faces import CitizenFace, FacesOfPeople

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_a_call_that_nobody_answers_goes_on_at_its_old_place(people: FacesOfPeople) -> None:
    away = await people.agent("s004")
    li = await people.bring(CitizenFace)
    await li.opens("/?item=MZ01")
    await expect(li.page.locator(".guide h3")).to_be_visible()
    await li.speaks("cmn")
    number = await li.presses_the_button()
    await away.hears(number)

    await expect(away.page.locator(".rest--missed")).to_be_visible(timeout=40_000)
    await expect(li.page.locator(".stub__number")).to_have_text(number)

    helper = await people.agent("s001")
    await helper.hears(number)
    await helper.accepts()
    await li.is_in_the_call()
