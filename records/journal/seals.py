"""Seals the records: what each batch of the journal made of them is signed, chained, and can be computed again.

The recorder knows each row as it found it and as it leaves it. Both are hashed with the key and written down as one
line of the batch. A row that was changed past the program does not have the hash that the last batch left, and one
that the recorder touches again afterwards is found by the hash from before. What retention removes stays verifiable:
the line stays, and the row may be missing where the trail says that retention removed rows of that age.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.audit.notes import keys_of
from records.journal.standing import SealedLine, Standing, standing
from records.proven import Proven
from records.signing import AuditKeys
from records.tables.base import REALM, Base, key_attributes
from records.tables.journal import AuditRow, JournalPositionRow, RecordSealRow
from records.tables.ledger import ReservationRow, TicketRow
from records.tables.sessions import (
    ChatLineRow,
    ClosingRow,
    ConsentRow,
    DocumentRow,
    OutcomeRow,
    ParticipantRow,
    RatingRow,
    SessionRow,
)

SEALED: Final[tuple[type[Base], ...]] = (
    TicketRow,
    ReservationRow,
    SessionRow,
    ParticipantRow,
    DocumentRow,
    ChatLineRow,
    ConsentRow,
    OutcomeRow,
    ClosingRow,
    RatingRow,
)
#: What others than the recorder may take away: retention.
UNSEALED: Final = {SessionRow: {"notes"}, DocumentRow: {"wiped_ms"}}
NOTES: Final = "notes:"
CHAT: Final = "chat_lines:"
GENESIS: Final = "0" * 64
PAGE: Final = 500
SHORT: Final = 32
"""Digits of a row's hash: 128 bits."""


class SealResult(Proven, frozen=True):
    """Result of a check of the seals; a broken one names the first changed row."""

    rows: int
    batches: int

    def __str__(self) -> str:
        """Return one line."""
        return self.told("records", f"whole, {self.rows} rows in {self.batches} sealed batches")


def value_of(row: Base, column: Any) -> Any:
    """Return the value of a row's column; the attribute may have another name than the column."""
    return getattr(row, row.__mapper__.get_property_by_column(column).key)


def name_of(row: Base) -> str:
    """Return a row's name: table and key."""
    keys = [str(value_of(row, column)) for column in row.__table__.primary_key if column.key != REALM]
    return f"{row.__tablename__}:{'/'.join(keys)}"


def hashes(row: Base, keys: AuditKeys) -> dict[str, str]:
    """Return the hashes of a row by name: its own, and that of a session's notes, which retention clears.

    A column that is empty counts as one that is not there: tables may grow columns without a new seal.
    """
    free = UNSEALED.get(type(row), set())
    said: dict[str, Any] = {
        str(column.key): msgspec.to_builtins(value, enc_hook=str)
        for column in row.__table__.columns
        if column.key != REALM and column.key not in free and (value := value_of(row, column))
    }
    name = name_of(row)
    found = {name: keys.sign("row", name, sorted(said.items()))[:SHORT]}
    if isinstance(row, SessionRow):
        found[NOTES + row.id] = keys.sign("row", NOTES + row.id, row.notes)[:SHORT] if row.notes else ""
    return found


def time_of(row: Base) -> int:
    """Return the time a row belongs to, by which retention judges it."""
    at_ms = getattr(row, "at_ms", 0) or getattr(row, "began_ms", 0)
    return at_ms if isinstance(at_ms, int) else 0


async def seal(db: AsyncSession, position: JournalPositionRow, loaded: Mapping[str, str], rows: Iterable[Base]) -> None:
    """Record the states that a batch gave to `rows`; `loaded` are the hashes of the rows that existed before.

    The caller holds the lock of `position`, and has flushed.
    """
    keys = keys_of(db)
    lines = [
        SealedLine(name, loaded.get(name, ""), now, time_of(row))
        for row in rows
        if isinstance(row, SEALED)
        for name, now in hashes(row, keys).items()
        if now != loaded.get(name, "")
    ]
    if not lines:
        return
    text = msgspec.json.encode(lines).decode()
    previous, seq = position.seal_hash or GENESIS, position.seal_seq + 1
    digest = keys.sign("records", position.realm, seq, text, previous)
    db.add(RecordSealRow(realm=position.realm, seq=seq, rows=text, previous=previous, hash=digest, key=keys.current))
    position.seal_seq, position.seal_hash = seq, digest
    await db.flush()


async def adopt(db: AsyncSession, realm: str) -> int:
    """Seal the rows recorded before there were seals and return their number. Does nothing once there is a seal."""
    wanted = select(JournalPositionRow).where(JournalPositionRow.realm == realm).with_for_update()
    position = (await db.scalars(wanted)).one_or_none()
    if position is None or position.seal_seq:
        return 0
    done = 0
    async for rows in _all_rows(db):
        await seal(db, position, {}, rows)
        done += len(rows)
        db.expunge_all()
        position = (await db.scalars(wanted)).one()
    return done


