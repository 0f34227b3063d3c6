"""The node's own port, composed as in production: what a stranger may send, how much of it, and how slowly."""

import asyncio
import gzip
import logging
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from booth_client.http_api import Credentials, sign_in
from records.staff.hashing import POOL, RETRY_AFTER_S, STRANGERS_MAX
from runtime import edge
from runtime.engines import EmbeddedValkey
from runtime.throttle import RECEIPT
from tests.support import samples
from tests.support.installed import PASSWORD
from tests.support.patience import PATIENCE_S, until
from tests.support.window import Window, open_window

FORM = "application/x-www-form-urlencoded"
QUICK: dict[str, Any] = {"idle_s": 0.5, "body_s": 0.5, "stall_s": 1, "connections_max": 60}


@pytest_asyncio.fixture
async def site(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Window]:
    """A whole node whose patience is short."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path, **QUICK) as opened:
        yield opened


def port(site: Window) -> int:
    return int(site.address.base.rpartition(":")[2])


async def say(site: Window, text: bytes) -> bytes:
    """Send raw bytes and return all that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port(site))
    try:
        writer.write(text)
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await reader.read()
            except ConnectionResetError:
                return b""
    finally:
        writer.close()


BOMB = gzip.compress(b"name=x&password=" + b"p" * 4_000_000)
PARTS = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n" * 100 + b"--x--\r\n"
REFUSED = {
    "compressed": ({"Content-Type": FORM, "Content-Encoding": "gzip"}, BOMB, 415, "body_refused"),
    "deflated twice": ({"Content-Type": FORM, "Content-Encoding": "deflate, gzip"}, BOMB, 415, "body_refused"),
    "of many parts": ({"Content-Type": "multipart/form-data; boundary=x"}, PARTS, 415, "body_refused"),
    "large": ({"Content-Type": FORM}, b"name=" + b"x" * 20_000, 413, "body_too_large"),
    "large JSON": ({"Content-Type": "application/json"}, b'{"name":"' + b"x" * 20_000 + b'"}', 413, "body_too_large"),
    "for another site": ({"Content-Type": FORM, "Host": "evil.example"}, b"name=x", 421, "wrong_host"),
    "of another site": ({"Content-Type": FORM, "Host": "a.b:1", "Origin": "http://a.b:1"}, b"x=y", 421, "wrong_host"),
    "with an upgrade": ({"Content-Encoding": "gzip", "Upgrade": "h2c"}, BOMB, 415, "body_refused"),
}


PATHS = ("/sign-in", "/sign-out", "/password", "/api/login", "/api/booths/enrol", "/nowhere")


async def test_a_body_is_refused_before_anything_is_made_of_it(site: Window):
    http = await site.http()
    for how, (headers, body, status, code) in REFUSED.items():
        for path in PATHS:
            async with http.post(site.address.to(path), data=body, headers=headers) as answer:
                assert (answer.status, (await answer.json())["code"]) == (status, code), (path, how)


ACCEPTED_BY_BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PLAIN_WORDS = {
    "another site's name": (
        "GET",
        "/",
        {"Host": "evil.example"},
        b"",
        421,
        "This page was opened from the wrong address",
    ),
    "U+0000 in the path": ("GET", "/r/%00", {}, b"", 422, "The address may be mistyped"),
    "no UTF-8 in the query": ("GET", "/receipt?number=%ff", {}, b"", 422, "The address may be mistyped"),
    "a large form": ("POST", "/", {"Content-Type": FORM}, b"x" * 20_000, 413, "This is too long to send"),
    "a compressed form": (
        "POST",
        "/booth",
        {"Content-Encoding": "gzip"},
        BOMB,
        415,
        "Something went wrong with this page",
    ),
}


async def test_a_person_at_a_browser_is_refused_in_plain_words_and_a_program_in_json(site: Window):
    http = await site.http()
    reading = {"Accept": ACCEPTED_BY_BROWSERS, "Cookie": "lang=en"}
    for how, (method, path, headers, body, status, words) in PLAIN_WORDS.items():
        there, sent = URL(site.address.to(path), encoded=True), body or None
        async with http.request(method, there, headers=headers, data=sent) as program:
            assert (program.status, program.content_type) == (status, "application/json"), how
        async with http.request(method, there, headers={**headers, **reading}, data=sent) as browser:
            assert (browser.status, browser.content_type) == (status, "text/html"), how
            assert words in await browser.text(), how
            assert "script-src" in browser.headers["Content-Security-Policy"]
    async with http.get(URL(site.address.to("/api/receipts/%00"), encoded=True), headers=reading) as answer:
        assert (answer.status, answer.content_type) == (422, "application/json")


