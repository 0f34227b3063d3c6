"""Marks in the interface's documents the parts that are to go; docs/changelog-api.md has the rule."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

DEPRECATED: Final[Mapping[str, str]] = MappingProxyType({})
"""Names of parts that are to go, each with the release that marked it first, such as `{"HookView.behind": "0.3"}`.

An operation is named `get_me`, its parameter `get_me?locale`, a type or frame `HookView`, its field `HookView.behind`,
a value of an enumeration `HookState=closed`, `SpokenLanguage.seats=few` or `get_catalogue?locale=en`.
"""
Part = dict[str, Any]


def mark(document: Part, marks: Mapping[str, str] = DEPRECATED) -> frozenset[str]:
    """Write `deprecated` into an OpenAPI document or a JSON Schema, in place; return the names that it has.

    Marked values of an enumeration are listed beside it, as `x-deprecated-values`.
    """
    parts = dict(_parts(document))
    found = set()
    for name in marks:
        whole, _, value = name.partition("=")
        part = parts.get(whole)
        if part is None:
            continue
        if not value:
            part["deprecated"] = True
        elif value in (values := part.get("schema", part)).get("enum", ()):
            values.setdefault("x-deprecated-values", []).append(value)
        else:
            continue
        found.add(name)
    return frozenset(found)


def _parts(document: Part) -> Iterator[tuple[str, Part]]:
    """Yield the name and the place of every part that can be marked."""
    for methods in document.get("paths", {}).values():
        for operation in methods.values():
            yield operation["operationId"], operation
            for parameter in operation["parameters"]:
                yield f"{operation['operationId']}?{parameter['name']}", parameter
    schemas = document.get("components", {}).get("schemas", document.get("$defs", {}))
    for name, schema in schemas.items():
        yield name, schema
        for field, value in schema.get("properties", {}).items():
            yield f"{name}.{field}", value
