"""The sender's turns: the next deliveries of a web-hook, by one node at a time, and the result of each.

A turn is a lease on the web-hook's row, with a fencing token. All events up to the cursor are accepted or wait as
deliveries of their own; while a receiver is away the cursor stands, so that a long outage costs no rows.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.database import Database
from records.outbox import letters
from records.outbox.letters import Delivery
from records.tables.hooks import DeliveryState, HookDeliveryRow, HookRow, HookSecret, HookState
from records.tables.outbox import OutboxHeadRow, OutboxRow
from runtime.clock import Clock

LEASE_MS: Final = 30_000
"""A node that died holds a web-hook up so long."""
PAGE: Final = 100
AWAY_AFTER: Final = 5
"""Failures in a row after which the receiver counts as away, and is only tried now and then."""
FIRST_MS: Final = 5_000
GROWTH: Final = 4
PAUSE_MAX_MS: Final = 6 * 3600 * 1000
"""The longest pause between two attempts at one event."""
TRY_MAX_MS: Final = 300_000
"""The longest pause between two tries of a receiver that is away."""
ASKED_MAX_MS: Final = 3600 * 1000
"""The longest pause that a receiver may ask for (`Retry-After`)."""
SENDER: Final = "hooks"
FAILING: Final = "failing"
GONE: Final = "gone"
HTTP_GONE: Final = 410


class DeliveryResult(msgspec.Struct, frozen=True):
    """Result of a delivery: accepted, not accepted for a reason, or not tried (`why` is empty, no status).

    `after_ms` is the pause that the receiver asked for, in milliseconds.
    """

    delivery: Delivery
    is_accepted: bool = False
    status: int = 0
    why: str = ""
    after_ms: int = 0

    @property
    def was_tried(self) -> bool:
        """Whether there was an attempt."""
        return self.is_accepted or bool(self.why)


class HookTurn(msgspec.Struct, frozen=True):
    """One node's turn at a web-hook: deliveries in order, and the cursor once all of them are settled."""

    hook: str
    token: int
    url: str
    secrets: tuple[HookSecret, ...]
    deliveries: tuple[Delivery, ...]
    cursor: int


class TurnLost(Exception):
    """The lease ended, or the web-hook was stopped: another node may be sending, nothing was written."""


