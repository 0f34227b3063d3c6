"""Check digits and formats hold for the published vectors, and for nothing else."""

import datetime as dt

import pytest

from records.catalogue import codes

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize("number", ["11010519491231002X", "11010519491231002x", "440524188001010014"])
def test_identity_numbers_of_the_standard_are_right(number: str):
    assert codes.is_id_number(number, TODAY)


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",  # last digit
        "44052418800101001X",  # last digit
        "110105194902310026",  # check digit right, but there is no 31 February
        "11010520991231002X",  # not born yet, wrong digit
        "1101051949123100",
        "",
        "１１０１０５１９４９１２３１００２X",
        "11010519491231002XX",
    ],
)
def test_wrong_identity_numbers_are_refused(number: str):
    assert not codes.is_id_number(number, TODAY)


def test_nobody_is_born_tomorrow():
    first17 = "11010520261123001"
    number = first17 + codes.id_check(first17)
    assert not codes.is_id_number(number, TODAY)
    assert codes.is_id_number(number, TODAY + dt.timedelta(days=1))


def test_the_real_looking_credit_code_is_right():
    assert codes.is_uscc("91350100M000100Y43")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("91350100M000100Y4A", "check_digit"),
        ("91310115MA1H8R7C6D", "check_digit"),
        ("91350100M000100Y4", "format"),
        ("91350100I000100Y43", "format"),
        ("91350100m000100y43", "format"),
    ],
)
def test_wrong_credit_codes_say_what_is_wrong(code: str, why: str):
    assert codes.uscc_fault(code) == why


def test_a_right_outer_digit_does_not_hide_a_wrong_inner_one():
    first17 = "91350100M000100Y5"  # the inner check digit is 4
    assert codes.uscc_fault(first17 + codes.uscc_check(first17)) == "inner_check_digit"


@pytest.mark.parametrize(
    "code",
    ["11440232MB2D06811W4000117051000", "1144011300752367244440116006001", "11440100007482559U3442001001000"],
)
def test_published_implementation_codes_are_right(code: str):
    assert codes.is_impl_code(code)
    assert codes.is_case_number(codes.case_number(code, "20201020", 8))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("11440232MB2D06811W700011705100", "format"),
        ("11440232MB2D06811W7000117051000", "format"),  # there are six levels
        ("11440232MB2D06811X4000117051000", "check_digit"),
        ("11440232MB2D06811W400011705100٠", "format"),
    ],
)
def test_wrong_implementation_codes_are_refused(code: str, why: str):
    assert codes.impl_code_fault(code) == why


def test_a_published_case_number_is_right_and_its_day_must_exist():
    assert codes.is_case_number("11440232MB2D06811W4000117051000202010200008")
    assert not codes.is_case_number("11440232MB2D06811W4000117051000202013200008")
    assert not codes.is_case_number("11440232MB2D06811W400011705100020201020008")


def test_numbers_and_names_are_masked_for_the_screen():
    assert codes.masked_phone("13812345678") == "138****5678"
    assert codes.masked_phone("110") == "****"
    assert codes.masked_id("11010519491231002X") == "110105********002X"
    assert codes.masked_id("1") == "********"
    assert codes.masked_name("欧阳小明") == "欧***"
    assert codes.is_phone("13812345678")
    assert not codes.is_phone("12812345678")
