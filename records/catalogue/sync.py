"""Brings the rows of a table to a wanted set, touching only what differs and what an import may touch."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import fitting
from records.tables.base import Base, Origin, attribute, own_key

Value = object
Row = Mapping[str, Value]
R = TypeVar("R", bound=Base)


class Synced(msgspec.Struct, frozen=True):
    """Numbers of rows added, changed, retired, removed, and left as they were.

    `gone_keys` are the keys of the rows retired or removed; `kept` counts rows that operators added.
    """

    added: int = 0
    changed: int = 0
    gone: int = 0
    same: int = 0
    kept: int = 0
    gone_keys: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """True if any row was written."""
        return bool(self.added or self.changed or self.gone)


def _same_key(kind: type[Base], keys: Sequence[str], row: Row) -> ColumnElement[bool]:
    return and_(*(attribute(kind, key) == row[key] for key in keys))


async def sync(db: AsyncSession, kind: type[Base], wanted: Sequence[Row]) -> Synced:
    """Make the table's rows equal to `wanted` in the columns that these name.

    Rows that are not wanted are marked `retired` where the table has that column, else deleted. A row that an
    operator added (`origin`) is neither changed nor retired.

    Raises:
        BadInput: a column cannot hold what it is given.
    """
    table = kind.__table__
    keys = own_key(kind)
    retires = "retired" in table.c
    columns = list(wanted[0]) if wanted else keys
    if retires:
        wanted = [{**row, "retired": False} for row in wanted]
        columns = [*columns, "retired"]
    found = (await db.execute(select(*(attribute(kind, name) for name in ("origin", *columns))))).mappings().all()
    old: dict[tuple[Value, ...], Row] = {}
    foreign: set[tuple[Value, ...]] = set()
    for known in found:
        key = tuple(known[name] for name in keys)
        if known["origin"] == Origin.OPERATOR:
            foreign.add(key)
        else:
            old[key] = {name: known[name] for name in columns}
    new = {key: row for row in wanted if (key := tuple(row[name] for name in keys)) not in foreign}
    added = [row for key, row in new.items() if key not in old]
    changed = [row for key, row in new.items() if key in old and old[key] != row]
    gone = [row for key, row in old.items() if key not in new and not (retires and row["retired"])]
    fitting.check_rows(table.c, [*added, *changed])
    if added:
        await db.execute(insert(kind), [dict(row) for row in added])
    for row in changed:
        values = {name: value for name, value in row.items() if name not in keys}
        await db.execute(update(kind).where(_same_key(kind, keys, row)).values(values))
    for row in gone:
        which = _same_key(kind, keys, row)
        await db.execute(update(kind).where(which).values(retired=True) if retires else delete(kind).where(which))
    return Synced(
        added=len(added),
        changed=len(changed),
        gone=len(gone),
        same=len(new) - len(added) - len(changed),
        kept=len(foreign),
        gone_keys=tuple("/".join(str(row[name]) for name in keys) for row in gone),
    )
