"""Which new passwords are good."""

import pytest

from protocol.errors import BadInput
from records.staff.passwords import judged, normal


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "length"),
        ("x" * 257, "length"),
        ("1234567890", "password_easy"),
        ("aaaaaaaaaaaa", "password_easy"),
        ("abcdefghijkl", "password_easy"),
        ("qwertyuiop12", "password_easy"),
        ("Passw0rd2026!", "password_easy"),
        ("１２３４５６７８９０", "password_easy"),
        ("13800138000", "password_easy"),
        ("s004s004s004", "password_name"),
        ("Ｓ００４-s004-1!", "password_name"),
        ("坐席004坐席004坐席004", "password_name"),
        ("s004s004qzkw8", "password_name"),
        ("kqzm-7h3w", "length"),
        (f"kqzm-7h3w{'x' * 248}", "length"),
    ],
)
def test_a_password_that_others_guess_is_refused(password: str, why: str) -> None:
    with pytest.raises(BadInput) as caught:
        judged(password, "s004", "坐席004", "S004")
    assert (caught.value.params["field"], caught.value.params["why"]) == ("password", why)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "南风知我意，吹梦到西洲",
        "kqzm-7h3w-p2xd",
        "four unlike words " * 10,
        "s004s004qzkw8v",
        "kqzm-7h3wp",
        f"kqzm-7h3w{'x' * 247}",
    ],
)
def test_a_password_that_nobody_guesses_is_kept_in_its_normal_form(password: str) -> None:
    assert judged(password, "s004", "坐席004", "") == normal(password)


def test_the_same_keys_give_the_same_password_with_another_input_method() -> None:
    assert judged("ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　battery") == "correct horse battery"
