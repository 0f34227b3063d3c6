"""Puts one node together: stores, queue, directory, signaling, pages and the recorder, in one process."""

import asyncio
import dataclasses
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.web_urldispatcher import MaskDomain, MatchedSubAppResource
from msgspec.structs import replace
from redis.asyncio import Redis

import booth_client.pages
import booth_client.receipt_page
import booth_client.voice.pages
import seat_console.pages
from cloudwindow.chores import Chores
from cloudwindow.failures import OperatorError
from cloudwindow.installation import Installation
from cloudwindow.ports import connected
from cloudwindow.realm import realms
from cloudwindow.stores import audit_keys, ledger
from matcher import Queue, Rules
from matcher.base import Roster
from protocol.errors import SeatNotFound
from protocol.priorities import HEAD_START_S, Priority
from protocol.skills import Abilities
from records.calendar.zone import ZoneUnknown
from records.catalogue.directory import Directory
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.papers.documents import DocumentStore
from records.papers.judge import Judge
from runtime.business_clock import BusinessClock, SettableBusinessClock
from runtime.clock import Clock
from runtime.gate import BODY_MAX_BYTES
from runtime.metrics import MetricsOfRealms
from runtime.realms import settings_of
from runtime.redis_pool import open_redis
from runtime.server_clock import server_clock
from runtime.settings import Settings
from seat_console.services import ConsoleServices
from signaling.api import receipts
from signaling.app import build_app, drain
from signaling.node import NODE, Node
from signaling.services import SERVICES, RealmServices
from signaling.socket.doors import Doors
from webui.pages import Pages

REALMS: web.AppKey[Mapping[str, web.Application]] = web.AppKey("realms", Mapping)
"""The applications of all realms by name, where there are several."""


class NoHost(MaskDomain):
    """Chooses requests that name no host: a mask, even `*`, chooses none of them."""

    async def match(self, request: web.Request) -> bool:
        """Return True for a request of HTTP/1.0 without `Host`, as load balancers send to `/livez`."""
        return not request.headers.get(hdrs.HOST)


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """The parts that all realms of one process use: settings, stores, clock, what bounds the whole machine, numbers."""

    settings: Settings
    installation: Installation
    database: Database
    redis: Redis
    clock: Clock
    doors: Doors
    judge: Judge
    metrics: MetricsOfRealms
    is_demonstration: bool = False


@asynccontextmanager
async def node(
    settings: Settings,
    installation: Installation,
    story_clock: Clock | None = None,
    *,
    is_demonstration: bool = False,
) -> AsyncIterator[web.Application]:
    """Give the application of one node; its stores answer, its recorders run while it serves.

    It goes by the queue server's clock; `story_clock` is for stories that are told in another time than today's, and
    then nothing is measured and every clock is trusted. Only where it `is_demonstration` can the business clock be set.

    Raises:
        OperatorError: a realm has no catalogue, or the tables are of another version.
        RedisUnreachable, LedgerUnavailable: a store does not answer.
    """
    if story_clock is not None:
        settings = replace(settings, clock_skew_s=0)
    settings = replace(settings, node=settings.node or f"node-{secrets.token_hex(4)}")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(ledger(settings, installation))
        redis = await stack.enter_async_context(open_redis(settings.redis_url))
        if story_clock is None:
            clock: Clock = await stack.enter_async_context(server_clock(redis, settings.clock_skew_s))
        else:
            clock = story_clock
        doors = Doors(settings, time.monotonic)
        parts = settings, installation, database, redis, clock, doors, Judge(), MetricsOfRealms()
        shared = Shared(*parts, is_demonstration)
        apps = {name: await stack.enter_async_context(realm(shared, name)) for name in settings.realms}
        yield together(settings, apps)


