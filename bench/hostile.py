"""Measure a quiet page's command latency and the node's memory while attacks run.

A whole product serves as `cloudwindow demo` does. One citizen waits and sends a command ten times a second; that is
timed. Meanwhile another process attacks without pause, from one address or from forty, and comes back whenever it is
cut off. `--tree DIR` measures another version in the same way: a git worktree of the commit before.
"""

import argparse
import asyncio
import gzip
import itertools
import json
import math
import secrets
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bench.tables import table
from tests.support.raw import PING, Raw, frame

HERE = Path(__file__).resolve().parent.parent
LASTS_S, QUICK_LASTS_S = 10.0, 3.0
ASKED_EVERY_S = 0.1
AIM_MS = 100
PINGS = frame(PING) * 10_000
FORM = gzip.compress(b"name=x&password=" + b"p" * 19_000_000)
HELLO = {"type": "hello", "version": 2, "role": "citizen"}
Attack = Callable[[aiohttp.ClientSession, str, str], Awaitable[None]]


async def pings(_http: aiohttp.ClientSession, base: str, own: str) -> None:
    """H1: control frames without end."""
    socket = await Raw.open(base, own)
    try:
        _ = await socket.flood(PINGS, within_s=30)
    finally:
        socket.writer.close()


async def tickets(http: aiohttp.ClientSession, base: str, _own: str) -> None:
    """H4: a new socket, a priority ticket, and away."""
    async with http.ws_connect(f"{base}/ws") as socket:
        await socket.send_json(HELLO)
        await socket.send_json({"type": "take_ticket", "id": "1", "priority": "priority"})
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            if message.json().get("id") == "1":
                return


async def uploads(http: aiohttp.ClientSession, base: str, _own: str) -> None:
    """H5: one ticket, uploads begun without end and never finished."""
    async with http.ws_connect(f"{base}/ws") as socket:
        await socket.send_json(HELLO)
        await socket.send_json({"type": "take_ticket", "id": "1"})
        token = ""
        while not token:
            message = await socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT or message.json()["type"] == "error":
                return
            token = message.json().get("token", "")
        head = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0", "Upload-Length": str(20 * 1024 * 1024)}
        while True:
            async with http.post(f"{base}/api/uploads", headers=head) as answer:
                _ = await answer.read()


async def forms(http: aiohttp.ClientSession, base: str, _own: str) -> None:
    """H2: a form of 19 KB that becomes 19 MB."""
    head = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}
    async with http.post(f"{base}/sign-in", data=FORM, headers=head, skip_auto_headers=["Accept-Encoding"]) as answer:
        _ = await answer.read()


async def sign_ins(http: aiohttp.ClientSession, base: str, _own: str) -> None:
    """H3: invented names, each with a password to hash."""
    said = {"name": f"nobody{time.monotonic_ns()}", "password": "wrong wrong wrong"}
    async with http.post(f"{base}/api/login", json=said) as answer:
        _ = await answer.read()


async def pages(http: aiohttp.ClientSession, base: str, _own: str) -> None:
    """Open pages: the citizen's, the sign-in, one that there is not, a receipt by a forged link."""
    for path in ("/", "/sign-in", "/nothing", "/r/forged", "/receipt?number=1"):
        async with http.get(base + path) as answer:
            _ = await answer.read()


async def statics(http: aiohttp.ClientSession, base: str, _own: str) -> None:
    """Ask for scripts, each time another version."""
    async with http.get(f"{base}/static/vendor/lit.js?v={time.monotonic_ns()}") as answer:
        _ = await answer.read()


async def pipelined(_http: aiohttp.ClientSession, base: str, own: str) -> None:
    """Send a thousand requests at once on one connection, and read the answers."""
    where = urlsplit(base)
    reader, writer = await asyncio.open_connection(where.hostname, where.port, local_addr=(own, 0))
    try:
        writer.write(f"GET /api/public HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode() * 1000)
        while await reader.read(65536):
            pass
    finally:
        writer.close()


async def chunks(_http: aiohttp.ClientSession, base: str, own: str) -> None:
    """Send a body in pieces of one byte."""
    where = urlsplit(base)
    _, writer = await asyncio.open_connection(where.hostname, where.port, local_addr=(own, 0))
    try:
        head = "Content-Type: application/json\r\nTransfer-Encoding: chunked"
        writer.write(f"POST /api/login HTTP/1.1\r\nHost: {where.netloc}\r\n{head}\r\n\r\n".encode())
        while True:
            writer.write(b"1\r\n \r\n" * 5000)
            await writer.drain()
    finally:
        writer.close()


async def channels(http: aiohttp.ClientSession, base: str, _own: str) -> None:
    """Open channels of the long poll, say hello there, wait once, and leave them open."""
    async with http.post(f"{base}/api/channel/open", headers={"Window-Channel": secrets.token_hex(12)}) as answer:
        if answer.status != HTTPStatus.OK:
            return
        named = {"Window-Channel": (await answer.json())["channel"]}
    said = {"first": 1, "frames": [json.dumps(HELLO)] + ["{}"] * 255}
    async with http.post(f"{base}/api/channel/send", json=said, headers=named) as answer:
        _ = await answer.read()
    async with http.post(f"{base}/api/channel/poll", json={"seen": 0}, headers=named) as answer:
        _ = await answer.read()


async def challenges(http: aiohttp.ClientSession, base: str, _own: str) -> None:
    """Ask for booths' challenges, codes of receipts, searches and a QR code in turn."""
    async with http.post(f"{base}/api/booths/challenge", json={"booth": "x"}) as answer:
        _ = await answer.read()
    for path in ("/api/catalogue/search?q=a", "/api/receipts/20260101-MZ001-7K4Q9D/code", "/api/openapi.json"):
        async with http.get(base + path) as answer:
            _ = await answer.read()


ATTACKS: dict[str, Attack] = {
    "H1 pings": pings,
    "H4 tickets": tickets,
    "H5 uploads": uploads,
    "H2 forms": forms,
    "H3 sign-ins": sign_ins,
    "pages": pages,
    "scripts": statics,
    "pipelined": pipelined,
    "one-byte chunks": chunks,
    "channels": channels,
    "challenges, codes, searches": challenges,
}
CROWDS = ((1, 1), (4, 1), (40, 1), (40, 40))
"""Sockets at once, and from how many addresses of 127.0.1.x."""


async def attack(name: str, base: str, sockets: int, addresses: int) -> None:
    """Attack for ever; the end of one try, for any reason, begins the next."""

    async def one(number: int) -> None:
        where = f"127.0.1.{number % addresses + 1}"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(where, 0))) as http:
            while True:
                with suppress(aiohttp.ClientError, OSError, TimeoutError, EOFError, AssertionError):
                    async with asyncio.timeout(30):
                        await ATTACKS[name](http, base, where)
                await asyncio.sleep(0.01)

    _ = await asyncio.gather(*map(one, range(sockets)))


