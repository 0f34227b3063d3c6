"""Keeps web-hooks: makes, changes, rotates, stops, opens and closes them, and sends dead deliveries again."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadInput, IllegalMove, NotFound
from protocol.ids import new_id
from protocol.outbox import KINDS
from protocol.scopes import Scope, parse
from records import audit
from records.audit import Who
from records.database import Database
from records.outbox import letters
from records.scopes import check_place
from records.staff.accounts import OPERATOR
from records.tables.hooks import DeliveryState, HookDeliveryRow, HookRow, HookSecret, HookState
from records.tables.outbox import OutboxHeadRow
from runtime import signatures
from runtime.clock import Clock
from runtime.receivers import URL_MAX, AllowList, ReceiverRefused, host_of
from runtime.sealing import Sealing, Unsealable, sealing_of
from runtime.settings import Settings

SECRETS_MAX: Final = 4
HOOKS_MAX: Final = 50
OVERLAP_MAX_S: Final = 30 * 24 * 3600


class HookSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A web-hook as the operator wants it: its receiver, and the events for it; no `kinds` means all."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    url: Annotated[str, Meta(min_length=8, max_length=URL_MAX)]
    kinds: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=len(KINDS))] = ()
    scope: Annotated[
        str, Meta(max_length=100, description="`realm`, `district:CODE`, `department:ID` or `site:ID`")
    ] = "realm"


class HookView(msgspec.Struct, frozen=True):
    """A web-hook as operators see it. `behind` counts numbers of the outbox that it was not sent yet.

    Times are milliseconds since the epoch; `failing_ms` is 0 while deliveries are accepted.
    """

    id: str
    name: str
    url: str
    kinds: tuple[str, ...]
    scope: str
    state: HookState
    why: str
    secrets: int
    behind: int
    waiting: int
    dead: int
    failing_ms: int
    accepted_ms: int
    made_ms: int


class HookTrouble(msgspec.Struct, frozen=True):
    """Trouble of a realm's web-hooks: since when the one that fails longest accepts nothing, and dead deliveries.

    `failing_ms` is in milliseconds since the epoch, 0 where none fails.
    """

    failing_ms: int = 0
    dead: int = 0


class HookMade(msgspec.Struct, frozen=True):
    """A web-hook and its new secret, which is shown this once."""

    hook: HookView
    secret: str


def hook_sealing(settings: Settings) -> Sealing:
    """Return what seals the secrets of web-hooks in this installation."""
    return sealing_of(settings, "web-hook")


class Hooks:
    """The web-hooks of a realm."""

    def __init__(self, database: Database, clock: Clock, sealing: Sealing, allowed: AllowList) -> None:
        """Keep their secrets in the ledger, sealed; a receiver must be `allowed`."""
        self._database = database
        self._clock = clock
        self._sealing = sealing
        self._allowed = allowed

    async def make(self, spec: HookSpec, by: str | Who = OPERATOR) -> HookMade:
        """Make a web-hook, which gets the events from now on.

        Raises:
            BadInput: the receiver is not on the operator's list, or a kind or the scope is none.
        """
        scope = self._checked(spec)
        async with self._database.begin() as db:
            await check_place(db, scope)
            others = await db.scalars(select(HookRow.id).where(HookRow.state != HookState.CLOSED))
            if len(others.all()) >= HOOKS_MAX:
                raise BadInput(field="hooks", why="too_many", max=HOOKS_MAX)
            now_ms, last = self._clock.now_ms(), await db.scalar(select(OutboxHeadRow.seq)) or 0
            row = HookRow(id=new_id(now_ms), made_ms=now_ms, state=HookState.ACTIVE, cursor_seq=last, claimed_seq=last)
            _put(row, spec, scope)
            secret, kept = self._new_secret(row.id, now_ms)
            row.secrets = (kept,)
            db.add(row)
            await db.flush()
            await self._note(db, by, "hook.made", row)
            return HookMade(await _view(db, row), secret)

    async def change(self, hook: str, spec: HookSpec, by: str | Who = OPERATOR) -> HookView:
        """Change receiver, kinds and scope; events that were not accepted yet go by the new ones, or not at all.

        Raises:
            NotFound: there is no such web-hook.
            IllegalMove: it is closed.
            BadInput: as `make`.
        """
        scope = self._checked(spec)
        async with self._database.begin() as db:
            await check_place(db, scope)
            row = await _open(db, hook)
            is_moved = row.url != spec.url
            _put(row, spec, scope)
            row.turn += 1  # deliveries that are under way go by what was before: they end this turn
            await letters.drop_unwanted(db, row)
            if is_moved:
                await _begin_anew(db, row, self._clock.now_ms())
            await self._note(db, by, "hook.changed", row)
            return await _view(db, row)

    async def rotate(self, hook: str, overlap_s: int, by: str | Who = OPERATOR) -> HookMade:
        """Give a web-hook a further secret; those before it sign beside it for `overlap_s` seconds.

        Raises:
            NotFound: there is no such web-hook.
            IllegalMove: it is closed.
            BadInput: too many secrets are in their overlap.
        """
        async with self._database.begin() as db:
            row, now_ms = await _open(db, hook), self._clock.now_ms()
            until_ms = now_ms + overlap_s * 1000
            kept = [
                msgspec.structs.replace(one, until_ms=min(one.until_ms or until_ms, until_ms))
                for one in row.secrets
                if overlap_s and (not one.until_ms or one.until_ms > now_ms)
            ]
            if len(kept) >= SECRETS_MAX:
                raise BadInput(field="secrets", why="too_many", max=SECRETS_MAX)
            secret, new = self._new_secret(row.id, now_ms)
            row.secrets = (new, *kept)
            await self._note(db, by, "hook.rotated", row)
            return HookMade(await _view(db, row), secret)

    async def stop(self, hook: str, by: str | Who = OPERATOR) -> HookView:
        """Send nothing more until it is opened; it then goes on where it stopped.

        Raises:
            NotFound: there is no such web-hook.
            IllegalMove: it is closed.
        """
        async with self._database.begin() as db:
            row = await _open(db, hook)
            row.state, row.why = HookState.STOPPED, OPERATOR
            row.turn += 1  # a delivery that is under way ends this turn
            await self._note(db, by, "hook.stopped", row)
            return await _view(db, row)

    async def open(self, hook: str, by: str | Who = OPERATOR) -> HookView:
        """Send again, at once, from where it stopped.

        Raises:
            NotFound: there is no such web-hook.
            IllegalMove: it is closed.
            BadInput: its receiver is not on the operator's list any more.
        """
        async with self._database.begin() as db:
            row, now_ms = await _open(db, hook), self._clock.now_ms()
            self._check_receiver(row.url)
            row.state, row.why = HookState.ACTIVE, ""
            await _begin_anew(db, row, now_ms)
            await self._note(db, by, "hook.opened", row)
            return await _view(db, row)

    async def close(self, hook: str, by: str | Who = OPERATOR) -> HookView:
        """Close a web-hook for good: its secrets and deliveries are removed, nothing is sent again.

        Raises:
            NotFound: there is no such web-hook.
            IllegalMove: it is closed.
        """
        async with self._database.begin() as db:
            row = await _open(db, hook)
            row.state, row.why, row.secrets = HookState.CLOSED, OPERATOR, ()
            row.turn += 1
            await db.execute(delete(HookDeliveryRow).where(HookDeliveryRow.hook == row.id))
            await self._note(db, by, "hook.closed", row)
            return await _view(db, row)

    async def resend(self, hook: str, events: Sequence[str] = (), by: str | Who = OPERATOR) -> int:
        """Send events again by their ids, with the same bytes; without ids all dead deliveries. Return how many.

        Raises:
            NotFound: there is no such web-hook, or one of the events is not kept any more or beyond its scope.
            IllegalMove: it is closed.
        """
        async with self._database.begin() as db:
            row = await _open(db, hook)
            count = await letters.keep_for_again(db, row, events, self._clock.now_ms())
            await self._note(db, by, "hook.resent", row, count=count)
            return count

    async def reseal(self) -> None:
        """Seal all secrets with the newest master key; one that opens with no key stays as it is."""
        async with self._database.begin() as db:
            for row in await db.scalars(select(HookRow).with_for_update()):
                with suppress(Unsealable):
                    row.secrets = tuple(
                        msgspec.structs.replace(
                            one, sealed=self._sealing.seal(self._sealing.open(one.sealed, row.id), row.id)
                        )
                        for one in row.secrets
                    )

    async def listed(self) -> list[HookView]:
        """Return all web-hooks, oldest first."""
        async with self._database.read() as db:
            rows = (await db.scalars(select(HookRow).order_by(HookRow.id))).all()
            return await _views(db, rows)

    async def trouble(self) -> HookTrouble:
        """Return the trouble of the web-hooks that are sent to, and of their deliveries."""
        failing = select(func.min(HookRow.failing_ms)).where(HookRow.state == HookState.ACTIVE, HookRow.failing_ms > 0)
        dead = select(func.count()).select_from(HookDeliveryRow).where(HookDeliveryRow.state == DeliveryState.DEAD)
        async with self._database.read() as db:
            return HookTrouble(await db.scalar(failing) or 0, await db.scalar(dead) or 0)

    def _checked(self, spec: HookSpec) -> Scope:
        if not spec.name.strip():
            raise BadInput(field="name", why="missing")
        if not spec.name.isprintable():
            raise BadInput(field="name", why="format")
        self._check_receiver(spec.url)
        if unknown := set(spec.kinds) - KINDS.keys():
            raise BadInput(field="kinds", why="unknown", kind=min(unknown))
        return parse(spec.scope)

    def _check_receiver(self, url: str) -> None:
        try:
            _ = self._allowed.check(url)
        except ReceiverRefused as problem:
            raise BadInput(field="url", why=problem.why) from None

    def _new_secret(self, hook: str, now_ms: int) -> tuple[str, HookSecret]:
        secret = signatures.new_secret()
        return secret, HookSecret(self._sealing.seal(secret, hook), now_ms)

    async def _note(self, db: AsyncSession, by: str | Who, act: str, row: HookRow, **facts: int) -> None:
        told = {"name": row.name, "host": host_of(row.url), "scope": str(Scope(row.scope_kind, row.scope_id))}
        _ = await audit.note(db, by, act, row.id, {**told, **facts}, clock=self._clock)


def _put(row: HookRow, spec: HookSpec, scope: Scope) -> None:
    row.name, row.url, row.kinds = spec.name, spec.url, tuple(sorted(set(spec.kinds)))
    row.scope_kind, row.scope_id = scope.kind, scope.id


async def _begin_anew(db: AsyncSession, row: HookRow, now_ms: int) -> None:
    """Forget that the receiver failed: all that waits is sent at once."""
    row.failures = row.failing_ms = row.next_ms = 0
    waiting = HookDeliveryRow.hook == row.id, HookDeliveryRow.state == DeliveryState.WAITING
    await db.execute(update(HookDeliveryRow).where(*waiting).values(next_ms=now_ms, first_ms=now_ms))


async def _open(db: AsyncSession, hook: str) -> HookRow:
    row = await db.get(HookRow, hook[:64], with_for_update=True)
    if row is None:
        raise NotFound(what="hook", id=hook[:64])
    if row.state is HookState.CLOSED:
        raise IllegalMove(what="hook", state=row.state.value)
    return row


async def _view(db: AsyncSession, row: HookRow) -> HookView:
    [view] = await _views(db, [row])
    return view


async def _views(db: AsyncSession, rows: Sequence[HookRow]) -> list[HookView]:
    of = HookDeliveryRow.hook, HookDeliveryRow.state
    count = select(*of, func.count()).where(HookDeliveryRow.hook.in_([row.id for row in rows])).group_by(*of)
    counts = {(hook, state): number for hook, state, number in await db.execute(count)}
    last = await db.scalar(select(OutboxHeadRow.seq)) or 0
    return [_shown(row, last, counts) for row in rows]


def _shown(row: HookRow, last: int, counts: Mapping[tuple[str, DeliveryState], int]) -> HookView:
    return HookView(
        id=row.id,
        name=row.name,
        url=row.url,
        kinds=row.kinds,
        scope=str(Scope(row.scope_kind, row.scope_id)),
        state=row.state,
        why=row.why,
        secrets=len(row.secrets),
        behind=last - row.cursor_seq,
        waiting=counts.get((row.id, DeliveryState.WAITING), 0),
        dead=counts.get((row.id, DeliveryState.DEAD), 0),
        failing_ms=row.failing_ms,
        accepted_ms=row.accepted_ms,
        made_ms=row.made_ms,
    )
