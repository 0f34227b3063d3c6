"""Scripts of the queue: each says at its head what goes in, what comes out, and how it refuses."""

import re

from tests.house.tree import read, select

HEADINGS = ("KEYS", "ARGV", "Returns", "Errors")


def header(path: str) -> str:
    """Return the comment a script begins with."""
    begin = re.match(r"(?:--\[\[.*?\]\]|(?:--[^\n]*\n)+)", read(path), re.DOTALL)
    return begin.group() if begin else ""


def test_every_command_has_its_header() -> None:
    commands = select(".lua", inside=("matcher/lua/",), outside=("/lib/",))
    missing = {path: [word for word in HEADINGS if word.lower() not in header(path).lower()] for path in commands}
    assert {path: words for path, words in missing.items() if words} == {}


def test_every_include_says_what_it_does() -> None:
    assert [path for path in select(".lua", inside=("matcher/lua/lib/",)) if not header(path)] == []
