"""Puts the server together: routes, middleware, and the tasks that live as long as it does."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial

from aiohttp import web

from protocol.errors import Drained
from runtime import edge, health, origin, security
from runtime.gate import BODY_MAX_BYTES, Gate
from runtime.server_clock import ServerClock
from signaling.api import (
    audit,
    booths,
    catalogue,
    channel,
    checks,
    documents,
    events,
    hooks,
    machines,
    messages,
    openapi,
    pages,
    port_news,
    receipts,
    sandbox,
    sessions,
    staff,
    table,
    tus,
    uploads,
)
from signaling.bus import CatalogueChanged, EventsTold, Order, Relayed
from signaling.node import NODE, Node
from signaling.push import Push
from signaling.services import SERVICES, RealmServices
from signaling.session.media_plane import MakeMediaPlane
from signaling.session.relay import Relay
from signaling.socket.answers import ALIVE_EVERY_S
from signaling.socket.endpoint import UPGRADE, endpoint, upgrade

log = logging.getLogger(__name__)

PLACES_S = 2.0
BEAT_S = 5.0
GRACES_S = 1.0
SWEEP_S = 0.5
PATIENCE_S = 15.0
"""After the queue or all nodes were away: as long as pages take to come back, and nodes to say that they are here."""
CATALOGUE_S = 1.0
"""A node looks for a newer catalogue as often, one query: it is to have followed within 5 s, though nobody tells."""
CLOCK_S = 2.0
SANDBOX_S = 0.5
"""A node of a demonstration follows within a second when the business clock is set at another one."""
UPLOADS_S = 300.0
TRAIL_S = 10.0
DRAIN_POLL_S = 0.05
GATE: web.AppKey[Gate] = web.AppKey("gate", Gate)
HEALTH: web.AppKey[health.Parts] = web.AppKey("health", health.Parts)
ROUTES = (
    *catalogue.ROUTES,
    *checks.ROUTES,
    *channel.ROUTES,
    *messages.ROUTES,
    *booths.ROUTES,
    *staff.ROUTES,
    *uploads.ROUTES,
    *documents.ROUTES,
    *pages.ROUTES,
    *sessions.ROUTES,
    *receipts.ROUTES,
    *audit.ROUTES,
    *port_news.ROUTES,
    *events.ROUTES,
    *hooks.ROUTES,
    *machines.ROUTES,
)


def build_app(services: RealmServices, make_media: MakeMediaPlane = Relay) -> web.Application:
    """Return the application that serves /ws, /api, /livez, /readyz and /metrics; rooms above add pages.

    `make_media` makes the media plane of the node.
    """
    large = {
        **dict.fromkeys(uploads.PIECES, services.settings.document_max_bytes),
        channel.SEND: channel.body_max_bytes(services.settings),
        port_news.NEWS: port_news.NEWS_MAX_BYTES,
    }
    gate = Gate(services.settings, large)
    app = web.Application(middlewares=[edge.middleware, gate.middleware, _with_origin], client_max_size=BODY_MAX_BYTES)
    node = Node.of(services, make_media)
    app[SERVICES], app[NODE], app[GATE], app[HEALTH] = services, node, gate, health.Parts(_parts(node))
    app[UPGRADE] = upgrade
    services.catalogue.follow(node.following.follow)
    routes = ROUTES if node.sandbox is None else (*ROUTES, *sandbox.ROUTES)
    app.on_response_prepare.append(security.headers_for(services.visitors))
    app.on_response_prepare.append(edge.add_request_id)
    app.on_response_prepare.append(tus.add_headers)
    _ = app.router.add_get("/ws", endpoint)
    _ = app.router.add_get("/livez", _live)
    _ = app.router.add_get("/readyz", _ready)
    _ = app.router.add_get("/metrics", _metrics)
    app[machines.GRANTABLE] = table.grantable(routes)
    table.mount(app, routes)
    openapi.mount(app, routes)
    app.cleanup_ctx.append(_running)
    app.on_shutdown.append(drain)
    _count(node)
    return app


@web.middleware
async def _with_origin(request: web.Request, handler: edge.Handler) -> web.StreamResponse:
    """Let all that is done for a request know where it came from."""
    node = request.app[NODE]
    request_id = request.get(edge.REQUEST) or origin.new_request()
    address = node.services.visitors.address(request)
    came = origin.origin_of(request_id, address, keeps_address=node.services.settings.audit_addresses)
    with origin.during(came):
        return await handler(request)


async def _running(app: web.Application) -> AsyncIterator[None]:
    """Run the node's tasks; the sockets are gone before they end."""
    node = app[NODE]
    push, tasks = Push(node), node.services.tasks
    upload_ttl_s = node.services.settings.upload_ttl_s
    tasks.forever("journal", push.run)
    tasks.forever("deliver", node.bus.deliver)
    tasks.forever("news", node.news.publish)
    tasks.forever("listen", lambda: node.bus.listen(lambda order: _obey(node, order)))
    tasks.forever("tickets", node.tickets.run)
    tasks.forever("floor", node.floor.run)
    tasks.every("places", PLACES_S, _at_once(node.tickets.all_changed))
    tasks.every("alive", ALIVE_EVERY_S, node.answers.live)
    tasks.every("beat", BEAT_S, node.presence.beat)
    tasks.every("graces", GRACES_S, _when_sure(node, node.presence.sweep))
    tasks.every("sweep", SWEEP_S, _when_sure(node, partial(node.services.queue.seats.sweep, PATIENCE_S)))
    tasks.every("uploads", UPLOADS_S, _when_sure(node, partial(node.services.documents.sweep_uploads, upload_ttl_s)))
    tasks.every("catalogue", 0, partial(_follow_catalogue, node))
    tasks.every("clock", CLOCK_S, _at_once(lambda: _send_elsewhere(node)))
    if node.sandbox is not None:
        tasks.every("sandbox", SANDBOX_S, node.sandbox.follow)
    tasks.every("trail", TRAIL_S, node.trail.catch_up)
    tasks.every("logins", TRAIL_S, node.services.logins.catch_up)
    tasks.every("stalls", app[GATE].sweep_s, app[GATE].sweep)
    tasks.every("pings", node.services.settings.heartbeat_s, _at_once(lambda: _ping(node)))
    # What is loaded by now stays: the collector need not look at it again with every connection.
    gc.freeze()
    yield
    await tasks.close()


