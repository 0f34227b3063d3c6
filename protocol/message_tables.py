"""Writes docs/protocol-messages.md: every frame and value on the wire with its fields, types, bounds and defaults."""

import ast
import inspect as python
import textwrap
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import inspect

from protocol import commands, frames

HEAD: Final = """# Frames and values

Written by `make messages` from `protocol/`; change the structs there, not this page. What the frames are for is in
[protocol.md](protocol.md). The same as JSON Schema: `/api/messages.schema.json`; as TypeScript: `/api/messages.d.ts`.

A field with a default may be absent in what you send, and in what the other party sent and was handed to you. Times
that end in `_ms` are milliseconds since 1970 (UTC), durations end in `_s` or `_ms`; 0 means "none" where it can.
Integers lie within ±(2^53 - 1), so that JavaScript reads them exactly, also where no bound is written.
"""
BOUNDS: Final = {
    "ge": "≥ ",
    "gt": "> ",
    "le": "≤ ",
    "lt": "< ",
    "min_length": "length ≥ ",
    "max_length": "length ≤ ",
}
EXACT_MAX: Final = 2**53 - 1
SCALARS: Final[dict[type[inspect.Type], str]] = {
    inspect.StrType: "text",
    inspect.IntType: "integer",
    inspect.FloatType: "number",
    inspect.BoolType: "true, false",
    inspect.NoneType: "null",
}


def render() -> str:
    """Return the whole page."""
    sent, shown = _named(commands.ClientFrame), _named(frames.ServerFrame)
    in_frames: dict[str, inspect.Type] = {
        name: kind for name, kind in {**sent, **shown}.items() if getattr(kind, "tag", None) is None
    }
    chapters: list[tuple[str, dict[str, inspect.Type]]] = [
        ("You send", {name: kind for name, kind in sent.items() if name not in in_frames}),
        ("You receive", {name: kind for name, kind in shown.items() if name not in in_frames}),
        ("Values inside", {name: kind for name, kind in in_frames.items() if isinstance(kind, inspect.StructType)}),
        ("Words", {name: kind for name, kind in in_frames.items() if isinstance(kind, inspect.EnumType)}),
    ]
    return "\n".join([HEAD, *(_chapter(title, kinds) for title, kinds in chapters)])


def _named(union: object) -> dict[str, inspect.Type]:
    return {kind.cls.__name__: kind for kind in walk(inspect.type_info(union)) if _is_named(kind)}  # type: ignore[attr-defined]


def _is_named(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.StructType | inspect.EnumType)


def walk(kind: inspect.Type) -> Iterable[inspect.Type]:
    """Yield a type and every type inside it, outermost first."""
    yield kind
    match kind:
        case inspect.UnionType(types=types):
            for each in types:
                yield from walk(each)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            yield from walk(item)
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from walk(field.type)
        case _:
            return


def _chapter(title: str, kinds: dict[str, inspect.Type]) -> str:
    blocks = [f"## {title}\n"]
    for _, kind in sorted(kinds.items(), key=lambda one: _title(one[1])):
        if isinstance(kind, inspect.EnumType):
            blocks.append(_words(kind.cls))
        elif isinstance(kind, inspect.StructType):
            blocks.append(_struct(kind))
    return "\n".join(blocks)


def _title(kind: inspect.Type) -> str:
    tag = getattr(kind, "tag", None)
    return f"`{tag}`" if tag is not None else f"`{kind.cls.__name__}`"  # type: ignore[attr-defined]


def _text(doc: str | None) -> str:
    return " ".join((doc or "").split())


def _words(kind: type) -> str:
    assert issubclass(kind, StrEnum)
    values = ", ".join(f"`{member.value}`" for member in kind)
    return f"### `{kind.__name__}`\n\n{_text(kind.__doc__)} {values}.\n"


def _struct(kind: inspect.StructType) -> str:
    lines = [f"### {_title(kind)}\n", f"{_text(kind.cls.__doc__)}\n"]
    if kind.fields:
        said = field_docs(kind.cls)
        lines += ["| field | type | bounds | default | |", "|---|---|---|---|---|"]
        lines += [
            f"| `{field.encode_name}` | {spell(field.type)} | {bounds(field.type)} | {_default(field)} "
            f"| {said.get(field.name, '')} |"
            for field in kind.fields
        ]
        lines.append("")
    return "\n".join(lines)


def spell(kind: inspect.Type) -> str:
    """Write a type for people."""
    if type(kind) in SCALARS:
        return SCALARS[type(kind)]
    text = ""
    match kind:
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            text = f"list of {spell(item)}"
        case inspect.DictType(value_type=value):
            text = f"object of {spell(value)}"
        case inspect.LiteralType(values=values):
            text = ", ".join(f"`{value}`" for value in values)
        case inspect.UnionType(types=types):
            text = " or ".join(dict.fromkeys(spell(each) for each in types))
        case inspect.EnumType(cls=cls) | inspect.StructType(cls=cls):
            text = f"[`{cls.__name__}`](#{cls.__name__.lower()})"
        case inspect.Metadata(type=inner):
            text = spell(inner)
        case _:
            raise TypeError(kind)
    return text


def bounds(kind: inspect.Type) -> str:
    """Write the bounds of a type and of its elements."""
    said = {name: getattr(kind, name, None) for name in BOUNDS}
    found = [f"{BOUNDS[name]}{value}" for name, value in said.items() if value is not None and abs(value) != EXACT_MAX]
    if isinstance(kind, inspect.VarTupleType | inspect.ListType) and (each := bounds(kind.item_type)):
        found.append(f"each {each}")
    if isinstance(kind, inspect.UnionType):
        found += [each for one in kind.types if (each := bounds(one))]
    if isinstance(kind, inspect.Metadata):
        found.append(bounds(kind.type))
    if pattern := getattr(kind, "pattern", None):
        found.append(f"`{pattern}`".replace("|", "\\|"))
    return ", ".join(filter(None, found))


def _default(field: inspect.Field) -> str:
    if field.required:
        return "needed"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return f"`{msgspec.json.encode(value).decode()}`"


def field_docs(cls: type) -> dict[str, str]:
    """Return each field's description: the string below it in the source, and its `Meta`."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("protocol."):
            body = ast.parse(textwrap.dedent(python.getsource(base))).body[0]
            assert isinstance(body, ast.ClassDef)
            for here, below in zip(body.body, body.body[1:], strict=False):
                if (
                    isinstance(here, ast.AnnAssign)
                    and isinstance(here.target, ast.Name)
                    and isinstance(below, ast.Expr)
                ):
                    found[here.target.id] = _text(str(ast.literal_eval(below.value)))
    return found
