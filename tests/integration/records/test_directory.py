"""The directory answers what pages and the queue ask, from memory."""

import datetime as dt
from itertools import pairwise

import pytest

from protocol.errors import ModeNotOffered, SeatNotFound, UnknownBooth, UnknownItem, UnknownSite
from protocol.skills import ANY_DISTRICT, Needs, fits
from protocol.views import Mode
from records.catalogue.directory import Directory
from records.database import Database
from runtime.business_clock import BusinessTime
from runtime.clock import CHINA


def ms(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)


def at(text: str) -> BusinessTime:
    return BusinessTime(ms(text))


async def test_items_are_found_and_named_in_the_readers_language(directory: Directory):
    hit = directory.items.search("laorenka", locale="en")[0]
    assert (hit.item, hit.name) == ("MZ01", "Apply for a senior citizen card")
    assert directory.items.search("老人卡", locale="zh-Hant")[0].name == "辦長者卡（老人優待卡）"
    assert directory.items.search("老人卡", locale="zh-Hans")[0].name == "办老人卡（老年人优待卡）"


async def test_a_guide_names_item_and_materials_in_the_readers_own_language(directory: Directory):
    def names(locale: str) -> list[str]:
        guide = directory.items.guide("MZ01", locale=locale)
        return [guide.name, *(material.name for material in guide.materials)]

    assert names("zh-Hant")[:2] == ["辦長者卡（老人優待卡）", "居民身份證"]
    assert names("en")[1:3] == ["Identity card", "Household register"]
    assert names("zh-Hans")[:1] == ["办老人卡（老年人优待卡）"]
    assert names("")[:1] == ["广州市老年人优待卡首次申领"]
    assert directory.items.guide("MZ01", locale="zh-Hans").official == names("")[0]
    assert directory.items.guide("GZ04", locale="zh-Hans").official == ""


async def test_what_was_written_down_by_name_is_told_in_the_readers_language(directory: Directory):
    written = ("居民身份证", "户口簿", "一张不再要的表")
    assert directory.items.in_words("MZ01", written, "en") == ("Identity card", "Household register", "一张不再要的表")
    assert directory.items.in_words("MZ01", written, "hak") == directory.items.in_words("MZ01", written, "") == written
    assert directory.items.in_words("GONE", written, "en") == directory.items.in_words("", written, "en") == written
    assert directory.items.name_in("MZ01", "旧名", "zh-Hant") == "辦長者卡（老人優待卡）"
    assert directory.items.name_in("MZ01", "旧名", "hak") == directory.items.name_in("GONE", "旧名", "en") == "旧名"


async def test_among_equals_the_citizens_own_district_comes_first(directory: Directory):
    assert directory.items.search("开店", district="440114")[0].item == "HSJ01"
    assert directory.items.search("开店", district="440113")[0].item == "SJ01"


async def test_an_item_is_known_by_its_id_and_its_code(directory: Directory):
    item = directory.items.find("MZ01")
    assert directory.items.find(item.impl_code) is item
    assert len(item.impl_code) == 31
    guide = directory.items.guide("MZ01", locale="en")
    assert guide.name == "Apply for a senior citizen card"
    assert [use.key for use in guide.materials] == ["idcard", "hukou", "photo1", "poa", "agentid"]


async def test_what_is_not_there_is_said_clearly(directory: Directory):
    with pytest.raises(UnknownItem):
        directory.items.find("XX99")
    with pytest.raises(UnknownSite):
        directory.places.site("XX99")
    with pytest.raises(UnknownBooth):
        directory.places.booth("XX99")
    with pytest.raises(SeatNotFound):
        directory.seats.find("XX99")
    with pytest.raises(UnknownSite):
        directory.steps("MZ01", Mode.CONSULT, "cmn", "XX99")
    with pytest.raises(ModeNotOffered) as caught:
        directory.steps("MZ05", Mode.HANDLE, "cmn")
    assert caught.value.params["modes"] == "consult,coach"


def able(directory: Directory, needs: Needs) -> set[str]:
    """Return the seats that fit the needs."""
    return {seat.id for seat in directory.seats.all() if fits(needs, seat.id, directory.seats.announced(seat.id))}


async def test_a_citizen_of_huadu_with_an_item_of_panyu_needs_a_seat_that_acts_for_panyu(directory: Directory):
    first = directory.steps("MZ01", Mode.HANDLE, "yue", "HD-TB")[0]
    assert first[1].district == "440113"
    assert able(directory, first[1]) == {"S004"}


async def test_every_item_can_be_served_in_every_mode_it_says_by_somebody(directory: Directory):
    for item in directory.items.all():
        for mode in item.modes:
            for _, needs, _ in directory.steps(item.id, Mode(mode), "cmn")[-1:]:
                assert able(directory, needs), item.id


