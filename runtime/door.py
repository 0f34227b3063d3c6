"""Opens an application's port: how many connections, how long a head may take, nothing inflated, no traceback.

Data with very many line ends, which is bodies in chunks of a few bytes or requests by the hundred, costs far more to
parse than to send: it is parsed in slices, one of them in a turn of the loop for all connections together.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from runtime.lifecycle import Tasks
from runtime.refusals import refused
from runtime.security import SERVER
from runtime.settings import Settings

log = logging.getLogger(__name__)

BACKLOG = 1024
LINGER_S = 3.0
"""Seconds for which the rest of a refused body is discarded, so that the client reads the refusal."""
HANDSHAKE_S = 10.0
LINES_AT_ONCE = 100
"""Line ends in what was read at once; a head has a few dozen, and a photograph or a scan next to none."""
SLICE_BYTES = 512
SWEEPS = 4
"""Checks of a connection within its time-out."""
_FULL_BODY = b'{"code":"busy","params":{"retry_after_s":5}}'
FULL = b"\r\n".join(
    (
        b"HTTP/1.1 503 Service Unavailable",
        b"Content-Type: application/json",
        b"Retry-After: 5",
        b"Connection: close",
        b"Content-Length: %d" % len(_FULL_BODY),
        b"",
        _FULL_BODY,
    )
)


class Full(asyncio.Protocol):
    """Refuses a connection beyond the limit."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so and close."""
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(FULL)
        transport.close()


class Door:
    """Counts the connections of a port and makes the protocol of each."""

    def __init__(self, server: web.Server, options: dict[str, Any], most: int) -> None:
        """Let `most` in at once; `options` are those of aiohttp's protocol."""
        self._server, self._options, self._most = server, options, most
        self._refusing = False
        self.visits: set[PortConnection] = set()
        self._behind: deque[PortConnection] = deque()

    def __call__(self) -> asyncio.Protocol:
        """Make the protocol of the next connection; the limit's being reached is logged once each time."""
        if len(self.visits) >= self._most:
            refused["connections_full"] += 1
            if not self._refusing:
                self._refusing = True
                log.warning("connections_full", extra={"max": self._most})
            return Full()
        self._refusing = False
        return PortConnection(self, self._server, loop=asyncio.get_running_loop(), **self._options)

    def queue(self, visit: "PortConnection") -> None:
        """Let a connection whose data is parsed in slices have its turns among the others."""
        self._behind.append(visit)
        if len(self._behind) == 1:
            _ = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        visit = self._behind[0]
        if visit.has_more:  # else it was lost meanwhile
            visit.parse_slice()
        _ = self._behind.popleft()
        if visit.has_more:
            self._behind.append(visit)
        if self._behind:
            _ = asyncio.get_running_loop().call_soon(self._turn)

    async def cut_stalled(self, stall_s: float) -> None:
        """Cut connections whose send buffer did not shrink for `stall_s` seconds."""
        now = asyncio.get_running_loop().time()
        for visit in list(self.visits):
            visit.look(now, stall_s)


class PortConnection(web.RequestHandler):
    """One connection: counted; a protocol error on it is one line in the log."""

    __slots__ = ("_door", "_is_queued", "_late", "_moved", "_unread", "_wire")

    def __init__(self, door: Door, server: web.Server, **options: Any) -> None:
        super().__init__(server, **options)
        self._door = door
        self._wire: asyncio.Transport | None = None
        self._moved, self._unread = 0.0, 0
        self._late, self._is_queued = bytearray(), False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it."""
        self._door.visits.add(self)
        self._wire = transport if isinstance(transport, asyncio.Transport) else None
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count it no more."""
        self._door.visits.discard(self)
        self._late.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse it, or slice by slice where there is much to parse in it; nothing more is read meanwhile."""
        if not data or not (self._late or self._is_dense(data)):
            super().data_received(data)
            return
        self._late += data
        self._pause_transport_reading()
        self._go_on()

    def _is_dense(self, data: bytes) -> bool:
        return self._payload_parser is None and data.count(b"\r\n") > LINES_AT_ONCE

    @property
    def has_more(self) -> bool:
        """Return True if a slice can be parsed: there is one, and the content of those before it is being read."""
        return bool(self._late) and not (self._reading_paused or self._buffer_paused)

    def _go_on(self) -> None:
        if self.has_more and not self._is_queued:
            self._is_queued = True
            self._door.queue(self)

    def parse_slice(self) -> None:
        """Parse the next slice; after the last one more is read."""
        piece = bytes(self._late[:SLICE_BYTES])
        del self._late[:SLICE_BYTES]
        super().data_received(piece)
        self._is_queued = self.has_more
        if not self._late and not (self._reading_paused or self._buffer_paused):
            self._resume_transport_reading()

    def _resume_transport_reading(self) -> None:
        """Read on, as aiohttp wants when its own buffers are read; not before the slices are parsed."""
        if self._late:
            self._go_on()
        else:
            super()._resume_transport_reading()

    def look(self, now: float, stall_s: float) -> None:
        """Cut the connection when its send buffer has not changed for `stall_s` seconds."""
        wire = self._wire
        unread = wire.get_write_buffer_size() if wire is not None else 0
        if not unread or unread != self._unread:
            self._moved, self._unread = now, unread
        elif wire is not None and now - self._moved >= stall_s:
            log.info("reader_stalled", extra={"bytes": unread})
            wire.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer malformed requests and those with too long or too many headers; only our own bugs show a traceback."""
        if status >= web.HTTPInternalServerError.status_code and not isinstance(exc, ConnectionError):
            return super().handle_error(request, status, exc, message)
        log.info("request_malformed", extra={"status": status, "why": type(exc).__name__})
        if request.writer.output_size > 0:
            raise ConnectionError
        answer = web.Response(status=status, text="bad request\n", headers={"Server": SERVER})
        answer.force_close()
        return answer


@contextlib.asynccontextmanager
async def opened(
    app: web.Application, port: socket.socket, settings: Settings, context: ssl.SSLContext | None = None
) -> AsyncIterator[web.AppRunner]:
    """Serve an application on a bound port within the settings' limits; at the end let everybody go in order."""
    options: dict[str, Any] = {
        "access_log": None,
        # Also the time for the first head of a connection, and for the next one.
        "keepalive_timeout": settings.idle_s,
        "lingering_time": LINGER_S,
        # A request that is compressed is refused, see `runtime.gate`; until then it must not grow.
        "auto_decompress": False,
    }
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=settings.drain_s, **options)
    await runner.setup()
    try:
        assert runner.server is not None
        door = Door(runner.server, options, settings.connections_max)
        listening = await asyncio.get_running_loop().create_server(
            door,
            sock=port,
            ssl=context,
            backlog=BACKLOG,
            ssl_handshake_timeout=HANDSHAKE_S if context is not None else None,
        )
        tasks = Tasks()
        tasks.every("stalled", settings.stall_s / SWEEPS, lambda: door.cut_stalled(settings.stall_s))
        try:
            yield runner
        finally:
            listening.close()
            await tasks.close()
    finally:
        await runner.cleanup()
