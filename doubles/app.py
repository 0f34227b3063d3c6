"""The doubles as a web application: each operation as its contract says, faults on demand, a page of their state."""

import asyncio
import secrets
from collections import OrderedDict, deque
from html import escape
from typing import Any, Final

import msgspec
from aiohttp import web

from doubles.behaviour import Memory, answer
from doubles.misbehaviour import OF_NEWS, Misbehaviour, Mishaps, SystemFault
from doubles.news import AFTER_S, APART_S, NewsTeller, ToldNews
from ports.kit.operation import FILE_MESSAGE_MAX_BYTES, PortOperation, Refusal
from ports.kit.reading import UnreadableMessage, read_message
from ports.register import OPERATIONS, PORTS
from runtime import signatures
from runtime.clock import Clock, SystemClock

SLOW_S: Final = 30.0
KEPT_MAX: Final = 2000
REFUSED: Final = 409
UNREADABLE: Final = 422


class ReceivedCall(msgspec.Struct, frozen=True):
    """A call that a double received: its time and key, the number of times that key came, the fault that met it."""

    at_ms: int
    port: str
    operation: str
    key: str
    times: int
    done: bool
    fault: str
    asked: msgspec.Raw


class DoublesState(msgspec.Struct, frozen=True):
    """The whole state: calls received and news told (newest first), acts that were done by port, faults to come."""

    received: list[ReceivedCall]
    done: dict[str, int]
    faults: list[Misbehaviour]
    told: list[ToldNews]