@asynccontextmanager
async def realm(shared: Shared, name: str) -> AsyncIterator[web.Application]:
    """Give the application of one realm: its services, node, pages and chores.

    Raises:
        OperatorError: it has no catalogue, or is in a time zone that this machine does not know.
        LedgerUnavailable: the ledger does not answer.
    """
    settings = settings_of(shared.settings, name)
    database = shared.database.of_realm(name, audit_keys(settings, shared.installation))
    try:
        catalogue = await CatalogueHolder.load(database, always_open=settings.hours == "always")
    except ZoneUnknown as zone:
        raise OperatorError(
            f"realm {name}: this machine does not know its time zone, {zone}: update the package tzdata"
        ) from None
    if not catalogue.current.items.all():
        of_realm = "" if name == shared.settings.realm else f" --realm {name}"
        raise OperatorError(f"the ledger holds no catalogue: run `cloudwindow import{of_realm} FILE` first")
    business = SettableBusinessClock(shared.clock) if shared.is_demonstration else BusinessClock(shared.clock)
    queue = Queue(shared.redis, name, shared.clock, rules(settings, catalogue), roster(catalogue), business)

    async def adopt(_: Directory) -> None:
        await queue.adopt(rules(settings, catalogue))

    # Before everything else that follows: what is announced and changed then is done by the new rules.
    catalogue.follow(adopt)
    own = RealmServices.of(
        settings,
        clock=shared.clock,
        redis=shared.redis,
        queue=queue,
        database=database,
        catalogue=catalogue,
        documents=documents(settings, shared),
    )
    services = dataclasses.replace(own, doors=shared.doors, metrics=shared.metrics.of(name))
    app = build_app(services)
    pages = Pages(realms(catalogue), business if shared.is_demonstration else None)
    pages.mount(app)
    booth_client.pages.mount(app, pages, app[NODE].services.visitors.knows_origin)
    booth_client.receipt_page.mount(app, pages, receipts.by_link)
    booth_client.voice.pages.mount(app, Path(settings.voice_folder))
    seat_console.pages.mount(app, console_services(services, pages, app[NODE]))
    chores = Chores(services)
    app[NODE].trail.after.append(chores.sealing.follow)
    async with connected(app, services), chores.running():
        yield app


def documents(settings: Settings, shared: Shared) -> DocumentStore:
    """Return the store of a realm's documents; all realms' papers are judged in one line."""
    return DocumentStore(
        Path(settings.documents_folder),
        bytes.fromhex(settings.master_key),
        shared.clock,
        settings.document_max_bytes,
        [bytes.fromhex(old) for old in settings.old_master_keys],
        judge=shared.judge,
    )


def together(settings: Settings, apps: Mapping[str, web.Application]) -> web.Application:
    """Return one application for all realms: each further one answers to its host's name, the first to all else.

    Whether that other name is one of the first realm's is for the gate of its application to say.
    """
    first = apps[settings.realm]
    if len(apps) == 1:
        return first
    whole = web.Application(client_max_size=BODY_MAX_BYTES)
    whole[SERVICES], whole[NODE], whole[REALMS] = first[SERVICES], first[NODE], apps

    async def drain_all(_: web.Application) -> None:
        await asyncio.gather(*map(drain, apps.values()))

    whole.on_shutdown.append(drain_all)
    for further in settings.further_realms:
        name, _, host = further.partition("=")
        _ = whole.add_domain(host, apps[name])
    _ = whole.add_domain("*", first)
    whole.router.register_resource(MatchedSubAppResource(NoHost("*"), first))
    return whole


def console_services(services: RealmServices, pages: Pages, node: Node) -> ConsoleServices:
    """Return the services that the pages of staff use."""
    return ConsoleServices(
        pages=pages,
        clock=services.clock,
        business=services.business,
        database=services.database,
        holder=services.catalogue,
        logins=services.logins,
        request_logins=services.request_logins,
        tries=services.tries,
        visitors=services.visitors,
        factors=services.factors,
        sign_ins=node.sign_ins,
        reader=node.reader,
        note=node.trail.note,
    )


def rules(settings: Settings, catalogue: CatalogueHolder) -> Rules:
    """Return the queue's rules: the catalogue's policy, and this installation's grace period."""
    directory, policy = catalogue.current, catalogue.current.policy
    return Rules(
        version=catalogue.version,
        ring_s=settings.ring_s or policy.ring_s,
        misses_max=policy.misses_before_away,
        target_s=policy.sla_answer_s,
        short_s=policy.abandon_short_s,
        head_start_s={**HEAD_START_S, **{Priority(name): seconds for name, seconds in policy.head_start_s.items()}},
        grace_s=settings.seat_grace_s,
        skew_s=settings.clock_skew_s,
        skills=directory.seats.skill_names,
        zone=directory.zone.key,
    )


def roster(catalogue: CatalogueHolder) -> Roster:
    """Return what each seat may announce at most."""

    def abilities(seat: str) -> Abilities | None:
        try:
            return catalogue.current.seats.announced(seat)
        except SeatNotFound:
            return None

    return abilities
