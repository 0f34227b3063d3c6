"""One WebSocket (RFC 6455) on aiohttp's server: upgrade, read, and hand media frames on in the moment they arrive.

aiohttp's own `WebSocketResponse` wakes a task for every frame. Here its compiled parser feeds a queue of ours, which
first offers each frame to `pass_on`: what the relay can forward at once never sees the queue; the rest is read as ever.
"""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Callable

from aiohttp import WebSocketError, WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.http_websocket import WS_KEY, WebSocketReader, WSMessageNoDecodeText
from aiohttp.streams import EofStream

from protocol.errors import BadInput
from signaling.socket import wire

PassOn = Callable[[bytes], bool]
READ_AHEAD_BYTES = 64 * 1024
KEY_BYTES = 16
LAST_WORD_S = 1.0
__all__ = ["Socket", "WSMsgType", "WebSocketError", "upgrade"]


class Intake(WebSocketDataQueue):
    """Frames on their way to the reader; order is kept: nothing overtakes what still waits."""

    __slots__ = ("pass_on", "waiting")

    def __init__(self, request: web.Request) -> None:
        super().__init__(request.protocol, READ_AHEAD_BYTES, loop=asyncio.get_running_loop())
        self.pass_on: PassOn | None = None
        self.waiting = 0

    def feed_data(self, data: WSMessageNoDecodeText, size: int) -> None:
        """Pass a text frame on, or keep it for the reader."""
        if self.waiting == 0 and self.pass_on is not None and data[0] is WSMsgType.TEXT and self.pass_on(data[1]):
            return
        self.waiting += 1
        super().feed_data(data, size)


class Socket:
    """An open WebSocket."""

    __slots__ = ("_intake", "_parser", "_reading", "response", "transport")

    def __init__(
        self, intake: Intake, parser: WebSocketReader, transport: asyncio.Transport, response: web.StreamResponse
    ) -> None:
        self._intake = intake
        self._parser = parser  # held: aiohttp itself keeps only a weak reference while it is stalled
        self._reading = False
        self.transport = transport
        self.response = response

    def pass_on_to(self, pass_on: PassOn) -> None:
        """From now on offer each text frame to `pass_on`, which says whether it is done with."""
        self._intake.pass_on = pass_on

    async def read(self) -> WSMessageNoDecodeText:
        """Return the next frame; with that the one before it counts as dealt with.

        Raises:
            ConnectionResetError: the other end is gone.
            WebSocketError: it broke the rules of RFC 6455; `code` is what to close with.
        """
        if self._reading:
            self._intake.waiting -= 1
            self._reading = False
        try:
            message = await self._intake.read()
        except EofStream:
            raise ConnectionResetError from None
        self._reading = True
        return message

    async def farewell(self, code: int, reason: str) -> None:
        """Say goodbye and wait a moment for the answer."""
        self._intake.pass_on = None
        if self.transport.is_closing():
            return
        self.transport.write(wire.close(code, reason))
        try:
            async with asyncio.timeout(LAST_WORD_S):
                while (await self.read()).type is not WSMsgType.CLOSE:
                    pass
        except (ConnectionError, WebSocketError, TimeoutError):
            return


async def upgrade(request: web.Request, max_bytes: int) -> Socket:
    """Answer the handshake; larger frames than `max_bytes` end the socket.

    Raises:
        BadInput: this is no handshake of version 13.
        ConnectionResetError: nobody is there any more.
    """
    response = web.StreamResponse(status=101, headers=_accept(request))
    response.force_close()
    _ = await response.prepare(request)
    transport = request.transport
    if transport is None:
        raise ConnectionResetError
    intake = Intake(request)
    # Bytes, not text: the decoder reads them and the relay forwards them. No compression: 64 KB a connection.
    parser = WebSocketReader(intake, max_bytes, compress=False, decode_text=False)
    request.protocol.set_parser(parser)
    request.protocol.keep_alive(val=False)
    return Socket(intake, parser, transport, response)


def _accept(request: web.Request) -> dict[str, str]:
    """Return the answer's headers (RFC 6455, 4.2.2)."""
    headers = request.headers
    key = headers.get("Sec-WebSocket-Key", "")
    try:
        is_key = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except binascii.Error:
        is_key = False
    if not is_key or headers.get("Upgrade", "").lower() != "websocket" or headers.get("Sec-WebSocket-Version") != "13":
        raise BadInput(field="Sec-WebSocket-Key", why="handshake")
    digest = hashlib.sha1(key.encode() + WS_KEY, usedforsecurity=False).digest()
    return {
        "Upgrade": "websocket",
        "Connection": "upgrade",
        "Sec-WebSocket-Accept": base64.b64encode(digest).decode(),
    }
