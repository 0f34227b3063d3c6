"""The Lua verbs as files: what their headers promise is what they do."""

import re

import pytest

from matcher import scripts
from matcher.codes import ERRORS, ScriptCode
from protocol.events import KINDS
from protocol.states import SEAT_MOVES, TICKET_MOVES

VERBS = scripts.names()
HEADER = ("KEYS", "ARGV", "Returns", "Errors", "Events")
INCLUDES = {path.name.removesuffix(".lua") for path in (scripts.LUA / "lib").iterdir()}


def source(verb: str) -> str:
    return (scripts.LUA / f"{verb}.lua").read_text(encoding="utf-8")


def expand(verb: str) -> str:
    """A verb with all that it includes."""
    return "\n".join([*scripts._includes(source(verb), set()), source(verb)])


def field(verb: str, name: str) -> str:
    found = re.search(rf"^-- {name}: (.*(?:\n--  .*)*)", source(verb), re.MULTILINE)
    assert found, f"{verb}.lua has no {name}"
    return found.group(1)


def codes_in(text: str) -> set[int]:
    return {int(code) for code in re.findall(r"[{] (-\d+),", text)}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_what_it_promises(verb: str) -> None:
    assert source(verb).startswith("-- ")
    for name in HEADER:
        field(verb, name)


@pytest.mark.parametrize("verb", VERBS)
def test_every_code_of_a_verb_is_named_in_its_header_and_in_codes(verb: str) -> None:
    promised = field(verb, "Errors")
    named = set() if promised == "none" else {ScriptCode[name] for name in promised.split(", ")}
    assert named == {ScriptCode(code) for code in codes_in(expand(verb))}


def test_every_code_has_its_error() -> None:
    assert set(ERRORS) == set(ScriptCode)
    assert len({error for error, _ in ERRORS.values()}) == len(ScriptCode)


@pytest.mark.parametrize("verb", VERBS)
def test_every_event_of_a_verb_is_one_of_the_journal_s(verb: str) -> None:
    written = set(re.findall(r"emit\('(\w+)'", expand(verb)))
    assert written <= KINDS.keys()
    promised = field(verb, "Events")
    if promised == "none":
        assert not written
    elif promised != "all of the queue's":
        assert written >= set(re.split(r",\s*(?:--\s*)?", promised))


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_short_and_its_arguments_are_all_described(verb: str) -> None:
    assert len(source(verb).splitlines()) <= 120
    used = {int(number) for number in re.findall(r"ARGV\[(\d+)\]", source(verb))}
    described = {int(number) for number in re.findall(r"(?:^|[ ,])(\d+)(?:\.\.\.)? ", field(verb, "ARGV"))}
    assert used <= described


def test_every_include_is_used_and_stands_in_the_library_once() -> None:
    text, name = scripts.library()
    assert text.startswith(f"#!lua name={name}\n")
    assert "-- include:" not in text
    functions = re.findall(r"^local function (\w+)", text, re.MULTILINE)
    assert len(functions) == len(set(functions))
    used = set(scripts.INCLUDE.findall(scripts.FRAME))
    for path in [*(scripts.LUA / "lib").iterdir(), *(scripts.LUA / f"{verb}.lua" for verb in VERBS)]:
        used |= set(scripts.INCLUDE.findall(path.read_text(encoding="utf-8")))
    assert used == INCLUDES


def test_the_moves_in_lua_are_the_tables_of_the_protocol() -> None:
    text, _ = scripts.library()
    assert "_moves]]" not in text
    for table, name in ((TICKET_MOVES, "TICKET_MOVES"), (SEAT_MOVES, "SEAT_MOVES")):
        written = re.search(rf"local {name} = \[\[(.*?)\]\]", text, re.DOTALL)
        assert written
        moves = {move for move in re.split(r"[;\s]+", written.group(1)) if move}
        assert moves == {f"{old}>{new}" for old, targets in table.items() for new in targets}


@pytest.mark.parametrize("verb", VERBS)
def test_moves_written_out_in_lua_are_legal(verb: str) -> None:
    text = expand(verb)
    for old, new in re.findall(r"ticket_to\(\w+, '(\w+)', '(\w+)'", text):
        assert new in {str(state) for state in TICKET_MOVES[next(s for s in TICKET_MOVES if s == old)]}
    for old, new in re.findall(r"seat_to\(\w+, '(\w+)', '(\w+)'", text):
        assert new in {str(state) for state in SEAT_MOVES[next(s for s in SEAT_MOVES if s == old)]}
