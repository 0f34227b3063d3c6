"""Writes the Python client's types, operations, refusals and frames."""

import json
import keyword
from collections.abc import Iterator
from typing import Any, Final

from clients.writer.model import (
    OperationFound,
    Refusal,
    Schema,
    name_of,
    says_of,
    tag_of,
)

HEAD: Final = '"""{says} Written by `make clients`: change the server\'s types, not this file."""\n'
SCALARS: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
WIDTH: Final = 100


def annotation(schema: Schema, *, is_open: bool = True) -> str:
    """Return the annotation of a schema; an enumeration that `is_open` may get further values from a newer server."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(annotation(each, is_open=is_open) for each in schema["anyOf"]))
    if "enum" in schema:
        known = f"Literal[{', '.join(map(_literal, schema['enum']))}]"
        return f"{known} | str" if is_open else known
    return name_of(schema) or _annotation_of_kind(schema, is_open=is_open)


def _annotation_of_kind(schema: Schema, *, is_open: bool) -> str:
    match schema.get("type", ""):
        case "array" if "prefixItems" in schema:
            return f"tuple[{', '.join(annotation(each, is_open=is_open) for each in schema['prefixItems'])}]"
        case "array":
            return f"tuple[{annotation(schema['items'], is_open=is_open)}, ...]"
        case "object":
            inner = schema.get("additionalProperties")
            return f"Mapping[str, {annotation(inner, is_open=is_open) if isinstance(inner, dict) else 'object'}]"
        case kind:
            return SCALARS.get(kind, "object")


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def field_name(name: str) -> str:
    """Return a field's name in Python: one that is a keyword gets a line behind it."""
    return f"{name}_" if keyword.iskeyword(name) else name


def types(schemas: dict[str, Schema]) -> str:
    """Return the module of the types that operations take and answer."""
    return "".join(
        [
            HEAD.format(says="Types of what the operations take and answer."),
            "\nfrom __future__ import annotations\n\n",
            "from collections.abc import Mapping\nfrom dataclasses import dataclass, field\n",
            "from typing import Literal, TypeAlias\n",
            *(f"\n\n{text}" for name, schema in schemas.items() for text in [_type(name, schema)]),
        ]
    )


def _type(name: str, schema: Schema) -> str:
    if "enum" in schema:
        return f"{name}: TypeAlias = {annotation(schema)}\n{_docstring(schema, '')}"
    lines = [f"@dataclass(frozen=True, kw_only=True)\nclass {name}:\n{_docstring(schema, '    ')}"]
    if tag := tag_of(schema):
        lines.append(f"\n    TAG: ClassVar[str] = {_literal(tag)}\n")
    needed = schema.get("required", ())
    fields = [(each, one) for each, one in schema.get("properties", {}).items() if not (tag and each == "type")]
    if fields:
        lines.append("\n")
    for each, one in fields:
        text = annotation(one)
        text += "" if each in needed else _default(one)
        lines.append(f"    {field_name(each)}: {text}\n")
        if one.get("deprecated"):
            lines.append('    """Deprecated."""\n')
    return "".join(lines)


def _default(schema: Schema) -> str:
    """Return the default of a field that may be missing, as it stands behind its annotation."""
    if "default" not in schema:
        return " | None = None"
    value = schema["default"]
    if isinstance(value, dict):
        name = name_of(schema)
        return f" = field(default_factory={f'lambda: {name}()' if name else 'dict'})"
    return f" = {'()' if value == [] else _literal(value)}"


def _docstring(schema: Schema, indent: str) -> str:
    said = says_of(schema) or ["An object."]
    values = schema.get("x-deprecated-values", ())
    if values:
        said = [*said, "", f"Deprecated: {', '.join(values)}."]
    return docstring(said, indent)


def docstring(said: list[str], indent: str) -> str:
    """Return a docstring of these lines."""
    text = f"\n{indent}".join(said).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    end = f"\n{indent}" if len(said) > 1 else ""
    return f'{indent}"""{text}{end}"""\n'


def frames(document: Schema) -> str:
    """Return the module of the frames of the session socket."""
    parts: dict[str, Schema] = document["$defs"]
    unions = {name: [name_of(each) for each in parts[name]["anyOf"]] for name in ("ClientFrame", "ServerFrame")}
    blocks = [_type(name, schema) for name, schema in sorted(parts.items()) if name not in unions]
    blocks += [f"{name}: TypeAlias = (\n    {_joined(members)}\n)\n" for name, members in unions.items()]
    shown = {tag_of(parts[member]): member for member in unions["ServerFrame"]}
    table = "".join(f"    {_literal(tag)}: {member},\n" for tag, member in sorted(shown.items()))
    blocks.append(f"SERVER_FRAMES: Mapping[str, type[ServerFrame]] = {{\n{table}}}\n")
    return "".join(
        [
            HEAD.format(says="Frames of the session socket."),
            "\nfrom __future__ import annotations\n\n",
            "from collections.abc import Mapping\nfrom dataclasses import dataclass, field\n",
            "from typing import ClassVar, Literal, TypeAlias\n",
            *(f"\n\n{text}" for text in blocks),
        ]
    )


def _joined(members: list[str]) -> str:
    return "\n    | ".join(members)


def errors(found: list[Refusal]) -> str:
    """Return the module with an exception for each code."""
    blocks = [
        f"class {_camel(one.code)}(Refused):\n{docstring([one.says, '', f'Status {one.status}.'], '    ')}"
        for one in found
    ]
    table = "".join(f"    {_literal(one.code)}: {_camel(one.code)},\n" for one in found)
    return "".join(
        [
            HEAD.format(says="Refusals, an exception for each code."),
            "\nfrom collections.abc import Mapping\n\nfrom cloudwindow_client.refused import Refused\n",
            *(f"\n\n{text}" for text in blocks),
            f"\n\nBY_CODE: Mapping[str, type[Refused]] = {{\n{table}}}\n",
        ]
    )


