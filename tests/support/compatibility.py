"""Finds the changes between two interfaces that a client of the older one would trip over (docs/changelog-api.md)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

Document = dict[str, Any]
Side = Literal["sent", "shown"]
"""A schema of what clients send, or of what the server shows them."""
LEAST: Final = ("minLength", "minimum", "minItems")
MOST: Final = ("maxLength", "maximum", "maxItems", "maxProperties")
REFUSED: Final = 400


@dataclass(frozen=True)
class Break:
    """A part by its name (`protocol.deprecations`), and the change."""

    name: str
    says: str

    def __str__(self) -> str:
        return f"{self.name} {self.says}"

    def is_told_by(self, marks: Collection[str]) -> bool:
        """Tell whether a mark announces it: of the part, or of one that it belongs to."""
        names = {self.name, self.name.partition("=")[0]}
        names |= {name.partition("?")[0].partition(".")[0].partition("!")[0] for name in names}
        return bool(names & set(marks))


class Variant(NamedTuple):
    """An alternative of a schema; `name` is that of its type, empty where it has none of its own."""

    name: str
    schema: Document


@dataclass
class Schemas:
    """Compares the schemas of two documents; each pair of types once for each side."""

    old: Mapping[str, Document]
    new: Mapping[str, Document]
    seen: set[tuple[str, str, Side]] = field(default_factory=set)

    def compare(self, old: Document, new: Document, side: Side, name: str) -> Iterator[Break]:
        """Yield what broke in a schema; `name` is that of the part it belongs to."""
        before, after = _variants(old, self.old), _variants(new, self.new)
        yield from _kinds(before, after, side, name)
        for kind in before.keys() & after.keys():
            key = (before[kind].name, after[kind].name, side)
            if not all(key) or key not in self.seen:
                self.seen.add(key)
                yield from self._variant(before[kind].schema, after[kind].schema, side, before[kind].name or name)

    def _variant(self, old: Document, new: Document, side: Side, name: str) -> Iterator[Break]:
        yield from _values(old, new, side, name)
        if side == "sent":
            yield from _bounds(old, new, name)
        yield from self._fields(old, new, side, name)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self.compare(old[part], new[part], side, name)
        places = old.get("prefixItems", ()), new.get("prefixItems", ())
        if len(places[0]) != len(places[1]):
            yield Break(name, "has another number of places")
            return
        for before, after in zip(*places, strict=True):
            yield from self.compare(before, after, side, name)

    def _fields(self, old: Document, new: Document, side: Side, name: str) -> Iterator[Break]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed = set(old.get("required", ())), set(new.get("required", ()))
        for one in before.keys() - after.keys():
            yield Break(f"{name}.{one}", "is gone")
        kept = before.keys() & after.keys()
        if side == "sent":
            for one in needed[1] - needed[0]:
                yield Break(f"{name}.{one}", "is required now")
        else:
            for one in (needed[0] - needed[1]) & kept:
                yield Break(f"{name}.{one}", "may be missing now")
        for one in kept:
            yield from self.compare(before[one], after[one], side, f"{name}.{one}")


def _variants(schema: Document, parts: Mapping[str, Document], name: str = "") -> dict[str, Variant]:
    """Return the alternatives of a schema by their kinds; an object with a tag, such as a frame, has its own."""
    if "$ref" in schema:
        named = schema["$ref"].rpartition("/")[2]
        return _variants(parts[named], parts, named)
    if "anyOf" in schema:
        return {kind: one for each in schema["anyOf"] for kind, one in _variants(each, parts).items()}
    kind = schema.get("type", "any")
    if "enum" in schema:
        kind = "string" if isinstance(schema["enum"][0], str) else "integer"
    tag = schema.get("properties", {}).get("type", {}).get("enum", ())
    return {f"object {tag[0]}" if len(tag) == 1 else kind: Variant(name, schema)}


def _kinds(before: Mapping[str, Variant], after: Mapping[str, Variant], side: Side, name: str) -> Iterator[Break]:
    """Compare the kinds of values: none that is sent may go, none that is shown may come, except new frames."""
    wide, narrow = (after, before) if side == "sent" else (before, after)
    for kind in sorted(narrow.keys() - wide.keys()):
        if "any" in wide or (kind == "integer" and "number" in wide):
            continue
        if side == "sent":
            yield Break(before[kind].name or name, f"takes no {kind} any more")
        elif not kind.startswith("object "):
            yield Break(name, f"may be {kind} now")
    if side == "shown":
        gone = sorted(before.keys() - after.keys())
        yield from (Break(before[kind].name or name, "is gone") for kind in gone if kind.startswith("object "))


def _values(old: Document, new: Document, side: Side, name: str) -> Iterator[Break]:
    if side == "sent" and "enum" in new and "enum" not in old:
        yield Break(name, "takes some values alone")
    if "enum" not in old or ("enum" not in new and side == "sent"):
        return
    for value in sorted(set(map(str, old["enum"])) - set(map(str, new.get("enum", ())))):
        yield Break(f"{name}={value}", "is gone")


def _bounds(old: Document, new: Document, name: str) -> Iterator[Break]:
    for bound in MOST:
        if bound in new and new[bound] < old.get(bound, float("inf")):
            yield Break(name, f"{bound} is {new[bound]} now")
    for bound in LEAST:
        if bound in new and new[bound] > old.get(bound, 0 if bound != "minimum" else float("-inf")):
            yield Break(name, f"{bound} is {new[bound]} now")
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield Break(name, "has another pattern")
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield Break(name, "takes no other fields any more")


def breaks_of_interface(old: Document, new: Document) -> Iterator[Break]:
    """Yield what broke in the HTTP interface."""
    schemas = Schemas(old["components"]["schemas"], new["components"]["schemas"])
    known = {status for one in _operations(old).values() for status in one["responses"]}
    now = _operations(new)
    for place, operation in _operations(old).items():
        name = operation["operationId"]
        if place not in now:
            yield Break(name, "is gone")
        elif now[place]["operationId"] != name:
            yield Break(name, f"is called {now[place]['operationId']} now")
        else:
            yield from _operation(operation, now[place], schemas, known)


def _operations(document: Document) -> dict[tuple[str, str], Document]:
    return {(path, method): one for path, methods in document["paths"].items() for method, one in methods.items()}


def _operation(old: Document, new: Document, schemas: Schemas, known: set[str]) -> Iterator[Break]:
    name = old["operationId"]
    if old.get("x-repeatable") and not new.get("x-repeatable"):
        yield Break(name, "may not be repeated any more")
    yield from (Break(name, f"is not for {way} any more") for way in _ways(old) - _ways(new))
    yield from _parameters(old, new, schemas)
    before, after = old.get("requestBody", {}), new.get("requestBody", {})
    if after.get("required") and not before:
        yield Break(name, "needs a body now")
    for media, shape in before.get("content", {}).items():
        now = after.get("content", {}).get(media)
        if now is None:
            yield Break(name, f"takes no {media} any more")
        else:
            yield from schemas.compare(shape["schema"], now["schema"], "sent", name)
    yield from _answers(old, new, schemas, known)


def _ways(operation: Document) -> set[str]:
    return {" and ".join(one) or "anybody" for one in operation["security"]}


def _parameters(old: Document, new: Document, schemas: Schemas) -> Iterator[Break]:
    name = old["operationId"]
    before, after = ({(one["in"], one["name"]): one for one in operation["parameters"]} for operation in (old, new))
    for place, one in before.items():
        if place not in after:
            yield Break(f"{name}?{place[1]}", "is gone")
        else:
            yield from schemas.compare(one["schema"], after[place]["schema"], "sent", f"{name}?{place[1]}")
    for place, one in after.items():
        if one.get("required") and not before.get(place, {}).get("required"):
            yield Break(f"{name}?{place[1]}", "is required now")


def _answers(old: Document, new: Document, schemas: Schemas, known: set[str]) -> Iterator[Break]:
    name, now = old["operationId"], new["responses"]
    for status in now.keys() - old["responses"].keys():
        if int(status) < REFUSED or status not in known:
            yield Break(name, f"may answer {status} now")
    for status, answer in old["responses"].items():
        if status not in now:
            yield Break(f"{name}!{status}", "is gone")
            continue
        for code in _codes(answer) - _codes(now[status]):
            yield Break(f"{name}!{code}", f"is no code of {status} any more")
        if int(status) < REFUSED:
            yield from _success(name, answer, now[status], schemas)


def _codes(answer: Document) -> set[str]:
    shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return {
        code for part in shape.get("allOf", ()) for code in part.get("properties", {}).get("code", {}).get("enum", ())
    }


def _success(name: str, old: Document, new: Document, schemas: Schemas) -> Iterator[Break]:
    for header, one in old.get("headers", {}).items():
        now = new.get("headers", {}).get(header)
        if now is None or (one["required"] and not now["required"]):
            yield Break(name, f"brings {header} no more" if now is None else f"may lack {header} now")
    for media, shape in old.get("content", {}).items():
        if media not in new.get("content", {}):
            yield Break(name, f"answers no {media} any more")
        else:
            yield from schemas.compare(shape["schema"], new["content"][media]["schema"], "shown", name)


def breaks_of_wire(old: Document, new: Document) -> Iterator[Break]:
    """Yield what broke in the frames, the features and the data of events."""
    parts = old["frames"]["$defs"], new["frames"]["$defs"]
    schemas = Schemas(*parts)
    yield from schemas.compare(parts[0]["ClientFrame"], parts[1]["ClientFrame"], "sent", "ClientFrame")
    yield from schemas.compare(parts[0]["ServerFrame"], parts[1]["ServerFrame"], "shown", "ServerFrame")
    yield from (Break(name, "is no feature any more") for name in set(old["features"]) - set(new["features"]))
    for kind, shape in old["events"].items():
        if kind not in new["events"]:
            yield Break(kind, "is gone")
        else:
            yield from Schemas({}, {}).compare(shape, new["events"][kind], "shown", kind)
