"""Bounds every HTTP request before its handler runs: how many, whose name, how much it brings, how long it takes."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Mapping

from aiohttp import web

from protocol.errors import TooManyTries
from runtime.addresses import Visitors
from runtime.doors import check_request
from runtime.edge import Handler, answer, is_socket
from runtime.refusals import BodyRefused, BodyTooLarge, BodyTooSlow, WrongHost, refused
from runtime.settings import Settings
from runtime.throttle import AddressBuckets, Limit

log = logging.getLogger(__name__)

BODY_MAX_BYTES = 16 * 1024
"""Largest body of a form or of JSON; only a piece of an upload may be larger."""
FORM = "application/x-www-form-urlencoded"
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
"""Paths that machines ask by address: their `Host` is not checked."""
PARTS = ("/static/", "/voice/", "/api/channel/")
"""Paths whose requests are not counted: parts of pages, many at once and cheap; a long poll counts its frames."""
STEP_BYTES = 1024
"""Less than this in `stall_s` is no progress of a body."""
REQUEST_MAX_S = 3600.0
SWEEPS = 4
"""Checks of a request's progress within `stall_s`."""

Large = Mapping[tuple[str, str], int]
"""Bytes by method and route pattern, where a body may be larger than `BODY_MAX_BYTES`."""


class Gate:
    """Limits of one application; `middleware` enforces them, `sweep` ends requests that make no progress."""

    def __init__(self, settings: Settings, large: Large) -> None:
        """Take the limits from the settings; `large` routes read their body themselves."""
        self._visitors = Visitors(settings)
        rate = settings.requests_per_address_per_s * 60
        self._requests = AddressBuckets(Limit("requests", settings.requests_per_address_burst, rate), time.monotonic)
        self._turn = asyncio.Lock()
        self._large = large
        self._body_s, self._stall_s = settings.body_s, settings.stall_s
        self._running: set[_Progress] = set()

    @property
    def sweep_s(self) -> float:
        """Return how often `sweep` wants to be called."""
        return self._stall_s / SWEEPS

    @web.middleware
    def middleware(self, request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
        """Let a request through within its limits. Small bodies are read here, whole and not inflated.

        Raises:
            BadInput: path, query or a header hold what no text of ours may.
            WrongHost: `Host` is none of our names.
            BodyRefused: the body is compressed, of many parts, or a form that is not UTF-8.
            BodyTooLarge: it is larger than its route takes.
            BodyTooSlow: it did not come within `body_s` seconds.
        """
        if is_socket(request):  # lives for hours: no frame of ours is kept for it
            return handler(request) if self._visitors.knows_host(request) else _refused()
        return self._let_in(request, handler)

    async def _let_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        # One request begins in a turn of the loop: however many dear ones come at once, sockets are served between.
        async with self._turn:
            await asyncio.sleep(0)
        if request.path not in PROBES and not request.path.startswith(PARTS):
            wait_s = self._requests.spend(self._visitors.counted_as(request))
            if wait_s:  # not raised: a page that says so would cost as much as what is refused
                refused["flooded"] += 1
                return answer(TooManyTries(retry_after_s=wait_s))
        check_request(request)
        if request.path not in PROBES and not self._visitors.knows_host(request):
            raise WrongHost
        progress = _Progress(request, asyncio.get_running_loop().time())
        self._running.add(progress)
        try:
            # Of many requests sent at once each waits until the answer before it was read, but for a little.
            await request.writer.drain()
            await self._take_body(request)
            return await handler(request)
        finally:
            self._running.discard(progress)

    async def _take_body(self, request: web.Request) -> None:
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
            raise BodyRefused(why="encoding")
        if request.content_type.startswith("multipart/"):
            raise BodyRefused(why="multipart")
        resource = request.match_info.route.resource
        large = self._large.get((request.method, resource.canonical if resource is not None else ""))
        most = large or BODY_MAX_BYTES
        if (request.content_length or 0) > most:
            raise BodyTooLarge(max_bytes=most)
        if large or not request.can_read_body:
            return
        try:
            async with asyncio.timeout(self._body_s):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise BodyTooLarge(max_bytes=most) from None
        except TimeoutError:
            raise BodyTooSlow(within_s=self._body_s) from None
        if request.content_type == FORM and not _is_utf_8(request, body):
            raise BodyRefused(why="charset")

    async def sweep(self) -> None:
        """Cut requests whose body does not arrive; the received part of an upload stays."""
        now = asyncio.get_running_loop().time()
        for progress in list(self._running):
            progress.look(now, self._stall_s)


async def read_large(request: web.Request, most: int, within_s: float) -> bytes:
    """Return the body of a route that is among the `large` ones.

    Raises:
        BodyTooLarge: it has more than `most` bytes.
        BodyTooSlow: it did not come within `within_s` seconds.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > most:
                    raise BodyTooLarge(max_bytes=most)
    except TimeoutError:
        raise BodyTooSlow(within_s=within_s) from None
    return bytes(body)


def _is_utf_8(request: web.Request, body: bytes) -> bool:
    """Tell whether a form says to be UTF-8, or nothing, and is: our pages send no other."""
    if (request.charset or "utf-8").lower() not in {"utf-8", "utf8"}:
        return False
    try:
        _ = body.decode()
    except UnicodeDecodeError:
        return False
    return True


async def _refused() -> web.StreamResponse:
    return answer(WrongHost())


class _Progress:
    """The bytes that a request had at its last progress, and when."""

    __slots__ = ("began", "moved", "received", "request")

    def __init__(self, request: web.Request, now: float) -> None:
        self.request = request
        self.began = self.moved = now
        self.received = 0

    def look(self, now: float, stall_s: float) -> None:
        """Cut the request when too little of its body came for `stall_s` seconds."""
        transport, content = self.request.transport, self.request.content
        if transport is None:
            return
        if content.is_eof() or content.total_bytes - self.received >= STEP_BYTES:
            self.moved, self.received = now, content.total_bytes
        if now - self.moved >= stall_s or now - self.began >= REQUEST_MAX_S:
            log.info("request_stalled", extra={"method": self.request.method})
            transport.abort()