@asynccontextmanager
async def product(tree: Path) -> AsyncIterator[tuple[str, int]]:
    """Run the demonstration of a tree; give its address and its process."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cloudwindow", "demo", "--port", "0", "--folder", folder,
            cwd=tree, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            while b"http://" not in (line := await process.stdout.readline()):
                assert line, "the demonstration did not start"
            base = next(word for word in line.decode().split() if word.startswith("http://")).rstrip("/")
            draining = asyncio.ensure_future(process.stdout.read())
            yield base.partition("/booth")[0], process.pid
            draining.cancel()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            _ = await process.wait()


def memory_mb(process: int) -> float:
    """Return a process's resident memory."""
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


async def quiet(
    base: str, lasts_s: float, process: int, trusted: ssl.SSLContext | None = None
) -> tuple[list[float], float]:
    """Wait in the queue and ask; return the milliseconds of each answer, and the most memory seen in MB."""
    taken: list[float] = []
    most = memory_mb(process)
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{base}/ws", timeout=aiohttp.ClientWSTimeout(), ssl=trusted or True) as page,
    ):
        await page.send_json(HELLO)
        await page.send_json({"type": "take_ticket", "id": "t"})
        ends = time.monotonic() + lasts_s
        for number in itertools.count():
            began = time.monotonic()
            if began > ends:
                return taken, most
            await page.send_json({"type": "resume_place", "id": f"q{number}"})
            while True:
                message = await page.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return [*taken, math.inf], most  # it was cut off
                if message.json().get("id") == f"q{number}":
                    break
            taken.append((time.monotonic() - began) * 1000)
            most = max(most, memory_mb(process))
            await asyncio.sleep(max(0.0, ASKED_EVERY_S - (time.monotonic() - began)))
    raise AssertionError


async def under(name: str, sockets: int, addresses: int, tree: Path, lasts_s: float) -> list[str]:
    """Measure one attack on a fresh product and return its row."""
    async with product(tree) as (base, process):
        _ = await quiet(base, 1.0, process)
        before = memory_mb(process)
        command = [sys.executable, "-m", "bench.hostile", "--attack", name, base, str(sockets), str(addresses)]
        enemy = await asyncio.create_subprocess_exec(*command, cwd=HERE) if sockets else None
        try:
            if enemy is not None:
                await asyncio.sleep(1.5)  # until it has started
            taken, most = await quiet(base, lasts_s, process)
        finally:
            if enemy is not None:
                with suppress(ProcessLookupError):
                    enemy.kill()
                assert await enemy.wait() < 0, "the enemy gave up"
    p99 = sorted(taken)[max(0, round(len(taken) * 0.99) - 1)]
    return [
        name, str(sockets), str(addresses), str(len(taken)), f"{statistics.median(taken):.0f} ms", f"{p99:.0f} ms",
        "yes" if p99 <= AIM_MS else "**falls short**", f"{before:.0f} MB", f"{most - before:+.0f} MB",
    ]  # fmt: skip


async def main(tree: Path, names: list[str], crowds: list[tuple[int, int]], lasts_s: float) -> None:
    """Print the table."""
    rows = [await under("nobody", 0, 0, tree, lasts_s)]
    for name in names:
        for sockets, addresses in crowds:
            rows.append(await under(name, sockets, addresses, tree, lasts_s))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    head = ("attack", "sockets", "addresses", "asked", "median", "p99", f"p99 <= {AIM_MS} ms", "memory", "grew")
    table(head, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tree", type=Path, default=HERE, help="measure the version in this folder")
    parser.add_argument("--only", nargs="*", default=list(ATTACKS), help="of " + ", ".join(ATTACKS))
    parser.add_argument(
        "--crowds", nargs="*", default=[f"{many}x{places}" for many, places in CROWDS], metavar="SOCKETSxADDRESSES"
    )
    parser.add_argument("--attack", nargs=4, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.attack:
        what, where, many, places = said.attack
        asyncio.run(attack(what, where, int(many), int(places)))
    else:
        chosen = [(int(many), int(places)) for many, _, places in (crowd.partition("x") for crowd in said.crowds)]
        asyncio.run(main(said.tree, said.only, chosen, QUICK_LASTS_S if said.quick else LASTS_S))
