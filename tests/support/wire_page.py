"""A page at the wire: one socket whose frames are plain JSON, so that a test sees and sends what no client would."""

import asyncio
from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Any, Self

import aiohttp

from tests.support.nodes import Running, session
from tests.support.patience import PATIENCE_S, until
from tests.support.wire_poll import WirePoll
from tests.support.wire_socket import Closed, Frame, WireSocket

MEDIA = frozenset({"description", "candidate", "media_ready", "media_restart", "media_state"})


class WirePage:
    """One page with one socket; frames that were not waited for are kept in order."""

    def __init__(self, at: Running, role: str, http: aiohttp.ClientSession | None = None) -> None:
        self.at = at
        self.role = role
        self.http = http or session()
        self.frames: list[Frame] = []
        self.ids = count(1)
        self.connection = ""
        self.token = self.stub = self.booth = ""
        self.ticket: Frame = {}
        self.session: Frame = {}
        self.documents: dict[str, Frame] = {}
        self.lines: list[str] = []
        self.seq = 0
        self.raw: list[str] = []
        self._sockets: list[WireSocket | WirePoll] = []

    @property
    def socket(self) -> WireSocket | WirePoll:
        """The newest socket; the page must have been connected."""
        return self._sockets[-1]

    @property
    def other(self) -> str:
        """The participant whom media frames without `to` are for: the citizen whom a seat serves, or the seat."""
        return "citizen" if self.role == "seat" else "seat"

    async def connect(self, **headers: str) -> Self:
        """Open the socket."""
        self._sockets.append(await self.at.wire.open(self.http, self.at.url, **headers))
        self.socket.raw = self.raw
        return self

    async def hello(self, **facts: object) -> Frame:
        """Say hello and return the welcome."""
        await self.socket.hello(self.role, **facts)
        welcome = await self.until("welcome")
        self.connection = welcome["connection"]
        return welcome

    async def open(self, **facts: object) -> Self:
        """Connect and say hello."""
        await self.connect()
        await self.hello(**facts)
        return self

    async def reopen(self, at: Running | None = None, **facts: object) -> Self:
        """Come back with what the page kept, on this node or another."""
        self.at = at or self.at
        self.frames.clear()
        await self.connect()
        kept = {"token": self.token, "booth": self.booth, "resume": self.connection, "last_seq": self.seq}
        await self.hello(**{**kept, **facts})
        return self

    async def reopen_refused(self, at: Running) -> tuple[str, int]:
        """Come back to a node that does not let this page in; return the code of its error and of the close."""
        self.at = at
        self.frames.clear()
        await self.connect()
        await self.socket.hello(self.role, token=self.token)
        code = str((await self.read())["code"])
        return code, (await self.closed()).code or 0

    async def send(self, frame: Frame | str | bytes) -> None:
        """Send a frame, or anything else."""
        if isinstance(frame, dict) and frame.get("type") in MEDIA:
            frame = {"to": self.other, **frame}
        await self.socket.send(frame)

    async def read(self) -> Frame:
        """Return the next frame, and keep of it what a page keeps.

        Raises:
            Closed: there is none.
        """
        frame = await self.socket.read()
        self.learn(frame)
        return frame

    def learn(self, frame: Frame) -> None:
        """Keep what a page keeps."""
        if "seq" in frame:
            assert frame["seq"] > self.seq, f"{frame['type']} {frame['seq']} came after {self.seq}"
            self.seq = frame["seq"]
        if frame["type"] == "session":
            self.session, self.seq = frame["session"], frame["session"]["seq"]
            self.documents = {one["document"]: one for one in frame["session"]["documents"]}
            self.lines = [line["text"] for line in frame["session"]["chat"]]
        if frame["type"] == "chatted":
            self.lines.append(frame["text"])
        if frame["type"] == "document_stored":
            self.documents[frame["document"]["document"]] = frame["document"]
        if frame["type"] in {"ticket", "ticket_taken"}:
            self.ticket = frame["ticket"]
        if frame["type"] == "ticket_taken":
            self.token, self.stub = frame["token"], frame["stub"]

    async def until(self, kind: str, fits: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """Return the first frame of a kind, read or still to come; others stay in order.

        An error that answers no command ends the wait at once.
        """
        for place, frame in enumerate(self.frames):
            if frame["type"] == kind and fits(frame):
                return self.frames.pop(place)
        began_s = monotonic()
        while True:
            frame = await self._next(kind, began_s)
            if frame["type"] == kind and fits(frame):
                return frame
            assert "error" not in {frame["type"]} - {kind} or frame.get("id"), f"no {kind} but {frame}"
            self.frames.append(frame)

    async def sees(self, document: str) -> Frame:
        """Return a document once this page knows it, from a snapshot or an event."""
        began_s = monotonic()
        while document not in self.documents:
            self.frames.append(await self._next(f"document {document}", began_s))
        return self.documents[document]

    async def hears(self, text: str) -> list[str]:
        """Return the chat once this line is in it, from a snapshot or an event."""
        began_s = monotonic()
        while text not in self.lines:
            self.frames.append(await self._next(f"line {text!r} but {self.lines}", began_s))
        return self.lines

    async def closed(self) -> Closed:
        """Wait until the server closes the socket."""
        began_s = monotonic()
        while True:
            try:
                self.frames.append(await self._next("close", began_s))
            except Closed as end:
                return end

    async def do(self, kind: str, /, *, id: str = "", **facts: object) -> Frame:  # noqa: A002
        """Send a command and return its answer: `done`, `error` or its own."""
        command = id or f"{self.role}-{next(self.ids)}"
        facts = {"of": self.other, **facts} if kind == "media_up" else facts
        await self.send({"type": kind, "id": command, **facts})
        began_s = monotonic()
        while True:
            for place, frame in enumerate(self.frames):
                if frame.get("id") == command:
                    return self.frames.pop(place)
            self.frames.append(await self._next(f"answer to {kind}", began_s))

    async def done(self, kind: str, /, **facts: Any) -> Frame:
        """Do something that must work."""
        answer = await self.do(kind, **facts)
        assert answer["type"] != "error", answer
        return answer

    async def refused(self, kind: str, /, **facts: Any) -> str:
        """Do something that must be refused and return the code."""
        answer = await self.do(kind, **facts)
        assert answer["type"] == "error", answer
        return str(answer["code"])

    async def insists(self, kind: str, /, *, code: str, **facts: Any) -> None:
        """Send the same command until it is done; as long as it is refused, with this code."""

        async def is_done() -> bool:
            answer = await self.do(kind, **facts)
            assert answer["type"] != "error" or answer["code"] == code, answer
            return bool(answer["type"] != "error")

        _ = await until(is_done)

    async def drop(self) -> None:
        """Lose the socket without a goodbye."""
        await self.socket.close(code=1001)

    async def leave(self) -> None:
        """Close everything."""
        for socket in self._sockets:
            await socket.close()
        await self.http.close()

    async def _next(self, wanted: str, began_s: float) -> Frame:
        """Return the next frame; say what came instead if the whole wait has taken too long."""
        try:
            async with asyncio.timeout(began_s + PATIENCE_S - monotonic()):
                return await self.read()
        except TimeoutError:
            came = [one["type"] for one in self.frames]
            raise AssertionError(f"no {wanted} within {PATIENCE_S:g} s; came: {came}") from None
