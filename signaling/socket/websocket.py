"""One WebSocket (RFC 6455) on aiohttp's server: upgrade, read, and hand media frames on in the moment they arrive.

aiohttp's own `WebSocketResponse` wakes a task for every frame. Here its compiled parser feeds a queue of ours, which
first offers each frame to `pass_on`: what the relay can forward at once never sees the queue; the rest is read as ever.
"""

import asyncio
import base64
import binascii
import hashlib

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.http_websocket import WS_KEY, WebSocketReader, WSMessageNoDecodeText
from aiohttp.streams import EofStream

from protocol.errors import BadFrame, BadInput
from signaling.socket import wire
from signaling.socket.budget import Budget
from signaling.socket.masking import Masking
from signaling.socket.transport import LAST_WORD_S, Flooded, Goodbye, PassOn, WireBroken

READ_AHEAD_BYTES = 64 * 1024
HEAD_BYTES = 14
"""Longest header of a frame (RFC 6455, 5.2), with its mask."""
UNFINISHED_BYTES = 512 * 1024
"""The largest read of the socket in bytes, besides an unfinished message."""
PARSED_AT_ONCE_BYTES = 4096
"""One read may bring 40,000 empty frames: what a flood sent after it was found out is not parsed."""
FORGIVEN_BYTES_PER_S = 1024
KEY_BYTES = 16
CLOSE_NORMAL = 1000
_CONTROL = frozenset({WSMsgType.PING, WSMsgType.PONG})


class Intake(WebSocketDataQueue):
    """Frames on their way to the reader; order is kept: nothing overtakes what still waits.

    Pings and pongs are dealt with here, in the moment they are parsed, and spend the same budget as text frames.
    """

    __slots__ = ("_budget", "_transport", "deaf", "flooded", "heard", "pass_on", "undelivered", "waiting")

    def __init__(self, request: web.Request, transport: asyncio.Transport, budget: Budget) -> None:
        super().__init__(request.protocol, READ_AHEAD_BYTES, loop=asyncio.get_running_loop())
        self.pass_on: PassOn | None = None
        self.waiting = 0
        self.undelivered = 0.0  # bytes that came and belong to no delivered message
        self.heard = True  # the handshake was
        self.deaf = self.flooded = False
        self._budget = budget
        self._transport = transport

    def feed_data(self, data: WSMessageNoDecodeText, size: int) -> None:
        """Answer a control frame, pass a text frame on, or keep it for the reader."""
        if self.flooded:
            return
        self.heard = True
        self.undelivered -= size + HEAD_BYTES
        kind = data[0]
        if kind in _CONTROL:
            self._control(data)
            return
        if self.waiting == 0 and self.pass_on is not None and kind is WSMsgType.TEXT and self.pass_on(data[1]):
            return
        if self.deaf and kind is not WSMsgType.CLOSE:
            return
        self.waiting += 1
        super().feed_data(data, size)

    def _control(self, message: WSMessageNoDecodeText) -> None:
        match self._budget.spend(asyncio.get_running_loop().time()):
            case "flooded":
                self.flood()
            case "taken" if message[0] is WSMsgType.PING and not self.deaf and not self._transport.is_closing():
                self._transport.write(wire.pong(bytes(message[1])))
            case _:
                return

    def flood(self) -> None:
        """Read no more of this page: unread bytes are dropped, its reader gets `Flooded`."""
        if not self.flooded:
            self.flooded, self.pass_on = True, None
            self._buffer.clear()
            self.set_exception(Flooded())
            self._protocol.pause_reading()


