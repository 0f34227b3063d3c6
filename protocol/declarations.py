"""Generates from the frames: TypeScript declarations, JSON Schema, and the tables of the documentation.

`python -m protocol.declarations` writes the files, `--check` fails when one is stale.
"""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec import inspect

from protocol import commands, frames, message_tables, session_events
from protocol.deprecations import mark
from protocol.version import PROTOCOL_VERSION

ROOT = Path(__file__).parent.parent
TYPES = ROOT / "signaling" / "static" / "js" / "messages.d.ts"
TABLES = ROOT / "docs" / "protocol-messages.md"
HEAD = "// Written by `make messages` from protocol/; change the structs there, not this file.\n"
SCALARS: dict[type, str] = {
    inspect.StrType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
}


def spell(kind: inspect.Type) -> str:
    """Write one type as TypeScript.

    Raises:
        TypeError: the type has no spelling here yet.
    """
    if type(kind) in SCALARS:
        return SCALARS[type(kind)]
    match kind:
        case inspect.UnionType(types=types):
            return " | ".join(dict.fromkeys(spell(each) for each in types))
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            text = spell(item)
            return f"ReadonlyArray<{text}>"
        case inspect.DictType(value_type=value):
            return f"Readonly<Record<string, {spell(value)}>>"
        case inspect.LiteralType(values=values):
            return " | ".join(json.dumps(value) for value in values)
        case inspect.EnumType(cls=cls) | inspect.StructType(cls=cls):
            return cls.__name__
        case _:
            raise TypeError(kind)


def declare(kind: inspect.Type, *, received: bool) -> str:
    """Declare one struct or enum; fields with a default are optional in a client's frames."""
    if isinstance(kind, inspect.EnumType):
        values = " | ".join(f'"{member.value}"' for member in kind.cls)
        return f"export type {kind.cls.__name__} = {values};\n"
    if not isinstance(kind, inspect.StructType):
        raise TypeError(kind)
    lines = [f"export interface {kind.cls.__name__} {{"]
    if kind.tag is not None:
        lines.append(f'  readonly type: "{kind.tag}";')
    for field in kind.fields:
        mark = "" if field.required or received else "?"
        lines.append(f"  readonly {field.encode_name}{mark}: {spell(field.type)};")
    return "\n".join([*lines, "}\n"])


def parts(kind: inspect.Type) -> Iterable[inspect.Type]:
    """Yield every named type inside a type, itself included, innermost last."""
    match kind:
        case inspect.UnionType(types=types):
            for each in types:
                yield from parts(each)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            yield from parts(item)
        case inspect.EnumType():
            yield kind
        case inspect.StructType(fields=fields):
            yield kind
            for field in fields:
                yield from parts(field.type)
        case _:
            return


def union(name: str, kinds: Iterable[type]) -> str:
    """Declare a union of frames."""
    return f"export type {name} =\n  | " + "\n  | ".join(kind.__name__ for kind in kinds) + ";\n"


def render() -> str:
    """Return the whole declarations file."""
    sent = inspect.type_info(commands.ClientFrame)
    shown = inspect.type_info(frames.ServerFrame)
    received = {_name(kind) for kind in parts(shown)} - {kind.__name__ for kind in commands.ClientFrame.__args__}
    named = {_name(kind): kind for kind in [*parts(sent), *parts(shown)]}
    blocks = [declare(kind, received=name in received) for name, kind in sorted(named.items())]
    blocks.append(union("ClientFrame", commands.ClientFrame.__args__))
    blocks.append(union("SessionEventFrame", session_events.SessionEventFrame.__args__))
    blocks.append(union("ServerFrame", frames.ServerFrame.__args__))
    return HEAD + "\n" + "\n".join(blocks)


def _name(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.StructType | inspect.EnumType):
        return kind.cls.__name__
    raise TypeError(kind)


def schema() -> dict[str, object]:
    """Return every frame as JSON Schema (2020-12): `#/$defs/ClientFrame` is sent, `#/$defs/ServerFrame` received.

    What is received may gain fields within a version: only what is sent refuses unknown ones.
    """
    unions = (commands.ClientFrame, frames.ServerFrame)
    (sent, received), parts = msgspec.json.schema_components(unions, ref_template="#/$defs/{name}")
    only_sent = {kind.__name__ for kind in commands.ClientFrame.__args__} - {
        kind.__name__ for kind in frames.ServerFrame.__args__
    }
    for name, part in parts.items():
        if name not in only_sent:
            part.pop("additionalProperties", None)
    document: dict[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Frames of the Cloud Window protocol, version {PROTOCOL_VERSION}",
        "$defs": {**parts, "ClientFrame": sent, "ServerFrame": received},
        "anyOf": [{"$ref": "#/$defs/ClientFrame"}, {"$ref": "#/$defs/ServerFrame"}],
    }
    _ = mark(document)
    return document


FILES: dict[Path, Callable[[], str]] = {TYPES: render, TABLES: message_tables.render}


def main() -> int:
    """Write the files, or with `--check` tell whether they are fresh."""
    stale = [path for path, text in FILES.items() if not path.is_file() or path.read_text("utf-8") != text()]
    if "--check" not in sys.argv[1:]:
        for path in stale:
            path.write_text(FILES[path](), "utf-8")
        return 0
    for path in stale:
        sys.stderr.write(f"{path.name} is stale: run `make messages`\n")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
