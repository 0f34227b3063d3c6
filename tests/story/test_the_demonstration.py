"""What an operator sees: a demonstration that starts, stops and starts again."""

import asyncio
import os
import re
import signal
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
import pytest

from booth_client.address import Address
from booth_client.citizen import Citizen
from booth_client.http_api import Credentials, new_session, sign_in
from booth_client.simulated_seat import SeatClient

ROOT = Path(__file__).parents[2]
LIMIT_S = 100
NOBODY = "redis://127.0.0.1:1/0"
KEYS = {"WINDOW_SECRET_KEY": "0" * 64, "WINDOW_MASTER_KEY": "1" * 64, "WINDOW_AUDIT_KEY": "2" * 64}


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WINDOW_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **settings}


async def start(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cloudwindow", *arguments),
        cwd=folder,
        env=environment(**settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        umask=0,
    )


@asynccontextmanager
async def demonstration(folder: Path, *options: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """Run a demonstration; give what it printed until it was ready."""
    process = await start(folder, "demo", "--port", "0", *options)
    try:
        yield await printed(process, "Everything is kept in"), process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def printed(process: asyncio.subprocess.Process, last: str) -> str:
    assert process.stdout is not None
    assert process.stderr is not None
    text = ""
    async with asyncio.timeout(LIMIT_S):
        while last not in text:
            line = await process.stdout.readline()
            assert line, (await process.stderr.read()).decode()
            text += line.decode()
    return text


async def stopped(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """End it as a person or a supervisor does; everything it started must be gone."""
    started = psutil.Process(process.pid).children(recursive=True)
    assert started, "the embedded engine is a child"
    process.send_signal(number)
    async with asyncio.timeout(LIMIT_S):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    assert "Everything is ended." in out.decode()
    assert [child for child in started if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []


def base_of(text: str) -> str:
    found = re.search(r"Citizen's page +(\S+)/\n", text)
    assert found, text
    return found[1]


def password(folder: Path, name: str) -> str:
    """Return a password of the demonstration, as its owner finds it."""
    lines = (folder / "var" / "demo-passwords.txt").read_text().splitlines()
    return dict(line.split() for line in lines)[name]


def browser(context: ssl.SSLContext) -> aiohttp.ClientSession:
    """Return a browser's worth of cookies that trusts one certificate."""
    connector = aiohttp.TCPConnector(ssl=context)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.CookieJar(unsafe=True))


@pytest.mark.timeout(240)
async def test_a_demonstration_is_found_again_at_the_second_start(tmp_path: Path):
    night = ("--business-time", "2026-02-16T03:00+08:00", "--hours", "always")
    async with demonstration(tmp_path, *night) as (text, process):
        address = Address.parse(base_of(text))
        for words in ("enrolment code", "s004", password(tmp_path, "s004"), "two browser windows", "around the clock"):
            assert words in text
        assert "The business clock is set to 2026-02-16 03:00 +0800" in text
        async with new_session() as http, Citizen(http, address) as citizen:
            ticket = await citizen.take("MZ01", site="HD-TB")
            assert ticket.about.receipt.startswith("20260216-MZ001-")
            for path in ("/", "/booth", "/sign-in", "/readyz", "/api/catalogue/search?q=laorenka"):
                async with http.get(address.to(path)) as answer:
                    assert answer.status == 200, path
            await stopped(process, signal.SIGINT)

    async with demonstration(tmp_path) as (text, process):
        assert "The business clock is set to 2026-02-16 03:" in text
        address = Address.parse(base_of(text))
        async with new_session() as http:
            await sign_in(http, address, Credentials("s004", password(tmp_path, "s004")))
            again = Citizen(http, address)
            again.token = citizen.token
            async with again:
                await again.until(lambda: again.ticket)
                assert again.ticket is not None
                assert (again.ticket.ticket, again.ticket.taken_ms) == (ticket.ticket, ticket.taken_ms)
            await stopped(process, signal.SIGTERM)
    kept = [tmp_path / "var", *(path for path in (tmp_path / "var").rglob("*") if not path.is_symlink())]
    assert [path for path in kept if path.stat().st_mode & 0o077] == []  # started with the umask 0
    secrets = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "var" / "secrets").iterdir()}
    assert secrets == {"secret-key": 0o600, "master-key": 0o600, "demo-passwords": 0o600, "audit-key": 0o600}
    assert (tmp_path / "var" / "demo-passwords.txt").stat().st_mode & 0o777 == 0o600


@pytest.mark.timeout(240)
async def test_a_demonstration_serves_other_devices_over_tls(tmp_path: Path):
    async with demonstration(tmp_path, "--tls", "self-signed", "--lively", "2") as (text, process):
        assert base_of(text).startswith("https://localhost:")
        assert "2 simulated citizens" in text
        context = ssl.create_default_context(cafile=tmp_path / "var" / "tls" / "certificate.pem")
        async with browser(context) as agents, browser(context) as citizens:
            address = Address.parse(base_of(text))
            await sign_in(agents, address, Credentials("s004", password(tmp_path, "s004")))
            assert all(cookie["secure"] for cookie in agents.cookie_jar)
            async with SeatClient(agents, address) as seat, Citizen(citizens, address) as citizen:
                await seat.ready()
                await citizen.take("MZ01")
                await seat.accept(await seat.until(lambda: seat.ringing))
                assert await citizen.in_session(LIMIT_S)
                await citizen.say("您好")
                await seat.until(lambda: seat.session and seat.session.chat)
                await seat.close("answered")
        await stopped(process, signal.SIGTERM)
