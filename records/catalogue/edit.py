"""Changes one row of the catalogue by an operator's hand; an import leaves such a row alone from then on."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadInput
from records import audit
from records.calendar.zone import ZONE, check_zone
from records.catalogue import versions
from records.database import Database
from records.tables import Base
from records.tables.base import REALM, Origin, Owned, Packed, attribute, own_key
from records.tables.places import BoothRow
from records.tables.settings import SettingRow
from runtime.clock import Clock, SystemClock

#: Written by the program alone, or secret.
HIDDEN: Final = frozenset({REALM, "origin", "retired", "token_hash", "digest", "version"})

DEVICE: Final = frozenset({"code_hash", "code_until_ms", "enrolled_ms", "key", "stopped_ms"})
"""Columns of a booth's device proof, written by enrolling and stopping alone."""


def hidden(kind: type[Base]) -> frozenset[str]:
    """Return the columns of a table that are neither shown nor set by hand."""
    return HIDDEN | DEVICE if issubclass(kind, BoothRow) else HIDDEN


class Row(msgspec.Struct, frozen=True):
    """A row that an operator named: its key, and the columns to be set."""

    table: str
    kind: type[Base]
    keys: tuple[str, ...]
    values: dict[str, Any]

    def same(self) -> list[ColumnElement[bool]]:
        """Return the conditions under which a stored row is this one."""
        return [attribute(self.kind, key) == self.values[key] for key in self.keys]


def tables() -> dict[str, type[Base]]:
    """Return the catalogue's tables by name."""
    kinds = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    # By their class: other tables (the audit trail) have a column of that name, too.
    return {name: kind for name, kind in sorted(kinds.items()) if Owned in kind.__mro__}


async def put(database: Database, table: str, values: Mapping[str, str], by: str, clock: Clock | None = None) -> bool:
    """Add a row, or change the named columns of the one with this key; return whether it was added.

    `values` are texts, keys included; a column that holds a list or names is JSON.

    Raises:
        BadInput: no such table or column, a value of another type, a missing column, or a reference to nothing.
        LedgerUnavailable: the database does not answer; nothing was changed.
    """
    asked = _read(table, values)
    kind, same = asked.kind, asked.same()
    try:
        async with database.begin() as db:
            known = await db.scalar(select(attribute(kind, "origin")).where(*same))
            row = {**asked.values, "origin": Origin.OPERATOR}
            if known is None:
                await db.execute(insert(kind), row)
            else:
                await db.execute(update(kind).where(*same).values(row))
            await _note(db, clock, by, "added" if known is None else "changed", asked)
    except IntegrityError as problem:
        raise BadInput(field=table, why="reference_or_missing", detail=str(problem.orig)[:200]) from None
    return known is None


async def retire(
    database: Database, table: str, values: Mapping[str, str], by: str, clock: Clock | None = None
) -> None:
    """Retire the row with this key; the next import does not bring it back.

    In tables whose rows are not retired, a row that an operator added is removed.

    Raises:
        BadInput: no such table or row, an import's row that cannot be retired, or something else refers to it.
    """
    asked = _read(table, values)
    kind, same = asked.kind, asked.same()
    gone = {"retired": True, "origin": Origin.OPERATOR}
    try:
        async with database.begin() as db:
            origin = await db.scalar(select(attribute(kind, "origin")).where(*same))
            if origin is None:
                raise BadInput(field=table, why="unknown")
            retires = "retired" in kind.__table__.c
            if not retires and origin != Origin.OPERATOR:
                raise BadInput(field=table, why="imported")
            await db.execute(update(kind).where(*same).values(gone) if retires else delete(kind).where(*same))
            await _note(db, clock, by, "retired", asked)
    except IntegrityError as problem:
        raise BadInput(field=table, why="referred_to", detail=str(problem.orig)[:200]) from None


async def _note(db: AsyncSession, clock: Clock | None, by: str, what: str, row: Row) -> None:
    """Give the change its version and its entry on the audit trail, in the same transaction."""
    subject = f"{row.table}/" + "/".join(str(row.values[key]) for key in row.keys)
    await versions.add(db, (clock or SystemClock()).now_ms(), by, {subject: what})
    facts = {"what": what, "columns": ",".join(sorted(row.values))}
    await audit.note(db, by, "catalogue.changed", subject, facts, clock=clock)


def _read(table: str, values: Mapping[str, str]) -> Row:
    kind = tables().get(table)
    if kind is None:
        raise BadInput(field="table", why="unknown", known=", ".join(tables()))
    keys = own_key(kind)
    missing = [key for key in keys if not values.get(key)]
    if missing:
        raise BadInput(field=missing[0], why="missing")
    read = {name: _value(kind, name, text) for name, text in values.items()}
    if kind is SettingRow and read.get("name") == ZONE:
        check_zone(str(read.get("value", "")))
    return Row(table, kind, tuple(keys), read)


def _value(kind: type[Base], name: str, text: str) -> object:
    column = kind.__table__.c.get(name)
    if column is None or name in hidden(kind):
        known = sorted(set(kind.__table__.c.keys()) - hidden(kind))
        raise BadInput(field=name, why="unknown", known=", ".join(known))
    try:
        if isinstance(column.type, Packed):
            return msgspec.json.decode(text, type=column.type.kind)
        value = msgspec.convert(text, column.type.python_type, strict=False)
    except msgspec.MsgspecError as problem:
        raise BadInput(field=name, why="malformed", detail=str(problem)) from None
    length = getattr(column.type, "length", None)
    if isinstance(value, str) and length is not None and len(value) > length:
        raise BadInput(field=name, why="length", max=length)
    return value
