"""Numbers of people, organisations, items and cases: published vectors, near misses, and how they are typed."""

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import identifiers
from protocol.identifiers import Kind, Why, check

TODAY = dt.date(2026, 11, 30)
BODY = "11440232MB2D06811W"
IMPL = BODY + "4000117051000"

RIGHT: list[tuple[Kind, str, str]] = [
    ("resident_id", "11010519491231002X", "11010519491231002X"),  # GB 11643's own examples
    ("resident_id", "440524188001010014", "440524188001010014"),
    ("resident_id", "１１０１０５　１９４９１２３１　００２ｘ", "11010519491231002X"),
    ("resident_id", "110105-19491231-002х", "11010519491231002X"),  # a Cyrillic letter
    ("hk_macau_pass", "h12345678", "H12345678"),
    ("hk_macau_pass", "M1234567801", "M1234567801"),
    ("taiwan_pass", "0123 4567", "01234567"),
    ("passport", "e12345678", "E12345678"),
    ("uscc", "91350100M000100Y43", "91350100M000100Y43"),
    ("uscc", "91350100m000 100y43", "91350100M000100Y43"),
    ("uscc", BODY, BODY),
    ("uscc", "114401130075236724", "114401130075236724"),
    ("org_code", "MB2D0681-1", "MB2D06811"),
    ("org_code", "007523672", "007523672"),
    ("impl_code", IMPL, IMPL),
    ("impl_code", "1144011300752367244440116006001", "1144011300752367244440116006001"),
    ("impl_code", "11440100007482559U3442001001000", "11440100007482559U3442001001000"),
    ("item_code", IMPL + "01", IMPL + "01"),
    ("case_no", IMPL + "202010200008", IMPL + "202010200008"),
    (
        "ecert",
        "1.2.156.3005.2.11100000000013338W002.11320482014138860P.201807250201.001.M",
        "1.2.156.3005.2.11100000000013338W002.11320482014138860P.201807250201.001.M",
    ),
    ("phone", "+86 138-0013-8000", "13800138000"),
    ("phone", "０２０－８３３３　４５６７", "02083334567"),
    ("phone", "+86 20 8333 4567", "02083334567"),
    ("phone", "0755-83334567", "075583334567"),
    ("phone", "+852 2345 6789", "+85223456789"),
]
WRONG: list[tuple[Kind, str, Why]] = [
    ("resident_id", "110105194912310021", "check"),
    ("resident_id", "44052418800101001X", "check"),
    ("resident_id", "110105194902310026", "date"),  # its check is right, the day is none
    ("resident_id", "11010520261201002X", "date"),  # tomorrow
    ("resident_id", "990105194912310021", "kind"),
    ("resident_id", "180105194912310021", "area"),
    ("resident_id", "110105491231002", "old"),
    ("resident_id", "1101051949123100", "format"),
    ("resident_id", "", "format"),
    ("resident_id", "A1010519491231002X", "format"),
    ("hmt_residence", "11010519491231002X", "area"),
    ("hk_macau_pass", "C12345678", "format"),
    ("hk_macau_pass", "H1234567", "format"),
    ("taiwan_pass", "1234567", "format"),
    ("passport", "ABCDEFGH", "format"),
    ("passport", "E123", "format"),
    ("uscc", "91350100M000100Y4A", "check"),
    ("uscc", "91310115MA1H8R7C6D", "check"),  # much copied, made up
    ("uscc", "91350100M000100Y4", "format"),
    ("uscc", "91350100I000100Y43", "format"),
    ("org_code", "MB2D0681-2", "check"),
    ("org_code", "MB2D068-1", "format"),
    ("impl_code", BODY + "7000117051000", "level"),
    ("impl_code", BODY[:-1] + "V4000117051000", "format"),
    ("impl_code", BODY[:-1] + "U4000117051000", "check"),
    ("impl_code", IMPL[:-1], "format"),
    ("item_code", IMPL, "format"),
    ("item_code", IMPL + "A1", "format"),
    ("case_no", IMPL + "202002300008", "date"),
    ("case_no", IMPL + "202612010008", "date"),
    ("case_no", IMPL + "20201020008", "format"),
    ("ecert", "1.2.156.3005.2.11100000000013338W002.11320482014138860P.201807250201.001.N", "check"),
    ("ecert", "11100000000013338W002.11320482014138860P.201807250201.001.M", "format"),
    ("phone", "12345", "format"),
    ("phone", "12800138000", "format"),
    ("phone", "02012345678", "format"),
    ("phone", "0755-8333", "format"),
]


@pytest.mark.parametrize(("kind", "typed", "normal"), RIGHT)
def test_a_right_number_is_kept_in_one_form_however_it_was_typed(kind: Kind, typed: str, normal: str):
    found = check(kind, typed, TODAY)
    assert (found.ok, found.normal, found.why) == (True, normal, "")
    assert check(kind, normal, TODAY) == found


@pytest.mark.parametrize(("kind", "typed", "why"), WRONG)
def test_a_wrong_number_is_refused_with_its_reason(kind: Kind, typed: str, why: Why):
    assert check(kind, typed, TODAY) == identifiers.Checked(ok=False, normal="", why=why)


def test_every_kind_has_a_right_and_a_wrong_number_here_or_is_made_below():
    kinds = set(get_args(Kind))
    assert {kind for kind, *_ in WRONG} == kinds
    assert {kind for kind, *_ in RIGHT} == kinds - {"hmt_residence"}


def card(area: str, born: dt.date, order: int) -> str:
    """Make a number as the issuer would."""
    first = f"{area}{born:%Y%m%d}{order:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(identifiers.ID_WEIGHTS, first, strict=True))
    return first + identifiers.ID_CHECKS[total % 11]


DAYS = st.dates(dt.date(1800, 1, 1), TODAY)


@given(st.sampled_from(sorted(identifiers.HMT_AREAS)), DAYS, st.integers(0, 999))
def test_a_residence_permit_is_one_and_no_resident_s_card(area: str, born: dt.date, order: int):
    number = card(area, born, order)
    assert check("hmt_residence", number, TODAY).normal == number
    assert check("resident_id", number, TODAY).why == "kind"


@given(DAYS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_a_card_is_always_noticed(born: dt.date, order: int, at: int, by: int):
    number = card("440113", born, order)
    assert check("resident_id", number, TODAY).ok
    changed = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not check("resident_id", changed, TODAY).ok


@given(DAYS, st.integers(0, 999))
def test_who_is_born_today_has_a_number_and_who_will_be_born_has_none(born: dt.date, order: int):
    number = card("440113", born, order)
    assert check("resident_id", number, born).ok
    assert check("resident_id", number, born - dt.timedelta(days=1)).why == "date"


@given(st.text(identifiers.USCC_ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.integers(1, 30))
def test_one_wrong_sign_of_a_credit_code_is_always_noticed(first: str, at: int, by: int):
    first = first[:16] + identifiers.org_check(first[8:16])
    number = first + identifiers.uscc_check(first) if first[16] in identifiers.USCC_ALPHABET else ""
    if not number:
        return
    assert check("uscc", number, TODAY).ok
    other = identifiers.USCC_ALPHABET[(identifiers.USCC_ALPHABET.index(number[at]) + by) % 31]
    assert check("uscc", number[:at] + other + number[at + 1 :], TODAY).why in {"check", "format"}


@given(st.sampled_from(get_args(Kind)), st.text(max_size=60))
def test_no_text_breaks_a_check(kind: Kind, text: str):
    found = check(kind, text, TODAY)
    assert found.ok == bool(found.normal) == (not found.why)
