"""Keeps calls in the ledger from before their first try until they are answered, refused or given up."""

import random
from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ports.kit.operation import Answered, Asked, PortOperation
from protocol.ids import ConnectionIds
from protocol.port_errors import PortCallDiffers, PortCallNotFound
from records import audit
from records.audit.notes import keys_of
from records.database import Database, rows_changed
from records.tables.ports import PortCallRow, PortCallState
from runtime.clock import Clock
from runtime.sealing import Sealing, Unsealable

LEASE_S: Final = 180.0
"""Longer than any try: after this a call whose process died is tried by another one."""
FIRST_WAIT_S: Final = 5.0
WAIT_MAX_S: Final = 15 * 60.0
GIVE_UP_S: Final = 3 * 24 * 3600.0
KEPT_S: Final = 30 * 24 * 3600.0
"""A call is forgotten so long after its end."""
AT_ONCE: Final = 20
REMOVED_AT_ONCE: Final = 1000

_new_id: Final = ConnectionIds().new
_jitter: Final = random.SystemRandom()


class KeptCall(msgspec.Struct, frozen=True):
    """A call that may be tried now: its key, its body, and how often it was tried before."""

    id: str
    port: str
    operation: str
    body: bytes
    attempts: int
    kept_ms: int
    lease_ms: int
    """The end of the lease of this try; with `attempts` it tells this try from one that took the call over."""


class PortCallTally(msgspec.Struct, frozen=True):
    """Numbers of a port's kept calls: those that wait, the age of the oldest in seconds, and those given up."""

    waiting: int = 0
    oldest_s: float = 0
    given_up: int = 0


