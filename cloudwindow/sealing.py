"""Seals the trail every second, and anchors trail and records every day, at every export, and elsewhere too."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import Final

import aiohttp

from protocol.errors import LedgerUnavailable
from records import audit
from records.audit import alarms
from records.audit.acts import ACTS
from records.audit.alarms import Limits
from records.audit.anchors import Anchors
from records.calendar.zone import zone_of
from records.database import Database
from records.journal import seals
from runtime.clock import Clock, day
from runtime.metrics import Metrics
from runtime.settings import Settings
from signaling.trail import TrailEntry

log = logging.getLogger(__name__)

SEAL_S: Final = 1.0
ANCHOR_S: Final = 600.0
SEND_S: Final = 10.0
SEND_LIMIT_S: Final = 10.0
AS_JSON: Final = {"Content-Type": "application/json"}
DAILY: Final = "day"
EXPORT: Final = "export"
ADOPTED: Final = "records.adopted"


class RecordSealing:
    """One node's part in it; several may do the same at once without harm."""

    def __init__(self, settings: Settings, database: Database, clock: Clock, metrics: Metrics) -> None:
        """Keep anchors in the folder of the settings."""
        self._settings = settings
        self._database = database
        self._clock = clock
        self._anchors = Anchors(Path(settings.anchors_folder), database.keys)
        self._failed = 0
        self._raised = metrics.counter("window_audit_alarms_total", "Alarms of unusual looking or exporting")
        metrics.gauge("window_anchors_failed", "Anchors that were not written or not sent", lambda: self._failed)

    async def follow(self, look: TrailEntry) -> None:
        """Look whether an act was unusual, and anchor an export before anything of it has left."""
        limits = Limits(
            looks_per_hour=self._settings.looks_per_hour,
            exports_per_day=self._settings.exports_per_day,
            unserved_per_day=self._settings.unserved_per_day,
            night=self._settings.night_hours,
        )
        with suppress(LedgerUnavailable):
            async with self._database.begin() as db:
                raised = await alarms.check(db, look.who.actor, look.action, limits, self._clock)
            for rule in raised:
                self._raised.add()
                log.warning("audit_alarm", extra={"rule": rule, "account": look.who.actor})
        if ACTS[look.action].exports:
            await self.anchor(EXPORT)

    async def seal(self) -> None:
        """Chain the entries of the inbox."""
        while True:
            async with self._database.begin() as db:
                if not await audit.seal(db):
                    return

    async def adopt(self) -> None:
        """Seal records from before there were seals: once, and the trail says so.

        An attacker who removes the seals cannot have the remaining rows sealed anew.
        """
        realm = self._settings.realm
        async with self._database.begin() as db:
            if await audit.trail(db, action=ADOPTED, subject=realm, limit=1):
                return
            done = await seals.adopt(db, realm)
            _ = await audit.note(db, "recorder", ADOPTED, realm, {"rows": done}, clock=self._clock)

    async def daily(self) -> None:
        """Anchor once a local day, at the first chance."""
        newest = await self._anchors.newest()
        async with self._database.read() as db:
            zone = await zone_of(db)
        if newest is None or day(newest.at_ms, zone) != day(self._clock.now_ms(), zone):
            await self.anchor(DAILY)

    async def anchor(self, why: str) -> None:
        """Write an anchor; an outage is counted and logged, and stops nothing."""
        try:
            _ = await self._anchors.write(self._database, why, self._clock.now_ms())
        except (LedgerUnavailable, OSError) as problem:
            self._failed += 1
            log.exception("anchor_failed", extra={"why": type(problem).__name__})

    async def send(self) -> None:
        """Send the anchors that were not sent yet where the settings say, in order; what fails is tried again.

        It is a chore of its own: an export waits for the line in the file and never for the receiver. A node that ends
        between sending and noting that sends a line twice; the receiver knows it by its `mac`.
        """
        if not self._settings.anchor_url:
            return
        try:
            async with aiohttp.ClientSession(raise_for_status=True) as client:
                while True:
                    line, place = await self._anchors.unsent()
                    if not line:
                        return
                    async with asyncio.timeout(SEND_LIMIT_S):
                        answer = await client.post(self._settings.anchor_url, data=line, headers=AS_JSON)
                        answer.release()
                    await self._anchors.sent(place)
        except (OSError, aiohttp.ClientError, TimeoutError) as problem:
            self._failed += 1
            log.warning("anchor_not_sent", extra={"why": type(problem).__name__})
