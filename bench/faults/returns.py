"""Measures the seconds until waiting pages are back after killed nodes, a rolling restart and 500 cut sockets.

Pages are programs that wait with a ticket and come back as the shipped page does (`signaling/static/js/backoff.js`).
"Both killed" counts from the moment at which both nodes serve again; the other rows from the cut.
"""

import asyncio
import json
import random
import socket
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from bench.faults.town import Town, free_ports
from runtime.engines import EmbeddedValkey
from tests.support.ledgers import prepare
from tests.support.proxy import Proxy, proxy

STEPS_S = (0, 0.3, 1.2, 2.7, 5)
JITTER = 0.3
DRAIN_SPREAD_S = 2.0
DRAINED = 4003
LIMIT_S = 90.0
SETTLED_S = 5.0
"""Places are told at most every 2 s."""


class Page:
    """A citizen's page that waits with a ticket: it comes back by the law of the shipped page, for ever."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.token = self.connection = ""
        self.back_at, self.place = 0.0, 0
        self.here = asyncio.Event()

    async def run(self) -> None:
        """Stay connected until cancelled."""
        tries = 0
        while True:
            code = 0
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self._http.ws_connect(self._url, heartbeat=None) as self._socket:
                    code = await self._converse(self._socket)
                    tries = 0 if self.here.is_set() else tries
            self.here.clear()
            step = STEPS_S[min(tries, len(STEPS_S) - 1)]
            tries += 1
            pause = DRAIN_SPREAD_S * random.random() if code == DRAINED else step * (1 + JITTER * random.random())
            await asyncio.sleep(pause)

    async def _converse(self, page: aiohttp.ClientWebSocketResponse) -> int:
        hello = {"type": "hello", "version": 2, "role": "citizen", "token": self.token, "resume": self.connection}
        await page.send_json(hello)
        async for message in page:
            frame = json.loads(message.data)
            match frame["type"]:
                case "welcome":
                    self.connection = frame["connection"]
                    if not self.token:
                        await page.send_json({"type": "take_ticket", "id": "1", "item": "MZ01"})
                case "ticket_taken":
                    self.token = frame["token"]
                    self._arrived(frame["ticket"]["place"])
                case "ticket":
                    self._arrived(frame["ticket"]["place"])
                case _:
                    pass
        return page.close_code or 0

    def _arrived(self, place: int) -> None:
        self.place = place
        if not self.here.is_set():
            self.back_at = time.monotonic()
            self.here.set()

    def cut(self) -> None:
        """Break the line without a word."""
        self.here.clear()
        if self._socket is not None and (transport := self._socket.get_extra_info("socket")) is not None:
            with suppress(OSError):
                transport.shutdown(socket.SHUT_RDWR)


@asynccontextmanager
async def crowd(url: str, size: int, context: ssl.SSLContext | None) -> AsyncIterator[list[Page]]:
    """Bring pages that all have a ticket."""
    connector = aiohttp.TCPConnector(limit=0, ssl=context if context is not None else True)
    async with aiohttp.ClientSession(connector=connector) as http:
        pages = [Page(http, url) for _ in range(size)]
        tasks = [asyncio.create_task(page.run()) for page in pages]
        try:
            await all_here(pages)
            yield pages
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def all_here(pages: list[Page]) -> None:
    """Wait until each page was shown its ticket."""
    async with asyncio.timeout(LIMIT_S):
        await asyncio.gather(*(page.here.wait() for page in pages))


async def both_killed(town: Town, pages: list[Page]) -> float:
    """Kill both nodes and start them again; return when both served."""
    await asyncio.gather(*(town.kill(port) for port in town.ports))
    for page in pages:
        page.here.clear()
    await asyncio.gather(*(town.start(port) for port in town.ports))
    return time.monotonic()


async def rolling(town: Town, pages: list[Page]) -> float:
    """Restart one node after the other; return when the last one was told to stop."""
    before = 0.0
    for port in town.ports:
        before = time.monotonic()
        await town.stop(port)
        await town.start(port)
        await all_here(pages)
    return before


async def cut(_town: Town, pages: list[Page]) -> float:
    """Break all lines at once."""
    before = time.monotonic()
    for page in pages:
        page.cut()
    await asyncio.sleep(0)
    return before


async def measured(
    act: Callable[[Town, list[Page]], Awaitable[float]], size: int, runs: int
) -> tuple[list[float], int]:
    """Return after how many seconds each page was back, and how many stood at another place than before."""
    times: list[float] = []
    moved = 0
    for _ in range(runs):
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ledger = f"sqlite:///{folder}/ledger.db"
            await prepare(ledger)
            valkey = await stack.enter_async_context(EmbeddedValkey(folder / "valkey"))
            town = Town(valkey.url, ledger, folder)
            stack.push_async_callback(town.close)
            for port in town.ports:
                await town.start(port)
            front: Proxy = await stack.enter_async_context(
                proxy((free_ports(1)[0], free_ports(1)[0]), (town.ports[0], town.ports[1]))
            )
            context = ssl.create_default_context(cafile=front.certificate)
            url = f"{front.url}/ws".replace("https", "wss", 1)
            pages = await stack.enter_async_context(crowd(url, size, context))
            await asyncio.sleep(SETTLED_S)
            places = [page.place for page in pages]
            since = await act(town, pages)
            await all_here(pages)
            await asyncio.sleep(SETTLED_S)
            times += [max(0.0, page.back_at - since) for page in pages]
            moved += sum(page.place != place for page, place in zip(pages, places, strict=True) if place)
    return sorted(times), moved


ROWS: dict[str, tuple[Callable[[Town, list[Page]], Awaitable[float]], int]] = {
    "both nodes killed, from when they serve again": (both_killed, 60),
    "one node after the other": (rolling, 60),
    "500 sockets cut at once": (cut, 500),
}
