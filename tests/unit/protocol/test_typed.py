"""What people type by hand is read the same at every door, or refused with a reason."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from protocol import typed
from protocol.errors import BadInput
from runtime.clock import CHINA

RECEIPT = "20261129-ZS002-43WWMP"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-28",
        "2026/11/28",
        "2026.11.28",
        "2026。11。28",
        "20261128",
        "２０２６-１１-２８",
        "2026年11月28日",
        "2026 年 11 月 28 日",
        "2026—11—28",
        "2026 11 28",
        "\u200e2026\u200b-11-28。",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert typed.day(text) == "20261128"


@pytest.mark.parametrize(
    "text", ["2026-02-30", "0001-01-01", "28.11.2026", "abc", "11-28", "202611281", "\u200b", "9999"]
)
def test_what_is_no_day_is_refused_and_not_searched_for(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        typed.day(text)
    assert refused.value.params == {"field": "day", "why": "day"}


@pytest.mark.parametrize(
    ("text", "is_end", "utc"),
    [
        ("2026-11-28", False, "2026-11-27T16:00:00+00:00"),
        ("2026-11-28", True, "2026-11-28T16:00:00+00:00"),
        ("2026-11-28T09:00:00+08:00", True, "2026-11-28T01:00:00+00:00"),
        ("2026-11-28T09:00:00 08:00", False, "2026-11-28T01:00:00+00:00"),
        ("2026-11-28t09:00:00z", False, "2026-11-28T09:00:00+00:00"),
    ],
)
def test_a_moment_is_a_day_of_the_zone_or_an_instant_with_its_offset(text: str, utc: str, *, is_end: bool) -> None:
    assert typed.moment(text, "to", CHINA, is_end=is_end) == dt.datetime.fromisoformat(utc).timestamp() * 1000
    assert typed.moment(" ", "to", CHINA, is_end=is_end) is None


def test_a_day_on_which_clocks_change_ends_at_its_own_midnight() -> None:
    begin, end = (typed.moment("2026-03-29", "to", ZoneInfo("Europe/Paris"), is_end=is_end) for is_end in (False, True))
    assert begin is not None
    assert end is not None
    assert end - begin == 23 * 3_600_000


@pytest.mark.parametrize(
    "text", ["2026-11-28T09:00:00", "1066-10-14T09:00:00Z", "2026-11-28T9", "T", "9999-01-01T00:00Z"]
)
def test_an_instant_without_its_offset_or_in_no_year_of_ours_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        typed.moment(text, "to", CHINA)
    assert refused.value.params == {"field": "to", "why": "moment"}


def test_no_day_stays_no_day() -> None:
    assert typed.day("") == typed.day("  ") == ""


@pytest.mark.parametrize(
    "text",
    [
        RECEIPT,
        RECEIPT.lower(),
        "20261129ZS00243WWMP",
        "20261129 ZS002 43WWMP",
        "20261129—ZS002—43WWMP",
        "２０２６１１２９－ＺＳ００２－４３ＷＷＭＰ",
        "20261129-ZSOO2-43WWMP",
        "2O26II29-ZS002-43WWMP。",
        "20261129-2S002-43WWMP",
        "20261129-Z5002-43WWMP",
        "20261129-ZS00Z-43WWMP",
        "20261129-ZЅ002-43WWМР",
        "\u202d20261129-ZS\u00ad002-43WWMP\u202c",
    ],
)
def test_a_receipt_copied_by_hand_is_understood(text: str) -> None:
    assert RECEIPT in typed.receipts(text)


def test_an_exact_receipt_is_the_first_reading_and_readings_are_few() -> None:
    assert typed.receipts("20261129-ZS002-S5Z2B8")[0] == "20261129-ZS002-S5Z2B8"
    assert len(typed.receipts("20261129-ZS002-S5Z2B8")) <= typed.VARIANTS_MAX
    assert "20261129-ZS002-55Z2B8" in typed.receipts("20261129-ZS002-S5Z2B8")


@pytest.mark.parametrize("text", ["", "ZS002", "20261129", "老人卡", "2026112X-ZS002-43WWMP", "\x00abc"])
def test_what_cannot_be_a_receipt_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BadInput):
        typed.receipts(text)


def test_codes_and_names_forgive_what_an_input_method_adds() -> None:
    assert typed.code("Ｐ０Ｙ７－ＷＸＦＦ") == typed.code("p0y7 wxff.") == "P0Y7WXFF"
    assert "P0Y7WXFF" in typed.secret_readings("POY7—WXFF")
    assert "S5Z2B8G6" in typed.secret_readings("55228866")
    assert typed.account("ｓ０３３") == typed.account(" s033\u200b ") == typed.account("S033\ufeff") == "s033"
    assert typed.number("ＺＳ００２") == typed.number("zs-002") == "ZS002"
    with pytest.raises(BadInput):
        typed.number("\u200b")


@pytest.mark.parametrize(
    "text", ["13812345678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８", "138 1234 5678"]
)
def test_a_phone_is_read_with_its_country_and_blanks(text: str) -> None:
    assert typed.phone(text) == "13812345678"


@pytest.mark.parametrize("text", ["1381234567", "23812345678", "138123456789", "", "abc"])
def test_what_is_no_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        typed.phone(text)


def test_radicals_become_characters_and_only_ink_counts_as_text() -> None:
    assert typed.plain("⽼⼈卡 ⻓⻋") == "老人卡 长车"
    for text in ("好", "👍", "。"):
        assert typed.is_seen(text)
    for text in ("", " \u3000", "\u200b\u2060", "\u3164", "\u2800", "\u202e", "\ufe0f", "\u0301"):
        assert not typed.is_seen(text)
