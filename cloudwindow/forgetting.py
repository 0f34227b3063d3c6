"""Ends tickets in the records that the queue lost for good: their citizens did not return after a wipe of Redis."""

import logging
from typing import Final

from matcher import Queue
from records.database import Database
from records.journal.open_tickets import open_tickets
from runtime.clock import Clock

GRACE_MS: Final = 15 * 60_000
"""So long a ticket must be missing from the queue: pages come back within seconds, a machine within minutes."""

log = logging.getLogger(__name__)


class Forgetting:
    """Compares the ledger's open tickets with the queue's, again and again, and remembers since when one is missing."""

    def __init__(self, database: Database, queue: Queue, clock: Clock) -> None:
        self._database, self._queue, self._clock = database, queue, clock
        self._missing_ms: dict[str, int] = {}

    async def look(self) -> int:
        """End the tickets missing for `GRACE_MS` by a journal entry that the recorder applies; return their number.

        Raises:
            QueueUnavailable, LedgerUnavailable: one does not answer: then nothing is missing.
            ClockWrong: this machine's clock is wrong: it ends nothing.
        """
        now_ms = self._clock.sure_ms()
        missing = await self._queue.care.unknown(await open_tickets(self._database, before_ms=now_ms - GRACE_MS))
        self._missing_ms = {ticket: self._missing_ms.get(ticket, now_ms) for ticket in missing}
        late = [ticket for ticket, since_ms in self._missing_ms.items() if now_ms - since_ms >= GRACE_MS]
        ended = sum([await self._queue.care.forget(ticket) for ticket in late])
        if ended:
            log.info("tickets_forgotten", extra={"count": ended})
        return ended
