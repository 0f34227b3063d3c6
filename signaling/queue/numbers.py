"""Gives each ticket the next number of its site and skill today; none twice, though Redis came back from an old copy.

Redis counts. What the ledger has on record and what this node heard from the journal is the least that the count must
be past: after a restore from yesterday's file, or from one of an hour ago, it goes on where people's slips are.
"""

import logging

from matcher import Queue
from protocol.errors import LedgerUnavailable
from protocol.views import About
from records.database import Database
from records.sessions.numbers import highest

log = logging.getLogger(__name__)

Scope = tuple[str, str, str]
PC = "PC"
"""The place of those who sit at no site."""


class Numbers:
    """The numbers that one node knows to be given."""

    def __init__(self, queue: Queue, database: Database) -> None:
        """Know of none yet."""
        self._queue = queue
        self._database = database
        self._given: dict[Scope, int] = {}
        self._on_record: set[Scope] = set()

    def heard(self, about: About, day: str) -> None:
        """Know of a number that some node gave."""
        digits = about.number.removeprefix(about.skill)
        if digits.isascii() and digits.isdigit() and len(digits) < len("1000000000"):
            scope = (about.site or PC, about.skill, day)
            self._given[scope] = max(self._given.get(scope, 0), int(digits))

    async def next(self, place: str, skill: str, day: str) -> int:
        """Return the next number.

        Raises:
            QueueUnavailable: Redis does not answer.
        """
        scope = (place, skill, day)
        await self._look_up(scope)
        found = await self._queue.tickets.number(f"{place}:{skill}", day, past=self._given.get(scope, 0))
        self._given[scope] = max(found, self._given.get(scope, 0))
        return found

    async def _look_up(self, scope: Scope) -> None:
        """Ask the ledger once for each scope of today; while it does not answer, Redis is believed."""
        if scope in self._on_record:
            return
        place, skill, day = scope
        try:
            async with self._database.read() as db:
                known = await highest(db, "" if place == PC else place, skill, day)
        except LedgerUnavailable:
            log.warning("numbers_unchecked")
            return
        self._given = {kept: number for kept, number in self._given.items() if kept[2] == day}
        self._on_record = {kept for kept in self._on_record if kept[2] == day} | {scope}
        self._given[scope] = max(known, self._given.get(scope, 0))
