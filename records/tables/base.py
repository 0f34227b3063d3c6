"""Base of all tables: naming of constraints, column types, comparison of rows."""

from enum import StrEnum
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import BigInteger, Dialect, Enum, MetaData, String, Text, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

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


class Owned:
    """A row of the catalogue, with who brought it (a mixin of tables)."""

    origin: Mapped[Origin] = mapped_column(by_value(Origin), default=Origin.IMPORT, server_default=Origin.IMPORT.value)


Ms: Final = BigInteger
Key: Final = String(64)
Names = dict[str, str]
"""Locale (`en`, `zh_Hant`) to name; the Simplified Chinese name has a column of its own."""
