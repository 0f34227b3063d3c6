"""Opens an application's port: how many connections, how long a head may take, nothing inflated, no traceback."""

import asyncio
import contextlib
import logging
import socket
import ssl
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

    async def cut_stalled(self, stall_s: float) -> None:
        """Cut connections whose send buffer did not shrink for `stall_s` seconds."""
        now = asyncio.get_running_loop().time()
        for visit in list(self.visits):
            visit.look(now, stall_s)


class PortConnection(web.RequestHandler):
    """One connection: counted; a protocol error on it is one line in the log."""

    __slots__ = ("_door", "_moved", "_unread", "_wire")

    def __init__(self, door: Door, server: web.Server, **options: Any) -> None:
        super().__init__(server, **options)
        self._door = door
        self._wire: asyncio.Transport | None = None
        self._moved, self._unread = 0.0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it."""
        self._door.visits.add(self)
        self._wire = transport if isinstance(transport, asyncio.Transport) else None
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count it no more."""
        self._door.visits.discard(self)
        super().connection_lost(exc)

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
