"""Keeps the acts acknowledged to clients, and compares them with the ledger and the pages' screens."""

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from protocol.outcomes import Outcome
from protocol.session_events import SessionClosed
from protocol.views import SessionView
from records.database import Database
from records.signing import read_keys
from records.tables.ledger import TicketRow
from records.tables.sessions import ChatLineRow, DocumentRow, OutcomeRow, RatingRow
from tests.support.installed import SECRETS

LOOK_EVERY_S = 0.5


@dataclass(frozen=True)
class Balance:
    """Number of items checked; the missing and the doubled ones."""

    checked: int
    unrecorded: tuple[str, ...]
    """Acknowledged acts that are not in the ledger."""
    unseen: tuple[str, ...]
    """Acknowledged acts that a side's screen does not show."""
    doubled: tuple[str, ...]

    @property
    def lost(self) -> tuple[str, ...]:
        """Acknowledged acts that are missing somewhere."""
        return (*self.unrecorded, *(f"on a screen: {one}" for one in self.unseen))


@dataclass
class Books:
    """All that clients were told is done; every line has a text of its own, every paper a content of its own."""

    tickets: set[str] = field(default_factory=set)
    lines: dict[str, str] = field(default_factory=dict)
    """Text → session."""
    papers: dict[str, str] = field(default_factory=dict)
    """SHA-256 → document."""
    outcomes: dict[str, str] = field(default_factory=dict)
    ratings: dict[str, int] = field(default_factory=dict)
    screens: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Session and the lines that one side's page had at the end."""
    refused: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    """Durations of acknowledged commands."""

    def paper(self, content: bytes, document: str) -> None:
        """Note a stored paper."""
        self.papers[hashlib.sha256(content).hexdigest()] = document

    def screen(self, view: SessionView | None, closed: SessionClosed | None) -> None:
        """Note a page's view of a session that is over."""
        if view is not None and closed is not None:
            self.screens.append((view.session, tuple(line.text for line in view.chat)))

    def count(self) -> int:
        """Return how many acknowledgements there are."""
        return sum(len(kind) for kind in (self.tickets, self.lines, self.papers, self.outcomes, self.ratings))

    async def balance(self, database_url: str) -> Balance:
        """Compare all of it with the ledger and with the screens."""
        database = Database(database_url, read_keys(SECRETS["audit_key"]))
        try:
            async with database.read() as db:
                tickets = Counter((await db.scalars(select(TicketRow.id))).all())
                lines = Counter((await db.scalars(select(ChatLineRow.text))).all())
                papers = Counter((await db.scalars(select(DocumentRow.sha256))).all())
                ends = {row.session: row.outcome for row in (await db.scalars(select(OutcomeRow))).all()}
                ratings = {row.session: row.level for row in (await db.scalars(select(RatingRow))).all()}
        finally:
            await database.close()
        unrecorded = [
            *_missing("ticket", self.tickets, tickets),
            *_missing("line", self.lines, lines),
            *_missing("paper", self.papers, papers),
            *(f"outcome {one}" for one, said in self.outcomes.items() if ends.get(one) != Outcome(said)),
            *(f"rating {one}" for one, level in self.ratings.items() if ratings.get(one) != level),
        ]
        doubled = [f"{kind} {one}" for kind, found in (("line", lines), ("paper", papers)) for one in _twice(found)]
        unseen = []
        for session, shown in self.screens:
            said = [text for text, where in self.lines.items() if where == session]
            unseen += _missing("line", said, Counter(shown))
            doubled += [f"on a screen: {one}" for one in _twice(Counter(shown))]
        return Balance(self.count(), tuple(unrecorded), tuple(unseen), tuple(doubled))

    async def settled(self, database_url: str, within_s: float) -> tuple[Balance, float]:
        """Compare until the ledger has everything, or that long; return the last balance and after how many seconds."""
        began = time.monotonic()
        while True:
            balance, taken = await self.balance(database_url), time.monotonic() - began
            if not balance.unrecorded or taken > within_s:
                return balance, taken
            await asyncio.sleep(LOOK_EVERY_S)


def _missing(kind: str, said: Iterable[str], found: Counter[str]) -> list[str]:
    return [f"{kind} {one}" for one in said if not found[one]]


def _twice(found: Counter[str]) -> list[str]:
    return [one for one, times in found.items() if times > 1]
