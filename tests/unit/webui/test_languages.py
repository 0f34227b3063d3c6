"""Which language a reader gets."""

import pytest
from aiohttp.test_utils import make_mocked_request

from webui.languages import ENGLISH, SIMPLIFIED, TRADITIONAL, Language, known, negotiate


@pytest.mark.parametrize(
    ("path", "cookie", "accepts", "expected"),
    [
        ("/", "", "", SIMPLIFIED),
        ("/", "", "en-US,en;q=0.9", SIMPLIFIED),
        ("/", "", "zh-HK,zh;q=0.9,en;q=0.8", TRADITIONAL),
        ("/", "", "zh-CN,zh;q=0.9", SIMPLIFIED),
        ("/", "en", "zh-HK", ENGLISH),
        ("/?lang=zh-Hant", "en", "", TRADITIONAL),
        ("/?lang=tlh", "en", "", ENGLISH),
        ("/?lang=../../etc", "<script>", "*", SIMPLIFIED),
    ],
)
def test_the_hand_comes_before_the_cookie_and_the_cookie_before_the_browser(
    path: str, cookie: str, accepts: str, expected: Language
) -> None:
    headers = {"Accept-Language": accepts, **({"Cookie": f"lang={cookie}"} if cookie else {})}
    assert negotiate(make_mocked_request("GET", path, headers=headers)) is expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("zh_Hant", TRADITIONAL), ("zh-TW", TRADITIONAL), ("yue", TRADITIONAL), ("zh", SIMPLIFIED), ("en-GB", ENGLISH)],
)
def test_a_language_is_known_by_all_its_tags(tag: str, expected: Language) -> None:
    assert known(tag) is expected


def test_an_unknown_language_is_none() -> None:
    assert known("de") is None
    assert known("") is None
