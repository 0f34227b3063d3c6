"""Keeps web-hooks over HTTP: for the operator, with the events that were not accepted."""

from functools import partial
from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import BadCsrf, BadInput, IllegalMove, NotAllowed, NotFound, SignInRequired
from protocol.rights import Right
from records.audit import Who, who_of
from records.outbox import letters
from records.outbox.hooks import OVERLAP_MAX_S, HookMade, HookSpec, HookView
from records.outbox.letters import RESENT_MAX, DeadLetter
from runtime.edge import reply
from signaling.api.events import TAG
from signaling.api.table import Route, read_body
from signaling.node import Node

DAY_S: Final = 24 * 3600


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds for which the secrets before the new one go on signing beside it."""

    overlap_s: Annotated[int, Meta(ge=0, le=OVERLAP_MAX_S)] = DAY_S


class Resending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The events to send again, by their ids; none means all dead ones."""

    events: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=RESENT_MAX)] = ()


class Resent(msgspec.Struct, frozen=True):
    """Number of events that will be sent again."""

    events: int


async def listed(node: Node, request: web.Request) -> web.StreamResponse:
    """List the web-hooks."""
    _ = await node.services.request_logins.demand(request, Right.KEEP_SYSTEM)
    return reply(await node.services.hooks.listed())


async def make(node: Node, request: web.Request) -> web.StreamResponse:
    """Make a web-hook."""
    who = await _keeper(node, request)
    return reply(await node.services.hooks.make(await read_body(request, HookSpec), who))


async def change(node: Node, request: web.Request) -> web.StreamResponse:
    """Change a web-hook."""
    who = await _keeper(node, request)
    return reply(await node.services.hooks.change(_named(request), await read_body(request, HookSpec), who))


async def rotate(node: Node, request: web.Request) -> web.StreamResponse:
    """Give a web-hook a further secret."""
    who = await _keeper(node, request)
    said = await read_body(request, Rotation)
    return reply(await node.services.hooks.rotate(_named(request), said.overlap_s, who))


async def stop(node: Node, request: web.Request) -> web.StreamResponse:
    """Stop a web-hook."""
    return reply(await node.services.hooks.stop(_named(request), await _keeper(node, request)))


async def open_again(node: Node, request: web.Request) -> web.StreamResponse:
    """Let a web-hook go on."""
    return reply(await node.services.hooks.open(_named(request), await _keeper(node, request)))


async def close(node: Node, request: web.Request) -> web.StreamResponse:
    """Close a web-hook for good."""
    return reply(await node.services.hooks.close(_named(request), await _keeper(node, request)))


async def dead(node: Node, request: web.Request) -> web.StreamResponse:
    """List the events that a web-hook did not accept."""
    _ = await node.services.request_logins.demand(request, Right.KEEP_SYSTEM)
    return reply(await letters.dead(node.services.database, _named(request)))


async def resend(node: Node, request: web.Request) -> web.StreamResponse:
    """Send events again."""
    who = await _keeper(node, request)
    said = await read_body(request, Resending)
    return reply(Resent(await node.services.hooks.resend(_named(request), said.events, who)))


async def _keeper(node: Node, request: web.Request) -> Who:
    return who_of(await node.services.request_logins.demand(request, Right.KEEP_SYSTEM))


def _named(request: web.Request) -> str:
    return request.match_info["hook"]


_READ = (SignInRequired, NotAllowed)
_KEEP = (*_READ, BadCsrf, NotFound, IllegalMove)
_route = partial(Route, tag=TAG, who="staff", right=Right.KEEP_SYSTEM)
"""Makes an operation of the operator's."""
ROUTES = (
    _route(
        method="GET",
        path="/api/hooks",
        act=listed,
        says="The web-hooks, closed ones too: how far each is, and whether its receiver accepts.",
        answer=tuple[HookView, ...],
        errors=_READ,
    ),
    _route(
        method="POST",
        path="/api/hooks",
        act=make,
        says="Make a web-hook: it is sent what comes from now on. Its secret is in this answer alone.",
        body=HookSpec,
        answer=HookMade,
        more="The receiver must be on the operator's list (setting `hook_receivers`), else `bad_input` with `field` "
        "`url` and `why` `unlisted`, `scheme` or `url`. docs/events.md.",
        errors=(*_READ, BadCsrf, BadInput),
    ),
    _route(
        method="POST",
        path="/api/hooks/{hook}",
        act=change,
        says="Change receiver, kinds and scope of a web-hook, all of it; what was not accepted goes by the new ones.",
        body=HookSpec,
        answer=HookView,
        errors=(*_KEEP, BadInput),
    ),
    _route(
        method="POST",
        path="/api/hooks/{hook}/rotate",
        act=rotate,
        says="Give a web-hook a new secret; those before it sign beside it for a while.",
        body=Rotation,
        answer=HookMade,
        errors=(*_KEEP, BadInput),
    ),
    _route(
        method="POST",
        path="/api/hooks/{hook}/stop",
        act=stop,
        says="Send nothing more until it is opened.",
        answer=HookView,
        errors=_KEEP,
    ),
    _route(
        method="POST",
        path="/api/hooks/{hook}/open",
        act=open_again,
        says="Send again at once, from where it stopped.",
        answer=HookView,
        errors=(*_KEEP, BadInput),
    ),
    _route(
        method="POST",
        path="/api/hooks/{hook}/close",
        act=close,
        says="Close a web-hook for good; its secrets are removed.",
        answer=HookView,
        errors=_KEEP,
    ),
    _route(
        method="GET",
        path="/api/hooks/{hook}/dead",
        act=dead,
        says="The events that a web-hook did not accept for too long, oldest first, 200 at most.",
        answer=tuple[DeadLetter, ...],
        errors=(*_READ, NotFound),
    ),
    _route(
        method="POST",
        path="/api/hooks/{hook}/resend",
        act=resend,
        says="Send events again, by their ids or all dead ones: with the same id and bytes, signed anew.",
        body=Resending,
        answer=Resent,
        errors=(*_KEEP, BadInput),
    ),
)