class Meter:
    """Counts bytes on their way to the parser, and ends the socket at a frame without a mask.

    Frames without content and pieces of one message never become messages: only their bytes show that they cost time.
    """

    __slots__ = ("_at_s", "_intake", "_is_broken", "_masking", "_most", "_parser")

    def __init__(self, intake: Intake, parser: WebSocketReader, max_bytes: int) -> None:
        self._intake, self._parser, self._masking = intake, parser, Masking()
        self._most = max_bytes + UNFINISHED_BYTES
        self._is_broken = False
        self._at_s = asyncio.get_running_loop().time()

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Parse received bytes; more of them without a message than the largest message has are a flood."""
        now_s = asyncio.get_running_loop().time()
        kept = self._intake.undelivered - (now_s - self._at_s) * FORGIVEN_BYTES_PER_S
        self._at_s = now_s
        self._intake.undelivered = max(0.0, kept) + len(data)
        result = (False, b"")
        for start in range(0, len(data), PARSED_AT_ONCE_BYTES):
            if self._intake.flooded or self._is_broken:
                return self._is_broken, b""
            part = data[start : start + PARSED_AT_ONCE_BYTES]
            bare = self._masking.first_bare(part)
            if bare >= 0:
                self._is_broken = True
                _ = self._parser.feed_data(part[:bare])
                self._intake.set_exception(WebSocketError(WSCloseCode.PROTOCOL_ERROR, "a frame without a mask"))
                return True, b""
            result = self._parser.feed_data(part)
        if self._intake.undelivered > self._most:
            self._intake.flood()
        return result

    def feed_eof(self) -> None:
        """Tell the parser that nothing follows."""
        self._parser.feed_eof()


class Socket:
    """An open WebSocket: the `Transport` of a page whose network lets it through."""

    __slots__ = ("_intake", "_line", "_parser", "_reading", "is_over", "response")

    def __init__(
        self, intake: Intake, parser: WebSocketReader, line: asyncio.Transport, response: web.StreamResponse
    ) -> None:
        self._intake = intake
        self._parser = parser  # held: aiohttp itself keeps only a weak reference while it is stalled
        self._line = line
        self._reading = False
        self.is_over = False
        self.response = response

    @property
    def is_gone(self) -> bool:
        """Whether the page's end is lost, or this node ended it."""
        return self.is_over or self._line.is_closing()

    @property
    def unread_bytes(self) -> int:
        """Bytes that the kernel has not taken yet."""
        return self._line.get_write_buffer_size()

    @property
    def is_ahead(self) -> bool:
        """Whether frames wait that can be read at once."""
        return self._intake.waiting > 1

    def send(self, frame: bytes) -> int:
        """Write a text frame."""
        line = self._line
        if self.is_over or line.is_closing():  # uvloop's raise where asyncio's are silent
            return 0
        line.write(wire.text_head(len(frame)) + frame)
        return line.get_write_buffer_size()

    def ping(self) -> None:
        """Write a ping; browsers answer it themselves, also in a background tab whose timers sleep."""
        if not self.is_gone:
            self._line.write(wire.PING)

    def take_heard(self) -> bool:
        """Return whether a frame of any kind came since this was asked last."""
        heard, self._intake.heard = self._intake.heard, False
        return heard

    def flood(self) -> None:
        """Read no more of this page."""
        self._intake.flood()

    def pass_on_to(self, pass_on: PassOn) -> None:
        """From now on offer each text frame to `pass_on`, which says whether it is done with."""
        self._intake.pass_on = pass_on

    async def read(self) -> bytes:
        """Return the next text frame; with that the one before it counts as dealt with.

        Raises:
            Goodbye: the page sent a close, which was answered.
            ConnectionResetError: the other end is gone.
            BadFrame: it sent binary data.
            WireBroken: it broke the rules of RFC 6455.
            Flooded: it sent more than it may.
        """
        try:
            message = await self._next()
        except WebSocketError as problem:
            raise WireBroken(problem.code) from None
        if message.type is WSMsgType.TEXT:
            data: bytes = message.data
            return data
        if message.type is WSMsgType.BINARY:
            raise BadFrame(why="binary")
        self.dismiss(CLOSE_NORMAL, "")  # the answer; nothing when this is the answer to ours
        raise Goodbye

    async def _next(self) -> WSMessageNoDecodeText:
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
        is_first, self.is_over = not self.is_over, True
        self._intake.pass_on, self._intake.deaf = None, True
        if self._line.is_closing():
            return
        if is_first:
            self._line.write(wire.close(code, reason))
        if self._intake.flooded:
            # Nothing is read any more; cutting it at once would take the goodbye away from it (RST).
            await asyncio.sleep(LAST_WORD_S)
            return
        try:
            async with asyncio.timeout(LAST_WORD_S):
                while (await self._next()).type is not WSMsgType.CLOSE:
                    pass
        except (ConnectionError, WebSocketError, TimeoutError, Flooded):
            return

    def dismiss(self, code: int, reason: str) -> None:
        """Say goodbye; the reader hears the page's answer, or the socket is cut soon."""
        if self.is_gone:
            self.is_over = True
            return
        self.is_over = True
        self._line.write(wire.close(code, reason))
        _ = asyncio.get_running_loop().call_later(LAST_WORD_S, self._line.abort)

    def abort(self) -> None:
        """Cut the socket without a word."""
        self.is_over = True
        self._line.abort()

    def end(self) -> None:
        """Write nothing more, and cut a page that does not read."""
        self.is_over = True
        self._line.close()
        _ = asyncio.get_running_loop().call_later(LAST_WORD_S, self._line.abort)


async def upgrade(request: web.Request, max_bytes: int, budget: Budget) -> Socket:
    """Answer the handshake; larger frames than `max_bytes` end the socket, all frames spend `budget`.

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
    intake = Intake(request, transport, budget)
    # Bytes, not text: the decoder reads them and the relay forwards them. No compression: 64 KB a connection.
    parser = WebSocketReader(intake, max_bytes, compress=False, decode_text=False)
    meter = Meter(intake, parser, max_bytes)
    request.protocol.set_parser(meter)  # type: ignore[arg-type] # the two methods that it calls
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