async def test_who_waits_longer_can_be_served_by_more_seats_and_never_by_fewer(directory: Directory):
    for item in directory.items.all():
        for mode in item.modes:
            reach = [able(directory, needs) for _, needs, _ in directory.steps(item.id, Mode(mode), "cmn")]
            assert all(narrow <= wide for narrow, wide in pairwise(reach)), (item.id, mode)
    last = directory.steps("MZ01", Mode.HANDLE, "cmn")[-1]
    assert last[2] == ("district", "language", "skill")
    assert {"S001", "S004"} <= able(directory, last[1])


async def test_a_seat_for_cross_district_work_acts_for_all(directory: Directory):
    assert directory.seats.find("S036").abilities.districts == (ANY_DISTRICT,)
    assert directory.seats.find("S004").abilities.districts == ("440113",)
    assert directory.seats.find("S004").abilities.authority == 3
    assert directory.seats.find("S012").abilities.authority == 2


async def test_a_pc_is_answered_by_the_halls_of_the_items_district(directory: Directory):
    saturday, noon, closed = at("2026-11-21 10:00"), at("2026-11-23 10:00"), at("2026-11-23 20:00")
    assert directory.hours.is_open("", "MZ01", noon)
    assert directory.hours.is_open("", "", noon)
    assert not directory.hours.is_open("", "MZ01", saturday)
    assert directory.hours.is_open("", "RS01", saturday)
    assert directory.hours.next_open("", "MZ01", closed) == "2026-11-24T09:00:00+08:00"
    assert directory.hours.served_until("PY-HALL", "MZ01", at("2026-11-23 16:45")) == ms("2026-11-23 17:30")
    with pytest.raises(UnknownSite):
        directory.hours.is_open("nowhere", "MZ01", noon)


async def test_who_waits_at_a_pc_is_called_in_the_hours_of_the_halls(directory: Directory):
    noon, evening = at("2026-11-23 11:20"), at("2026-11-23 20:00")
    day_ms = 24 * 3_600_000
    times = directory.hours.callback_times("", "MZ01", noon, day_ms)
    assert times == tuple(ms(f"2026-11-23 {time}") for time in ("13:00", "13:30", "14:00", "14:30"))
    assert directory.hours.callback_times("", "MZ01", evening, day_ms) == ()
    assert directory.hours.callback_refusal("", "MZ01", noon, at("2026-11-23 12:00"), day_ms) == "closed"
    assert directory.hours.callback_refusal("", "MZ01", noon, at("2026-11-24 10:00"), day_ms) == "closed"


async def test_a_demonstration_can_be_open_at_night(stocked: Database):
    directory = await Directory.load(stocked, always_open=True)
    night = at("2026-11-22 03:00")
    assert directory.hours.is_open("", "MZ01", night)
    assert directory.hours.callback_times("", "MZ01", night, 3_600_000) == tuple(
        ms(f"2026-11-22 {time}") for time in ("03:30", "04:00")
    )
    assert directory.hours.callback_refusal("", "MZ01", night, BusinessTime(night.ms + 1), 3_600_000) == ""


async def test_words_and_policies_are_there(directory: Directory):
    assert directory.places.district_name("440113") == "番禺区"
    assert directory.places.district_name("440113", "en") == "Panyu"
    assert directory.places.district_name("999999") == "999999"
    assert "服务态度差" in directory.bad_reasons
    assert len(directory.outcomes()) == 11
    assert directory.policy.ring_s == 20
    assert [language.id for language in directory.languages] == ["cmn", "yue", "hak", "en", "csl"]
    assert directory.retention.uploads_unsubmitted == 7
    assert directory.skills["YJ"].names["en"] == "Hazardous chemicals"
    assert len(directory.places.booths()) == 26
    assert directory.places.booth("HD-TB-01").site == "HD-TB"
    assert directory.packages["PK01"].items == ("CL01", "MZ03", "MZ04")


async def test_sites_and_seats_are_called_as_the_reader_calls_them_and_officially_in_no_language(directory: Directory):
    names = {locale: directory.places.site_name("HD-HC", locale) for locale in ("", "zh-Hans", "zh-Hant", "en")}
    assert names == {
        "": "狮岭镇合成村红色驿站",
        "zh-Hans": "狮岭镇合成村服务站",
        "zh-Hant": "獅嶺鎮合成村服務站",
        "en": "Hecheng village station, Shiling",
    }
    assert [directory.seats.name_in("S004", locale) for locale in ("", "zh-Hant", "en")] == [
        "坐席004",
        "坐席004",
        "Seat 004",
    ]
    assert (directory.places.site_name("GONE", "en"), directory.seats.name_in("GONE", "en")) == ("GONE", "GONE")
