"""Writes events into the outbox, in the transaction of the rows that they tell of: all is kept, or nothing."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Final

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.ids import ID_LENGTH, encode
from protocol.outbox import EventData
from records.database import TOLD
from records.tables.base import REALM
from records.tables.outbox import OutboxHeadRow, OutboxRow

ID_BYTES: Final = 16


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be told. `cause` names the act that it comes from, such as an entry of the journal.

    `subject` is the matter, whose events are sent in their order, and the places are its own; `replaces` is the id of
    the event that this one corrects.
    """

    cause: str
    subject: str
    data: EventData
    at_ms: int
    replaces: str = ""
    collecting_district: str = ""
    handling_district: str = ""
    department: str = ""
    site: str = ""

    def id_in(self, realm: str) -> str:
        """Return the event's id: the same whenever the same act is told again, and nobody else's."""
        what = msgspec.json.encode((realm, self.cause, self.data.kind, self.subject, self.data))
        return encode(int.from_bytes(hashlib.sha256(what).digest()[:ID_BYTES]), ID_LENGTH)


async def tell(db: AsyncSession, events: Sequence[Telling]) -> None:
    """Write events into the outbox, in this order; call it last in a transaction.

    From here to the commit nobody else tells anything in the realm: that makes numbers rise in the order of commits,
    and a reader that has seen one has seen all before it.
    """
    if not events:
        return
    realm = db.info[REALM]
    last = await _draw(db, len(events))
    for seq, one in enumerate(events, last - len(events) + 1):
        row = OutboxRow(
            seq=seq,
            id=one.id_in(realm),
            kind=one.data.kind,
            subject=one.subject,
            at_ms=one.at_ms,
            data=msgspec.json.encode(one.data).decode(),
            replaces=one.replaces,
            collecting_district=one.collecting_district,
            handling_district=one.handling_district,
            department=one.department,
            site=one.site,
        )
        db.add(row)
    await db.flush()
    db.info[TOLD] = True


async def latest(db: AsyncSession, subject: str, kinds: Collection[str]) -> list[OutboxRow]:
    """Return the events of these kinds about a matter, newest first, as far as they are kept."""
    wanted = select(OutboxRow).where(OutboxRow.subject == subject, OutboxRow.kind.in_(kinds))
    return list(await db.scalars(wanted.order_by(OutboxRow.seq.desc())))


async def _draw(db: AsyncSession, count: int) -> int:
    """Draw numbers under the lock of the realm's head and return the last of them."""
    drawing = (
        update(OutboxHeadRow)
        .values(seq=OutboxHeadRow.seq + count)
        .returning(OutboxHeadRow.seq)
        .execution_options(synchronize_session=False)
    )
    while (last := await db.scalar(drawing)) is None:
        try:
            async with db.begin_nested():
                db.add(OutboxHeadRow(seq=0, gone_seq=0))
        except IntegrityError:
            pass  # another writer was faster
    return last
