"""Connects a realm to the systems of others: their settings, the chores of kept calls, health and numbers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web

from cloudwindow.failures import OperatorError
from ports.kit.breaker import Circuit
from ports.kit.connections import BadConnections, SystemConnection, connections_of, read_connections
from ports.kit.inbox import NewsInbox
from ports.kit.ports import PortHealth, Ports
from ports.register import NOTICES, OPERATIONS, PORTS
from runtime import edge
from runtime.lifecycle import Tasks
from runtime.metrics import Metrics
from runtime.redis_pool import AWAY
from runtime.sealing import Sealing, sealing_of
from runtime.settings import Settings
from signaling.api.port_news import INBOX
from signaling.services import RealmServices

GO_ON_S: Final = 2.0
LOOK_S: Final = 15.0
FORGET_S: Final = 6 * 3600.0
OF_REALM: Final[web.AppKey[Ports]] = web.AppKey("ports", Ports)
"""The ports of an application's realm."""


def port_sealing(settings: Settings) -> Sealing:
    """Return what seals the calls to other systems in this installation."""
    return sealing_of(settings, "ports")


def connections(settings: Settings) -> dict[str, SystemConnection]:
    """Return how the systems of the settings' realm are reached; none where no file is set.

    Raises:
        OperatorError: the file cannot be used.
    """
    if not settings.ports_config:
        return {}
    try:
        return dict(connections_of(read_connections(Path(settings.ports_config), PORTS), settings.realm))
    except BadConnections as problem:
        raise OperatorError(f"WINDOW_PORTS_CONFIG: {problem}") from None


@asynccontextmanager
async def connected(app: web.Application, services: RealmServices) -> AsyncIterator[Ports]:
    """Give an application its ports, show how they are at `/portz`, and carry on with kept calls meanwhile.

    Raises:
        OperatorError: the file of their connections cannot be used.
    """
    settings, clock = services.settings, services.clock
    known, sealing = connections(settings), port_sealing(settings)
    ports = Ports(OPERATIONS, known, services.database, clock, sealing)
    inbox = NewsInbox(NOTICES, known, services.database, clock, sealing)

    async def portz(request: web.Request) -> web.StreamResponse:
        if not services.visitors.is_operator(request):
            raise web.HTTPForbidden
        return edge.reply(ports.health())

    app[OF_REALM], app[INBOX] = ports, inbox
    _ = app.router.add_get("/portz", portz)
    count_ports(services.metrics, ports)
    tasks = Tasks(calm=AWAY)
    for port in known:  # each by itself: a system that is slow holds no other up
        tasks.every(f"port_{port}", GO_ON_S, partial(ports.go_on, port))
    tasks.every("ports_inbox", GO_ON_S, inbox.go_on)
    tasks.every("ports_inbox_forget", FORGET_S, inbox.forget)
    tasks.every("ports_look", LOOK_S, ports.look)
    tasks.every("ports_forget", FORGET_S, ports.calls.forget)
    try:
        yield ports
    finally:
        await tasks.close()
        await ports.close()


def count_ports(metrics: Metrics, ports: Ports) -> None:
    """Show in the numbers of a node how its ports are."""

    def by_port(read: Callable[[PortHealth], float]) -> Callable[[], dict[str, float]]:
        return lambda: {one.port: read(one) for one in ports.health() if one.is_set or one.calls.waiting}

    for name, says, read in (
        ("window_port_away", "1 while a system is not asked, for it does not answer", _is_away),
        ("window_port_calls_waiting", "Kept calls that a system has not answered", lambda one: one.calls.waiting),
        ("window_port_calls_oldest_seconds", "Age of the oldest of them", lambda one: one.calls.oldest_s),
        ("window_port_calls_given_up", "Kept calls that were given up after days", lambda one: one.calls.given_up),
    ):
        metrics.gauges(name, says, "port", by_port(read))


def _is_away(one: PortHealth) -> float:
    return float(one.breaker is not Circuit.CLOSED)
