"""One message to one system: where it may go, how much of the answer is read, and what is believed of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from ports.card_reader import READ
from ports.kit.connections import SystemConnection
from ports.kit.exchange import Exchange
from ports.kit.operation import ANSWER_MAX_BYTES, Refusal
from protocol.port_errors import PortRefused, PortUnavailable
from runtime import signatures
from runtime.clock import ManualClock
from tests.support.stand_ins import SECRET, StandIns

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def asked(handler: Handler, clock: ManualClock, doubles: StandIns) -> AsyncIterator[Exchange]:
    """Give the line to a system that answers as `handler` does."""
    app = web.Application()
    app.router.add_post("/{operation}", handler)
    server = TestServer(app)
    await server.start_server()
    line = Exchange("card_reader", replace(doubles.connection("card_reader"), url=str(server.make_url(""))), clock)
    try:
        yield line
    finally:
        await line.close()
        await server.close()


async def why(line: Exchange) -> str:
    with pytest.raises(PortUnavailable) as caught:
        await line.send(READ, "k-1", b'{"reader": "HD-TB-01"}')
    return str(caught.value.params["why"])


async def test_a_redirect_is_not_followed(clock: ManualClock, doubles: StandIns) -> None:
    async def elsewhere(_: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(doubles.url + "/card_reader/read")

    async with asked(elsewhere, clock, doubles) as line:
        assert await why(line) == "status_307"
    assert doubles.doubles.state().received == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b" " * (ANSWER_MAX_BYTES + 1), "too_large"),
        (b"", "unreadable"),
        (b"\xff", "unreadable"),
        (b'{"name": "x"}', "unreadable"),
        (b"[" * 5000, "unreadable"),
        (msgspec.json.encode(replace(READ.example_answer, name="x\0")), "unreadable"),
        (msgspec.json.encode(READ.example_answer)[:-1] + b', "passed": "\xff"}', "unreadable"),
    ],
)
async def test_an_answer_is_read_up_to_its_bound_and_as_the_contract_says(
    body: bytes, found: str, clock: ManualClock, doubles: StandIns
) -> None:
    async def says(request: web.Request) -> web.StreamResponse:
        key = request.headers[signatures.ID]
        return web.Response(body=body, headers=signatures.headers([SECRET], key, clock.now_ms() // 1000, body))

    async with asked(says, clock, doubles) as line:
        assert await why(line) == found


async def test_signature_and_id_of_an_answer_that_are_no_text_are_wrong(clock: ManualClock, doubles: StandIns) -> None:
    for name in (signatures.ID, signatures.SIGNATURE):

        async def says(request: web.Request, name: str = name) -> web.StreamResponse:
            told = signatures.headers([SECRET], request.headers[signatures.ID], clock.now_ms() // 1000, b"{}")
            return web.Response(body=b"{}", headers={**told, name: "v1,\udcff"})

        async with asked(says, clock, doubles) as line:
            assert await why(line) == "wrong_signature"


async def test_a_system_s_cookies_are_not_kept(clock: ManualClock, doubles: StandIns) -> None:
    came = []

    async def says(request: web.Request) -> web.StreamResponse:
        came.append(dict(request.cookies))
        told = signatures.headers([SECRET], request.headers[signatures.ID], clock.now_ms() // 1000, b"{}")
        return web.Response(body=b"{}", headers={**told, "Set-Cookie": "node=7"})

    async with asked(says, clock, doubles) as line:
        assert [await why(line), await why(line)] == ["unreadable", "unreadable"]
    assert came == [{}, {}]


async def test_a_refusal_s_code_is_kept_as_it_can_be_shown(clock: ManualClock, doubles: StandIns) -> None:
    async def says(request: web.Request) -> web.StreamResponse:
        body = msgspec.json.encode(Refusal("no\x00such\n\u202ereader" + "x" * 80))
        told = signatures.headers([SECRET], request.headers[signatures.ID], clock.now_ms() // 1000, body)
        return web.Response(status=422, body=body, headers=told)

    async with asked(says, clock, doubles) as line:
        with pytest.raises(PortRefused) as caught:
            await line.send(READ, "k-1", b'{"reader": "HD-TB-01"}')
    assert caught.value.params["why"] == "no?such??reader" + "x" * 49


async def test_an_old_answer_is_not_believed_however_well_signed(clock: ManualClock, doubles: StandIns) -> None:
    async def says(request: web.Request) -> web.StreamResponse:
        at_s = clock.now_ms() // 1000 - signatures.LEEWAY_S - 1
        return web.Response(
            body=b"{}", headers=signatures.headers([SECRET], request.headers[signatures.ID], at_s, b"{}")
        )

    async with asked(says, clock, doubles) as line:
        assert await why(line) == "wrong_signature"


async def test_a_name_that_leads_where_the_operator_allows_nothing_is_not_connected_to(
    clock: ManualClock, doubles: StandIns
) -> None:
    local: SystemConnection = doubles.connection("card_reader")
    named = replace(local, url=local.url.replace("127.0.0.1", "localhost"))
    for allowed, found in ((("10.0.0.0/8",), "address_not_allowed"), (local.allowed, "")):
        line = Exchange("card_reader", replace(named, allowed=allowed), clock)
        if found:
            assert await why(line) == found
        else:
            assert await line.send(READ, "k-2", b'{"reader": "HD-TB-01"}')
        await line.close()
    assert [one.key for one in doubles.doubles.state().received] == ["k-2"]


async def test_a_double_does_nothing_for_a_message_that_is_not_signed_or_names_no_operation(
    clock: ManualClock, doubles: StandIns
) -> None:
    stranger = replace(doubles.connection("card_reader"), secret="x" * 40)
    line = Exchange("card_reader", stranger, clock)
    assert await why(line) == "status_401"
    await line.close()
    nowhere = Exchange("card_reader", replace(doubles.connection("card_reader"), url=doubles.url + "/nothing"), clock)
    assert await why(nowhere) == "status_404"
    await nowhere.close()
    assert doubles.doubles.state().received == []
