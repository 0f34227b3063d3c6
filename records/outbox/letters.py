"""The deliveries of web-hooks, and those of them that were not accepted at once: they wait, or are dead."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from protocol.errors import NotFound
from protocol.scopes import Scope
from records.database import Database
from records.outbox.envelope import envelope
from records.scopes import events_within
from records.tables.hooks import DeliveryState, HookDeliveryRow, HookRow
from records.tables.outbox import OutboxRow

RESENT_MAX: Final = 1000
LISTED_MAX: Final = 200


class Delivery(msgspec.Struct, frozen=True):
    """An event on its way; `attempt` counts from 1 and is higher whenever the receiver may know the event."""

    event: str
    seq: int
    kind: str
    subject: str
    body: bytes
    attempt: int


class DeadLetter(msgspec.Struct, frozen=True):
    """A delivery that was given up. Times are milliseconds since the epoch; `status` 0: there was no answer."""

    event: str
    kind: str
    subject: str
    attempts: int
    first_ms: int
    tried_ms: int
    status: int
    why: str


def delivery_of(row: OutboxRow, attempt: int) -> Delivery:
    """Return the delivery of an event; a resent one has the same body."""
    return Delivery(row.id, row.seq, row.kind, row.subject, msgspec.json.encode(envelope(row)), attempt)


def waiting(one: Delivery, hook: str, now_ms: int) -> HookDeliveryRow:
    """Return a delivery as it is kept while it waits for its attempt."""
    return HookDeliveryRow(
        hook=hook,
        event=one.event,
        seq=one.seq,
        kind=one.kind,
        subject=one.subject,
        body=one.body.decode(),
        state=DeliveryState.WAITING,
        attempts=one.attempt - 1,
        first_ms=now_ms,
        next_ms=now_ms,
    )


def wanted_by(hook: HookRow) -> ColumnElement[bool]:
    """Return the condition on `OutboxRow` that holds for the events that a web-hook is for."""
    of_kind = OutboxRow.kind.in_(hook.kinds) if hook.kinds else true()
    return and_(events_within(Scope(hook.scope_kind, hook.scope_id)), of_kind)


async def drop_unwanted(db: AsyncSession, hook: HookRow) -> None:
    """Remove the deliveries of events that a web-hook is not for any more."""
    wanted = exists().where(
        OutboxRow.realm == HookDeliveryRow.realm, OutboxRow.id == HookDeliveryRow.event, wanted_by(hook)
    )
    await db.execute(delete(HookDeliveryRow).where(HookDeliveryRow.hook == hook.id, ~wanted))


async def next_of_subjects(db: AsyncSession, hook: str, now_ms: int | None, limit: int) -> list[HookDeliveryRow]:
    """Return deliveries that wait, of each matter the earliest, oldest first; `now_ms` (ms): only those due by then."""
    earlier = aliased(HookDeliveryRow)
    before = and_(
        earlier.hook == HookDeliveryRow.hook,
        earlier.subject == HookDeliveryRow.subject,
        earlier.state == DeliveryState.WAITING,
        earlier.seq < HookDeliveryRow.seq,
    )
    wanted = select(HookDeliveryRow).where(
        HookDeliveryRow.hook == hook,
        HookDeliveryRow.state == DeliveryState.WAITING,
        ~select(earlier.event).where(before).exists(),
    )
    if now_ms is not None:
        wanted = wanted.where(HookDeliveryRow.next_ms <= now_ms)
    return list(await db.scalars(wanted.order_by(HookDeliveryRow.seq).limit(limit)))


async def subjects_waiting(db: AsyncSession, hook: str, subjects: Collection[str]) -> set[str]:
    """Return those of the matters of which a delivery waits."""
    wanted = select(HookDeliveryRow.subject).where(
        HookDeliveryRow.hook == hook,
        HookDeliveryRow.state == DeliveryState.WAITING,
        HookDeliveryRow.subject.in_(subjects),
    )
    return set(await db.scalars(wanted.distinct()))


async def keep_for_again(db: AsyncSession, hook: HookRow, events: Sequence[str], now_ms: int) -> int:
    """Let deliveries wait for a new attempt: those of `events`, or all dead ones; return how many.

    Raises:
        NotFound: an event is not kept any more, or beyond the web-hook's scope.
    """
    own = HookDeliveryRow.hook == hook.id
    chosen = HookDeliveryRow.event.in_(events) if events else HookDeliveryRow.state == DeliveryState.DEAD
    kept = {row.event: row for row in await db.scalars(select(HookDeliveryRow).where(own, chosen).limit(RESENT_MAX))}
    for row in kept.values():
        row.state, row.next_ms, row.first_ms = DeliveryState.WAITING, now_ms, now_ms
    missing = [event for event in dict.fromkeys(events) if event not in kept]
    scope = Scope(hook.scope_kind, hook.scope_id)
    found = {
        row.id: row
        for row in await db.scalars(select(OutboxRow).where(OutboxRow.id.in_(missing), events_within(scope)))
    }
    for event in missing:
        if event not in found:
            raise NotFound(what="event", id=event[:64])
        if found[event].seq <= hook.cursor_seq:  # later ones are still to come
            db.add(waiting(delivery_of(found[event], 2), hook.id, now_ms))  # the receiver may know it
    return len(kept) + len(missing)


async def dead(database: Database, hook: str) -> list[DeadLetter]:
    """Return the dead deliveries of a web-hook, oldest first.

    Raises:
        NotFound: there is no such web-hook.
    """
    async with database.read() as db:
        if await db.get(HookRow, hook[:64]) is None:
            raise NotFound(what="hook", id=hook[:64])
        wanted = select(HookDeliveryRow).where(
            HookDeliveryRow.hook == hook, HookDeliveryRow.state == DeliveryState.DEAD
        )
        rows = await db.scalars(wanted.order_by(HookDeliveryRow.seq).limit(LISTED_MAX))
        return [DeadLetter(*(getattr(row, name) for name in DeadLetter.__struct_fields__)) for row in rows]