class HookTurns:
    """Takes turns at a realm's web-hooks as one node."""

    def __init__(self, database: Database, clock: Clock, node: str, retry_s: float) -> None:
        """Be `node`; deliveries are tried again for `retry_s` seconds."""
        self._database = database
        self._clock = clock
        self._node = node
        self._retry_ms = round(retry_s * 1000)

    async def due(self) -> list[str]:
        """Return the web-hooks that have something to send now, and that no other node sends."""
        now_ms = self._clock.now_ms()
        last = select(OutboxHeadRow.seq).scalar_subquery()
        waits = and_(
            HookDeliveryRow.hook == HookRow.id,
            HookDeliveryRow.state == DeliveryState.WAITING,
            or_(HookDeliveryRow.next_ms <= now_ms, HookRow.failures >= AWAY_AFTER),
        )
        wanted = select(HookRow.id).where(
            HookRow.state == HookState.ACTIVE,
            HookRow.next_ms <= now_ms,
            HookRow.lease_ms <= now_ms,
            or_(HookRow.cursor_seq < last, select(HookDeliveryRow.event).where(waits).exists()),
        )
        async with self._database.read() as db:
            return list(await db.scalars(wanted))

    async def take(self, hook: str) -> HookTurn | None:
        """Take a turn at a web-hook for `LEASE_MS`; None where there is nothing to do, or another node does it."""
        now_ms = self._clock.now_ms()
        async with self._database.begin() as db:
            row = await db.get(HookRow, hook, with_for_update=True)
            if row is None or row.state is not HookState.ACTIVE or max(row.next_ms, row.lease_ms) > now_ms:
                return None
            is_away = row.failures >= AWAY_AFTER
            again = await letters.next_of_subjects(db, hook, None if is_away else now_ms, 1 if is_away else PAGE)
            fresh, cursor = await self._fresh(db, row, 1 if is_away else PAGE, now_ms)
            if not again and not fresh and cursor == row.cursor_seq:
                return None
            deliveries = [*map(_again, again), *(_first(one, row.claimed_seq) for one in fresh)]
            row.lease_node, row.lease_ms, row.turn = self._node, now_ms + LEASE_MS, row.turn + 1
            row.claimed_seq = max(row.claimed_seq, cursor)
            return HookTurn(hook, row.turn, row.url, row.secrets, tuple(deliveries), cursor)

    async def _fresh(self, db: AsyncSession, row: HookRow, limit: int, now_ms: int) -> tuple[list[OutboxRow], int]:
        """Return events that were never sent, and the cursor after them; those behind one that waits wait, too."""
        head = await db.get(OutboxHeadRow, ())
        last, gone = (head.seq, head.gone_seq) if head is not None else (0, 0)
        if row.cursor_seq < gone:
            _ = await audit.note(
                db, SENDER, "hook.missed", row.id, {"events": gone - row.cursor_seq}, clock=self._clock
            )
            row.cursor_seq = gone
        wanted = select(OutboxRow).where(OutboxRow.seq > row.cursor_seq, OutboxRow.seq <= last, letters.wanted_by(row))
        page = list(await db.scalars(wanted.order_by(OutboxRow.seq).limit(limit)))
        if not page:
            return [], last
        cursor = page[-1].seq if len(page) == limit else last
        kept = await _known(db, row.id, (one.id for one in page))  # by a turn that was not settled
        new = [one for one in page if one.id not in kept]
        behind = await letters.subjects_waiting(db, row.id, {one.subject for one in new})
        waits = [_first(one, row.claimed_seq) for one in new if one.subject in behind]
        db.add_all([letters.waiting(one, row.id, now_ms) for one in waits])
        return [one for one in new if one.subject not in behind], cursor

    async def renew(self, turn: HookTurn) -> None:
        """Keep a turn for another `LEASE_MS`.

        Raises:
            TurnLost: it is over.
        """
        until_ms = self._clock.now_ms() + LEASE_MS
        own = HookRow.id == turn.hook, HookRow.turn == turn.token
        async with self._database.begin() as db:
            renewing = update(HookRow).where(*own).values(lease_ms=until_ms).returning(HookRow.id)
            if await db.scalar(renewing) is None:
                raise TurnLost

    async def settle(self, turn: HookTurn, results: Sequence[DeliveryResult]) -> str:
        """Write what became of a turn's deliveries, and end the turn; return why the web-hook was given up, if it was.

        Raises:
            TurnLost: it was over before; the node that has the next one sends them again.
        """
        now_ms = self._clock.now_ms()
        async with self._database.begin() as db:
            row = await db.get(HookRow, turn.hook, with_for_update=True)
            if row is None or row.turn != turn.token:
                raise TurnLost
            row.lease_ms, row.cursor_seq = 0, max(turn.cursor, row.cursor_seq)
            was_away = row.failures >= AWAY_AFTER
            _judge(row, results, now_ms)
            await self._keep(db, row, results, now_ms)
            if was_away and not row.failures:
                await _hurry(db, row.id, now_ms)
            return await self._stop_if_hopeless(db, row, results, now_ms)

    async def _keep(self, db: AsyncSession, row: HookRow, results: Sequence[DeliveryResult], now_ms: int) -> None:
        """Keep the deliveries that were not accepted; those given up are dead."""
        known = await _known(db, row.id, (one.delivery.event for one in results))
        for one in results:
            kept = known.get(one.delivery.event)
            if one.is_accepted:
                if kept is not None:
                    await db.delete(kept)
                continue
            if kept is None:
                kept = letters.waiting(one.delivery, row.id, now_ms)
                db.add(kept)
            if one.was_tried:
                self._put_off(kept, row, one, now_ms)
            else:
                kept.attempts = one.delivery.attempt - 1

    def _put_off(self, kept: HookDeliveryRow, row: HookRow, result: DeliveryResult, now_ms: int) -> None:
        kept.attempts, kept.tried_ms = result.delivery.attempt, now_ms
        kept.status, kept.why = result.status, result.why
        kept.next_ms = now_ms + max(pause_ms(kept.attempts), min(result.after_ms, ASKED_MAX_MS))
        # While a receiver is away altogether no event is given up for it: the web-hook is, in the end.
        if now_ms - kept.first_ms >= self._retry_ms and row.accepted_ms > kept.first_ms:
            kept.state = DeliveryState.DEAD

    async def _stop_if_hopeless(
        self, db: AsyncSession, row: HookRow, results: Iterable[DeliveryResult], now_ms: int
    ) -> str:
        """Stop a web-hook whose receiver is gone, or has accepted nothing for too long."""
        is_gone = any(one.status == HTTP_GONE for one in results)
        is_failing = bool(row.failing_ms) and row.failures >= AWAY_AFTER and now_ms - row.failing_ms >= self._retry_ms
        if not is_gone and not is_failing:
            return ""
        row.state, row.why = HookState.STOPPED, GONE if is_gone else FAILING
        facts = {"why": row.why, "name": row.name}
        _ = await audit.note(db, SENDER, "hook.given_up", row.id, facts, clock=self._clock)
        return row.why


