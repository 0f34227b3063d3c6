"""Sets the business clock of a demonstration, on all its nodes: the offset is kept in Redis."""

import datetime as dt
import logging
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from protocol.errors import BadInput, TicketNotFound, TicketNotWaiting
from runtime import kept
from runtime.business_clock import BusinessTime, SettableBusinessClock
from runtime.login import Login
from signaling.floor.wallboard import Floor
from signaling.queue.tickets import Tickets
from signaling.services import RealmServices
from signaling.trail import Trail

log = logging.getLogger(__name__)

_SCRIPT = (Path(__file__).parent / "lua" / "set_clock.lua").read_text(encoding="utf-8")
KEPT_S: Final = 400 * 86_400
EARLIEST: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LATEST: Final = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
"""The business clock shows times from the first of these on, and before the second."""


def time_of(text: str) -> BusinessTime:
    """Read a time in ISO 8601 with its offset from UTC.

    Raises:
        BadInput: it is none (`format`), says no offset (`offset`), or is one that the clock does not show.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(field="to", why="format") from None
    if moment.tzinfo is None:
        raise BadInput(field="to", why="offset")
    if not EARLIEST <= moment < LATEST:
        raise _out_of_range("to")
    return BusinessTime(_ms(moment))


class Sandbox:
    """The business clock of a demonstration, as one node sets and follows it."""

    def __init__(
        self, services: RealmServices, clock: SettableBusinessClock, tickets: Tickets, floor: Floor, trail: Trail
    ) -> None:
        """Let the pages of this node follow."""
        self._services = services
        self._clock = clock
        self._trail = trail
        self._tickets = tickets
        self._floor = floor
        self._set_clock = services.redis.register_script(_SCRIPT)

    @classmethod
    def of(cls, services: RealmServices, tickets: Tickets, floor: Floor, trail: Trail) -> "Sandbox | None":
        """Return the sandbox of a demonstration; None elsewhere."""
        clock = services.business
        return cls(services, clock, tickets, floor, trail) if isinstance(clock, SettableBusinessClock) else None

    async def follow(self) -> None:
        """Adopt the offset that is kept; a Redis that forgot it is told this node's."""
        redis, key = self._services.redis, self._services.keys.business
        raw = await redis.get(key)
        if raw is None and self._clock.offset_ms:
            _ = await redis.set(key, self._clock.offset_ms, nx=True, ex=KEPT_S)
        offset_ms = kept.read("business_offset", raw, int)
        if offset_ms is not None:
            self._adopt(offset_ms)

    async def set_to(self, who: Login | str, time: BusinessTime) -> None:
        """Set the clock to a time, and put that on the audit trail.

        Raises:
            BadInput: `to` is out of range.
        """
        await self._set(who, "to", time.ms)

    async def set_by(self, who: Login | str, ms: int) -> None:
        """Set the clock ahead by so many milliseconds, or back where that is negative, and put that on the trail.

        Raises:
            BadInput: `by_s` leads out of range.
        """
        await self._set(who, "by", ms)

    async def _set(self, who: Login | str, how: Literal["to", "by"], ms: int) -> None:
        await self.follow()  # a Redis that was wiped knows where the clock stands
        now_ms, earliest, latest = self._services.clock.now_ms(), _ms(EARLIEST), _ms(LATEST)
        found = await self._set_clock(
            keys=[self._services.keys.business], args=[how, ms, now_ms, earliest, latest, KEPT_S]
        )
        before_ms, after_ms, is_set = map(int, found)
        if not is_set:
            raise _out_of_range("to" if how == "to" else "by_s")
        self._adopt(after_ms)
        await self._reschedule(after_ms - before_ms)
        zone = self._services.directory.zone
        before, after = (BusinessTime(now_ms + ms).local(zone).isoformat() for ms in (before_ms, after_ms))
        realm = self._services.settings.realm
        await self._trail.note(who, "sandbox.clock_set", realm, {"before": before, "after": after})

    async def _reschedule(self, by_ms: int) -> None:
        """Let who is to be called at a time of this clock be called then: that is sooner when it is set ahead."""
        queue = self._services.queue
        if by_ms:
            async for some in queue.tickets.open_tickets():
                for ticket in some:
                    with suppress(TicketNotFound, TicketNotWaiting):
                        _ = await queue.tickets.reschedule(ticket, -by_ms)

    def _adopt(self, offset_ms: int) -> None:
        """Let this node and its pages go by an offset."""
        if offset_ms == self._clock.offset_ms:
            return
        self._clock.adopt(offset_ms)
        self._tickets.all_changed()
        self._floor.changed()
        log.info("business_clock_set", extra={"offset_ms": offset_ms})


def _out_of_range(field: str) -> BadInput:
    return BadInput(field=field, why="out_of_range", min=EARLIEST.isoformat(), max=LATEST.isoformat())


def _ms(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)
