"""Looks every few seconds at the queue, the recorder, the stores and the disk, so that `/metrics` says how they are."""

import asyncio
import contextlib
import logging
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from math import nan
from pathlib import Path
from typing import Final

from protocol.errors import Unavailable
from records.journal.recorder import Recorder, RecorderStatus
from records.outbox.hooks import HookTrouble
from runtime import kept
from runtime.lifecycle import failures
from runtime.metrics import ErrorCount
from runtime.redis_pool import AWAY
from runtime.refusals import refused
from signaling.services import RealmServices

LIMIT_S: Final = 5.0
log = logging.getLogger(__name__)


class Watching:
    """The last readings of a node's gauges for alarms."""

    def __init__(self, services: RealmServices, recorder: Recorder) -> None:
        """Have seen nothing yet; the numbers are named in docs/metrics.md."""
        self._services = services
        self._recorder = recorder
        self._status = RecorderStatus()
        self._hooks = HookTrouble()
        self._waiting = self._answered = self._abandoned = self._asides = 0
        self._redis_s = 0.0
        self._is_up = {"redis": True, "ledger": True}
        self._has_looked = False
        metrics = services.metrics
        for name, says, read in self._gauges():
            metrics.gauge(name, says, read)
        metrics.tallies(
            "window_unreadable_total", "Bytes in Redis that could not be read", "kind", lambda: kept.unreadable
        )
        metrics.tallies("window_refused_total", "Connections, pages and requests turned away", "code", lambda: refused)
        metrics.tallies("window_tasks_failed_total", "Failures of background tasks", "task", lambda: failures)
        self._errors = ErrorCount(
            metrics.counter("window_log_errors_total", "Log lines of level error", "event", of_process=True)
        )

    @property
    def status(self) -> RecorderStatus:
        """Return the recorder's last known position."""
        return self._status

    def _gauges(self) -> Iterator[tuple[str, str, Callable[[], float]]]:
        yield "window_waiting", "Tickets that wait for a seat", lambda: self._waiting
        yield "window_answered_today", "Tickets answered today, in the whole realm", lambda: self._answered
        yield "window_abandoned_today", "Tickets given up today, in the whole realm", lambda: self._abandoned
        yield "window_redis_up", "1 when Redis answered at the last look", lambda: self._is_up["redis"]
        yield "window_redis_seconds", "How long Redis took to answer at the last look", lambda: self._redis_s
        yield (
            "window_redis_errors",
            "Commands to the queue that Redis did not answer",
            lambda: self._services.queue.away,
        )
        yield "window_ledger_up", "1 when the ledger answered at the last look", lambda: self._is_up["ledger"]
        yield "window_journal_behind", "Journal entries that the ledger lacks", lambda: self._status.behind
        yield "window_recorder_lag_seconds", "Age of the newest entry in the ledger while others wait", self._lag_s
        yield "window_journal_applied", "Journal entries in the ledger", lambda: self._status.applied
        yield (
            "window_journal_unread",
            "Entries that this node's pages could not be told of",
            lambda: self._services.queue.unread,
        )
        yield (
            "window_journal_set_aside",
            "Dead letters: journal entries that nobody could read",
            # Until it was looked at it is no number: from a 0 it would seem to grow with each start of a node.
            lambda: sum(self._status.set_aside.values()) if self._has_looked else nan,
        )
        yield (
            "window_hook_failing_seconds",
            "For how long the receiver of a web-hook has accepted nothing, the longest",
            self._failing_s,
        )
        yield (
            "window_hook_deliveries_dead",
            "Dead letters: events that a receiver refused for days",
            lambda: self._hooks.dead if self._has_looked else nan,
        )
        yield "window_sweeper_set_aside", "Dead letters of the sweeper, in Redis", lambda: self._asides
        yield "window_documents_disk_bytes", "Size of the disk that holds the documents", lambda: self._disk()[0]
        yield "window_documents_disk_free_bytes", "Room on the disk that holds the documents", lambda: self._disk()[1]

    def _lag_s(self) -> float:
        if not self._status.behind:
            return 0.0
        return max(0.0, (self._services.clock.now_ms() - int(self._status.last_id.partition("-")[0])) / 1000)

    def _failing_s(self) -> float:
        since_ms = self._hooks.failing_ms
        return max(0.0, (self._services.clock.now_ms() - since_ms) / 1000) if since_ms else 0.0

    def _disk(self) -> tuple[float, float]:
        try:
            found = shutil.disk_usage(_existing(Path(self._services.settings.documents_folder)))
        except OSError:
            return 0.0, 0.0
        return found.total, found.free

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        """Count log lines of level error meanwhile."""
        root = logging.getLogger()
        root.addHandler(self._errors)
        try:
            yield
        finally:
            root.removeHandler(self._errors)

    async def look(self) -> None:
        """Measure all parts; an unreachable one sets its metric and raises nothing."""
        self._is_up["redis"] = await self._answers("redis", self._look_at_queue)
        self._is_up["ledger"] = await self._answers("ledger", self._look_at_ledger)

    async def _answers(self, part: str, look: Callable[[], Awaitable[None]]) -> bool:
        try:
            async with asyncio.timeout(LIMIT_S):
                await look()
        except (Unavailable, TimeoutError, *AWAY) as problem:
            log.debug("part_away", extra={"part": part, "why": type(problem).__name__})
            return False
        return True

    async def _look_at_queue(self) -> None:
        began = time.perf_counter()
        _ = await self._services.redis.ping()
        self._redis_s = time.perf_counter() - began
        totals = await self._services.queue.care.totals()
        self._waiting = totals["waiting"]
        self._answered, self._abandoned = totals.get("answered", 0), totals.get("abandoned", 0)
        self._asides = await self._services.queue.care.asides()

    async def _look_at_ledger(self) -> None:
        await self._services.database.ping()
        self._status = await self._recorder.status()
        self._hooks = await self._services.hooks.trouble()
        self._has_looked = True


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())
