"""Refuses values that a column cannot hold before any SQL is written: the same on SQLite and PostgreSQL.

SQLite takes texts of any length and U+0000, and its driver raises errors of its own for large numbers; PostgreSQL
refuses each of them in its own words. Here both say `BadInput`, and nothing was sent.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Enum, Integer, String, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from protocol.errors import BadInput
from protocol.limits import fault_of

INTEGER_MAX: Final = 2**31 - 1
BIGINT_MAX: Final = 2**63 - 1


def check_value(value: object, field: str = "value", column: Column[Any] | None = None) -> None:
    """Check a value as such and, where its column is known, against the column's type.

    Raises:
        BadInput: `why` is `nul`, `surrogate`, `length` (with `max`) or `out_of_range`.
    """
    if isinstance(value, str):
        if why := fault_of(value):
            raise BadInput(field=field, why=why)
        longest = _length_of(column)
        if longest is not None and len(value) > longest:
            raise BadInput(field=field, why="length", max=longest)
    elif isinstance(value, int):
        most = INTEGER_MAX if column is not None and _is_plain_integer(column) else BIGINT_MAX
        if not -most - 1 <= value <= most:
            raise BadInput(field=field, why="out_of_range")
    elif isinstance(value, float) and not math.isfinite(value):
        raise BadInput(field=field, why="out_of_range")


def _length_of(column: Column[Any] | None) -> int | None:
    return column.type.length if column is not None and isinstance(column.type, String) else None


def _is_plain_integer(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer) and not isinstance(column.type, BigInteger)


def check_row(mapper: Mapper[Any], _connection: Connection, row: object) -> None:
    """Check every column of a row that is about to be written."""
    for name, column in mapper.columns.items():
        if not isinstance(column.type, Enum):
            check_value(getattr(row, name), name, column)


def check_rows(columns: ReadOnlyColumnCollection[str, Any], rows: Iterable[Mapping[str, object]]) -> None:
    """Check rows that are written without objects, as the catalogue's import does."""
    for row in rows:
        for name, value in row.items():
            check_value(value, name, columns[name])


def _check_parameters(
    _connection: Connection,
    _cursor: object,
    _statement: str,
    parameters: Any,
    _context: object,
    executemany: bool,  # noqa: FBT001 - as SQLAlchemy calls it
) -> None:
    for given in parameters if executemany else (parameters,):
        # Rows that are written together to have their defaults returned come as one flat tuple.
        many = given.values() if isinstance(given, dict) else given if isinstance(given, tuple | list) else (given,)
        for value in many:
            check_value(value)


def watch(engine: AsyncEngine) -> None:
    """Check what every statement of an engine is given; rows of tables are checked by `check_row` before that."""
    event.listen(engine.sync_engine, "before_cursor_execute", _check_parameters)
