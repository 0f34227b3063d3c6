"""A client of the long poll that costs little beside the measured server: two kept connections, parsed by hand."""

import asyncio
import json
import secrets
from collections.abc import Callable

OK = b"HTTP/1.1 200"


class Line(asyncio.Protocol):
    """A kept HTTP/1.1 connection with one request under way; `answered` is called with each body."""

    def __init__(self) -> None:
        self.answered: Callable[[bytes], None] = lambda _: None
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]

    def ask(self, head: bytes, body: bytes) -> None:
        """Send a request; `head` ends with the header that tells the length."""
        self._transport.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take the answer apart once it is whole."""
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(rest) < size:
            return
        assert head.startswith(OK), self._buffer
        self._buffer = rest[size:]
        self.answered(rest[:size])


class Poll:
    """One channel; `hear` is called with each frame."""

    def __init__(self, port: int, cookie: str, lines: tuple[Line, Line]) -> None:
        self.hear: Callable[[bytes], None] = self._keep
        self.kept: asyncio.Queue[bytes] = asyncio.Queue()
        self._port, self._cookie = port, cookie
        self._polls, self._sends = lines
        self._heads: dict[str, bytes] = {}
        self._outbox: list[str] = []
        self._seen = self._sent = self._sending = 0

    async def open(self) -> "Poll":
        """Open the channel and begin to poll."""
        opened = asyncio.get_running_loop().create_future()
        self._sends.answered = opened.set_result
        self._sends.ask(self._head("open", secrets.token_urlsafe(16)), b"")
        channel = json.loads(await opened)["channel"]
        self._heads = {act: self._head(act, channel) for act in ("poll", "send")}
        self._polls.answered, self._sends.answered = self._heard, self._taken
        self._poll()
        return self

    def send(self, payload: bytes) -> None:
        """Send one frame."""
        self._outbox.append(payload.decode())
        self._flush()

    def close(self) -> None:
        """Ask for nothing any more."""
        self._polls.close()
        self._sends.close()

    def _keep(self, frame: bytes) -> None:
        self.kept.put_nowait(frame)

    def _head(self, act: str, channel: str) -> bytes:
        cookie = f"Cookie: {self._cookie}\r\n" if self._cookie else ""
        return (
            f"POST /api/channel/{act} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nWindow-Channel: {channel}\r\n"
            f"{cookie}Content-Type: application/json\r\nContent-Length: "
        ).encode()

    def _poll(self) -> None:
        self._polls.ask(self._heads["poll"], b'{"seen":%d}' % self._seen)

    def _heard(self, body: bytes) -> None:
        frames = json.loads(body)["frames"]
        self._seen += len(frames)
        self._poll()
        for frame in frames:
            self.hear(frame.encode())

    def _flush(self) -> None:
        if self._sending or not self._outbox:
            return
        self._sending = len(self._outbox)
        self._sends.ask(self._heads["send"], json.dumps({"first": self._sent + 1, "frames": self._outbox}).encode())
        self._outbox = []

    def _taken(self, _body: bytes) -> None:
        self._sent += self._sending
        self._sending = 0
        self._flush()


async def connect(port: int, cookie: str) -> Poll:
    """Open a channel."""
    loop = asyncio.get_running_loop()
    (_, polls), (_, sends) = [await loop.create_connection(Line, "127.0.0.1", port) for _ in range(2)]
    return await Poll(port, cookie, (polls, sends)).open()