class PortCalls:
    """The kept calls of one realm."""

    def __init__(self, database: Database, clock: Clock, sealing: Sealing) -> None:
        """Keep them in `database`, sealed by `sealing`."""
        self._database = database
        self._clock = clock
        self._sealing = sealing

    async def keep(
        self,
        db: AsyncSession,
        operation: PortOperation[Asked, Answered],
        asked: Asked,
        *,
        once: str,
        about: str,
        actor: str,
    ) -> str:
        """Keep a call in the caller's transaction and return its key; the same `once` again gives the same call.

        Raises:
            PortCallDiffers: the port was asked for the same before, with another content.
        """
        body = msgspec.json.encode(asked)
        now_ms = self._clock.now_ms()
        key = _new_id(now_ms)
        row = PortCallRow(
            id=key,
            port=operation.port,
            operation=operation.name,
            once=once,
            about=about,
            body=self._sealing.seal(body.decode(), key),
            body_hash=keys_of(db).sign_named("port_call", operation.path, body.decode()),
            state=PortCallState.WAITING,
            attempts=0,
            kept_ms=now_ms,
            next_ms=now_ms,
            lease_ms=0,
            ended_ms=0,
            answer="",
            problem="",
        )
        known = await _entered(db, row)
        if known is not row:
            if not keys_of(db).is_right_named(known.body_hash, "port_call", operation.path, body.decode()):
                raise PortCallDiffers(port=operation.port)
        elif operation.is_personal:
            await note(db, operation, about or key, actor, row.body_hash, self._clock)
        return known.id

    async def take(self, key: str) -> KeptCall | None:
        """Take a call to try it now; None while another one tries it, its turn has not come, or it is over.

        A call that the keys of this installation do not open waits for its next try, as one that failed.

        Raises:
            LedgerUnavailable: the ledger does not answer.
        """
        now_ms = self._clock.now_ms()
        is_due = and_(PortCallRow.id == key, _may_be_tried(now_ms))
        values = {"lease_ms": now_ms + round(LEASE_S * 1000), "attempts": PortCallRow.attempts + 1}
        async with self._database.begin() as db:
            taken = rows_changed(await db.execute(update(PortCallRow).where(is_due).values(values)))
            row = await db.get(PortCallRow, key) if taken else None
        if row is None:
            return None
        call = KeptCall(row.id, row.port, row.operation, b"", row.attempts, row.kept_ms, row.lease_ms)
        try:
            return msgspec.structs.replace(call, body=self._sealing.open(row.body, row.id).encode())
        except Unsealable:
            _ = await self.failed(call, "unsealable")
            return None

    async def due(self, port: str, most: int = AT_ONCE) -> Sequence[str]:
        """Return the keys of a port's calls that may be tried now, those due longest first."""
        now_ms = self._clock.now_ms()
        wanted = (
            select(PortCallRow.id)
            .where(PortCallRow.port == port, PortCallRow.next_ms <= now_ms, _may_be_tried(now_ms))
            .order_by(PortCallRow.next_ms, PortCallRow.id)
        )
        async with self._database.read() as db:
            return (await db.scalars(wanted.limit(most))).all()

    async def answered(self, call: KeptCall, answer: bytes) -> None:
        """End a call with its answer."""
        await self._end(call, PortCallState.ANSWERED, answer=self._sealing.seal(answer.decode(), call.id))

    async def refused(self, call: KeptCall, why: str) -> None:
        """End a call that the system refused with the code `why`."""
        await self._end(call, PortCallState.REFUSED, problem=why)

    async def failed(self, call: KeptCall, why: str) -> bool:
        """Let a call wait for its next try, longer each time; return False when it is given up after days.

        Nothing changes where the lease ended and another process took the call over.
        """
        now_ms = self._clock.now_ms()
        if now_ms - call.kept_ms >= GIVE_UP_S * 1000:
            return not await self._lay_down(call, state=PortCallState.GIVEN_UP, ended_ms=now_ms, problem=why)
        wait_s = min(FIRST_WAIT_S * 2.0 ** min(call.attempts - 1, 16), WAIT_MAX_S)
        _ = await self._lay_down(call, next_ms=now_ms + round(wait_s * _jitter.uniform(0.5, 1) * 1000), problem=why)
        return True

    async def put_back(self, call: KeptCall, why: str) -> None:
        """Undo `take`, for the reason `why`: nothing was tried, or nobody waited for its end."""
        _ = await self._lay_down(call, attempts=call.attempts - 1, problem=why)

    async def answer_of(self, key: str) -> tuple[PortCallState, bytes, str]:
        """Return the state of a call, its answer, and the reason when it has none.

        Raises:
            PortCallNotFound: there is no such call.
        """
        async with self._database.read() as db:
            row = await db.get(PortCallRow, key)
        if row is None:
            raise PortCallNotFound
        answer = self._sealing.open(row.answer, row.id).encode() if row.answer else b""
        return row.state, answer, row.problem

    async def try_again(self, key: str, actor: str) -> None:
        """Let a call that was given up or refused wait again, as if it were new.

        Raises:
            PortCallNotFound: there is no such call, or it waits or was answered.
        """
        now_ms = self._clock.now_ms()
        is_over = and_(PortCallRow.id == key, PortCallRow.state.in_([PortCallState.GIVEN_UP, PortCallState.REFUSED]))
        values = {"state": PortCallState.WAITING, "attempts": 0, "kept_ms": now_ms, "next_ms": now_ms, "ended_ms": 0}
        async with self._database.begin() as db:
            if not rows_changed(await db.execute(update(PortCallRow).where(is_over).values(values))):
                raise PortCallNotFound
            _ = await audit.note(db, actor, "port.retried", key, clock=self._clock)

    async def tallies(self) -> dict[str, PortCallTally]:
        """Return the numbers of kept calls by port."""
        wanted = (
            select(PortCallRow.port, PortCallRow.state, func.count(), func.min(PortCallRow.kept_ms))
            .where(PortCallRow.state.in_([PortCallState.WAITING, PortCallState.GIVEN_UP]))
            .group_by(PortCallRow.port, PortCallRow.state)
        )
        async with self._database.read() as db:
            rows = (await db.execute(wanted)).all()
        found: dict[str, PortCallTally] = {}
        for port, state, count, oldest_ms in rows:
            known = found.get(port, PortCallTally())
            if state is PortCallState.WAITING:
                age_s = max(0.0, (self._clock.now_ms() - oldest_ms) / 1000)
                found[port] = PortCallTally(count, age_s, known.given_up)
            else:
                found[port] = PortCallTally(known.waiting, known.oldest_s, count)
        return found

    async def listed(self, state: PortCallState, most: int) -> Sequence[PortCallRow]:
        """Return the oldest calls of a state, their contents sealed."""
        async with self._database.read() as db:
            wanted = select(PortCallRow).where(PortCallRow.state == state).order_by(PortCallRow.id).limit(most)
            return (await db.scalars(wanted)).all()

    async def forget(self) -> int:
        """Remove the calls whose end is long past, those that were given up too; return their number."""
        before_ms = self._clock.sure_ms() - round(KEPT_S * 1000)
        removed = 0
        while True:
            some = select(PortCallRow.id).where(PortCallRow.ended_ms > 0, PortCallRow.ended_ms < before_ms)
            is_old = PortCallRow.id.in_(some.limit(REMOVED_AT_ONCE).scalar_subquery())
            async with self._database.begin() as db:
                gone = rows_changed(await db.execute(delete(PortCallRow).where(is_old)))
            removed += gone
            if gone < REMOVED_AT_ONCE:
                return removed

    async def _end(self, call: KeptCall, state: PortCallState, *, answer: str = "", problem: str = "") -> None:
        """End a call by what its system said, which is as true where another process took the call over meanwhile."""
        ended_ms = self._clock.now_ms()
        _ = await self._settle(
            PortCallRow.id == call.id, state=state, ended_ms=ended_ms, answer=answer, problem=problem[:64]
        )

    async def _lay_down(self, call: KeptCall, **values: object) -> bool:
        """Write how a try without an answer ended; return False where the call is not this try's any more."""
        is_own = and_(
            PortCallRow.id == call.id, PortCallRow.lease_ms == call.lease_ms, PortCallRow.attempts == call.attempts
        )
        return await self._settle(is_own, **values)

    async def _settle(self, is_it: ColumnElement[bool], **values: object) -> bool:
        waits = and_(is_it, PortCallRow.state == PortCallState.WAITING)
        async with self._database.begin() as db:
            return bool(rows_changed(await db.execute(update(PortCallRow).where(waits).values(lease_ms=0, **values))))


