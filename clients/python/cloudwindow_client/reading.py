"""Turns JSON into the generated types and back: unknown fields are passed over, defaults are not sent."""

import contextlib
import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from cloudwindow_client.refused import Unreadable

T = TypeVar("T")
SCALARS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (int, float),
    bool: (bool,),
    type(None): (type(None),),
}


def read_json(text: bytes | str, kind: type[T]) -> T:
    """Return JSON as a value of `kind`.

    Raises:
        Unreadable: it is no JSON, or not of that shape.
    """
    try:
        data = json.loads(text)
    except ValueError:
        raise Unreadable("no JSON") from None
    value: T = read(kind, data, "$")
    return value


def read(kind: Any, data: object, where: str) -> Any:
    """Return decoded JSON as a value of `kind`; `where` is its place in the whole.

    Raises:
        Unreadable: it is not of that shape.
    """
    if kind is object:
        return data
    if kind in SCALARS:
        if isinstance(data, SCALARS[kind]) and isinstance(data, bool) is (kind is bool):
            return data
        raise Unreadable(f"{where}: not {kind.__name__}")
    return _read_object(kind, data, where) if is_dataclass(kind) else _read_generic(kind, data, where)


def _read_generic(kind: Any, data: object, where: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return read(type(inner[0]), data, where)
    if origin in {Union, types.UnionType}:
        return _read_one_of(inner, data, where)
    if origin is tuple and isinstance(data, list):
        kinds = inner[:1] * len(data) if inner[-1] is Ellipsis else inner
        if len(kinds) == len(data):
            places = enumerate(zip(kinds, data, strict=True))
            return tuple(read(one, each, f"{where}[{at}]") for at, (one, each) in places)
    elif isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(data, dict):
        return {name: read(inner[1], each, f"{where}.{name}") for name, each in data.items()}
    raise Unreadable(f"{where}: not {kind}")


def _read_one_of(kinds: tuple[Any, ...], data: object, where: str) -> Any:
    tag = data.get("type") if isinstance(data, dict) else None
    fitting = [one for one in kinds if tag is not None and getattr(one, "TAG", None) == tag]
    *others, last = fitting or kinds
    for kind in others:
        with contextlib.suppress(Unreadable):
            return read(kind, data, where)
    return read(last, data, where)


def _read_object(kind: Any, data: object, where: str) -> Any:
    if not isinstance(data, dict):
        raise Unreadable(f"{where}: no object")
    given = {}
    for name, one, hint in _fields_of(kind):
        if name in data:
            given[one.name] = read(hint, data[name], f"{where}.{name}")
        elif one.default is MISSING and one.default_factory is MISSING:
            raise Unreadable(f"{where}.{name}: missing")
    return kind(**given)


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, Field[Any], Any], ...]:
    """Return name in JSON, field and type of each field; `from_` is `from` there."""
    hints = get_type_hints(kind)
    return tuple((one.name.rstrip("_"), one, hints[one.name]) for one in fields(kind))


def plain(value: Any) -> Any:
    """Return a value as JSON has it; fields that stand at their default are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        tag = getattr(value, "TAG", None)
        said = {"type": tag} if tag else {}
        for name, one, _ in _fields_of(type(value)):
            each = getattr(value, one.name)
            default = one.default if one.default_factory is MISSING else one.default_factory()
            if default is MISSING or each != default:
                said[name] = plain(each)
        return said
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value
