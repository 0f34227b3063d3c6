"""Finds the keys of a catalogue file that nothing reads: a misspelt one is a fault, a note is let be."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

import msgspec
import msgspec.inspect as types
import yaml

from records.catalogue.entries import LANGUAGES

NOTE: Final = "x-"
"""Sections and fields whose name begins so are notes of the file's own; anchors for aliases may stand there."""
NOTE_SECTIONS: Final = frozenset(
    (
        *("version", "province", "city", "item_types", "levels", "service_modes", "cross_modes"),
        *("booth_template", "endpoints", "saturday_rule", "uncovered_skills", "roles", "ticket_format"),
        *("scale_profiles", "fixtures", "id_vectors", "uscc_vectors"),
    )
)
"""Sections of published facts that catalogues carry for their readers; the program reads none of them."""
NOTE_FIELDS: Final = {
    "meta": {"currency", "locale_default", "locales", "tenant", "synthetic_people"},
    "towns": {"yue_share"},
    "ratings": {"1", "2", "3", "4", "5", "good", "channels"},
}
"""The same of fields, by section; `src` (the source of a fact) may stand in every entry."""
SOURCE: Final = "src"
MERGE: Final = "tag:yaml.org,2002:merge"
NAMES: Final = frozenset({"names", "addresses"})
FORMER: Final = {
    **dict.fromkeys(("max_offers", "no_answer_action"), "misses_before_away"),
    **dict.fromkeys(("priority", "aging"), "head_start_s"),
    "relax": "widening",
    "after_close": "hours.grace",
}
"""Settings of earlier files and what stands in their place: the names are too far apart to be found."""


class Unread(msgspec.Struct, frozen=True):
    """A key that nothing reads: its node, its path from the entry, and the known name that is nearest (or empty)."""

    node: yaml.Node
    path: str
    nearest: str


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like a misspelt one; empty if none is like it."""
    return next(iter(get_close_matches(name.lower(), sorted(known), n=1)), "")


def is_note(name: str) -> bool:
    """Tell whether a section or field is the file's own note by its name."""
    return name.startswith(NOTE)


def unread(section: str, node: yaml.Node, kind: type, also: Iterable[str] = ()) -> Iterator[Unread]:
    """Yield the keys of an entry that nothing reads; `also` names those that somebody else reads."""
    notes = {SOURCE, *NOTE_FIELDS.get(section, ()), *also}
    yield from _of_struct(node, _fields(kind), "", notes)


@lru_cache
def _fields(kind: type) -> dict[str, types.Type]:
    """Return the names in the file of an entry's fields, and their types."""
    found = types.type_info(kind)
    assert isinstance(found, types.StructType)
    return {field.encode_name: field.type for field in found.fields}


def _of_struct(node: yaml.Node, fields: dict[str, types.Type], path: str, notes: set[str]) -> Iterator[Unread]:
    if not isinstance(node, yaml.MappingNode):
        return  # the conversion says so
    for key, value in node.value:
        name = str(key.value)
        if key.tag == MERGE:
            for part in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                yield from _of_struct(part, fields, path, notes)
        elif name in NAMES and name in fields:
            yield from _languages(value, f"{path}{name}.")
        elif name in fields:
            yield from _inside(value, fields[name], f"{path}{name}")
        elif name not in notes and not is_note(name):
            yield Unread(key, path + name, FORMER.get(name) or nearest(name, fields))


def _inside(node: yaml.Node, kind: types.Type, path: str) -> Iterator[Unread]:
    """Yield the keys that nothing reads of the structs in a list."""
    if isinstance(kind, types.Metadata):
        yield from _inside(node, kind.type, path)
    elif isinstance(kind, types.VarTupleType) and isinstance(node, yaml.SequenceNode):
        for number, part in enumerate(node.value):
            yield from _inside(part, kind.item_type, f"{path}[{number}]")
    elif isinstance(kind, types.StructType):
        yield from _of_struct(node, _fields(kind.cls), f"{path}.", {SOURCE})


def _languages(node: yaml.Node, path: str) -> Iterator[Unread]:
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            if key.tag != MERGE and key.value not in LANGUAGES:
                yield Unread(key, f"{path}{key.value}", nearest(str(key.value), LANGUAGES))
