"""Takes in the news that the systems behind the ports tell: signed, once, in the order of each matter."""

from typing import Final

from aiohttp import web

from ports.kit.inbox import NewsInbox, NewsTaken, PortNews
from protocol.errors import BadInput
from protocol.port_errors import BadNews, NewsDiffer
from runtime.edge import reply
from runtime.gate import read_large
from signaling.api.headers import HOOK_HEADERS
from signaling.api.table import Route
from signaling.node import Node

INBOX: Final[web.AppKey[NewsInbox]] = web.AppKey("inbox", NewsInbox)
"""The inbox of an application's realm, where systems are connected."""
NEWS: Final = ("POST", "/api/ports/{port}/news")
NEWS_MAX_BYTES: Final = 256 * 1024
"""Largest body: the longest news of any contract fit, also with each sign escaped."""


async def take(node: Node, request: web.Request) -> web.StreamResponse:
    """Take news in; a signature is beyond guessing, so that a wrong one costs no try."""
    port, body = request.match_info["port"], await read_large(request, NEWS_MAX_BYTES, node.services.settings.body_s)
    inbox = request.app.get(INBOX)
    if inbox is None:
        raise BadNews
    message = inbox.believe(port, request.headers, body)
    if request.content_type != "application/json":
        raise BadInput(field="Content-Type", why="application/json")
    return reply(await inbox.take(port, message, body))


ROUTES = (
    Route(
        method=NEWS[0],
        path=NEWS[1],
        act=take,
        says="Take in news of a system behind a port.",
        tag="Machine",
        body=PortNews,
        answer=NewsTaken,
        takes=HOOK_HEADERS,
        errors=(BadNews, BadInput, NewsDiffer),
        more="Signed as Standard Webhooks 1.0 says, with the secret of the port, at most 60 s ago. News of one matter "
        "are handled in the order of their `sequence`; the same `webhook-id` again changes nothing. On 2xx, 409 and "
        "422 do not send again; on anything else send the same again, signed anew. docs/ports/README.md.",
    ),
)
