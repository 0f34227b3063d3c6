"""The interface and the wire as their users rely on them: kept for each release, and compared with those of today."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from protocol.declarations import schema
from protocol.deprecations import DEPRECATED
from protocol.version import FEATURES, PRODUCT_VERSION
from signaling.api.events import KINDS_SHOWN
from signaling.api.openapi import describe
from signaling.app import ROUTES
from tests.support.compatibility import Break, breaks_of_interface, breaks_of_wire

Document = dict[str, Any]
FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "contracts"
NAME: Final = re.compile(r"openapi-(\d+)\.(\d+)\.json")
WORDS: Final = frozenset({"description", "summary", "title"})
RELEASED, MARKS = "x-released", "x-deprecations"
MARKED_DAYS: Final = 182
"""A mark stands for at least so many days, half a year, before its part goes."""


def line_of(version: str) -> tuple[int, int]:
    """Return the release line of a version."""
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


THIS_LINE: Final = line_of(PRODUCT_VERSION)


def interface() -> Document:
    """Return the HTTP interface of today without its words."""
    document = _without_words(describe(ROUTES))
    document[MARKS] = dict(DEPRECATED)
    return document


def wire() -> Document:
    """Return the frames, the features and the data of events of today without their words."""
    events = {one.type: one.schema for one in KINDS_SHOWN}
    return _without_words({"frames": schema(), "features": sorted(FEATURES), "events": events})


def _without_words(part: Any, *, is_named: bool = False) -> Any:
    """Leave out descriptions; the keys of a part that `is_named` are names of ours."""
    if isinstance(part, list):
        return [_without_words(one) for one in part]
    if not isinstance(part, dict):
        return part
    named = {"properties", "schemas", "$defs", "headers", "events", "scopes"}
    return {
        key: _without_words(value, is_named=key in named)
        for key, value in part.items()
        if is_named or key not in WORDS or not isinstance(value, str)
    }


@dataclass(frozen=True)
class Kept:
    """The contract of a release line; `released` is None while its first version is in the making."""

    line: tuple[int, int]
    interface: Document
    wire: Document

    @property
    def released(self) -> dt.date | None:
        date = self.interface.get(RELEASED)
        return dt.date.fromisoformat(date) if date else None

    @property
    def marks(self) -> Mapping[str, str]:
        found: dict[str, str] = self.interface[MARKS]
        return found


def kept(folder: Path = FOLDER) -> list[Kept]:
    """Return the kept contracts, oldest first."""
    found = []
    for path in folder.glob("openapi-*.json"):
        named = NAME.fullmatch(path.name)
        assert named, path
        line = int(named[1]), int(named[2])
        told = path.with_name(f"wire-{line[0]}.{line[1]}.json")
        found.append(Kept(line, json.loads(path.read_text("utf-8")), json.loads(told.read_text("utf-8"))))
    return sorted(found, key=lambda one: one.line)


def unlawful(releases: Sequence[Kept], now: Kept, today: dt.date) -> Iterator[str]:
    """Yield each change that breaks a promise to users of the last release, with the reason."""
    before = [one for one in releases if one.line <= now.line]
    last = before[-1]
    for one in (*breaks_of_interface(last.interface, now.interface), *breaks_of_wire(last.wire, now.wire)):
        why = "nothing goes within a release line" if last.line == now.line else _early(before, one, today)
        if why:
            yield f"{one}: {why}"


def _early(before: Sequence[Kept], broken: Break, today: dt.date) -> str:
    """Return why a part may not change yet; empty: it was marked two releases ago and half a year."""
    marked = [one for one in before if broken.is_told_by(one.marks)]
    if before[-1] not in marked:
        return "it is not marked"
    if len(marked) < 2:
        return "it was marked first in the last release"
    since = marked[0].released
    if since is None or (today - since).days < MARKED_DAYS:
        return "it was marked less than half a year ago"
    return ""


def written(document: Document) -> str:
    """Return a contract as it is kept: an operation, a type or a frame a line."""
    return "".join(_lines(document, 0)) + "\n"


def _lines(part: Any, depth: int) -> Iterator[str]:
    opened = isinstance(part, dict) and part and any(isinstance(one, dict | list) for one in part.values())
    if not opened or depth == 3:
        yield json.dumps(part, ensure_ascii=False, sort_keys=True)
        return
    yield "{"
    for number, (key, value) in enumerate(sorted(part.items())):
        yield ("," if number else "") + "\n" + " " * (depth + 1) + json.dumps(key) + ": "
        yield from _lines(value, depth + 1)
    yield "\n" + " " * depth + "}"
