"""Serves the feed of events to other systems: pages after a cursor, by long poll."""

import asyncio
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import BadInput, NotAllowed, SignInRequired, TooManyTries
from protocol.event_errors import CursorGone
from protocol.outbox import BATCH_MEDIA, KINDS, CloudEvent, schema_of, type_of
from protocol.rights import Right
from protocol.scopes import Scope
from records.audit import who_of
from records.outbox import feed
from records.outbox.envelope import envelope
from records.outbox.feed import NEWEST, FeedPage
from runtime.edge import reply
from signaling.api.headers import CURSOR
from signaling.api.table import Route, read_query
from signaling.node import Node

LOOK_S: Final = 5.0
"""A poll that waits looks by itself this often."""
WAIT_MAX_S: Final = 25
TAG: Final = "Events"


class FeedQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Place to go on from, size of the page, time to wait."""

    after: Annotated[
        str,
        Meta(
            pattern=r"^(newest|[0-9]{0,18})\Z",
            description="The cursor of the page before; empty: from the oldest event that is kept; `newest`: no event, "
            "the cursor after the last one.",
        ),
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=500, description="Most events to return.")] = 100
    wait_s: Annotated[
        float, Meta(ge=0, le=WAIT_MAX_S, description="With nothing to return, wait so many seconds for the next event.")
    ] = 0


class KindShown(msgspec.Struct, frozen=True):
    """A kind of event: its name in subscriptions, `type` and `dataschema` of its envelope, JSON Schema of its data."""

    kind: str
    type: str
    dataschema: str
    schema: dict[str, Any]


async def read(node: Node, request: web.Request) -> web.StreamResponse:
    """Return the events after a cursor; with none, wait for one."""
    login = await node.services.request_logins.demand(request, Right.READ_EVENTS)
    asked = read_query(request, FeedQuery)
    with node.news.polling(who_of(login).actor):
        page = await _page(node, request, asked, login.scope)
    return web.Response(
        body=msgspec.json.encode([envelope(row) for row in page.rows]),
        content_type=BATCH_MEDIA,
        headers={"Cache-Control": "no-store", CURSOR: str(page.cursor)},
    )


async def _page(node: Node, request: web.Request, asked: FeedQuery, scope: Scope) -> FeedPage:
    loop, bell = asyncio.get_running_loop(), node.news.bell
    until = loop.time() + asked.wait_s
    after = NEWEST if asked.after == "newest" else int(asked.after) if asked.after else None
    while True:
        seen = bell.rings
        async with node.services.database.read() as db:
            page = await feed.read(db, after, scope, asked.limit)
        left = until - loop.time()
        if page.rows or left <= 0 or node.draining or after == NEWEST:
            return page
        after = page.cursor
        await bell.wait(seen, min(left, LOOK_S))
        # Ended, closed or given another scope meanwhile, the account sees nothing more by a poll that waited.
        await node.machines.admit_again(request)
        scope = (await node.services.request_logins.demand(request, Right.READ_EVENTS)).scope


async def kinds(node: Node, request: web.Request) -> web.StreamResponse:
    """Show all kinds of events."""
    _ = await node.services.request_logins.demand(request, Right.READ_EVENTS)
    return reply(KINDS_SHOWN)


def _shown(kind: str) -> KindShown:
    _, components = msgspec.json.schema_components((KINDS[kind],))
    [schema] = components.values()
    return KindShown(kind, type_of(kind), schema_of(kind), schema)


KINDS_SHOWN: Final = tuple(map(_shown, KINDS))
ROUTES = (
    Route(
        method="GET",
        path="/api/events",
        act=read,
        says="Events after a cursor, in the order of their commits, as a batch of CloudEvents 1.0.",
        tag=TAG,
        who="staff",
        for_machines=True,
        right=Right.READ_EVENTS,
        query=FeedQuery,
        answer=tuple[CloudEvent, ...],
        media=(BATCH_MEDIA,),
        gives=(CURSOR,),
        more="The next page begins at the `Events-Cursor` of the answer. No event is passed over, and after a fault "
        "one may come twice: with the same `id`. Nothing beyond the scope of the account is in it. At most 4 requests "
        "of an account wait on a node. docs/events.md.",
        errors=(SignInRequired, NotAllowed, BadInput, CursorGone, TooManyTries),
    ),
    Route(
        method="GET",
        path="/api/events/kinds",
        act=kinds,
        says="The kinds of events, and the JSON Schema of the data of each.",
        tag=TAG,
        who="staff",
        for_machines=True,
        right=Right.READ_EVENTS,
        answer=tuple[KindShown, ...],
        errors=(SignInRequired, NotAllowed),
    ),
)
