"""Alembic's entry: runs the migrations on the connection that `records.migrations.upgrade` opened."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from records.tables import Base
from records.tables.base import Packed


def render_item(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as their database types, so that migrations never import the program."""
    if kind == "type" and isinstance(value, Packed):
        return "sa.Text()"
    if kind == "type" and isinstance(value, sa.Enum):
        return f"sa.String(length={value.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
