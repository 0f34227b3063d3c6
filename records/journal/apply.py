"""Applies entries of the queue's journal to the ledger, each exactly once, in their order."""

import logging
from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from protocol import events
from protocol.errors import BadInput
from protocol.events import JournalEvent
from protocol.limits import storable
from records.calendar.zone import zone_of
from records.database import is_outage
from records.journal import apply_sessions, apply_tickets, seals
from records.journal.unit_of_work import SetAside, UnitOfWork
from records.outbox.tell import tell
from records.tables.journal import JournalEntryRow, JournalPositionRow, SetAsideRow

log = logging.getLogger(__name__)

Entry = tuple[str, Mapping[bytes, bytes]]
#: Fields that have columns of their own, or are what people wrote, or are told in full by another table.
NOT_FACTS: Final = frozenset({"type", "at_ms", "ticket", "session", "seat", "body", "about", "needs", "abilities"})
DETAIL_MAX: Final = 500
FIELDS_MAX: Final = 1024 * 1024
RAW: Final = "bytes:"
"""Begins what is kept of bytes that are no text, in hexadecimal digits."""


async def apply(db: AsyncSession, position: JournalPositionRow, entries: Sequence[Entry]) -> int:
    """Apply entries that were not applied before; return how many.

    The caller holds the lock of `position`. Entries that cannot be applied are kept aside.

    Raises:
        ZoneUnknown: this machine does not know the realm's time zone, which is no fault of an entry.
    """
    if not entries:
        return 0
    fresh, zone = await _fresh(db, entries), await zone_of(db)
    try:
        async with db.begin_nested():
            await _apply_all(db, zone, position, fresh)
    except Exception as error:
        if is_outage(error):
            raise
        # One entry cannot be applied: find it by going one by one, and let the others through.
        await db.refresh(position)
        for entry in fresh:
            await _apply_alone(db, zone, position, entry)
    position.last_id = max((entry[0] for entry in entries), key=_order)
    return len(fresh)


def _order(entry: str) -> tuple[int, int]:
    first, _, second = entry.partition("-")
    return int(first), int(second or 0)


async def _fresh(db: AsyncSession, entries: Sequence[Entry]) -> list[Entry]:
    ids = [entry for entry, _ in entries]
    known: set[str] = set()
    for column in (JournalEntryRow.id, SetAsideRow.id):
        known |= set(await db.scalars(select(column).where(column.in_(ids))))
    return [entry for entry in entries if entry[0] not in known]


async def _apply_all(db: AsyncSession, zone: ZoneInfo, position: JournalPositionRow, entries: Sequence[Entry]) -> None:
    work = UnitOfWork(db, zone)
    with db.no_autoflush:
        parsed = [(entry, fields, _parsed(fields)) for entry, fields in entries]
        await _prefetch(work, [event for _, _, event in parsed if not isinstance(event, SetAside)])
        for entry, fields, event in parsed:
            await _apply_one(db, work, position, (entry, fields), event)
    await db.flush()
    await seals.seal(db, position, work.loaded, work.rows())
    await tell(db, work.told)


async def _apply_alone(db: AsyncSession, zone: ZoneInfo, position: JournalPositionRow, entry: Entry) -> None:
    try:
        async with db.begin_nested():
            await _apply_all(db, zone, position, [entry])
    except Exception as error:
        if is_outage(error):
            raise
        await db.refresh(position)
        _keep_aside(db, position, entry, _why(entry, error))
        await db.flush()


def _why(entry: Entry, error: Exception) -> SetAside:
    """Return why one entry stays out: bytes that mean nothing, values that no column holds, or a bug of ours."""
    match error:
        case BadInput():
            return SetAside("refused", str(error))
        case StatementError():
            return SetAside("refused", str(error.orig or error))
        case msgspec.MsgspecError() | ValueError() | OverflowError() | RecursionError():
            return SetAside("malformed", f"{type(error).__name__}: {error}")
        case _:
            log.error("entry_failed", extra={"entry": entry[0]}, exc_info=error)
            return SetAside("failed", f"{type(error).__name__}: {error}")