def _at_once(act: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        act()

    return run


def _when_sure(node: Node, act: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """Let what decides that something is over wait while this node's clock is wrong; the other nodes do it."""

    async def run() -> None:
        if node.is_sure:
            _ = await act()

    return run


def _send_elsewhere(node: Node) -> None:
    """While this node's clock is wrong it signs nothing: a page that is in no call is better off on another node.

    A call goes on here: it needs nothing signed, and to move would be felt.
    """
    if node.is_sure:
        return
    for page in list(node.services.connections.all.values()):
        if not page.session:
            node.services.connections.depart(page, Drained())


def _obey(node: Node, order: Order) -> None:
    if isinstance(order, Relayed):
        node.media.receive(order)
    elif isinstance(order, CatalogueChanged):
        node.catalogue_changed.set()
    elif isinstance(order, EventsTold):
        node.news.hear(order)
    else:
        node.presence.obey(order)


async def _follow_catalogue(node: Node) -> None:
    """Wait until somebody says that the catalogue changed, or for a while; then follow the one in the ledger."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CATALOGUE_S):
            _ = await node.catalogue_changed.wait()
    node.catalogue_changed.clear()
    _ = await node.services.catalogue.refresh()
    await node.following.bring_the_rest()


def _ping(node: Node) -> None:
    """Ping every page; one that has not been heard since the last ping is dead."""
    for page in list(node.services.connections.all.values()):
        if not page.transport.take_heard():
            page.transport.abort()
            continue
        page.transport.ping()
        live = page.live
        if live is not None and live.ice_at_ms and node.turn.is_due(live.ice_at_ms):
            node.sessions.give_relay(page)


async def drain(app: web.Application) -> None:
    """Send every page to another node and wait until they have gone."""
    node = app[NODE]
    node.draining = node.presence.draining = True
    node.news.bell.ring()  # polls that wait are answered now
    connections = node.services.connections
    log.info("draining", extra={"pages": len(connections.all)})
    for page in list(connections.all.values()):
        connections.depart(page, Drained())
    try:
        async with asyncio.timeout(node.services.settings.drain_s):
            while connections.all:  # noqa: ASYNC110 - they leave one by one, each in its own handler
                await asyncio.sleep(DRAIN_POLL_S)
    except TimeoutError:
        log.warning("drain_unfinished", extra={"pages": len(connections.all)})


async def _live(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="ok\n")


def _parts(node: Node) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return what must answer for the node to be sent pages."""

    async def redis() -> None:
        _ = await node.services.redis.ping()

    async def clock() -> None:
        _ = node.services.clock.sure_ms()

    return {"redis": redis, "ledger": node.services.database.ping, "clock": clock}


async def _ready(request: web.Request) -> web.StreamResponse:
    node = _for_operators(request)
    found = await request.app[HEALTH].check(draining=node.draining)
    return edge.reply(found, 200 if found.ready else 503)


async def _metrics(request: web.Request) -> web.StreamResponse:
    text = _for_operators(request).services.metrics.text()
    return web.Response(text=text, content_type="text/plain", charset="utf-8")


def _for_operators(request: web.Request) -> Node:
    """Return the node when the request comes from where the setting `operators` says.

    Raises:
        HTTPForbidden: it comes from elsewhere.
    """
    node = request.app[NODE]
    if not node.services.visitors.is_operator(request):
        raise web.HTTPForbidden
    return node


def _count(node: Node) -> None:
    metrics, connections = node.services.metrics, node.services.connections
    metrics.gauge("window_connections", "Connected pages", lambda: len(connections.all))
    metrics.gauge("window_polls", "Pages connected by long poll", lambda: len(node.polls))
    metrics.gauge(
        "window_event_polls", "Requests to the feed of events that are being answered", lambda: node.news.waiting
    )
    metrics.gauge("window_citizens", "Pages with a ticket", lambda: len(connections.tickets))
    metrics.gauge("window_seats", "Seats with a page here", lambda: len(connections.seats))
    metrics.gauge("window_wallboards", "Open wallboards", lambda: len(connections.wallboards))
    metrics.gauge("window_floor_reads", "Times the whole floor was read from the queue", lambda: node.floor.reads)
    metrics.gauge("window_relayed_here", "Media frames passed on this node", lambda: node.media.same_node)
    metrics.gauge("window_relayed_away", "Media frames for other nodes", lambda: node.media.remote)
    metrics.gauge("window_relayed_refused", "Media frames against the rules, dropped", lambda: node.media.refused)
    metrics.gauge("window_relayed_dropped", "Media frames dropped", lambda: node.bus.dropped)
    metrics.gauge(
        "window_catalogue_changed_seconds",
        "When the catalogue that this node works with was changed, Unix time",
        lambda: node.services.catalogue.version / 1000,
    )
    if isinstance(clock := node.services.clock, ServerClock):
        metrics.gauge(
            "window_clock_off_seconds", "This machine's clock ahead of the queue's", lambda: clock.off_ms / 1000
        )
    metrics.gauge(
        "window_business_clock_offset_seconds",
        "By how much the business clock is set ahead; 0 but in a demonstration",
        lambda: node.services.business.offset_ms / 1000,
    )
    metrics.gauge("window_tasks", "Background tasks", lambda: len(node.services.tasks))