def _camel(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("_"))


def calls(found: list[OperationFound], *, is_async: bool) -> str:
    """Return the module with a method for each operation."""
    base = "AsyncAsking" if is_async else "Asking"
    methods = [text for one in found for text in _methods(one, is_async=is_async)]
    names = sorted({name for one in found for name in _named(one)})
    iterators = "AsyncIterator" if is_async else "Iterator"
    return "".join(
        [
            HEAD.format(says="The operations for machines, a method each."),
            f"\nfrom collections.abc import {iterators}\nfrom typing import Literal\n\n",
            f"from cloudwindow_client.asking import {base}, Call\n",
            "from cloudwindow_client.api.types import (\n",
            *(f"    {name},\n" for name in names),
            f")\n\n\nclass {'Async' if is_async else ''}Operations({base}):\n",
            '    """The operations that a machine may be granted, by their names."""\n',
            *(f"\n{text}" for text in methods),
        ]
    )


def _named(one: OperationFound) -> Iterator[str]:
    for schema in (one.body, one.answer, one.paging and one.paging.item):
        if schema:
            yield name_of(schema) or name_of(schema.get("items", {}))


def _methods(one: OperationFound, *, is_async: bool) -> Iterator[str]:
    given = [f"{field_name(name)}: str" for name in one.in_path]
    if one.body is not None:
        given.append(f"body: {annotation(one.body)}")
    query = {each.name: annotation(each.schema, is_open=False) for each in one.query}
    answer = annotation(one.answer) if one.answer is not None else "bytes"
    yield _method(one, one.name, [*given, *_optional(query)], answer, _ask(one, answer, is_async), is_async=is_async)
    if one.paging is not None:
        del query[one.paging.parameter]
        item = f"{'AsyncIterator' if is_async else 'Iterator'}[{annotation(one.paging.item)}]"
        wanted = [*given, *_optional(query)]
        yield _method(one, f"iter_{one.name}", wanted, item, _iterate(one, is_async=is_async), is_async=is_async)


def _optional(query: dict[str, str]) -> list[str]:
    return ["*", *(f"{field_name(name)}: {kind} | None = None" for name, kind in query.items())] if query else []


def _method(one: OperationFound, name: str, given: list[str], answer: str, body: list[str], *, is_async: bool) -> str:
    said = [*([one.says] if name == one.name else [f"Yield all of `{one.name}`, page after page.", "", one.says])]
    if one.is_deprecated:
        said += ["", "Deprecated."]
    told = [each for each in one.query if name == one.name or each.name != getattr(one.paging, "parameter", "")]
    if told:
        said += ["", "Args:"]
        mark = {True: "Deprecated. ", False: ""}
        said += [f"    {field_name(each.name)}: {mark[each.is_deprecated]}{each.says}" for each in told]
    head = f"    {'async ' if is_async else ''}def {name}("
    flat = f"{head}{', '.join(['self', *given])}) -> {answer}:\n"
    if len(flat) > WIDTH:
        flat = f"{head}\n" + "".join(f"        {each},\n" for each in ["self", *given]) + f"    ) -> {answer}:\n"
    return flat + docstring(said, "        ") + "".join(f"        {line}\n" for line in body)


def _ask(one: OperationFound, answer: str, is_async: bool) -> list[str]:  # noqa: FBT001 - one of two languages' worth
    path = one.path
    for name in one.in_path:
        path = path.replace("{" + name + "}", "{}")
    arguments = [_literal(one.name), _literal(one.method), _literal(path)]
    if one.in_path:
        arguments.append(f"places=({', '.join(map(field_name, one.in_path))},)")
    if one.query:
        pairs = ", ".join(f"{_literal(each.name)}: {field_name(each.name)}" for each in one.query)
        arguments.append(f"query={{{pairs}}}")
    if one.body is not None:
        arguments.append("body=body")
    if one.is_repeatable:
        arguments.append("is_repeatable=True")
    wait = "await " if is_async else ""
    kind = "None" if answer == "bytes" else answer
    return [
        f"call = Call({', '.join(arguments)})",
        f"return {wait}self._bytes(call)" if kind == "None" else f"return {wait}self._ask(call, {kind})",
    ]


def _iterate(one: OperationFound, *, is_async: bool) -> list[str]:
    assert one.paging is not None
    parameter = one.paging.parameter
    given = [field_name(name) for name in one.in_path]
    given += [
        f"{field_name(each.name)}={'page_at' if each.name == parameter else field_name(each.name)}"
        for each in one.query
    ]
    return [
        "page_at: str | None = None",
        "while page_at != '':",
        f"    page = {'await ' if is_async else ''}self.{one.name}({', '.join(given)})",
        *(
            [f"    for entry_ in page.{one.paging.items}:", "        yield entry_"]
            if is_async
            else [f"    yield from page.{one.paging.items}"]
        ),
        f"    page_at = page.{one.paging.next}",
    ]


def written(wire: Schema, found: dict[str, Any]) -> dict[str, str]:
    """Return the generated files of the Python client, by name."""
    return {
        "__init__.py": HEAD.format(says="The parts of the client that follow from the server's types."),
        "types.py": types(found["types"]),
        "errors.py": errors(found["refusals"]),
        "operations.py": calls(found["operations"], is_async=False),
        "async_operations.py": calls(found["operations"], is_async=True),
        "frames.py": frames(wire),
    }
