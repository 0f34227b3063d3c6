"""Pages of this house: text reaches the document as text, and style as style."""

import re

from tests.house.tree import read, select

MARKUP_FROM_TEXT = re.compile(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|unsafeHTML|eval)\b")


def test_text_reaches_the_page_as_text() -> None:
    assert [path for path in select(".js", outside=("scripts/",)) if MARKUP_FROM_TEXT.search(read(path))] == []


def test_no_style_shouts_another_down() -> None:
    assert [path for path in select(".css") if "!important" in read(path)] == []
