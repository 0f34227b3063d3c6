"""One connection from its first frame to its last, on any transport: read, decode, relay or carry out, answer."""

import asyncio
import dataclasses
import itertools
import logging
from collections.abc import Callable
from functools import partial

from redis.exceptions import RedisError

from protocol import ids
from protocol.commands import ComeBack, Command, LeaveSession, MediaFrame, RoleFrame, TakeTicket
from protocol.errors import (
    BadFrame,
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
from protocol.frames import Done, Error, TicketIssued
from protocol.participant_errors import ParticipationOver
from protocol.views import TicketView
from runtime.refusals import Failure, refused
from runtime.spoilt import count_spoilt
from signaling.handlers import carry_out, places
from signaling.node import Node
from signaling.queue.tickets import HELD
from signaling.socket import wire
from signaling.socket.admission import admit, enter_call
from signaling.socket.answers import COMMAND_LIMIT_S, refusal
from signaling.socket.budget import Budget, PageLimits
from signaling.socket.connections import Connection
from signaling.socket.transport import Flooded, Goodbye, PassOn, Transport, WireBroken

log = logging.getLogger(__name__)

ADMIT_LIMIT_S = 10.0
TAKES_PER_S = 0.1
TAKES_BURST = 5
"""Tickets of one connection, taken and given back."""
FRAMES_IN_A_ROW = 16
CLOSE_PROTOCOL_ERROR = 1002
CLOSE_POLICY = 1008
CLOSE_BUG = 1011
CLOSE_UNAVAILABLE = 1013


@dataclasses.dataclass(frozen=True, slots=True)
class Visitor:
    """The page's request: the `address` that it is counted by, and its login's `cookie` or an empty text."""

    address: str
    cookie: str


def limits_of(node: Node, address: str) -> PageLimits:
    """Return the full budgets of a new connection; those of media frames are the relay's."""
    settings, doors, now_s = node.services.settings, node.doors, asyncio.get_running_loop().time()
    return PageLimits(
        frames=Budget(settings.frames_per_s, settings.frames_burst, now_s, partial(doors.frame, address)),
        commands=Budget(settings.commands_per_s, settings.commands_burst, now_s, partial(doors.command, address)),
        takes=Budget(TAKES_PER_S, TAKES_BURST, now_s),
    )


async def converse(
    node: Node, transport: Transport, limits: PageLimits, visitor: Visitor, end: Callable[[], None]
) -> None:
    """Speak with a page until one of us ends it; then call `end`, after which nothing is sent."""
    connections = node.services.connections
    page = Connection(
        ids.new_connection_id(node.services.clock.now_ms()), transport, connections, limits, visitor.address
    )
    connections.all[page.id] = page
    try:
        with node.doors.open(visitor.address):
            await _speak(node, page, visitor.cookie)
    finally:
        end()
        await _leave(node, page)


async def _speak(node: Node, page: Connection, cookie: str) -> None:
    """Let a page in and carry its frames out; every error becomes a frame, a close code, or both."""
    try:
        _check_open(node)
        node.doors.check(page.address)
        await _enter(node, page, cookie)
        await _listen(node, page)
    except Departure as problem:
        await page.transport.farewell(problem.close_code, problem.code)
    except ServiceError as problem:
        log.info("page_refused", extra={"code": problem.code, "connection": page.id})
        refused[problem.code] += 1
        page.send(refusal("", problem))
        code = CLOSE_UNAVAILABLE if isinstance(problem, Unavailable) else CLOSE_PROTOCOL_ERROR
        await page.transport.farewell(code, problem.code)
    except RedisError as problem:
        is_spoilt = count_spoilt(problem)
        page.send(refusal("", Failure() if is_spoilt else QueueUnavailable()))
        await page.transport.farewell(
            *((CLOSE_BUG, Failure.code) if is_spoilt else (CLOSE_UNAVAILABLE, QueueUnavailable.code))
        )
    except WireBroken as problem:
        await page.transport.farewell(problem.code, "websocket")
    except Flooded:
        log.info("page_flooded", extra={"connection": page.id})
        refused["flooded"] += 1
        node.doors.flooded(page.address)
        await page.transport.farewell(CLOSE_POLICY, TooFast.code)
    except (ConnectionError, Goodbye):
        return
    except Exception:
        log.exception("socket_failed", extra={"connection": page.id})
        await page.transport.farewell(CLOSE_BUG, "failure")


def _check_open(node: Node) -> None:
    """Refuse a page that another node serves better.

    Raises:
        Drained: this node stops.
        ClockWrong: its clock is wrong, so that it can sign nothing.
    """
    if node.draining:
        raise Drained
    _ = node.services.clock.sure_ms()


async def _enter(node: Node, page: Connection, cookie: str) -> None:
    """Let a page in; until it has said who it is, it is one of the silent ones."""
    with node.doors.silent(page.address):
        await _hello(node, page, cookie)


async def _hello(node: Node, page: Connection, cookie: str) -> None:
    settings = node.services.settings
    try:
        async with asyncio.timeout(settings.hello_s):
            data = await page.transport.read()
    except (TimeoutError, BadFrame):
        raise HelloExpected(within_s=settings.hello_s) from None
    if len(data) > settings.frame_max_bytes:
        raise FrameTooLarge(max_bytes=settings.frame_max_bytes)
    hello = wire.decode_hello(data)
    try:
        async with asyncio.timeout(ADMIT_LIMIT_S):
            _ = await node.hears.wait()
            await admit(node, page, hello, cookie)
    except TimeoutError:
        raise QueueUnavailable from None


async def _listen(node: Node, page: Connection) -> None:
    """Read frames for ever: commands are carried out one after the other; media frames mostly never come here."""
    transport = page.transport
    transport.pass_on_to(_passing(node, page))
    for turn in itertools.count(1):
        data = await transport.read()
        if turn % FRAMES_IN_A_ROW == 0 and transport.is_ahead:
            await asyncio.sleep(0)  # what is there already is read without waiting: others have their turn
        await _take(node, page, data)


async def _take(node: Node, page: Connection, data: bytes) -> None:
    """Relay a frame or carry it out; what is wrong with it is answered.

    Raises:
        Departure, ProtocolError: the connection is over.
    """
    if page.is_over:
        return
    longest = node.services.settings.frame_max_bytes
    if len(data) > longest:
        raise FrameTooLarge(max_bytes=longest)
    try:
        _spend(node, page)
        frame = _read(_decoder(page), data)
        if isinstance(frame, MediaFrame):
            node.media.forward(page, frame, data)
        else:
            _spend_command(page)
            await _command(node, page, frame)
    except wire.Unreadable as why:
        _refuse(page, why)
    except (Departure, ProtocolError):
        raise
    except ServiceError as problem:
        page.send(refusal(wire.id_of(data), problem))


def _decoder(page: Connection) -> Callable[[bytes], RoleFrame]:
    """Return what reads the frames that a page may send."""
    return (wire.GUEST_DECODERS[page.part] if page.part else wire.DECODERS[page.role]).decode


def _read(decode: Callable[[bytes], RoleFrame], data: bytes) -> RoleFrame:
    """Decode a frame.

    Raises:
        Unreadable: it is none of this role's.
    """
    try:
        return wire.without_nul(decode(data), data)
    except wire.UNREADABLE as problem:
        raise wire.explain(data, problem) from None


def _passing(node: Node, page: Connection) -> PassOn:
    """Make the short way of a page's media frames: the same checks, without waking a task.

    Any other frame than a media frame within all limits is left to `_listen`, which also names its fault.
    """
    decode, forward, media = _decoder(page), node.media.forward, wire.MEDIA
    longest, budget = node.services.settings.frame_max_bytes, page.limits.frames

    def pass_on(data: bytes) -> bool:
        if budget.left < 1 or len(data) > longest:
            return False
        try:
            frame = wire.without_nul(decode(data), data)
            if type(frame) not in media:
                return False
            forward(page, frame, data)  # type: ignore[arg-type]  # told by its type
        except (*wire.UNREADABLE, ServiceError, wire.Unreadable):
            return False
        budget.left -= 1
        return True

    return pass_on


def _spend(node: Node, page: Connection) -> None:
    """Take a frame from the page's budget.

    Raises:
        TooFast: it is empty; once it has been for long and the page does not heed it, no more is read either.
    """
    verdict = page.limits.frames.spend(asyncio.get_running_loop().time())
    if verdict == "flooded":
        page.transport.flood()
    if verdict != "taken":
        raise TooFast(per_s=node.services.settings.frames_per_s)


def _spend_command(page: Connection) -> None:
    """Take a command from the page's budget of commands.

    Raises:
        TooFast: it is empty.
    """
    budget = page.limits.commands
    if budget.spend(asyncio.get_running_loop().time()) != "taken":
        raise TooFast(per_s=budget.per_s)


def _refuse(page: Connection, why: wire.Unreadable) -> None:
    """Tell what is wrong with a frame; the connection stays, nothing was changed."""
    page.send(Error(id=why.id, code=why.code, params=why.params))


async def _command(node: Node, page: Connection, frame: RoleFrame) -> None:
    if page.is_over:
        return
    if not isinstance(frame, Command):
        raise BadFrame(why="unexpected")
    run = partial(carry_out, node, page, frame)
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(COMMAND_LIMIT_S):
            answer = await node.answers.once(_scope(page, frame), frame, run)
            is_new = page.shown is HELD
            if isinstance(answer, TicketIssued) and page.ticket != answer.ticket.ticket:
                # A repeat whose first answer was lost with its connection: the ticket is this page's.
                _ = await places.settle(node, page, answer.ticket.ticket)
    except TimeoutError:
        raise QueueUnavailable from None
    finally:
        node.command_s.observe(asyncio.get_running_loop().time() - began)
    page.send(answer)
    if isinstance(frame, LeaveSession) and isinstance(answer, Done):
        raise ParticipationOver
    if isinstance(answer, TicketIssued):
        await _show_on(node, page, answer.ticket, is_new=is_new)


async def _show_on(node: Node, page: Connection, shown: TicketView, *, is_new: bool) -> None:
    """Show a page what became of its ticket since the one in an answer, which is new or was kept for a repeat."""
    if is_new and not shown.session:
        node.tickets.answered(page, shown)
        return
    page.shown = b""
    node.tickets.changed(page.ticket)
    try:
        await enter_call(node, page)
    except (Unavailable, RedisError):
        raise ConnectionResetError from None  # the page comes back, and is shown its call


def _scope(page: Connection, frame: Command) -> str:
    """Return in which scope the id is unique: a page that takes a ticket cannot know its identity yet."""
    return page.scope if isinstance(frame, TakeTicket | ComeBack) else page.identity or page.scope


async def _leave(node: Node, page: Connection) -> None:
    try:
        async with asyncio.timeout(COMMAND_LIMIT_S):
            await node.presence.left(page)
    except (Unavailable, RedisError, TimeoutError) as problem:
        # The lease in Redis ends by itself; the page comes back before that or its grace begins there.
        log.warning("leave_unnoted", extra={"why": type(problem).__name__})
