"""What is missing is told at once (一次性告知), in the language of whoever is told."""

import pytest

from booth_client.citizen import Citizen
from protocol.commands import Locale
from protocol.views import SessionView
from tests.support.window import Window

MISSING = ("hukou", "photo1")
NAMES: dict[Locale, tuple[str, str]] = {
    "zh-Hans": ("户口簿", "一寸白底照片（三个月内）"),
    "zh-Hant": ("戶口簿", "一吋白底相片（三個月內）"),
    "en": ("Household register", "Photo, 1 inch, white background, taken in the last 3 months"),
}
ITEMS = {
    "zh-Hans": "办老人卡（老年人优待卡）",
    "zh-Hant": "辦長者卡（老人優待卡）",
    "en": "Apply for a senior citizen card",
}
OFFICIAL = ("广州市老年人优待卡首次申领", ("户口簿", "近三个月一寸白底照片"))
"""Names of the catalogue itself: the record keeps these, whatever people call the things."""


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
        assert (told.notice, heard.notice) == (NAMES[locale], OFFICIAL[1])
        token = citizen.token
    for face, names in NAMES.items():  # the page is loaded again, perhaps in another language
        page = Citizen(await window.http(), window.address, locale=face)
        page.token = token
        async with page:
            shown = await view_of(page)
            assert shown.notice == names
            assert shown.guide is not None
            assert (shown.guide.name, shown.guide.official) == (ITEMS[face], OFFICIAL[0])
    record = await window.record(session.session)
    assert record.outcome is not None
    assert record.outcome.notice == OFFICIAL[1]
    receipt = await window.ask(await window.http(), f"/api/receipts/{told.receipt}?locale={locale}")
    assert (receipt["item_name"], receipt["notice"]) == (ITEMS[locale], list(NAMES[locale]))
    plain = await window.ask(await window.http(), f"/api/receipts/{told.receipt}")
    assert (plain["item_name"], plain["notice"]) == (OFFICIAL[0], list(OFFICIAL[1]))
