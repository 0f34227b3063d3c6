"""Fails a test whose program sends a statement that would reach rows of other realms than its own."""

import re
from typing import Any, Final

from sqlalchemy import TextClause, event
from sqlalchemy.ext.asyncio import AsyncEngine

from records.tables.base import REALM, Base

TABLES: Final = {name for name, table in Base.metadata.tables.items() if REALM in table.c}
NAMED: Final = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+AS\s+(\w+))?")
NOTHING: Final = re.compile(r"WHERE (?:false|0 = 1)(?:$|\) AS )")
"""The end of a query that finds no row of any realm."""


def _look(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: Any) -> None:
    if context is None or context.compiled is None or isinstance(context.compiled.statement, TextClause):
        return  # a test's own words
    if NOTHING.search(statement):
        return
    for table, alias in NAMED.findall(statement):
        if table in TABLES:
            named = alias or table
            is_kept = f"{named}.realm" in statement or statement.startswith(f"INSERT INTO {table} (realm,")
            assert is_kept, f"this reaches every realm: {statement}"


def watch(engine: AsyncEngine) -> None:
    """Look at every statement of an engine before it is sent."""
    event.listen(engine.sync_engine, "before_cursor_execute", _look)