async def test_a_body_of_unknown_length_is_read_no_further_than_its_limit(site: Window):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 65_536
            yield b"x" * 65_536

    http = await site.http()
    async with http.post(site.address.to("/sign-in"), data=endless(), headers={"Content-Type": FORM}) as answer:
        assert answer.status == 413
    assert sent < 50_000_000


SLOW = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ",
    "half a form": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + FORM.encode()
    + b"\r\nContent-Length: 99\r\n\r\nname=x",
    "half a second head": b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\nGET /livez HTTP/1.1\r\nX-A: ",
}  # fmt: skip


async def test_slow_sockets_are_closed_and_make_room(site: Window):
    answers = await asyncio.gather(*(say(site, text) for text in SLOW.values() for _ in range(10)))
    told = dict(zip(SLOW, answers[::10], strict=True))
    assert told["nothing"] == told["half a head"] == b""
    assert b"body_too_slow" in told["half a form"]
    assert told["half a second head"].count(b"HTTP/1.1") == 1


async def test_an_upload_that_stalls_is_cut_and_what_came_of_it_stays(site: Window):
    citizen = await site.citizen()
    _ = await citizen.take("MZ01")
    head = {"Authorization": f"Bearer {citizen.token}", "Tus-Resumable": "1.0.0"}
    http = await site.http()
    async with http.post(site.address.to("/api/uploads"), headers={**head, "Upload-Length": "9999"}) as made:
        place = made.headers["Location"]
    lines = [f"{name}: {text}\r\n" for name, text in head.items()]
    started = (
        f"PATCH {place} HTTP/1.1\r\nHost: localhost\r\n{''.join(lines)}Upload-Offset: 0\r\n"
        "Content-Type: application/offset+octet-stream\r\nContent-Length: 9999\r\n\r\n"
    )
    assert await say(site, started.encode() + b"x" * 100) == b""


async def test_an_answer_that_nobody_reads_is_cut_and_holds_little_memory(
    site: Window, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    http = await site.http()
    async with http.get(site.address.to("/api/openapi.json")) as answer:
        large = len(await answer.read())
    with socket.socket() as greedy:
        greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        greedy.connect(("127.0.0.1", port(site)))
        greedy.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 300)
        cut = await until(lambda: [record for record in caplog.records if record.message == "reader_stalled"])
    assert vars(cut[0])["bytes"] < 4 * large


async def test_more_connections_than_the_limit_are_told_so(site: Window, caplog: pytest.LogCaptureFixture):
    writers = [(await asyncio.open_connection("127.0.0.1", port(site)))[1] for _ in range(60)]
    full = await say(site, b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert full.startswith(b"HTTP/1.1 503 ")
    assert "connections_full" in caplog.messages
    assert b"Retry-After: " in full
    for writer in writers:
        writer.close()

    async def is_let_in() -> bool:
        return (await say(site, b"GET /livez HTTP/1.0\r\n\r\n")).startswith(b"HTTP/1.0 200")

    assert await until(is_let_in)


async def test_wrong_sign_ins_hold_up_neither_papers_nor_those_who_are_known(site: Window):
    """Strangers' passwords fill the pool that checks them: it is the pool's own, and the known have places in it."""
    held = threading.Event()
    known, citizen = await site.staff("sup"), await site.citizen()
    _ = await citizen.take("MZ01")
    strangers = [asyncio.create_task(POOL.run(held.wait, is_known=False)) for _ in range(STRANGERS_MAX)]
    try:
        await asyncio.sleep(0)
        stranger, form = await site.http(), {"name": "sup", "password": "wrong wrong wrong"}
        for _ in range(6):  # more than one may try: who is refused as busy spends no try
            async with stranger.post(site.address.to("/api/login"), json=form) as answer:
                assert (answer.status, (await answer.json())["code"]) == (503, "busy")
                assert answer.headers["Retry-After"] == str(RETRY_AFTER_S)
        known_one = asyncio.create_task(sign_in(known, site.address, Credentials("sup", PASSWORD)))
        document = await citizen.upload("id.png", samples.PNG, material="id")
        assert document  # whole, judged and sealed while every thread that checks passwords is held
        assert not known_one.done()
    finally:
        held.set()
    await asyncio.gather(known_one, *strangers)


async def test_who_must_come_again_later_is_answered_after_those_who_need_not(
    site: Window, monkeypatch: pytest.MonkeyPatch
):
    """A refusal that can be asked for again at once would cost the node as much as what it refuses."""
    http, quiet, unknown = (
        await site.http(),
        await site.citizen(),
        site.address.to("/api/receipts/20260101-MZ001-7K4Q9D"),
    )
    for _ in range(RECEIPT.burst):
        async with http.get(unknown) as answer:
            assert answer.status == 404
    monkeypatch.setattr(edge, "REFUSED_AFTER_S", 2 * PATIENCE_S)
    refused = asyncio.create_task(http.get(unknown))
    async with http.get(site.address.to("/livez")) as answer:
        assert answer.status == 200
    _ = await quiet.take("MZ01")
    assert not refused.done()
    refused.cancel()
    monkeypatch.setattr(edge, "REFUSED_AFTER_S", 0)
    async with http.get(unknown) as answer:
        assert answer.status == 429


NOISE = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20 + b"\r\n\r\n",
    "a bad line": b"GET  /  HTTP/9.9\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 40_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: a\r\n" * 500 + b"\r\n",
    "two lengths": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "a bad chunk": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
    "a bad length": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
}


