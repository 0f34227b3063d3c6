"""Enrol devices as booths: a one-time code registers the device's public key; no secret is kept."""

import hashlib
import secrets
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol import typed
from protocol.errors import BadInput, BadToken, UnknownBooth
from protocol.identity_errors import BadBoothProof
from protocol.ids import encode
from records import audit
from records.database import Database
from records.staff.accounts import OPERATOR
from records.tables.places import BoothRow
from runtime.clock import Clock, SystemClock
from runtime.device_keys import is_key

CODE_LENGTH: Final = 8
CODE_LIFE_S: Final = 24 * 3600


def _hash(secret: str) -> str:
    # What is hashed is random or public: a fast hash is enough, there is nothing to guess from.
    return hashlib.sha256(secret.encode()).hexdigest()


async def new_code(database: Database, booth: str, *, clock: Clock | None = None, life_s: int = CODE_LIFE_S) -> str:
    """Return a new one-time code for the booth, as `ABCD-EFGH`; an older unused one is void.

    Raises:
        UnknownBooth: there is no such booth.
    """
    code = encode(secrets.randbits(5 * CODE_LENGTH), CODE_LENGTH)
    async with database.begin() as db:
        row = await db.get(BoothRow, booth)
        if row is None or row.retired:
            raise UnknownBooth(booth=booth[:64])
        row.code_hash = _hash(code)
        row.code_until_ms = (clock or SystemClock()).now_ms() + life_s * 1000
        _ = await audit.note(db, OPERATOR, "booth.code_made", row.id, clock=clock)
    return f"{code[:4]}-{code[4:]}"


def check_code(code: str) -> None:
    """Refuse what cannot be a code; it costs nothing.

    Raises:
        BadInput: it has too few or too many signs.
    """
    if len(typed.code(code)) != CODE_LENGTH:
        raise BadInput(field="code", why="booth_code", length=CODE_LENGTH)


async def enrol(database: Database, code: str, key: str, *, clock: Clock | None = None) -> str:
    """Use up a code and keep the device's public key; return the booth's id. An earlier key of that booth is void.

    Raises:
        BadInput: this cannot be a code, or it is not a key.
        UnknownBooth: the code is wrong, used up or expired.
    """
    check_code(code)
    hashes = [_hash(reading) for reading in typed.secret_readings(code)]
    now_ms = (clock or SystemClock()).now_ms()
    async with database.begin() as db:
        wanted = select(BoothRow).where(BoothRow.code_hash.in_(hashes), ~BoothRow.retired)
        rows = [row for row in await db.scalars(wanted.with_for_update()) if row.code_until_ms > now_ms]
        if not rows:
            raise UnknownBooth
        row = min(rows, key=lambda each: hashes.index(each.code_hash or ""))
        return await _keep(db, row, key, "code", clock)


async def bind(database: Database, token: str, key: str, *, clock: Clock | None = None) -> str:
    """Use up the token that the release before gave a booth and keep the device's key; return the booth's id.

    Raises:
        BadInput: this is not a key.
        BadToken: the token is no booth's, or was used up.
    """
    async with database.begin() as db:
        wanted = select(BoothRow).where(BoothRow.token_hash == _hash(token), ~BoothRow.retired)
        row = (await db.scalars(wanted.with_for_update())).one_or_none()
        if row is None:
            raise BadToken
        return await _keep(db, row, key, "token", clock)


async def _keep(db: AsyncSession, row: BoothRow, key: str, by: str, clock: Clock | None) -> str:
    if not is_key(key):
        raise BadInput(field="key", why="format")
    row.code_hash = row.token_hash = None
    row.key, row.enrolled_ms, row.stopped_ms = key, (clock or SystemClock()).now_ms(), 0
    facts = {"by": by, "key": _hash(key)[:16]}
    _ = await audit.note(db, f"booth:{row.id}", "booth.enrolled", row.id, facts, clock=clock)
    return row.id


class BoothState(msgspec.Struct, frozen=True):
    """A booth's device: its public `key`, empty when none is enrolled."""

    id: str
    name: str
    key: str
    enrolled_ms: int
    stopped_ms: int
    has_token: bool
    """Whether the token of the release before still waits to be exchanged for a key."""


async def stop(database: Database, booth: str, *, clock: Clock | None = None) -> None:
    """Forget a booth's key and code: its device is a stranger until it is enrolled anew.

    Raises:
        UnknownBooth: there is no such booth.
    """
    async with database.begin() as db:
        row = await db.get(BoothRow, booth, with_for_update=True)
        if row is None:
            raise UnknownBooth(booth=booth[:64])
        row.code_hash = row.token_hash = row.key = None
        row.stopped_ms = (clock or SystemClock()).now_ms()
        _ = await audit.note(db, OPERATOR, "booth.stopped", row.id, clock=clock)


async def note_refused(database: Database, booth: str, why: str, *, clock: Clock | None = None) -> None:
    """Put on the audit trail that a device without the booth's key said to be this booth."""
    async with database.begin() as db:
        _ = await audit.note(
            db, "unknown device", "booth.refused", booth, {"why": why}, result=BadBoothProof.code, clock=clock
        )


async def find(database: Database, booth: str) -> BoothState:
    """Return the stored facts of one booth's device.

    Raises:
        UnknownBooth: there is no such booth.
    """
    async with database.read() as db:
        row = await db.get(BoothRow, booth)
        if row is None or row.retired:
            raise UnknownBooth(booth=booth[:64])
        return _state(row)


async def all_booths(database: Database) -> list[BoothState]:
    """Return all booths by id."""
    async with database.read() as db:
        rows = await db.scalars(select(BoothRow).where(~BoothRow.retired).order_by(BoothRow.id))
        return [_state(row) for row in rows]


def _state(row: BoothRow) -> BoothState:
    return BoothState(row.id, row.name, row.key or "", row.enrolled_ms, row.stopped_ms, row.token_hash is not None)
