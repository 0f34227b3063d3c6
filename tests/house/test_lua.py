"""Scripts of the queue: each says at its head what goes in, what comes out, and how it refuses."""

import re

from matcher import scripts
from tests.house.tree import read, select

LOCALS_MAX = 160
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


def test_the_library_stays_far_from_what_lua_can_hold() -> None:
    """A chunk of Lua 5.1 has 200 local variables at most: helpers of one kind go into a table before that."""
    texts = [scripts.FRAME, *(read(path) for path in select(".lua", inside=("matcher/lua/lib/",)))]
    locals_at_top = [line for text in texts for line in text.splitlines() if line.startswith("local ")]
    assert len(locals_at_top) <= LOCALS_MAX
