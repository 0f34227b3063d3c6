"""Background tasks of a node: record and trim the journal, keep retention times, measure the recorder's delay."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from redis.exceptions import RedisError

from cloudwindow.forgetting import Forgetting
from cloudwindow.sealing import ANCHOR_S, SEAL_S, SEND_S, RecordSealing
from cloudwindow.watching import Watching
from hooks.client import HookClient
from hooks.sender import HookSender
from protocol.errors import Unavailable
from records.journal.recorder import Recorder
from records.outbox.hooks import hook_sealing
from records.papers import retention
from runtime.lifecycle import Tasks
from runtime.receivers import AllowList
from runtime.redis_pool import AWAY
from signaling.services import RealmServices

DRAIN_LIMIT_S: Final = 5.0
STATUS_S: Final = 15.0
FORGETTING_S: Final = 300.0
TRIM_S: Final = 3600.0
RETENTION_S: Final = 6 * 3600.0


class Chores:
    """One node's chores. Several nodes may do the same ones: each of them can be done twice without harm."""

    def __init__(self, services: RealmServices) -> None:
        self._services = services
        self._recorder = Recorder(services.database, services.redis, services.settings.realm, services.node)
        self.watching = Watching(services, self._recorder)
        self.forgetting = Forgetting(services.database, services.queue, services.clock)
        self._sender = hook_sender(services)
        self.sealing = RecordSealing(services.settings, services.database, services.clock, services.metrics)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the chores within the context; at its end, record the journal's rest if the stores answer."""
        await self.sealing.adopt()  # before the recorder seals anything
        tasks = Tasks(calm=AWAY)
        tasks.forever("recorder", self._recorder.run)
        tasks.forever("hooks", lambda: self._sender.run(self._services.bell))
        if self._services.settings.old_master_keys:
            _ = tasks.start("hook_secrets", self._services.hooks.reseal())
        tasks.every("watching", STATUS_S, self.watching.look)
        tasks.every("trim", TRIM_S, self._services.queue.care.trim)
        tasks.every("forgetting", FORGETTING_S, self.forgetting.look)
        tasks.every("seal", SEAL_S, self.sealing.seal)
        tasks.every("anchor", ANCHOR_S, self.sealing.daily)
        tasks.every("send_anchors", SEND_S, self.sealing.send)
        tasks.every("retention", RETENTION_S, self._keep_retention)
        try:
            with self.watching.counting():
                yield
        finally:
            await tasks.close()
            # The driver's own errors too: a node that is stopped while Redis is away stops calmly, the journal waits.
            with suppress(Unavailable, RedisError, OSError):
                async with asyncio.timeout(DRAIN_LIMIT_S):
                    await self._recorder.drain()
                    await self.sealing.seal()

    async def _keep_retention(self) -> None:
        services = self._services
        _ = services.clock.sure_ms()  # a wrong clock wipes nothing
        await retention.sweep(services.database, services.documents, services.directory.retention, services.clock)


def hook_sender(services: RealmServices) -> HookSender:
    """Return what sends a realm's events to its web-hooks."""
    settings = services.settings
    client = HookClient(AllowList(settings.hook_receivers), settings.hook_answer_s)
    return HookSender(
        services.database,
        services.clock,
        hook_sealing(settings),
        client,
        retry_s=settings.hook_retry_s,
        metrics=services.metrics,
    )