def pause_ms(attempts: int) -> int:
    """Return the pause after so many attempts in milliseconds: growing, spread so that receivers do not march."""
    return _spread(min(FIRST_MS * GROWTH ** min(attempts - 1, 20), PAUSE_MAX_MS))


def _spread(pause: int) -> int:
    return round(pause * random.uniform(0.8, 1.2))  # noqa: S311 - no secret


def _judge(row: HookRow, results: Sequence[DeliveryResult], now_ms: int) -> None:
    """Note whether the receiver accepts; one that is away is tried again after a pause of its own."""
    tried = [one for one in results if one.was_tried]
    if any(one.is_accepted for one in tried):
        row.failures = row.failing_ms = row.next_ms = 0
        row.accepted_ms = now_ms
        return
    if not tried:
        return
    row.failures += len(tried)
    row.failing_ms = row.failing_ms or now_ms
    if row.failures >= AWAY_AFTER:
        times = row.failures - AWAY_AFTER
        pause = _spread(min(FIRST_MS * 2 ** min(times, 10), TRY_MAX_MS))
        asked = min(max(one.after_ms for one in tried), ASKED_MAX_MS)
        row.next_ms = now_ms + max(pause, asked)


async def _hurry(db: AsyncSession, hook: str, now_ms: int) -> None:
    """Let all that waits be sent now: the receiver is back."""
    waits = HookDeliveryRow.hook == hook, HookDeliveryRow.state == DeliveryState.WAITING
    await db.flush()
    await db.execute(update(HookDeliveryRow).where(*waits, HookDeliveryRow.next_ms > now_ms).values(next_ms=now_ms))


async def _known(db: AsyncSession, hook: str, events: Iterable[str]) -> Mapping[str, HookDeliveryRow]:
    wanted = select(HookDeliveryRow).where(HookDeliveryRow.hook == hook, HookDeliveryRow.event.in_(list(events)))
    return {row.event: row for row in await db.scalars(wanted)}


def _again(row: HookDeliveryRow) -> Delivery:
    row.attempts += 1  # counted before it is made: a node that dies meanwhile counts nothing
    return Delivery(row.event, row.seq, row.kind, row.subject, row.body.encode(), row.attempts)


def _first(row: OutboxRow, claimed: int) -> Delivery:
    # What a node had begun with, and did not settle, may have arrived.
    return letters.delivery_of(row, 2 if row.seq <= claimed else 1)
