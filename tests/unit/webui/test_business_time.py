"""Every page of a demonstration says what time is set, in the reader's words; no other page knows of it."""

import datetime as dt

import pytest
from aiohttp.test_utils import make_mocked_request

from runtime.business_clock import SettableBusinessClock
from runtime.clock import ManualClock
from webui.pages import Pages, common_parts

NINE = dt.datetime(2026, 2, 16, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def page(pages: Pages, tag: str) -> str:
    text = pages.render(make_mocked_request("GET", f"/?lang={tag}"), "webui/missed.html", status=404).text
    assert text is not None
    return text


def clock(offset_ms: int) -> SettableBusinessClock:
    return SettableBusinessClock(ManualClock(), offset_ms)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("zh-Hans", "演示时间 2026-02-16 09:00"),
        ("zh-Hant", "演示時間 2026-02-16 09:00"),
        ("en", "Demonstration time 2026-02-16 09:00"),
    ],
)
def test_a_page_says_the_time_that_is_set_before_any_script_runs(tag: str, words: str) -> None:
    offset_ms = round(NINE.timestamp() * 1000) - ManualClock().now_ms()
    text = page(Pages(business=clock(offset_ms)), tag)
    assert f'<p class="business-time" id="business-time">{words}</p>' in text
    assert f'data-business-offset="{offset_ms}"' in text


def test_its_script_has_the_words_on_each_page_from_the_first_moment() -> None:
    parts = common_parts()
    first = parts.halves["zh-Hans"][0], *(room["zh-Hans"] for room in parts.messages.values())
    assert all("演示时间 {time}" in one.body.decode() for one in first)


def test_a_page_is_ready_to_say_it_once_it_is_set_and_elsewhere_there_is_nothing() -> None:
    assert 'id="business-time" hidden>' in page(Pages(business=clock(0)), "en")
    assert "business" not in page(Pages(), "en")
