"""A WebSocket on aiohttp's documented interface alone: what `websocket.py` does, at about three times the cost a frame.

It serves where an aiohttp is installed whose parser is another one than `websocket.py` knows.
"""

import asyncio
from collections import deque

from aiohttp import WSMessage, WSMsgType, web

from protocol.errors import BadFrame, BadInput
from runtime.lifecycle import Tasks
from signaling.socket.budget import Budget
from signaling.socket.inbox import Inbox
from signaling.socket.transport import LAST_WORD_S, Goodbye, PassOn, WireBroken

CLOSE_NORMAL = 1000
BROKEN_CODE = 1002
Outgoing = tuple[bytes, WSMsgType]


class PlainSocket:
    """An open WebSocket: a `Transport` with a task that reads and one that writes."""

    __slots__ = (
        "_budget",
        "_goodbye",
        "_heard",
        "_inbox",
        "_line",
        "_out",
        "_out_bytes",
        "_tasks",
        "_wake",
        "is_over",
        "response",
    )

    def __init__(self, socket: web.WebSocketResponse, line: asyncio.Transport, budget: Budget) -> None:
        self.response = socket
        self.is_over = False
        self._line = line
        self._budget = budget
        self._heard = True  # the handshake was
        self._inbox = Inbox()
        self._out: deque[Outgoing] = deque()
        self._out_bytes = 0
        self._goodbye: tuple[int, str] | None = None
        self._wake = asyncio.Event()
        tasks = Tasks()
        self._tasks = (tasks.start("socket_reads", self._read()), tasks.start("socket_writes", self._write()))

    @property
    def is_gone(self) -> bool:
        """Whether the page's end is lost, or this node ended it."""
        return self.is_over or self._line.is_closing()

    @property
    def unread_bytes(self) -> int:
        """Bytes that the kernel has not taken yet."""
        return self._out_bytes + self._line.get_write_buffer_size()

    @property
    def is_ahead(self) -> bool:
        """Whether frames wait that can be read at once."""
        return self._inbox.is_ahead

    def send(self, frame: bytes) -> int:
        """Let the writer send a text frame."""
        if self.is_gone:
            return 0
        self._put(frame, WSMsgType.TEXT)
        return self.unread_bytes

    def ping(self) -> None:
        """Let the writer send a ping."""
        if not self.is_gone:
            self._put(b"", WSMsgType.PING)

    def take_heard(self) -> bool:
        """Return whether a frame of any kind came since this was asked last."""
        heard, self._heard = self._heard, False
        return heard

    def flood(self) -> None:
        """Read no more of this page."""
        self._inbox.flood()
        self._tasks[0].cancel()

    def pass_on_to(self, pass_on: PassOn) -> None:
        """From now on offer each text frame to `pass_on`, which says whether it is done with."""
        self._inbox.pass_on = pass_on

    async def read(self) -> bytes:
        """Return the next text frame, see `Transport.read`."""
        return await self._inbox.read()

    async def farewell(self, code: int, reason: str) -> None:
        """Say goodbye, and wait a moment until it is said and answered."""
        self.dismiss(code, reason)
        _ = await asyncio.wait({self._tasks[1]}, timeout=LAST_WORD_S)

    def dismiss(self, code: int, reason: str) -> None:
        """Say goodbye; the page hears it, or the socket is cut soon."""
        if self.is_over:
            return
        self.is_over, self._goodbye = True, (code, reason)
        self._inbox.pass_on = None
        self._wake.set()
        _ = asyncio.get_running_loop().call_later(2 * LAST_WORD_S, self._line.abort)

    def abort(self) -> None:
        """Cut the socket without a word."""
        self.is_over = True
        self._line.abort()

    def end(self) -> None:
        """Write nothing more, and cut a page that does not read."""
        self.is_over = True
        for task in self._tasks:
            task.cancel()
        self._line.close()
        _ = asyncio.get_running_loop().call_later(LAST_WORD_S, self._line.abort)

    def _put(self, data: bytes, kind: WSMsgType) -> None:
        self._out.append((data, kind))
        self._out_bytes += len(data)
        self._wake.set()

    async def _write(self) -> None:
        """Send what was put, one after the other, then the goodbye."""
        try:
            while self._goodbye is None or self._out:
                if not self._out:
                    self._wake.clear()
                    _ = await self._wake.wait()
                    continue
                data, kind = self._out.popleft()
                await self.response.send_frame(data, kind)
                self._out_bytes -= len(data)
            code, reason = self._goodbye
            _ = await self.response.close(code=code, message=reason.encode())
        except ConnectionError:
            self._inbox.end(ConnectionResetError())

    async def _read(self) -> None:
        """Take in what comes, until the page or this node ends it."""
        while True:
            message = await self.response.receive()
            end = self._take(message)
            if end is not None:
                self._inbox.end(end)
                return
            await self._inbox.has_room()

    def _take(self, message: WSMessage) -> Exception | None:
        """Deal with one message; return what ends the connection, if it does."""
        self._heard = True
        match message.type:
            case WSMsgType.TEXT:
                self._inbox.take(message.data)
            case WSMsgType.PING | WSMsgType.PONG:
                self._control(message)
            case WSMsgType.BINARY:
                return BadFrame(why="binary")
            case WSMsgType.CLOSE:
                self.dismiss(CLOSE_NORMAL, "")
                return Goodbye()
            case WSMsgType.ERROR:
                return WireBroken(self.response.close_code or BROKEN_CODE)
            case _:
                return ConnectionResetError()
        return None

    def _control(self, message: WSMessage) -> None:
        verdict = self._budget.spend(asyncio.get_running_loop().time())
        if verdict == "flooded":
            self.flood()
        elif verdict == "taken" and message.type is WSMsgType.PING and not self.is_gone:
            self._put(message.data, WSMsgType.PONG)


async def upgrade(request: web.Request, max_bytes: int, budget: Budget) -> PlainSocket:
    """Answer the handshake; larger frames than `max_bytes` end the socket, all frames spend `budget`.

    Raises:
        BadInput: this is no handshake of version 13.
        ConnectionResetError: nobody is there any more.
    """
    socket = web.WebSocketResponse(
        timeout=LAST_WORD_S, autoclose=False, autoping=False, compress=False, max_msg_size=max_bytes, decode_text=False
    )
    try:
        _ = await socket.prepare(request)
    except web.HTTPBadRequest:
        raise BadInput(field="Sec-WebSocket-Key", why="handshake") from None
    if request.transport is None:
        raise ConnectionResetError
    return PlainSocket(socket, request.transport, budget)
