"""One WebSocket from its first frame to its last: read, decode, relay or carry out, answer."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from redis.exceptions import RedisError

from protocol import ids
from protocol.commands import Command, Frame, TakeTicket
from protocol.errors import (
    BadFrame,
    BadInput,
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
from signaling.handlers import HANDLERS, places
from signaling.node import NODE, Node
from signaling.socket import wire
from signaling.socket.admission import admit
from signaling.socket.connections import Connection
from signaling.socket.websocket import LAST_WORD_S, PassOn, WebSocketError, WSMsgType, upgrade

log = logging.getLogger(__name__)

COMMAND_LIMIT_S = 20.0
ADMIT_LIMIT_S = 10.0
CLOSE_NORMAL = 1000
CLOSE_PROTOCOL_ERROR = 1002
CLOSE_POLICY = 1008
CLOSE_BUG = 1011
CLOSE_UNAVAILABLE = 1013


async def endpoint(request: web.Request) -> web.StreamResponse:
    """Serve `/ws`."""
    node = request.app[NODE]
    try:
        _check_origin(node, request)
        # What is over our limit is still told so in words, up to twice of it.
        socket = await upgrade(request, node.its.settings.frame_max_bytes * 2)
    except (BadOrigin, BadInput) as problem:
        return edge.answer(problem)
    page = Connection(ids.new_id(node.its.clock.now_ms()), socket, node.its.connections)
    node.its.connections.all[page.id] = page
    try:
        await _converse(node, page, request)
    finally:
        page.transport = None
        # Our goodbye is said: nothing may follow it, and whoever does not hear it is cut.
        socket.transport.close()
        _ = asyncio.get_running_loop().call_later(LAST_WORD_S, socket.transport.abort)
        await _leave(node, page)
    return socket.response


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
    except RedisError:
        page.send(Error(id="", code=QueueUnavailable.code, params={}))
        await page.close(CLOSE_UNAVAILABLE, QueueUnavailable.code)
    except WebSocketError as problem:
        await page.close(problem.code, "websocket")
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
        async with asyncio.timeout(settings.hello_s):
            message = await page.socket.read()
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
    """Read frames for ever: commands are carried out one after the other; media frames mostly never come here."""
    read, decode, text = page.socket.read, wire.DECODERS[page.role].decode, WSMsgType.TEXT
    longest = node.its.settings.frame_max_bytes
    page.socket.pass_on_to(_passing(node, page))
    while True:
        message = await read()
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
            frame = _read(decode, data)
            if type(frame) in wire.RELAYED:
                node.relay.forward(page, frame, data)
            else:
                await _command(node, page, frame)
        except wire.Unreadable as why:
            _refuse(page, why)
        except (Departure, ProtocolError):
            raise
        except ServiceError as problem:
            page.send(Error(id=wire.id_of(data), code=problem.code, params=problem.params))


def _read(decode: Callable[[bytes], Frame], data: bytes) -> Frame:
    """Decode a frame.

    Raises:
        Unreadable: it is none of this role's.
    """
    try:
        return decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise wire.explain(data, problem) from None


def _passing(node: Node, page: Connection) -> PassOn:
    """Make the short way of a page's media frames: the same checks, without waking a task.

    Whatever is not a media frame within all limits is left to `_listen`, which also says what is wrong with it.
    """
    decode, forward, relayed = wire.DECODERS[page.role].decode, node.relay.forward, wire.RELAYED
    longest = node.its.settings.frame_max_bytes

    def pass_on(data: bytes) -> bool:
        if page.budget < 1 or len(data) > longest:
            return False
        try:
            frame = decode(data)
            if type(frame) not in relayed:
                return False
            forward(page, frame, data)
        except (msgspec.MsgspecError, UnicodeDecodeError, ServiceError):
            return False
        page.budget -= 1
        page.heard = True
        return True

    return pass_on


def _is_end(page: Connection, kind: WSMsgType, data: object) -> bool:
    """Answer control frames; tell whether the socket is over.

    Raises:
        BadFrame: the page sent binary data.
    """
    if kind is WSMsgType.PING and isinstance(data, (bytes, bytearray)):
        page.write_control(wire.pong(bytes(data)))
    elif kind is WSMsgType.BINARY:
        raise BadFrame(why="binary")
    elif kind is WSMsgType.CLOSE:
        page.dismiss(CLOSE_NORMAL, "")  # the answer; nothing when this is the answer to ours
        return True
    return False


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
    except (Unavailable, RedisError, TimeoutError) as problem:
        # The lease in Redis ends by itself; the page comes back before that or its grace begins there.
        log.warning("leave_unnoted", extra={"why": type(problem).__name__})
