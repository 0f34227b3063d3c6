"""The contract test notices each kind of broken promise, and lets through what a client must bear."""

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import pytest

from protocol.deprecations import mark
from tests.support.contracts import MARKS, RELEASED, Kept, interface, unlawful, wire

Document = dict[str, Any]
Change = Callable[[Document], object]
TODAY: Final = interface()
WIRE: Final = wire()
OUT: Final = dt.date(2027, 3, 1)


def operation(document: Document, name: str) -> Document:
    return next(one for each in document["paths"].values() for one in each.values() if one["operationId"] == name)


def parameter(document: Document, name: str) -> Document:
    of, _, wanted = name.partition("?")
    found: Document = next(one for one in operation(document, of)["parameters"] if one["name"] == wanted)
    return found


def schemas(document: Document) -> Document:
    found: Document = document["components"]["schemas"]
    return found


def field(document: Document, name: str) -> Document:
    of, _, wanted = name.partition(".")
    found: Document = schemas(document)[of]["properties"][wanted]
    return found


def success(document: Document, name: str) -> Document:
    found: Document = operation(document, name)["responses"]["200"]
    return found


def rename(part: Document, old: str, new: str) -> None:
    part[new] = part.pop(old)


BROKEN: Final[dict[str, Change]] = {
    "get_me is gone": lambda d: d["paths"].pop("/api/me"),
    "get_me is called get_self now": lambda d: operation(d, "get_me").update(operationId="get_self"),
    "get_sessions?day is gone": lambda d: operation(d, "get_sessions")["parameters"].remove(
        parameter(d, "get_sessions?day")
    ),
    "get_sessions?day is required now": lambda d: parameter(d, "get_sessions?day").update(required=True),
    "get_sessions?kind is required now": lambda d: operation(d, "get_sessions")["parameters"].append(
        {"name": "kind", "in": "query", "required": True, "schema": {"type": "string"}}
    ),
    "get_sessions?limit maximum is 100 now": lambda d: parameter(d, "get_sessions?limit")["schema"].update(maximum=100),
    "get_events?after has another pattern": lambda d: parameter(d, "get_events?after")["schema"].update(pattern="^x"),
    "get_catalogue?locale=en is gone": lambda d: parameter(d, "get_catalogue?locale")["schema"]["enum"].remove("en"),
    "get_sessions is not for key any more": lambda d: operation(d, "get_sessions")["security"].remove({"key": []}),
    "get_sessions may not be repeated any more": lambda d: operation(d, "get_sessions").update({"x-repeatable": False}),
    "get_sessions answers no application/json any more": lambda d: rename(
        success(d, "get_sessions")["content"], "application/json", "text/csv"
    ),
    "get_events brings Events-Cursor no more": lambda d: success(d, "get_events")["headers"].pop("Events-Cursor"),
    "get_events may lack Events-Cursor now": lambda d: success(d, "get_events")["headers"]["Events-Cursor"].update(
        required=False
    ),
    "get_events may answer 204 now": lambda d: operation(d, "get_events")["responses"].update({"204": {}}),
    "get_events may answer 418 now": lambda d: operation(d, "get_events")["responses"].update({"418": {}}),
    "get_events!410 is gone": lambda d: operation(d, "get_events")["responses"].pop("410"),
    "SessionLine.item is gone": lambda d: schemas(d)["SessionLine"]["properties"].pop("item"),
    "SessionLine.item may be missing now": lambda d: schemas(d)["SessionLine"]["required"].remove("item"),
    "SessionLine.rating may be null now": lambda d: field(d, "SessionLine.rating").update(
        anyOf=[{"type": "integer"}, {"type": "null"}]
    ),
    "SessionPage.sessions may be object now": lambda d: field(d, "SessionPage.sessions").update(type="object"),
    "HookState=closed is gone": lambda d: schemas(d)["HookState"]["enum"].remove("closed"),
    "HookSpec.kinds is required now": lambda d: schemas(d)["HookSpec"]["required"].append("kinds"),
    "HookSpec.name maxLength is 9 now": lambda d: field(d, "HookSpec.name").update(maxLength=9),
    "HookSpec.name minLength is 2 now": lambda d: field(d, "HookSpec.name").update(minLength=2),
    "HookSpec.name takes some values alone": lambda d: field(d, "HookSpec.name").update(enum=["a"]),
    "HookSpec.url takes no string any more": lambda d: field(d, "HookSpec.url").update(type="integer"),
    "PortNews takes no other fields any more": lambda d: schemas(d)["PortNews"].update(additionalProperties=False),
    "post_logout needs a body now": lambda d: operation(d, "post_logout").update(
        requestBody={"required": True, "content": {}}
    ),
    "post_login takes no application/json any more": lambda d: rename(
        operation(d, "post_login")["requestBody"]["content"], "application/json", "text/xml"
    ),
}
BROKEN_WIRE: Final[dict[str, Change]] = {
    "Chat takes no object chat any more": lambda d: d["frames"]["$defs"]["ClientFrame"]["anyOf"].remove(
        {"$ref": "#/$defs/Chat"}
    ),
    "Chatted is gone": lambda d: d["frames"]["$defs"]["ServerFrame"]["anyOf"].remove({"$ref": "#/$defs/Chatted"}),
    "Chat.text maxLength is 5 now": lambda d: d["frames"]["$defs"]["Chat"]["properties"]["text"].update(maxLength=5),
    "Welcome.node is gone": lambda d: d["frames"]["$defs"]["Welcome"]["properties"].pop("node"),
    "tus is no feature any more": lambda d: d["features"].remove("tus"),
    "cloudwindow.session.closed.v1.outcome is gone": lambda d: d["events"]["cloudwindow.session.closed.v1"][
        "properties"
    ].pop("outcome"),
    "cloudwindow.ticket.held.v1 is gone": lambda d: d["events"].pop("cloudwindow.ticket.held.v1"),
}
BORNE: Final[dict[str, Change]] = {
    "a new route": lambda d: d["paths"].update({"/api/new": {"get": {"operationId": "get_new"}}}),
    "a new optional parameter": lambda d: operation(d, "get_sessions")["parameters"].append(
        {"name": "kind", "in": "query", "schema": {"type": "string"}}
    ),
    "a new field": lambda d: schemas(d)["SessionLine"]["properties"].update(kind={"type": "string"}),
    "a new optional field of a body": lambda d: schemas(d)["HookSpec"]["properties"].update(kind={"type": "string"}),
    "a new value that the server sends": lambda d: schemas(d)["HookState"]["enum"].append("asleep"),
    "a new code of a known status": lambda d: operation(d, "get_events")["responses"]["410"]["content"][
        "application/json"
    ]["schema"]["allOf"][1]["properties"]["code"]["enum"].append("new"),
    "a known status": lambda d: operation(d, "get_me")["responses"].update({"410": {}}),
    "a wider bound": lambda d: parameter(d, "get_sessions?limit")["schema"].update(maximum=10**6),
    "a field that is always there now": lambda d: schemas(d)["CloudEvent"]["required"].append("site"),
}
BORNE_WIRE: Final[dict[str, Change]] = {
    "a new frame": lambda d: (
        d["frames"]["$defs"].update(New={"properties": {"type": {"enum": ["new"]}}, "type": "object"}),
        d["frames"]["$defs"]["ServerFrame"]["anyOf"].append({"$ref": "#/$defs/New"}),
    ),
    "a new feature": lambda d: d["features"].append("new"),
    "a new kind of event": lambda d: d["events"].update({"cloudwindow.new.v1": {}}),
}


