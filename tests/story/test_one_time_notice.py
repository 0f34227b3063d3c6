"""What is missing is told at once (一次性告知), in the language of whoever is told."""

import pytest

from booth_client.citizen import Citizen
from protocol.commands import Locale
from protocol.views import SessionView
from tests.support.window import Window

MISSING = ("hukou", "photo1")
NAMES: dict[Locale, tuple[str, str]] = {
    "zh-Hans": ("户口簿", "近三个月一寸白底照片"),
    "zh-Hant": ("戶口簿", "近三個月一寸白底照片"),
    "en": ("Household register", "One-inch photo, white background, last three months"),
}
ITEMS = {
    "zh-Hans": "广州市老年人优待卡首次申领",
    "zh-Hant": "廣州市老年人優待卡首次申領",
    "en": "Senior citizen's privilege card, first application",
}


async def view_of(page: Citizen) -> SessionView:
    return await page.until(lambda: page.conversation.view)


@pytest.mark.parametrize("locale", NAMES)
async def test_a_notice_is_told_in_the_citizens_language_and_kept_in_the_catalogues(
    sqlite_window: Window, locale: Locale
):
    window = sqlite_window
    citizen = Citizen(await window.http(), window.address, locale=locale)
    async with citizen:
        seat = await window.seat("s004")
        await citizen.take("MZ01")
        session = await seat.accept(await seat.until(lambda: seat.ringing))
        view = await view_of(citizen)
        assert view.guide is not None
        assert tuple(one.name for one in view.guide.materials if one.key in MISSING) == NAMES[locale]
        await seat.close("correction", missing=MISSING)
        told = await citizen.until(lambda: citizen.conversation.closed)
        heard = await seat.until(lambda: seat.conversation.closed)
        assert (told.notice, heard.notice) == (NAMES[locale], NAMES["zh-Hans"])
        token = citizen.token
    for face, names in NAMES.items():  # the page is loaded again, perhaps in another language
        page = Citizen(await window.http(), window.address, locale=face)
        page.token = token
        async with page:
            shown = await view_of(page)
            assert shown.notice == names
            assert shown.guide is not None
            assert shown.guide.name == ITEMS[face]
    record = await window.record(session.session)
    assert record.outcome is not None
    assert record.outcome.notice == NAMES["zh-Hans"]
    receipt = await window.ask(await window.http(), f"/api/receipts/{told.receipt}?locale={locale}")
    assert (receipt["item_name"], receipt["notice"]) == (ITEMS[locale], list(NAMES[locale]))
    plain = await window.ask(await window.http(), f"/api/receipts/{told.receipt}")
    assert (plain["item_name"], plain["notice"]) == (ITEMS["zh-Hans"], list(NAMES["zh-Hans"]))
