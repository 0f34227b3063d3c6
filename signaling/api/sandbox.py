"""Tells and sets the business clock of a demonstration over HTTP; elsewhere these addresses do not exist."""

from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import BadCsrf, BadInput, NotAllowed, QueueUnavailable, SignInRequired, TooManyTries
from protocol.rights import Right
from runtime import throttle
from runtime.edge import reply
from signaling.api.table import Route, address, read_body
from signaling.node import Node
from signaling.sandbox import time_of

TAG: Final = "Sandbox"
PATH: Final = "/api/sandbox/clock"
BY_MAX_S: Final = 36_525 * 86_400
"""A century: the clock shows nothing further away."""
TEXT_MAX: Final = 40


class ClockWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The time that the business clock is to show: `to` names it, or `by_s` its distance; one of the two."""

    to: Annotated[
        Annotated[str, Meta(max_length=TEXT_MAX)] | None,
        Meta(description="ISO 8601 with the offset from UTC: `2026-02-16T09:00+08:00`."),
    ] = None
    by_s: Annotated[
        Annotated[float, Meta(ge=-BY_MAX_S, le=BY_MAX_S)] | None,
        Meta(description="Seconds to set it ahead by; negative: back."),
    ] = None


class ClockTold(msgspec.Struct, frozen=True):
    """The business clock: `now` is ISO 8601 in the realm's time zone `zone`; `offset_ms` is how far it is set ahead."""

    now: str
    zone: str
    offset_ms: int


async def told(node: Node, request: web.Request) -> web.StreamResponse:
    """Tell the business clock."""
    wait_s = node.searches.spend(address(node, request))
    if wait_s:
        raise TooManyTries(retry_after_s=wait_s)
    return reply(_told(node))


async def set_clock(node: Node, request: web.Request) -> web.StreamResponse:
    """Set the business clock."""
    login = await node.services.request_logins.demand(request, Right.KEEP_SYSTEM)
    await node.services.throttle.spend(throttle.SANDBOX_CLOCK, login.account)
    wish, sandbox = await read_body(request, ClockWish), node.sandbox
    assert sandbox is not None, "the route is mounted in a demonstration alone"
    if wish.to is not None and wish.by_s is None:
        await sandbox.set_to(login, time_of(wish.to))
    elif wish.by_s is not None and wish.to is None:
        await sandbox.set_by(login, round(wish.by_s * 1000))
    else:
        raise BadInput(field="body", why="to_or_by_s")
    return reply(_told(node))


def _told(node: Node) -> ClockTold:
    business, zone = node.services.business, node.services.directory.zone
    return ClockTold(business.now().local(zone).isoformat(timespec="milliseconds"), zone.key, business.offset_ms)


ROUTES = (
    Route(
        method="GET",
        path=PATH,
        act=told,
        says="The business clock of a demonstration: what it shows, and how far it is set ahead of the real time.",
        answer=ClockTold,
        errors=(TooManyTries,),
        tag=TAG,
    ),
    Route(
        method="POST",
        path=PATH,
        act=set_clock,
        says="Set the business clock of a demonstration: opening hours, days of numbers and calls back go by it.",
        who="staff",
        right=Right.KEEP_SYSTEM,
        body=ClockWish,
        answer=ClockTold,
        limits=(throttle.SANDBOX_CLOCK,),
        errors=(SignInRequired, NotAllowed, BadCsrf, BadInput, TooManyTries, QueueUnavailable),
        more="Signatures, tokens, leases, deadlines, the journal and the audit trail go by the real time. Every node "
        "of the demonstration follows within a second, and a restart keeps it.",
        tag=TAG,
    ),
)
"""Served by a demonstration alone: they are not among the operations of `signaling.app.ROUTES`."""