async def note(
    db: AsyncSession, operation: PortOperation[Asked, Answered], subject: str, actor: str, signed: str, clock: Clock
) -> None:
    """Write on the trail that a port was asked about a person: the purpose, and the keyed hash of the question."""
    facts = {"port": operation.port, "operation": operation.name, "purpose": operation.purpose, "hash": signed[:25]}
    _ = await audit.note(db, actor, "port.asked", subject, facts, clock=clock)


async def _entered(db: AsyncSession, row: PortCallRow) -> PortCallRow:
    """Add a call and return it, or the one that was kept for the same before."""
    wanted = select(PortCallRow).where(PortCallRow.port == row.port, PortCallRow.once == row.once)
    if (known := await db.scalar(wanted)) is not None:
        return known
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError:  # another node was faster
        return (await db.scalars(wanted)).one()
    return row


def _may_be_tried(now_ms: int) -> ColumnElement[bool]:
    """Return the condition of a call that waits, that nobody tries, and before which none of its matter waits."""
    earlier = aliased(PortCallRow)
    is_after = exists().where(
        earlier.realm == PortCallRow.realm,
        earlier.port == PortCallRow.port,
        earlier.about == PortCallRow.about,
        earlier.state == PortCallState.WAITING,
        earlier.id < PortCallRow.id,
    )
    is_free = or_(PortCallRow.about == "", ~is_after)
    return and_(PortCallRow.state == PortCallState.WAITING, PortCallRow.lease_ms <= now_ms, is_free)
