"""How a booth proves that it is this booth: a one-time enrolment code, then a token; only their hashes are kept."""

import hashlib
import secrets
from typing import Final

import msgspec
from sqlalchemy import select

from protocol import typed
from protocol.errors import BadInput, BadToken, UnknownBooth
from protocol.ids import encode
from records import audit
from records.database import Database
from records.staff.accounts import OPERATOR
from records.tables.places import BoothRow
from runtime.clock import Clock, SystemClock

CODE_LENGTH: Final = 8
CODE_LIFE_S: Final = 24 * 3600
TOKEN_BYTES: Final = 32


def _hash(secret: str) -> str:
    # Both are random and long-lived only as hashes: a fast hash is enough, there is nothing to guess from.
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


async def enrol(database: Database, code: str, *, clock: Clock | None = None) -> tuple[str, str]:
    """Use up a code; return the booth's id and its token. An earlier token of that booth is void.

    Raises:
        BadInput: this cannot be a code.
        UnknownBooth: the code is wrong, used up or expired.
    """
    if len(typed.code(code)) != CODE_LENGTH:
        raise BadInput(field="code", why="booth_code", length=CODE_LENGTH)
    hashes = [_hash(reading) for reading in typed.secret_readings(code)]
    now_ms = (clock or SystemClock()).now_ms()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    async with database.begin() as db:
        wanted = select(BoothRow).where(BoothRow.code_hash.in_(hashes), ~BoothRow.retired)
        rows = [row for row in await db.scalars(wanted.with_for_update()) if row.code_until_ms > now_ms]
        if not rows:
            raise UnknownBooth
        row = min(rows, key=lambda each: hashes.index(each.code_hash or ""))
        row.code_hash = None
        row.token_hash = _hash(token)
        row.enrolled_ms, row.stopped_ms = now_ms, 0
        _ = await audit.note(db, f"booth:{row.id}", "booth.enrolled", row.id, clock=clock)
        return row.id, token


class BoothState(msgspec.Struct, frozen=True):
    """A booth as the list of booths shows it."""

    id: str
    name: str
    is_enrolled: bool
    enrolled_ms: int
    stopped_ms: int


async def stop(database: Database, booth: str, *, clock: Clock | None = None) -> None:
    """Forget a booth's token and code: its device is a stranger until it is enrolled anew.

    Raises:
        UnknownBooth: there is no such booth.
    """
    async with database.begin() as db:
        row = await db.get(BoothRow, booth, with_for_update=True)
        if row is None:
            raise UnknownBooth(booth=booth[:64])
        row.code_hash = row.token_hash = None
        row.stopped_ms = (clock or SystemClock()).now_ms()
        _ = await audit.note(db, OPERATOR, "booth.stopped", row.id, clock=clock)


async def all_booths(database: Database) -> list[BoothState]:
    """Return all booths by id."""
    async with database.read() as db:
        rows = await db.scalars(select(BoothRow).where(~BoothRow.retired).order_by(BoothRow.id))
        return [
            BoothState(row.id, row.name, row.token_hash is not None, row.enrolled_ms, row.stopped_ms) for row in rows
        ]


async def check_token(database: Database, token: str) -> str:
    """Return the id of the booth that holds this token.

    Raises:
        BadToken: it is nobody's, or the booth was enrolled anew since.
    """
    async with database.read() as db:
        wanted = select(BoothRow.id).where(BoothRow.token_hash == _hash(token), ~BoothRow.retired)
        booth = (await db.scalars(wanted)).one_or_none()
    if booth is None:
        raise BadToken
    return booth
