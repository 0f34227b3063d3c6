"""What a request may bring: bodies at their bounds, kinds of body, whose name it asks for; by one table."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from runtime import edge
from runtime.gate import BODY_MAX_BYTES, Gate
from runtime.settings import Settings

LARGE: Final = 40_000
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
OURS: Final = {"Host": "window.example"}
Client = TestClient[web.Request, web.Application]


async def told(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


async def filled(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.post())))


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    gate = Gate(Settings(hosts=("window.example",)), {("PATCH", "/large/{name}"): LARGE})
    app = web.Application(middlewares=[edge.middleware, gate.middleware], client_max_size=BODY_MAX_BYTES)
    for method, path in (("POST", "/small"), ("PATCH", "/large/{name}"), ("POST", "/large/{name}"), ("GET", "/livez")):
        app.router.add_route(method, path, told)
    app.router.add_post("/form", filled)
    async with TestClient(TestServer(app)) as found:
        yield found


@pytest.mark.parametrize(
    ("method", "path", "size", "status", "most"),
    [
        ("POST", "/small", 0, 200, 0),
        ("POST", "/small", BODY_MAX_BYTES, 200, 0),
        ("POST", "/small", BODY_MAX_BYTES + 1, 413, BODY_MAX_BYTES),
        ("POST", "/large/x", BODY_MAX_BYTES + 1, 413, BODY_MAX_BYTES),
        ("PATCH", "/large/x", LARGE + 1, 413, LARGE),
        ("POST", "/nowhere", BODY_MAX_BYTES + 1, 413, BODY_MAX_BYTES),
    ],
)
async def test_a_body_has_a_bound_by_its_route(
    client: Client, method: str, path: str, size: int, status: int, most: int
) -> None:
    async with client.request(method, path, data=b"x" * size, headers=OURS) as answer:
        assert answer.status == status
        if status == 200:
            assert await answer.text() == str(size)
        else:
            assert await answer.json() == {"code": "body_too_large", "params": {"max_bytes": most}}


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Content-Encoding": "gzip"}, "encoding"),
        ({"Content-Encoding": " GZIP, deflate"}, "encoding"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, "multipart"),
        ({"Content-Encoding": "Identity", **FORM}, ""),
        ({"Content-Encoding": "", **FORM}, ""),
    ],
)
async def test_a_body_is_plain_and_of_one_part(client: Client, headers: dict[str, str], why: str) -> None:
    async with client.post("/small", data=b"a=b", headers={**OURS, **headers}) as answer:
        assert answer.status == (415 if why else 200)
        if why:
            said = await answer.json()
            assert (said["code"], said["params"]) == ("body_refused", {"why": why})


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("", "name=李&x=%ff".encode(), 200),
        ("; charset=UTF-8", b"a=b", 200),
        ("; charset=utf8", b"a=b", 200),
        ("", b"name=\xff", 415),
        ("", "name=李".encode("gb18030"), 415),
        ("; charset=gb18030", "name=李".encode("gb18030"), 415),
        ("; charset=utf-16", "a=b".encode("utf-16"), 415),
        ("; charset=undefined", b"a=b", 415),
        ("; charset=hex", b"a=b", 415),
        ("; charset=nonsense", b"a=b", 415),
    ],
)
async def test_a_form_is_utf_8_whatever_it_says(client: Client, kind: str, body: bytes, status: int) -> None:
    headers = {**OURS, "Content-Type": FORM["Content-Type"] + kind}
    async with client.post("/form", data=body, headers=headers) as answer:
        assert answer.status == status
        if status == 415:
            assert (await answer.json())["params"] == {"why": "charset"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        *((spoilt * (7900 // len(spoilt)), 422) for spoilt in (";", '"', "(", ';a="', ";a=b", ',"a"', "=?utf-8?q?")),
        *((spoilt, 422) for spoilt in ("(", "x", "a/b; c", 'a/b; c="', "a/b, c/d", "text/plain; a=" + "b" * 187)),
        *((plain, 200) for plain in ("", "text/plain", 'a/b+c.d; charset="utf-8";', "TEXT/PLAIN ;a=b ; c=d")),
    ],
)
async def test_a_kind_of_body_is_written_as_one_before_anything_reads_it(
    client: Client, said: str, status: int
) -> None:
    async with client.post("/small", data=b"a=b", headers={**OURS, "Content-Type": said}) as answer:
        assert answer.status == status
        if status != 200:
            assert (await answer.json())["params"] == {"field": "Content-Type", "why": "format"}


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("window.example", "/livez", 200), ("evil.example", "/livez", 200), ("10.1.2.3", "/livez", 200),
        ("evil.example", "/small", 421), ("10.1.2.3", "/small", 421), ("window.example.evil", "/small", 421),
        ("localhost", "/small", 405), ("127.0.0.1", "/small", 405), ("WINDOW.example:8080", "/small", 405),
    ],
)  # fmt: skip
async def test_only_our_names_are_answered_and_probes_by_any(client: Client, host: str, path: str, status: int) -> None:
    async with client.get(path, headers={"Host": host}) as answer:
        assert answer.status == status
        assert (answer.content_type == "application/json") is (status == 421), "only ours, and under /api, are JSON"
