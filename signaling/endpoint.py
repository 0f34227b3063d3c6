"""One WebSocket from its first frame to its last: read, decode, relay or carry out, answer."""

import asyncio
import logging
from functools import partial
from urllib.parse import urlsplit

import msgspec
from aiohttp import WSMsgType, web

from protocol import ids
from protocol.commands import Command, Frame, TakeTicket
from protocol.errors import (
    BadFrame,
    BadOrigin,
    Departure,
    Drained,
    FrameTooLarge,
    HelloExpected,
    ProtocolError,
    QueueUnavailable,
    ServiceError,
    TooFast,
    Unavailable,
)
from protocol.frames import Error, TicketTaken
from runtime import edge
from signaling import wire
from signaling.admission import admit
from signaling.connections import Connection
from signaling.handlers import HANDLERS, places
from signaling.node import NODE, Node

log = logging.getLogger(__name__)

COMMAND_LIMIT_S = 20.0
ADMIT_LIMIT_S = 10.0
CLOSE_PROTOCOL_ERROR = 1002
CLOSE_POLICY = 1008
CLOSE_BUG = 1011
CLOSE_UNAVAILABLE = 1013
ENDS = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})


async def endpoint(request: web.Request) -> web.StreamResponse:
    """Serve `/ws`."""
    node = request.app[NODE]
    try:
        _check_origin(node, request)
    except BadOrigin as problem:
        return edge.answer(problem)
    settings = node.its.settings
    ws = web.WebSocketResponse(
        autoclose=False,
        autoping=False,  # pongs are the heartbeat: they are counted here
        compress=False,  # 64 KB a connection, and a frame of SDP is small
        max_msg_size=settings.frame_max_bytes * 2,  # what is over our limit is still told so in words
        decode_text=False,  # the decoder reads bytes, the relay forwards them
        timeout=1.0,
    )
    _ = await ws.prepare(request)
    transport = request.transport
    if transport is None:
        return ws
    page = Connection(ids.new_id(node.its.clock.now_ms()), ws, transport, node.its.connections)
    node.its.connections.all[page.id] = page
    try:
        await _converse(node, page, request)
    finally:
        page.transport = None
        if page.over and request.transport is not None:
            request.transport.close()  # our goodbye is said: nothing may follow it
        await _leave(node, page)
    return ws


def _check_origin(node: Node, request: web.Request) -> None:
    """Refuse pages of other sites; programs send no origin.

    Raises:
        BadOrigin: the page is not ours.
    """
    origin = request.headers.get("Origin", "")
    if not origin or origin in node.its.settings.origins:
        return
    if urlsplit(origin).netloc != request.host:
        raise BadOrigin


async def _converse(node: Node, page: Connection, request: web.Request) -> None:
    """Speak with a page until one of us ends it; every error becomes a frame, a close code, or both."""
    try:
        _check_open(node)
        await _hello(node, page, request)
        await _listen(node, page)
    except Departure as problem:
        await page.close(problem.close_code, problem.code)
    except ServiceError as problem:
        log.info("page_refused", extra={"code": problem.code, "connection": page.id})
        page.send(Error(id="", code=problem.code, params=problem.params))
        code = CLOSE_UNAVAILABLE if isinstance(problem, Unavailable) else CLOSE_PROTOCOL_ERROR
        await page.close(code, problem.code)
    except ConnectionError:
        return
    except Exception:
        log.exception("socket_failed", extra={"connection": page.id})
        await page.close(CLOSE_BUG, "failure")


def _check_open(node: Node) -> None:
    if node.draining:
        raise Drained


async def _hello(node: Node, page: Connection, request: web.Request) -> None:
    settings = node.its.settings
    try:
        message = await page.ws.receive(timeout=settings.hello_s)
    except TimeoutError:
        raise HelloExpected(within_s=settings.hello_s) from None
    if message.type is not WSMsgType.TEXT:
        raise HelloExpected(within_s=settings.hello_s)
    if len(message.data) > settings.frame_max_bytes:
        raise FrameTooLarge(max_bytes=settings.frame_max_bytes)
    hello = wire.decode_hello(message.data)
    page.budget, page.refilled = settings.frames_burst, asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(ADMIT_LIMIT_S):
            await admit(node, page, hello, request)
    except TimeoutError:
        raise QueueUnavailable from None


