"""The door `/ws`: a handshake becomes a connection on a WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from protocol.errors import BadInput, BadOrigin
from protocol.exhausted import TooManySockets
from runtime import edge
from runtime.refusals import refused
from runtime.request_logins import COOKIE
from signaling.api import table
from signaling.node import NODE
from signaling.socket.budget import Budget
from signaling.socket.conversation import Visitor, converse, limits_of
from signaling.socket.transport import Transport

try:
    from signaling.socket import websocket as best
except ImportError:  # an aiohttp whose parser is another one
    from signaling.socket import plain_websocket as best  # type: ignore[no-redef]

REFUSED_AFTER_S = 1.0


class WebSocket(Transport, Protocol):
    """A transport that an HTTP request became."""

    @property
    def response(self) -> web.StreamResponse:
        """The answer to the handshake."""

    def end(self) -> None:
        """Send nothing more, and cut a page that does not read."""


Upgrade = Callable[[web.Request, int, Budget], Awaitable[WebSocket]]
UPGRADE: web.AppKey[Upgrade] = web.AppKey("upgrade")
"""Answers handshakes; frames of more bytes than its number end the socket, all frames spend the budget."""
upgrade: Upgrade = best.upgrade


async def endpoint(request: web.Request) -> web.StreamResponse:
    """Serve `/ws`."""
    node = request.app[NODE]
    try:
        node.services.visitors.check_origin(request)
        address = table.address(node, request)
        node.doors.knock(address)
        limits = limits_of(node, address)
        # What is over our limit is still told so in words, up to twice of it.
        socket = await request.app[UPGRADE](request, node.services.settings.frame_max_bytes * 2, limits.frames)
    except TooManySockets as problem:
        refused[problem.code] += 1
        await asyncio.sleep(REFUSED_AFTER_S)  # who asks again at once would cost as much as who is let in
        return edge.answer(problem)
    except (BadOrigin, BadInput) as problem:
        return edge.answer(problem)
    visitor = Visitor(address, request.cookies.get(COOKIE, ""))
    await converse(node, socket, limits, visitor, socket.end)
    return socket.response
