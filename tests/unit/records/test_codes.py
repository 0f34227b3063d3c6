"""Check digits and formats hold for the published vectors, and for nothing else."""

import pytest

from records.catalogue import codes


def test_the_real_looking_credit_code_is_right():
    assert codes.uscc_fault("91350100M000100Y43") == ""


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