async def _listen(node: Node, page: Connection) -> None:
    """Read frames for ever; media frames are passed on at once, commands one after the other."""
    receive, decode, forward = page.ws.receive, wire.DECODERS[page.role].decode, node.relay.forward
    relayed, longest, text = wire.RELAYED, node.its.settings.frame_max_bytes, WSMsgType.TEXT
    while True:
        message = await receive()
        page.heard = True
        if message.type is not text:
            if _is_end(page, message.type, message.data):
                return
            continue
        data = message.data
        if len(data) > longest:
            raise FrameTooLarge(max_bytes=longest)
        page.budget -= 1
        try:
            if page.budget < 0:
                _refill(node, page)
            frame = decode(data)
            if type(frame) in relayed:
                forward(page, frame, data)
            else:
                await _command(node, page, frame)
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            _refuse(page, wire.explain(data, problem))
        except (Departure, ProtocolError):
            raise
        except ServiceError as problem:
            page.send(Error(id=wire.id_of(data), code=problem.code, params=problem.params))


def _is_end(page: Connection, kind: WSMsgType, data: object) -> bool:
    """Answer control frames; tell whether the socket is over.

    Raises:
        BadFrame: the page sent binary data.
    """
    if kind is WSMsgType.PING and isinstance(data, (bytes, bytearray)):
        page.write_control(wire.pong(bytes(data)))
    elif kind is WSMsgType.BINARY:
        raise BadFrame(why="binary")
    return kind in ENDS


def _refill(node: Node, page: Connection) -> None:
    """Fill the page's bucket by the time that passed.

    Raises:
        TooFast: it is still empty; a page that does not heed this is sent away.
    """
    settings = node.its.settings
    now = asyncio.get_running_loop().time()
    gained = (now - page.refilled) * settings.frames_per_s
    page.refilled = now
    page.budget = min(float(settings.frames_burst), page.budget + gained)
    if page.budget >= 0:
        page.refused = 0
        return
    page.budget += 1  # a refused frame costs nothing, or a fast page would never come back
    page.refused += 1
    if page.refused > settings.frames_burst:
        page.dismiss(CLOSE_POLICY, TooFast.code)
    raise TooFast(per_s=settings.frames_per_s)


def _refuse(page: Connection, why: wire.Unreadable) -> None:
    """Tell what is wrong with a frame; the connection stays, nothing was changed."""
    page.send(Error(id=why.id, code=why.code, params=why.params))


async def _command(node: Node, page: Connection, frame: Frame) -> None:
    if page.over:
        return
    if not isinstance(frame, Command):
        raise BadFrame(why="unexpected")
    run = partial(HANDLERS[type(frame)], node, page, frame)
    try:
        async with asyncio.timeout(COMMAND_LIMIT_S):
            answer = await node.answers.once(_scope(page, frame), frame, run)
            if isinstance(answer, TicketTaken) and page.ticket != answer.ticket.ticket:
                # A repeat whose first answer was lost with its connection: the ticket is this page's.
                await places.settle(node, page, answer.ticket.ticket)
    except TimeoutError:
        raise QueueUnavailable from None
    page.send(answer)
    if isinstance(answer, TicketTaken):
        page.shown = b""
        node.tickets.changed(page.ticket)


def _scope(page: Connection, frame: Command) -> str:
    """Return in which scope the id is unique: a page that takes a ticket cannot know its identity yet."""
    return page.scope if isinstance(frame, TakeTicket) else page.identity or page.scope


async def _leave(node: Node, page: Connection) -> None:
    try:
        async with asyncio.timeout(COMMAND_LIMIT_S):
            await node.presence.left(page)
    except (Unavailable, TimeoutError) as problem:
        # The lease in Redis ends by itself; the page comes back before that or its grace begins there.
        log.warning("leave_unnoted", extra={"why": type(problem).__name__})