async def _all_rows(db: AsyncSession) -> AsyncIterator[list[Base]]:
    for kind in SEALED:
        after: tuple[Any, ...] | None = None
        columns = key_attributes(kind)
        while True:
            wanted = select(kind).order_by(*columns).limit(PAGE)
            if after is not None:
                wanted = wanted.where(_after(columns, after))
            rows = list(await db.scalars(wanted))
            if not rows:
                break
            after = tuple(getattr(rows[-1], column.key) for column in columns)
            yield rows


def _after(columns: list[Any], values: tuple[Any, ...]) -> Any:
    """Return the condition that a key comes after this one, spelled out: enumerations have no row values."""
    return or_(
        *(
            and_(*(columns[before] == values[before] for before in range(place)), columns[place] > values[place])
            for place in range(len(columns))
        )
    )


async def verify(db: AsyncSession, anchored: Mapping[str, Mapping[int, str]] | None = None) -> SealResult:
    """Check all seals, and all sealed rows against the last seal of each; memory does not grow with the rows."""
    async with standing() as kept:
        return await _verify(db, anchored or {}, kept)


async def _verify(db: AsyncSession, anchored: Mapping[str, Mapping[int, str]], kept: Standing) -> SealResult:
    keys, batches = keys_of(db), 0
    # Also realms of which nothing but an anchor or a seal is left: who takes all of one away is found by that.
    realms = {*anchored, *await db.scalars(select(JournalPositionRow.realm))}
    for realm in sorted({*realms, *await db.scalars(select(RecordSealRow.realm).distinct())}):
        found = await _fold(db, keys, realm, dict(anchored.get(realm, {})), kept)
        if isinstance(found, SealResult):
            return found
        batches += found
    cut_ms, rows = await _cut_ms(db), 0
    async for some in _all_rows(db):
        rows += len(some)
        found_now = {name: now for row in some for name, now in hashes(row, keys).items()}
        for odd in await kept.compare(found_now):
            if not (odd.name.startswith(NOTES) and not odd.now and odd.at_ms < cut_ms):
                return SealResult(rows, batches, broken=odd.name, why="row_changed" if odd.was else "row_added")
        db.expunge_all()
    missing = ""
    while lost := await kept.unseen(missing):
        for missing, at_ms in lost:
            if not (missing.startswith((CHAT, NOTES)) and at_ms < cut_ms):
                return SealResult(rows, batches, broken=missing, why="row_missing")
    return SealResult(rows, batches)


async def _fold(
    db: AsyncSession,
    keys: AuditKeys,
    realm: str,
    anchors: dict[int, str],
    kept: Standing,
) -> int | SealResult:
    """Check a realm's batches and fold their lines into the last hash of each row; return how many there are."""
    seq, previous = 0, GENESIS
    while True:
        wanted = select(RecordSealRow).where(RecordSealRow.realm == realm, RecordSealRow.seq > seq)
        page = (await db.scalars(wanted.order_by(RecordSealRow.seq).limit(PAGE))).all()
        if not page:
            break
        for batch in page:
            where = f"batch {realm}/{seq + 1}"
            why = _fault(keys, batch, seq + 1, previous)
            why = why or ("anchor_differs" if anchors.pop(batch.seq, batch.hash) != batch.hash else "")
            if why:
                return SealResult(0, seq, broken=where, why=why)
            for odd in await kept.follow(msgspec.json.decode(batch.rows, type=list[SealedLine])):
                if not (odd.name.startswith(NOTES) and not odd.was):
                    return SealResult(0, seq, broken=odd.name, why="changed_before_its_next_event")
            seq, previous = batch.seq, batch.hash
        db.expunge_all()
    position = await db.get(JournalPositionRow, (), populate_existing=True)
    ends = position is not None and (position.seal_seq, position.seal_hash or GENESIS) == (seq, previous)
    if not ends or any(number > seq for number in anchors):
        return SealResult(0, seq, broken=f"batch {realm}/{seq + 1}", why="end_missing")
    return seq


def _fault(keys: AuditKeys, batch: RecordSealRow, seq: int, previous: str) -> str:
    if batch.seq != seq:
        return "batch_missing"
    if batch.previous != previous:
        return "link_changed"
    right = keys.is_right(batch.hash, batch.key, "records", batch.realm, batch.seq, batch.rows, batch.previous)
    return "" if right else "batch_changed"


async def _cut_ms(db: AsyncSession) -> int:
    """Return the time before which retention has removed talk, as the (verified) trail says."""
    wanted = select(AuditRow.facts).where(AuditRow.action == "talk.removed", AuditRow.actor == "retention")
    cuts = [msgspec.json.decode(facts, type=dict[str, Any]).get("before_ms", 0) for facts in await db.scalars(wanted)]
    return max(cuts, default=0)
