"""The unit of work of one batch: the rows that its entries touch, fetched at most once each, written together."""

import datetime as dt
from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.states import SessionState
from records.audit.notes import keys_of
from records.journal.seals import SEALED, hashes
from records.tables.base import Base
from records.tables.ledger import ReservationRow, TicketRow
from records.tables.sessions import CaseRow, ParticipantRow, SessionRow

R = TypeVar("R", bound=Base)
Key = tuple[object, ...]


class SetAside(Exception):
    """The entry cannot be applied; it is kept aside with `why` and counted. Raised before anything was changed."""

    def __init__(self, why: str, detail: str = "") -> None:
        """Say why: unknown_type, malformed, orphan, repeated or refused."""
        super().__init__(why, detail)
        self.why = why
        self.detail = detail


class UnitOfWork:
    """Rows of one transaction, by table and key; a row that is not there is remembered as not there."""

    def __init__(self, db: AsyncSession, zone: dt.tzinfo) -> None:
        """Work in this transaction; days are those of `zone`."""
        self.zone = zone
        self._db = db
        self._rows: dict[tuple[type[Base], Key], Base | None] = {}
        self.loaded: dict[str, str] = {}
        """The hashes of sealed rows as they were found."""

    async def prefetch(
        self, tickets: Collection[str], sessions: Collection[str], reservations: Collection[str]
    ) -> None:
        """Fetch the rows that the coming entries name, in one query per table."""
        for kind, column, keys in (
            (TicketRow, TicketRow.id, tickets),
            (CaseRow, CaseRow.ticket, tickets),
            (SessionRow, SessionRow.id, sessions),
            (ReservationRow, ReservationRow.id, reservations),
        ):
            if not keys:
                continue
            self._rows.update({(kind, (key,)): None for key in keys})
            for row in await self._db.scalars(select(kind).where(column.in_(keys))):
                self._rows[(kind, (getattr(row, column.key),))] = row
                self._found(row)

    async def find(self, kind: type[R], *key: object) -> R | None:
        """Return the row with this key, if there is one."""
        known = (kind, key)
        if known not in self._rows:
            self._rows[known] = found = await self._db.get(kind, key if len(key) > 1 else key[0])
            if found is not None:
                self._found(found)
        row = self._rows[known]
        assert row is None or isinstance(row, kind)
        return row

    async def need(self, kind: type[R], *key: object) -> R:
        """Return the row with this key.

        Raises:
            SetAside: there is none, because the entry that would have made it never came.
        """
        row = await self.find(kind, *key)
        if row is None:
            raise SetAside("orphan", f"{kind.__tablename__} {key[0]}")
        return row

    async def open_sessions(self, seat: str, before_ms: int) -> list[SessionRow]:
        """Return the sessions of a seat that began before a time and are not closed."""
        await self._db.flush()  # what this batch has made of them counts
        wanted = select(SessionRow.id).where(
            SessionRow.seat == seat, SessionRow.began_ms < before_ms, SessionRow.state != SessionState.CLOSED
        )
        return [await self.need(SessionRow, name) for name in await self._db.scalars(wanted)]

    async def participants(self, session: str) -> list[ParticipantRow]:
        """Return all who took part in a session."""
        await self._db.flush()  # who joined in this batch, too
        wanted = select(ParticipantRow.participant, ParticipantRow.who).where(ParticipantRow.session == session)
        found = list(await self._db.execute(wanted))
        return [await self.need(ParticipantRow, session, row.participant, row.who) for row in found]

    def _found(self, row: Base) -> None:
        if isinstance(row, SEALED):
            self.loaded |= hashes(row, keys_of(self._db))

    def rows(self) -> list[Base]:
        """Return all rows of the unit of work."""
        return [row for row in self._rows.values() if row is not None]

    async def remove(self, row: Base, *key: object) -> None:
        """Take a row out of the unit of work and out of the ledger."""
        self._rows[(type(row), key)] = None
        await self._db.flush()  # one that this batch made is written first
        await self._db.delete(row)

    def add(self, row: Base, *key: object) -> None:
        """Add a new row."""
        self._rows[(type(row), key)] = row
        self._db.add(row)