async def _prefetch(work: UnitOfWork, entries: Sequence[JournalEvent]) -> None:
    def named(field: str) -> set[str]:
        return {str(value) for event in entries if (value := getattr(event, field, ""))}

    await work.prefetch(named("ticket"), named("session"), named("reservation"))


def _parsed(fields: Mapping[bytes, bytes]) -> JournalEvent | SetAside:
    try:
        event = events.read(dict(fields))
    except msgspec.ValidationError as error:
        return SetAside("malformed", str(error))
    return event if event is not None else SetAside("unknown_type", text_of(fields.get(b"type", b"")))


async def _apply_one(
    db: AsyncSession, work: UnitOfWork, position: JournalPositionRow, entry: Entry, event: JournalEvent | SetAside
) -> None:
    if isinstance(event, SetAside):
        _keep_aside(db, position, entry, event)
        return
    work.begin(entry[0], event.at_ms)
    try:
        facts = await _dispatch(work, entry[0], event)
    except SetAside as reason:
        work.drop_told()
        _keep_aside(db, position, entry, reason)
        return
    position.applied += 1
    db.add(
        JournalEntryRow(
            id=entry[0],
            position=position.applied,
            kind=str(event.__struct_config__.tag),
            at_ms=event.at_ms,
            ticket=getattr(event, "ticket", ""),
            session=getattr(event, "session", ""),
            seat=getattr(event, "seat", ""),
            facts=facts,
        )
    )


async def _dispatch(work: UnitOfWork, entry: str, event: JournalEvent) -> dict[str, str]:
    match event:
        case events.TicketTaken():
            await apply_tickets.taken(work, event)
        case (
            events.TicketWidened()
            | events.TicketChanged()
            | events.TicketHeld()
            | events.TicketResumed()
            | events.TicketReturned()
            | events.TicketLeft()
            | events.TicketDone()
        ):
            await apply_tickets.moved(work, event)
        case events.ReservationMade():
            await apply_tickets.reserved(work, event)
        case events.ReservationAccepted():
            await apply_tickets.accepted(work, event)
        case events.ReservationDeclined() | events.ReservationExpired() | events.ReservationRescinded():
            await apply_tickets.refused(work, event)
        case events.SeatChanged():
            await apply_tickets.seat_changed(work, entry, event)
        case events.SessionNoted():
            return await apply_sessions.noted(work, entry, event)
        case events.DocumentNoted() | events.ConsentNoted():
            await apply_sessions.noted_of_ticket(work, entry, event)
        case events.SeatAnnounced() | events.SeatsAlerted() | events.AlertOver() | events.BoothChanged():
            pass  # the entry itself is the record
    written = events.write(event)
    return {name: value for name, value in written.items() if name not in NOT_FACTS and value}


def _keep_aside(db: AsyncSession, position: JournalPositionRow, entry: Entry, reason: SetAside) -> None:
    position.set_aside += 1
    db.add(
        SetAsideRow(
            id=entry[0],
            why=reason.why,
            detail=storable(reason.detail)[:DETAIL_MAX],
            fields=_kept(entry[1]),
            kept_ms=_order(entry[0])[0],
        )
    )


def _kept(fields: Mapping[bytes, bytes]) -> dict[str, str]:
    """Return an entry's fields as text from which its bytes can be had back; no entry of ours is near the bound."""
    kept: dict[str, str] = {}
    left = FIELDS_MAX
    for name, value in fields.items():
        kept[text_of(name[:left])] = text_of(value[:left])
        left = max(0, left - len(name) - len(value))
    return kept


def text_of(given: bytes) -> str:
    """Return bytes as text from which `raw` has them back."""
    try:
        text = given.decode()
    except UnicodeDecodeError:
        return RAW + given.hex()
    return RAW + given.hex() if text.startswith(RAW) else text


def raw(text: str) -> bytes:
    """Return the bytes that an entry kept aside had."""
    return bytes.fromhex(text.removeprefix(RAW)) if text.startswith(RAW) else text.encode()
