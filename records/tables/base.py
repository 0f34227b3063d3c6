"""Base of all tables: naming of constraints, column types, comparison of rows."""

from enum import StrEnum
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import (
    BigInteger,
    Dialect,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    String,
    Text,
    TypeDecorator,
    event,
    inspect,
)
from sqlalchemy.engine.interfaces import ExecutionContext
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from records.fitting import check_row

T = TypeVar("T")

#: Every constraint has a name, so that a migration can find it on either engine.
NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all tables. Times are integers: milliseconds since the epoch, UTC, named `…_ms`."""

    metadata = MetaData(naming_convention=NAMING)


event.listen(Base, "before_insert", check_row, propagate=True)
event.listen(Base, "before_update", check_row, propagate=True)


class Origin(StrEnum):
    """Source of a catalogue row: an import may retire only rows that an import brought."""

    IMPORT = "import"
    OPERATOR = "operator"


class Packed(TypeDecorator[T]):
    """A small struct or list as JSON text, typed on both ways; never searched by its inside."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        """Hold values of `kind`, anything msgspec can write."""
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write the value as JSON."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:  # noqa: ARG002
        """Read the value back."""
        if value is None:
            return None
        read: T = msgspec.json.decode(value, type=self.kind)
        return read


def by_value(kind: type[StrEnum]) -> Enum:
    """Return the column type of an enumeration: its words as text, so that a new word needs no migration."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        length=32,
    )


Ms: Final = BigInteger
Key: Final = String(64)
Names = dict[str, str]
"""Locale (`en`, `zh_Hant`) to name; the Simplified Chinese name has a column of its own."""

REALM: Final = "realm"
"""Name of the column, and of the option of a connection that tells its realm."""


def _of_connection(context: ExecutionContext) -> str:
    realm: str = context.execution_options[REALM]
    return realm


class OfRealm:
    """A row of one realm (a mixin of tables): its realm leads the key, and every index and reference.

    A transaction of `records.database.Database` sees and writes the rows of its own realm alone; the column is filled
    in when a row is written, and nothing else names it.
    """

    realm: Mapped[str] = mapped_column(Key, primary_key=True, sort_order=-1, default=_of_connection)


def within(table: str, column: str, target: str, *, cascades: bool = False) -> ForeignKeyConstraint:
    """Return the reference of a table's column to `target` (`table.column`) in the same realm."""
    other, _, key = target.partition(".")
    return ForeignKeyConstraint(
        (REALM, column),
        (f"{other}.{REALM}", f"{other}.{key}"),
        name=f"fk_{table}_{column}_{other}",
        ondelete="CASCADE" if cascades else None,
    )


def attribute(kind: type[Base], name: str) -> InstrumentedAttribute[Any]:
    """Return an attribute of a table's class; the table's own column would reach rows of every realm."""
    found: InstrumentedAttribute[Any] = getattr(kind, name)
    return found


def key_attributes(kind: type[Base]) -> list[InstrumentedAttribute[Any]]:
    """Return the attributes of a table's key, without the realm; a column may have another name."""
    mapper = inspect(kind)
    own = (column for column in mapper.primary_key if column.name != REALM)
    return [attribute(kind, mapper.get_property_by_column(column).key) for column in own]


def own_key(kind: type[Base]) -> list[str]:
    """Return the names of a table's key columns, without the realm."""
    return [column.name for column in inspect(kind).primary_key if column.name != REALM]


class Owned(OfRealm):
    """A row of the catalogue, with who brought it (a mixin of tables)."""

    origin: Mapped[Origin] = mapped_column(by_value(Origin), default=Origin.IMPORT, server_default=Origin.IMPORT.value)
