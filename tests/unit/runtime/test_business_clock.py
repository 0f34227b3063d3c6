"""The business clock shows another time of day than the real one, in every time zone, and finds its way back."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from runtime.business_clock import BusinessClock, BusinessTime, SettableBusinessClock
from runtime.clock import CHINA, ManualClock

BERLIN = ZoneInfo("Europe/Berlin")
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def at(text: str) -> BusinessTime:
    return BusinessTime(round(dt.datetime.fromisoformat(text).timestamp() * 1000))


def set_to(text: str) -> tuple[ManualClock, SettableBusinessClock]:
    """Return a real clock, and a business clock that shows this time."""
    real = ManualClock()
    return real, SettableBusinessClock(real, at(text).ms - real.now_ms())


def test_where_nothing_sets_it_it_shows_the_real_time() -> None:
    real = ManualClock()
    business = BusinessClock(real)
    assert (business.now().ms, business.offset_ms) == (real.now_ms(), 0)
    _ = real.advance(60)
    assert business.now().ms == real.now_ms()
    assert business.ahead_ms(real.now_ms(), CHINA) == 8 * HOUR_MS


def test_set_it_goes_on_with_the_real_one_and_can_be_set_back() -> None:
    real, business = set_to("2026-02-16T09:00+08:00")
    _ = real.advance(90)
    assert business.now() == at("2026-02-16T09:01:30+08:00")
    assert business.real_ms(business.now()) == real.now_ms()
    business.adopt(business.offset_ms - 2 * DAY_MS)
    assert business.now() == at("2026-02-14T09:01:30+08:00")
    assert business.now().day(CHINA) == "20260214"
    assert business.at(business.real_ms(at("2026-02-16T00:00+08:00"))).day(CHINA) == "20260216"


@pytest.mark.parametrize(
    ("before", "after", "hours"),
    [
        ("2026-03-28T23:30+01:00", "2026-03-29T23:30+02:00", 23),
        ("2026-10-24T23:30+02:00", "2026-10-25T23:30+01:00", 25),
    ],
)
def test_where_the_clocks_change_the_day_is_the_zone_s_own(before: str, after: str, hours: int) -> None:
    real, business = set_to(before)
    business.adopt(business.offset_ms + hours * HOUR_MS)
    assert business.now() == at(after)
    for text in (before, after):
        business.adopt(at(text).ms - real.now_ms())
        # What the scripts of the queue divide by a day's length.
        ahead_ms = business.ahead_ms(real.now_ms(), BERLIN)
        day = dt.date(1970, 1, 1) + dt.timedelta(days=(real.now_ms() + ahead_ms) // DAY_MS)
        assert f"{day:%Y%m%d}" == business.now().day(BERLIN) == text[:10].replace("-", "")