class Doubles:
    """All doubles of one process, in memory."""

    def __init__(
        self,
        secret: bytes,
        clock: Clock | None = None,
        slow_s: float = SLOW_S,
        *,
        news_to: str = "",
        after_s: float = AFTER_S,
        apart_s: float = APART_S,
    ) -> None:
        """Share `secret` with the product; a slow answer takes `slow_s` seconds.

        News that follow a call are told to the product's address `news_to` (empty: none are told), the first `after_s`
        seconds after the call, those of the same matter `apart_s` apart.
        """
        self.secret = secret
        self.clock = clock or SystemClock()
        self.mishaps = Mishaps(self.clock)
        self._slow_s = slow_s
        self.news = NewsTeller(
            secret, self.clock, self.mishaps, to=news_to, after_s=after_s, apart_s=apart_s, slow_s=slow_s
        )
        self._memory: dict[str, Memory] = {}
        self._answers: OrderedDict[tuple[str, str], tuple[bytes, int, bytes]] = OrderedDict()
        self._last: dict[str, tuple[str, int, bytes]] = {}
        self._times: dict[tuple[str, str], int] = {}
        self._done: dict[str, int] = {}
        self._received: deque[ReceivedCall] = deque(maxlen=KEPT_MAX)

    def app(self) -> web.Application:
        """Return the application."""
        app = web.Application(client_max_size=FILE_MESSAGE_MAX_BYTES)
        app.on_cleanup.append(lambda _: self.news.close())
        _ = app.router.add_get("/", self._page)
        _ = app.router.add_get("/state", self._shown)
        _ = app.router.add_post("/misbehave", self._misbehave)
        _ = app.router.add_post("/behave", self._behave)
        _ = app.router.add_post("/{port}/{operation}", self._call)
        return app

    def state(self) -> DoublesState:
        """Return the calls that were received, the acts that were done, and the faults to come."""
        received, told = list(reversed(self._received)), list(reversed(self.news.told))
        return DoublesState(received, dict(self._done), self.mishaps.pending(), told)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        operation = OPERATIONS.get(f"{request.match_info['port']}/{request.match_info['operation']}")
        if operation is None:
            raise web.HTTPNotFound
        body = await request.read()
        try:
            key = signatures.check([self.secret], request.headers, body, self.clock.now_ms() // 1000)
        except signatures.BadSignature:
            raise web.HTTPUnauthorized from None
        fault = self.mishaps.next(operation.port)
        does = fault not in {SystemFault.ERROR_500, SystemFault.AWAY, SystemFault.REFUSE}
        status, said = self._do(operation, key, body) if does else (REFUSED, b"")
        self._note(operation, key, body, fault, does=does)
        return await self._answered(request, operation, key, fault, status, said)

    def _do(self, operation: PortOperation[Any, Any], key: str, body: bytes) -> tuple[int, bytes]:
        """Do what is asked, once for each key, and return the status and the answer."""
        known = self._answers.get((operation.port, key))
        if known is not None:
            same, status, said = known
            return (status, said) if same == body else _said(REFUSED, Refusal("key_reused"))
        try:
            asked = read_message(body, operation.asks)
        except UnreadableMessage as problem:
            return _said(UNREADABLE, Refusal("unreadable", str(problem)))
        found = answer(operation, self._memory.setdefault(operation.port, {}), asked)
        status, said = _said(REFUSED if isinstance(found, Refusal) else 200, found)
        self._answers[operation.port, key] = (body, status, said)
        while len(self._answers) > KEPT_MAX:
            _ = self._answers.popitem(last=False)
        self._done[operation.path] = self._done.get(operation.path, 0) + 1
        if not isinstance(found, Refusal):
            self.news.follow(operation, asked, found)
        return status, said

    def _note(
        self, operation: PortOperation[Any, Any], key: str, body: bytes, fault: SystemFault | None, *, does: bool
    ) -> None:
        times = self._times[operation.port, key] = self._times.get((operation.port, key), 0) + 1
        if len(self._times) > KEPT_MAX:
            self._times.pop(next(iter(self._times)))
        raw = msgspec.Raw(body) if does else msgspec.Raw(b"null")
        at_ms = self.clock.now_ms()
        self._received.append(ReceivedCall(at_ms, operation.port, operation.name, key, times, does, fault or "", raw))

    async def _answered(
        self,
        request: web.Request,
        operation: PortOperation[Any, Any],
        key: str,
        fault: SystemFault | None,
        status: int,
        said: bytes,
    ) -> web.StreamResponse:
        """Answer, or fail to in the way that was asked for."""
        secret = self.secret
        match fault:
            case SystemFault.SLOW:
                await asyncio.sleep(self._slow_s)
            case SystemFault.ERROR_500:
                raise web.HTTPInternalServerError
            case SystemFault.AWAY | SystemFault.TWICE:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)
            case SystemFault.WRONG_SIGNATURE:
                secret = secrets.token_bytes(32)
            case SystemFault.REFUSE:
                status, said = _said(REFUSED, Refusal(next(iter(operation.refusals), "refused"), "as asked for"))
            case SystemFault.OUT_OF_ORDER:
                key, status, said = self._last.get(operation.port, ("another", status, said))
            case None:
                self._last[operation.port] = (key, status, said)
        signed = signatures.headers([secret], key, self.clock.now_ms() // 1000, said)
        return web.Response(body=said, status=status, content_type="application/json", headers=signed)

    async def _misbehave(self, request: web.Request) -> web.StreamResponse:
        try:
            one = read_message(await request.read(), Misbehaviour)
        except UnreadableMessage as problem:
            raise web.HTTPUnprocessableEntity(text=str(problem)) from None
        if one.port != "*" and one.port not in PORTS:
            raise web.HTTPUnprocessableEntity(text=f"port: there are {', '.join(PORTS)}")
        if one.of == "news" and one.how not in OF_NEWS:
            raise web.HTTPUnprocessableEntity(text=f"how: news are {', '.join(sorted(OF_NEWS))}")
        self.mishaps.ask(one)
        return web.Response(status=204)

    async def _behave(self, _request: web.Request) -> web.StreamResponse:
        self.mishaps.behave()
        return web.Response(status=204)

    async def _shown(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=msgspec.json.encode(self.state()), content_type="application/json")

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        state = self.state()
        faults = "".join(f"<li>{escape(msgspec.json.encode(one).decode())}</li>" for one in state.faults)
        rows = "".join(_row(one) for one in state.received[:200])
        text = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Doubles</title><h1>Doubles</h1>'
            f"<p>Ports: {escape(', '.join(PORTS))}</p><h2>Faults to come</h2><ul>{faults or '<li>none</li>'}</ul>"
            "<h2>Received</h2><table><tr><th>at (ms)<th>operation<th>key<th>times<th>done<th>fault<th>asked</tr>"
            f"{rows}</table></html>"
        )
        return web.Response(text=text, content_type="text/html")


def _said(status: int, found: msgspec.Struct) -> tuple[int, bytes]:
    return status, msgspec.json.encode(found)


def _row(one: ReceivedCall) -> str:
    cells = (
        one.at_ms,
        f"{one.port}/{one.operation}",
        one.key,
        one.times,
        one.done,
        one.fault,
        bytes(one.asked).decode(),
    )
    return "<tr>" + "".join(f"<td>{escape(str(cell)[:500])}</td>" for cell in cells) + "</tr>"
