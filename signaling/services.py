"""The server's parts: given by the composition, passed to every handler, never global."""

import dataclasses
import secrets
import time

from aiohttp import web
from redis.asyncio import Redis

from matcher import Queue
from records.catalogue.directory import Directory
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.outbox.hooks import Hooks, hook_sealing
from records.papers.documents import DocumentStore
from records.staff.factors import Factors, factor_sealing
from records.staff.logins import LoginRegister
from runtime.addresses import Visitors
from runtime.bell import Bell
from runtime.business_clock import BusinessClock
from runtime.clock import Clock
from runtime.lifecycle import Tasks
from runtime.logins import Logins
from runtime.metrics import Metrics
from runtime.receivers import AllowList
from runtime.redis_pool import AWAY
from runtime.request_logins import RequestLogins
from runtime.security import Signatures
from runtime.settings import Settings
from runtime.throttle import Throttle
from runtime.tries import Devices, Tries
from signaling.keys import Keys
from signaling.queue.numbers import Numbers
from signaling.socket.connections import Connections
from signaling.socket.doors import Doors


@dataclasses.dataclass(frozen=True, slots=True)
class RealmServices:
    """Everything of one realm that outlives a request; `of` makes the parts that follow from the others.

    `doors` and `metrics` are shared by the realms of a process where there are several.
    """

    settings: Settings
    clock: Clock
    business: BusinessClock
    """Opening hours, days of numbers and calls back go by it, and nothing else does."""
    redis: Redis
    queue: Queue
    database: Database
    catalogue: CatalogueHolder
    documents: DocumentStore
    logins: Logins
    request_logins: RequestLogins
    signatures: Signatures
    factors: Factors
    throttle: Throttle
    visitors: Visitors
    tries: Tries
    metrics: Metrics
    tasks: Tasks
    connections: Connections
    doors: Doors
    keys: Keys
    numbers: Numbers
    hooks: Hooks
    bell: Bell
    """Rings when the outbox has newer events."""
    node: str

    @property
    def directory(self) -> Directory:
        """The catalogue as it is now; ask anew after each wait."""
        return self.catalogue.current

    @classmethod
    def of(
        cls,
        settings: Settings,
        *,
        clock: Clock,
        redis: Redis,
        queue: Queue,
        database: Database,
        catalogue: CatalogueHolder,
        documents: DocumentStore,
    ) -> "RealmServices":
        """Put the services of a realm on one node together."""
        tasks = Tasks(calm=AWAY)
        realm = settings.realm
        throttle = Throttle(redis, realm, clock)
        visitors = Visitors(settings)
        devices = Devices(settings.secret_key, clock, old=settings.old_secret_keys, secure=settings.is_tls)
        logins = Logins(
            redis,
            realm,
            clock,
            idle_s=settings.login_idle_s,
            max_s=settings.login_max_s,
            register=LoginRegister(database),
            factor_roles=settings.factor_roles,
        )
        return cls(
            settings=settings,
            clock=clock,
            business=queue.business,
            redis=redis,
            queue=queue,
            database=database,
            catalogue=catalogue,
            documents=documents,
            logins=logins,
            request_logins=RequestLogins(logins, secure=settings.is_tls),
            factors=Factors(database, clock, factor_sealing(settings), throttle),
            signatures=Signatures(
                settings.secret_key,
                clock,
                token_s=settings.ticket_token_s,
                stub_s=settings.stub_s,
                link_s=settings.receipt_link_s,
                old=settings.old_secret_keys,
            ),
            throttle=throttle,
            visitors=visitors,
            tries=Tries(throttle, devices, visitors.counted_as),
            metrics=Metrics(),
            tasks=tasks,
            connections=Connections(
                max_bytes=settings.outgoing_max_bytes,
                max_frames=settings.outgoing_max_frames,
                candidates_burst=settings.candidates_burst,
            ),
            doors=Doors(settings, time.monotonic),
            keys=Keys(realm),
            numbers=Numbers(queue, database),
            hooks=Hooks(database, clock, hook_sealing(settings), AllowList(settings.hook_receivers)),
            bell=Bell(),
            node=settings.node or f"node-{secrets.token_hex(4)}",
        )


SERVICES: web.AppKey[RealmServices] = web.AppKey("services", RealmServices)
