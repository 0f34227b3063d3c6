"""Taking a port, and letting it go again."""

import asyncio
import os
import signal
import socket

import aiohttp
import pytest
from aiohttp import web

from cloudwindow.failures import OperatorError
from cloudwindow.listening import listen, stop_asked, take_port, tls
from runtime.settings import Settings
from tests.support.patience import PATIENCE_S


def test_a_port_in_use_is_named():
    with take_port("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(OperatorError, match=f"port {port} of 127.0.0.1 is in use by another program"):
            take_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(OperatorError, match=r"cannot listen on 203\.0\.113\.1"):
        take_port("203.0.113.1", 0)


def test_a_certificate_that_is_none_is_named(tmp_path):
    (tmp_path / "cert.pem").write_text("no certificate")
    settings = Settings(tls_cert=str(tmp_path / "cert.pem"), tls_key=str(tmp_path / "cert.pem"))
    with pytest.raises(OperatorError, match="WINDOW_TLS_CERT"):
        tls(settings)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_serves_until_it_is_told_to_stop(number: signal.Signals):
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    opened = asyncio.Event()
    with take_port("127.0.0.1", 0) as door, stop_asked() as stop:
        port = door.getsockname()[1]
        server = asyncio.create_task(listen(app, door, Settings(drain_s=1), stop, opened.set))
        await opened.wait()
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/") as answer:
            assert await answer.text() == "hello"
        os.kill(os.getpid(), number)
        async with asyncio.timeout(PATIENCE_S):
            await server
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
