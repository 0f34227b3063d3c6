"""Poison for doors: texts that no column holds, numbers that no number type holds, nesting that no stack holds."""

import json
from copy import copy
from typing import Any, Final, NamedTuple

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from records.tables.base import Base

DEEP: Final = "[" * 3000 + "]" * 3000
COLUMNS: Final = sorted(
    {
        int(length)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if (length := getattr(column.type, "length", None))
    }
)
"""The length of every limited column of the ledger."""


class Poison(NamedTuple):
    """A value as the bytes of a text, and as JSON says it."""

    raw: bytes
    json: bytes


def text(said: str) -> Poison:
    """Return a text, which may hold halves of surrogate pairs."""
    return Poison(said.encode("utf-8", "surrogatepass"), json.dumps(said).encode())


def bare(said: str) -> Poison:
    """Return what JSON writes without quotes: a number, a constant, a nested list."""
    return Poison(said.encode(), said.encode())


NAMED: Final[dict[str, Poison]] = {
    "nul": text("a\x00b"),
    "lone surrogate": text("a\ud800b"),
    "invalid UTF-8": Poison(b"\xff\xfe\xc0\x80", b'"\xff\xfe\xc0\x80"'),
    "huge": bare("9" * 400),
    "below every integer": bare(str(-(2**63) - 1)),
    "infinite": bare("1e999"),
    "no number": bare("NaN"),
    "deeply nested": bare(DEEP),
}
POISON: Final = st.one_of(
    st.sampled_from(sorted(NAMED.values())),
    st.tuples(st.text(max_size=20), st.sampled_from("\x00\ud800\udfff"), st.text(max_size=20)).map("".join).map(text),
    st.integers(min_value=2**63, max_value=10**60).map(lambda number: bare(str(number))),
    st.sampled_from(COLUMNS).map(lambda length: text("x" * (length + 1))),
)


def of_field(poison: Poison, kind: inspect.Type) -> Poison:
    """Return the poison for a typed field: a text that is only long is one longer than the field takes."""
    if isinstance(kind, inspect.StrType) and kind.max_length is not None and set(poison.raw) == {ord("x")}:
        return text("x" * (kind.max_length + 1))
    return poison


def spoilt(struct: type[msgspec.Struct], poison: Poison, tag: str = "") -> list[bytes]:
    """Return JSON objects of a structure's shape, each with another field spoilt; `tag` is the frame's type."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    good = {field.encode_name: msgspec.json.encode(some(field.type)) for field in info.fields}
    if tag:
        good["type"] = json.dumps(tag).encode()
    found = []
    for field in info.fields:
        fields = {**good, field.encode_name: of_field(poison, field.type).json}
        found.append(b"{" + b",".join(b'"%s":%s' % (name.encode(), value) for name, value in fields.items()) + b"}")
    return found


def some(kind: inspect.Type) -> Any:
    """Return a value that a field of this type takes."""
    match kind:
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.UnionType(types=types):
            return some(types[0])
        case _:
            return copy(SIMPLE.get(type(kind), []))


SIMPLE: Final[dict[type[inspect.Type], Any]] = {
    inspect.StrType: "1",
    inspect.IntType: 1,
    inspect.FloatType: 1,
    inspect.BoolType: False,
    inspect.DictType: {},
}