async def test_what_visitors_do_wrong_leaves_no_traceback_and_no_versions(
    site: Window, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    for text in NOISE.values():
        answer = await say(site, text)
        assert answer == b"" or answer.split()[1].startswith(b"4"), answer
        assert b"aiohttp" not in answer
        assert b"Python" not in answer
    for path in ("/sign-in", "/api/login"):  # torn form bodies
        _, writer = await asyncio.open_connection("127.0.0.1", port(site))
        writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nname".encode())
        await writer.drain()
        writer.transport.abort()
    _ = await until(lambda: sum(record.message == "request_cut" for record in caplog.records) >= 2)
    assert [record for record in caplog.records if record.exc_info or record.levelno > logging.INFO] == []


async def test_a_forwarded_address_counts_only_from_a_proxy_of_ours(
    valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
):
    """`/metrics` is for operators by address; the answer says which address was believed."""
    forged = {"X-Forwarded-For": "203.0.113.9"}
    for proxies, where, status in ((0, "127.0.0.0/8", 200), (1, "10.0.0.0/8", 200), (1, "127.0.0.0/8", 403)):
        settings: dict[str, Any] = {"proxies": proxies, "proxy_addresses": [where]}
        async with open_window(valkey.url, sqlite_ledger, tmp_path, **settings) as opened:
            http = await opened.http()
            for path in ("/metrics", "/readyz"):
                async with http.get(opened.address.to(path), headers=forged) as answer:
                    assert answer.status == status, (settings, path)
                    assert answer.headers["Server"] == "cloudwindow"


async def test_https_is_believed_only_from_a_proxy_of_ours(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path):
    """HSTS and `Secure` on cookies say what was believed."""
    forged = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "proto=https;host=evil.example",
    }
    chain = {"X-Forwarded-Proto": "https, http"}
    cases = ((0, "127.0.0.0/8", forged, False), (1, "10.0.0.0/8", forged, False),
             (1, "127.0.0.0/8", chain, False), (1, "127.0.0.0/8", forged, True))  # fmt: skip
    for proxies, where, headers, believed in cases:
        settings: dict[str, Any] = {"proxies": proxies, "proxy_addresses": [where]}
        async with open_window(valkey.url, sqlite_ledger, tmp_path, **settings) as opened:
            http = await opened.http()
            async with http.get(opened.address.to("/sign-in?lang=en"), headers=headers) as answer:
                assert ("Strict-Transport-Security" in answer.headers) is believed, (settings, headers)
                assert bool(answer.cookies["lang"]["secure"]) is believed, (settings, headers)


async def test_only_the_configured_names_are_served(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path):
    settings: dict[str, Any] = {"hosts": ["window.example"], "origins": ["https://other.example"]}
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    expected = {"window.example": 200, "window.example:8443": 200, "other.example": 200, "localhost": 200,
                "evil.example": 421, "10.1.2.3": 421, "[::1": 421, "window.example.evil.example": 421}  # fmt: skip
    async with open_window(valkey.url, sqlite_ledger, tmp_path, **settings) as opened, aiohttp.ClientSession() as http:
        for host, status in expected.items():
            async with http.get(opened.address.to("/sign-in"), headers={"Host": host}) as answer:
                assert answer.status == status, host
            same = {**upgrade, "Host": host, "Origin": f"https://{host}"}
            async with http.get(opened.address.to("/ws"), headers=same) as answer:
                assert answer.status == (422 if status == 200 else 421), host
        foreign = {**upgrade, "Host": "window.example", "Origin": "https://evil.example"}
        async with http.get(opened.address.to("/ws"), headers=foreign) as answer:
            assert answer.status == 403
