"""Serves the frames of the socket by long poll, to pages whose network stops WebSockets."""

import re
from contextlib import suppress
from typing import Final

from aiohttp import web

from protocol.channel_errors import ChannelGone
from protocol.errors import BadInput, BadOrigin, Busy, TooFast
from protocol.exhausted import TooManySockets
from protocol.long_poll import CHANNEL, ChannelEnd, Frames, Opened, Polled, Received, Sent
from runtime.edge import reply
from runtime.gate import read_large
from runtime.request_logins import COOKIE
from runtime.settings import Settings
from signaling.api.headers import CHANNEL_PATTERN
from signaling.api.table import Nothing, Route, address, decode_body, read_body
from signaling.node import Node
from signaling.socket.conversation import Visitor, converse, limits_of
from signaling.socket.poll import CUT, LongPoll

SEND: Final = ("POST", "/api/channel/send")
ENVELOPE_BYTES = 4096
CLOSE_NORMAL = 1000
_is_name = re.compile(CHANNEL_PATTERN).fullmatch


def body_max_bytes(settings: Settings) -> int:
    """Return the most bytes of a request that sends: any one legal frame fits, whose quotes are doubled by JSON."""
    return 2 * settings.frame_max_bytes + ENVELOPE_BYTES


async def open_channel(node: Node, request: web.Request) -> web.StreamResponse:
    """Open a channel; it lives in a task of its own until one side ends it."""
    node.services.visitors.check_origin(request)
    name = _named(request).partition(".")[0]
    where = address(node, request)
    node.doors.knock(where)
    limits, visitor = limits_of(node, where), Visitor(where, request.cookies.get(COOKIE, ""))
    poll = LongPoll(limits.frames)
    channel = node.polls.enter(name, visitor.cookie, poll)
    _ = node.services.tasks.start("poll", converse(node, poll, limits, visitor, lambda: _end(node, channel, poll)))
    return reply(Opened(channel, node.services.settings.heartbeat_s))


def _end(node: Node, channel: str, poll: LongPoll) -> None:
    poll.dismiss(CLOSE_NORMAL, "")  # nothing where it has ended otherwise
    node.polls.forget(channel)


def _channel(node: Node, request: web.Request) -> LongPoll:
    """Return the channel that a request names.

    Raises:
        BadOrigin: a page of another site asks.
        BadInput: it is no id.
        ChannelGone: it is not open here, or not this login's.
    """
    node.services.visitors.check_origin(request)
    return node.polls.find(_named(request), request.cookies.get(COOKIE, ""))


def _named(request: web.Request) -> str:
    """Return what the header says.

    Raises:
        BadInput: neither a name nor an id.
    """
    name = request.headers.get(CHANNEL, "")
    if not _is_name(name):
        raise BadInput(field=CHANNEL, why="format")
    return name


async def poll(node: Node, request: web.Request) -> web.StreamResponse:
    """Confirm frames and hand out those after them."""
    channel = _channel(node, request)
    said = await read_body(request, Polled)
    batch = await channel.poll(said.seen, node.services.settings.heartbeat_s)
    if batch.closed == CUT:
        raise ChannelGone
    closed = ChannelEnd(batch.closed.code, batch.closed.reason) if batch.closed is not None else None
    return reply(Frames(batch.first, tuple(str(frame, "utf-8") for frame in batch.frames), closed))


async def send(node: Node, request: web.Request) -> web.StreamResponse:
    """Take frames in."""
    channel, settings = _channel(node, request), node.services.settings
    with channel.sending():
        said = decode_body(request, await read_large(request, body_max_bytes(settings), settings.body_s), Sent)
        frames = [frame.encode() for frame in said.frames]
        return reply(Received(await channel.accept(said.first, frames, settings.body_s)))


async def close(node: Node, request: web.Request) -> web.StreamResponse:
    """Close a channel; one that is gone is closed."""
    with suppress(ChannelGone):
        _channel(node, request).depart()
    return reply(Nothing())


_ERRORS = (BadInput, BadOrigin, ChannelGone)
ROUTES = (
    Route(
        method="POST",
        path="/api/channel/open",
        act=open_channel,
        says="Open a connection without a WebSocket: the frames of /ws by long poll, where a network stops sockets.",
        answer=Opened,
        takes=(CHANNEL,),
        more="`Window-Channel` is a name that the page makes up, fresh and at random. The login's cookie is read here, "
        "once: later requests must carry the same. `hello` comes by `send`, as on the socket: docs/protocol.md, "
        "Where no WebSocket passes.",
        errors=(BadInput, BadOrigin, TooManySockets),
    ),
    Route(
        method="POST",
        path="/api/channel/poll",
        act=poll,
        says="Confirm the frames up to `seen`, and wait for the next ones up to `poll_s` seconds.",
        body=Polled,
        answer=Frames,
        takes=(CHANNEL,),
        more="Frames that the page has not confirmed are sent again. A newer poll ends an older one, which gets "
        "nothing. `closed` tells how the connection ended, by a close code of the socket; nothing follows.",
        errors=(*_ERRORS, TooFast),
    ),
    Route(
        method=SEND[0],
        path=SEND[1],
        act=send,
        says="Send frames, in order, one request after the other; a frame that came before is dropped.",
        body=Sent,
        answer=Received,
        takes=(CHANNEL,),
        more="At most 256 frames and twice the bytes of the longest frame. Without an answer the very request is sent "
        "again, also where it is answered with `busy` (frames before are still being carried out) or `too_fast`.",
        errors=(*_ERRORS, Busy, TooFast),
    ),
    Route(
        method="POST",
        path="/api/channel/close",
        act=close,
        says="Close the connection, as a page does that is left.",
        answer=Nothing,
        takes=(CHANNEL,),
        errors=(BadInput, BadOrigin),
    ),
)
