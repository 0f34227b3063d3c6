"""Whatever comes through whichever door, it gets an answer and no bug shows: doors are listed by routes and frames."""

import json
import logging
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect
from yarl import URL

from protocol.commands import ClientFrame
from signaling.api.table import Route
from signaling.app import ROUTES
from signaling.socket import wire
from tests.support.people import People
from tests.support.wire_page import WirePage

RAW = (
    "%00abc", "%ED%A0%80", "%ff%fe", "a%00", "zzz",
    quote("９" * 70), "9" * 400, "9" * 5000, "0" * 5000, "-1", "-0", "1e400", str(2**63), str(10**30), "NaN",
    "Infinity", "%",
    quote("[" * 900), quote("'\"--;"), quote("\u202e\u200b"), quote("𠀀" * 65), "2026-02-30",
)  # fmt: skip
HEADERS = (
    "Authorization", "X-CSRF-Token", "X-Forwarded-For", "X-Forwarded-Proto", "Upload-Metadata", "Upload-Length",
    "Upload-Offset", "Cookie", "Accept-Language", "Content-Type", "If-None-Match", "Range", "Window-Channel",
    "Document-Password", "Origin", "X-HTTP-Method-Override",
)  # fmt: skip
VALUES: tuple[object, ...] = (
    "a\x00b", "\u202e" * 65, "x" * 60_000, "",
    10**30, -(10**18), 2**63, 1.5, None, True, [], {}, [["a"]], ["a\x00"], ["x"] * 999,
    [None], {"a": {"b": {}}},
)  # fmt: skip
WIRE = (
    b'{"type":"chat","id":"1","text":"\\ud800"}',
    b'{"type":"chat","id":"1","text":"\\u0000"}',
    b'{"type":"chat","id":"\\u0000","text":"x"}',
    b'{"type":"media_up","id":"1","of":"seat","epoch":1,"after_ms":1' + b"0" * 400 + b"}",
    b'{"type":"media_up","id":"1","of":"seat","epoch":NaN}',
    b'{"type":"rate","id":"1","level":1e999}',
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b"[" * 30_000,
    b'{"type":"chat","id":"1","text":"\xed\xa0\x80"}',
    b"\xff\xfe",
    b"",
    b"null",
)


def texts(route: Route, raw: str) -> Iterator[str]:
    """Yield addresses of a route with a text in each place where one can stand."""
    path = route.path
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    for name in names:
        yield path.replace("{" + name + "}", raw)
    filled = path
    for name in names:
        filled = filled.replace("{" + name + "}", "X")
    yield f"{filled}?{raw}={raw[:99]}"
    if route.query is not None:
        for field in route.query.__struct_fields__:
            yield f"{filled}?{field}={raw}"


def frames() -> Iterator[str]:
    """Yield each frame with each field spoilt in turn, by the types that the wire has."""
    for kind in ClientFrame.__args__:
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        tag = str(kind.__struct_config__.tag)
        good = {field.encode_name: _some(field.type) for field in info.fields}
        for field in info.fields:
            for value in VALUES:
                yield json.dumps({"type": tag, **good, field.encode_name: value})


def _some(kind: inspect.Type) -> object:
    match kind:
        case inspect.StrType():
            return "1"
        case inspect.IntType() | inspect.FloatType():
            return 1
        case inspect.BoolType():
            return False
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case _:
            return []


def bugs(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_no_text_in_an_address_or_header_is_a_bug(
    people: People, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    page = await people.supervisor()
    for raw in RAW:
        for path in texts(route, raw):
            async with page.http.request(
                route.method, URL(people.at.url + path, encoded=True), headers={"Tus-Resumable": "1.0.0"}
            ) as answer:
                await answer.read()
                assert answer.status < 500, path
    for name, value in product(HEADERS, ("\udcff\udcfe", "0" * 5000, "9" * 5000, ";" * 5000, '"\\' * 2500)):
        headers = {"Tus-Resumable": "1.0.0", name: value}
        async with page.http.request(route.method, f"{people.at.url}{route.path}", headers=headers) as answer:
            assert answer.status < 500, (name, value[:9])
    assert bugs(caplog) == []


async def test_no_body_is_a_bug(people: People, caplog: pytest.LogCaptureFixture) -> None:
    page = await people.supervisor()
    for route in ROUTES:
        for body in (
            *WIRE,
            *(json.dumps({"name": value, "password": value, "code": value}).encode() for value in VALUES),
        ):
            async with page.http.request(
                route.method, people.at.url + route.path, data=body, headers={"Content-Type": "application/json"}
            ) as answer:
                assert answer.status < 500, (route.path, body[:60])
    assert bugs(caplog) == []


async def test_no_frame_is_a_bug(people: People, caplog: pytest.LogCaptureFixture) -> None:
    citizen, agent = await people.talking()
    for page in (citizen, agent):
        for raw in WIRE:
            await page.socket.send_as_text(raw)
        await page.done("chat", text="still here")
    assert bugs(caplog) == []


async def test_no_field_of_a_frame_is_a_bug(people: People, caplog: pytest.LogCaptureFixture) -> None:
    at = await people.cluster.start(frames_burst=100_000.0, outgoing_max_frames=100_000, outgoing_max_bytes=2**30)
    page = await people.citizen(at)
    for text in frames():
        if '"type": "hello"' not in text:
            await page.send(text)
            continue
        stranger = await WirePage(at, "citizen").connect()
        await stranger.send(text)
        await stranger.leave()
    assert await page.do("leave_queue")  # the socket is still heard
    assert bugs(caplog) == []


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.binary(max_size=200) | st.text(max_size=99).map(lambda text: json.dumps({"type": "chat", "id": text}).encode())
)
def test_any_bytes_are_a_frame_or_a_refusal(data: bytes) -> None:
    for decoder in wire.DECODERS.values():
        why: Exception | None = None
        try:
            wire.without_nul(decoder.decode(data), data)
        except (wire.Unreadable, *wire.UNREADABLE) as problem:
            why = problem
        assert why is None or wire.explain(data, why).code