def contract(line: tuple[int, int], *, marks: dict[str, str] | None = None, released: str = "2026-12-01") -> Kept:
    return Kept(line, {**TODAY, MARKS: marks or {}, RELEASED: released}, WIRE)


def changed(change: Change | None = None, wire_change: Change | None = None) -> Kept:
    """Return the contract of 0.3 as 0.2 was, but for a change."""
    documents = copy.deepcopy(TODAY), copy.deepcopy(WIRE)
    for document, one in zip(documents, (change, wire_change), strict=True):
        if one is not None:
            one(document)
    return Kept((0, 3), *documents)


def told(now: Kept, *before: Kept, today: dt.date = OUT) -> list[str]:
    return sorted(unlawful(before or (contract((0, 1)), contract((0, 2))), now, today))


@pytest.mark.parametrize("says", BROKEN)
def test_a_broken_promise_of_the_interface_is_told(says: str) -> None:
    assert f"{says}: it is not marked" in told(changed(BROKEN[says]))


@pytest.mark.parametrize("says", BROKEN_WIRE)
def test_a_broken_promise_of_the_wire_is_told(says: str) -> None:
    assert f"{says}: it is not marked" in told(changed(None, BROKEN_WIRE[says]))


def test_additions_that_the_changelog_announces_are_borne() -> None:
    assert {name: found for name, one in BORNE.items() if (found := told(changed(one)))} == {}
    assert {name: found for name, one in BORNE_WIRE.items() if (found := told(changed(None, one)))} == {}


GONE: Final = {"SessionLine.item": "0.1"}


@pytest.mark.parametrize(
    ("before", "today", "why"),
    [
        ([contract((0, 1)), contract((0, 2), marks=GONE)], OUT, "it was marked first in the last release"),
        ([contract((0, 1), marks=GONE), contract((0, 2))], OUT, "it is not marked"),
        (
            [contract((0, 1), marks=GONE, released="2026-12-01"), contract((0, 2), marks=GONE)],
            dt.date(2027, 5, 31),
            "it was marked less than half a year ago",
        ),
        (
            [contract((0, 1), marks=GONE), contract((0, 2), marks=GONE), contract((0, 3), marks=GONE)],
            dt.date(2028, 1, 1),
            "nothing goes within a release line",
        ),
        ([contract((0, 1), marks=GONE), contract((0, 2), marks=GONE)], dt.date(2027, 6, 1), ""),
        ([contract((0, 1), marks={"SessionLine": "0.1"})] * 2, dt.date(2027, 6, 1), ""),
    ],
    ids=["too early", "no longer marked", "within half a year", "within a line", "in time", "with its type"],
)
def test_a_marked_field_may_go_two_minor_versions_and_half_a_year_later(
    before: list[Kept], today: dt.date, why: str
) -> None:
    found = told(changed(BROKEN["SessionLine.item is gone"]), *before, today=today)
    assert found == ([f"SessionLine.item is gone: {why}"] if why else [])


def test_each_kind_of_part_can_be_marked() -> None:
    document = copy.deepcopy(TODAY)
    names = ["get_me", "get_sessions?day", "HookView", "HookView.behind", "HookState=closed", "get_catalogue?locale=en"]
    assert mark(document, dict.fromkeys([*names, "get_gone", "HookState=gone"], "0.3")) == set(names)
    assert operation(document, "get_me")["deprecated"] is True
    assert field(document, "HookView.behind")["deprecated"] is True
    assert schemas(document)["HookState"]["x-deprecated-values"] == ["closed"]
    assert parameter(document, "get_catalogue?locale")["schema"]["x-deprecated-values"] == ["en"]
