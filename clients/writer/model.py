"""Reads the OpenAPI document as the clients need it: the operations for machines and the types that they reach."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Schema = dict[str, Any]
JSON_MEDIA: Final = ("application/json", "application/cloudevents-batch+json")


@dataclass(frozen=True)
class Parameter:
    """A parameter of the path or the query."""

    name: str
    says: str
    schema: Schema
    is_deprecated: bool


@dataclass(frozen=True)
class Paging:
    """Fields of the items and of the next page in an answer, the parameter for the next page, the type of an item."""

    items: str
    next: str
    parameter: str
    item: Schema


@dataclass(frozen=True)
class OperationFound:
    """An operation that a machine may be granted; `answer` is None where it answers bytes that are no JSON."""

    name: str
    method: str
    path: str
    says: str
    in_path: tuple[str, ...]
    query: tuple[Parameter, ...]
    body: Schema | None
    answer: Schema | None
    paging: Paging | None
    is_repeatable: bool
    is_deprecated: bool


@dataclass(frozen=True)
class Refusal:
    """A code of a refusal, with its status and its meaning."""

    code: str
    status: int
    says: str


def operations(document: Schema) -> list[OperationFound]:
    """Return the operations for machines, by name."""
    schemas = document["components"]["schemas"]
    found = (_operation(path, method, one, schemas) for path, method, one in _for_machines(document))
    return sorted(found, key=lambda one: one.name)


def _for_machines(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            if {"key": []} in one["security"]:
                yield path, method, one


def _operation(path: str, method: str, one: Schema, schemas: Schema) -> OperationFound:
    [success] = [answer for status, answer in one["responses"].items() if int(status) < 300]  # noqa: PLR2004 - HTTP's
    media, shape = next(iter(success["content"].items()))
    given = one["parameters"]
    body = one.get("requestBody")
    return OperationFound(
        name=one["operationId"],
        method=method.upper(),
        path=path,
        says=one["description"],
        in_path=tuple(each["name"] for each in given if each["in"] == "path"),
        query=tuple(
            Parameter(each["name"], each["description"], each["schema"], each.get("deprecated", False))
            for each in given
            if each["in"] == "query"
        ),
        body=body["content"]["application/json"]["schema"] if body else None,
        answer=shape["schema"] if media in JSON_MEDIA else None,
        paging=_paging(one.get("x-paging"), shape["schema"], schemas),
        is_repeatable=one["x-repeatable"],
        is_deprecated=one.get("deprecated", False),
    )


def _paging(told: Schema | None, answer: Schema, schemas: Schema) -> Paging | None:
    if told is None:
        return None
    listed = schemas[name_of(answer)]["properties"][told["items"]]
    return Paging(**told, item=listed["items"])


def refusals(document: Schema) -> list[Refusal]:
    """Return the codes that operations for machines refuse with, by name; a code of two statuses has the first."""
    found: dict[str, Refusal] = {}
    for _, _, one in _for_machines(document):
        for status, answer in sorted(one["responses"].items()):
            for code, says in _codes(answer):
                found.setdefault(code, Refusal(code, int(status), says))
    return [found[code] for code in sorted(found)]


def _codes(answer: Schema) -> Iterator[tuple[str, str]]:
    """Yield each code of an answer with the sentence that stands behind it in the description."""
    parts = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("allOf", ())
    codes = [code for part in parts for code in part.get("properties", {}).get("code", {}).get("enum", ())]
    rest = answer["description"]
    for code, after in itertools.zip_longest(codes, codes[1:]):
        says, _, rest = rest.partition(f"; `{after}`: ") if after else (rest, "", "")
        yield code, says.removeprefix(f"`{code}`: ").strip()


def reached(document: Schema) -> dict[str, Schema]:
    """Return the types that the operations for machines take and answer, by name."""
    schemas = document["components"]["schemas"]
    wanted = [
        one
        for operation in operations(document)
        for one in (operation.body, operation.answer, *(each.schema for each in operation.query))
        if one is not None
    ]
    found: dict[str, Schema] = {}
    for name in _names(wanted):
        _reach(name, schemas, found)
    return dict(sorted(found.items()))


def _reach(name: str, schemas: Schema, found: dict[str, Schema]) -> None:
    if name not in found:
        found[name] = schemas[name]
        for one in _names([schemas[name]]):
            _reach(one, schemas, found)


def _names(parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield name_of(part)
            yield from _names(part.values())
        elif isinstance(part, list):
            yield from _names(part)


def name_of(schema: Schema) -> str:
    """Return the name of the type that a schema refers to; empty: none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def tag_of(schema: Schema) -> str:
    """Return the tag of a frame, empty for a type that has none."""
    values = schema.get("properties", {}).get("type", {}).get("enum", ())
    return str(values[0]) if len(values) == 1 else ""


def says_of(schema: Schema) -> list[str]:
    """Return the lines that describe a type or a parameter."""
    return [line.strip() for line in str(schema.get("description", "")).splitlines()]
