"""The unit of work of one batch: the rows that its entries touch, fetched at most once each, written together."""

import datetime as dt
from collections.abc import Collection
from typing import TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.outbox import OfTicket
from protocol.states import SessionState
from records.audit.notes import keys_of
from records.journal.seals import SEALED, hashes
from records.outbox.tell import Telling, latest
from records.tables.base import REALM, Base
from records.tables.items import ItemRow
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


class _OfSession(msgspec.Struct, frozen=True):
    session: str = ""


class UnitOfWork:
    """Rows of one transaction, by table and key; a row that is not there is remembered as not there."""

    def __init__(self, db: AsyncSession, zone: dt.tzinfo) -> None:
        """Work in this transaction; days are those of `zone`."""
        self.zone = zone
        self._db = db
        self._rows: dict[tuple[type[Base], Key], Base | None] = {}
        self.loaded: dict[str, str] = {}
        """The hashes of sealed rows as they were found."""
        self.told: list[Telling] = []
        """Events for other systems, in order; those of an entry that is set aside are not among them."""
        self._entry, self._at_ms = "", 0
        self._before = 0

    def begin(self, entry: str, at_ms: int) -> None:
        """Begin with an entry of the journal, which what follows comes from; `at_ms` is its time in milliseconds."""
        self._entry, self._at_ms, self._before = entry, at_ms, len(self.told)

    def drop_told(self) -> None:
        """Forget the events of the entry in progress: it is set aside."""
        del self.told[self._before :]

    async def tell(self, data: OfTicket, replaces: str = "") -> None:
        """Tell other systems of something that the entry in progress did to a ticket."""
        row = await self.find(TicketRow, data.ticket)
        item = await self.find(ItemRow, row.item) if row is not None and row.item else None
        event = Telling(
            cause=self._entry,
            subject=data.ticket,
            data=data,
            at_ms=self._at_ms,
            replaces=replaces,
            collecting_district=row.collecting_district if row is not None else "",
            handling_district=row.handling_district if row is not None else "",
            department=item.department if item is not None else "",
            site=row.site if row is not None else "",
        )
        self.told.append(event)

    async def told_of(self, ticket: str, session: str, kinds: Collection[str]) -> str:
        """Return the id of the newest event of `kinds` about a session; empty where none is kept."""
        for event in reversed(self.told):
            if event.data.kind in kinds and getattr(event.data, "session", "") == session:
                return event.id_in(self._db.info[REALM])
        for row in await latest(self._db, ticket, kinds):
            if msgspec.json.decode(row.data, type=_OfSession).session == session:
                return row.id
        return ""

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
