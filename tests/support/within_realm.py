"""Fails a test whose program sends a statement that would reach rows of other realms than its own.

The program refuses such statements itself, by their parts (`records.realm_session`); this looks at their words.
"""

import re
from functools import cache
from typing import Any, Final

from sqlalchemy import Engine, TextClause, event

from records.tables.base import REALM, Base

TABLES: Final = sorted(name for name, table in Base.metadata.tables.items() if REALM in table.c)
NAMED: Final = re.compile(rf'(?<!AS )(?<![\w."])"?({"|".join(TABLES)})"?(?!["\w.(=])(?: AS (\w+))?')
"""A table wherever one can stand: after FROM, JOIN, UPDATE, INTO or a comma; no column or label of that name."""
INSERTED: Final = re.compile(r"INSERT INTO \w+ \(realm,[^)]*\)")
NOTHING: Final = re.compile(r"WHERE (?:false|0 = 1)(?! OR )(?:$|\s|\))")
"""The end of a query that finds no row of any realm."""


@cache
def unscoped(statement: str) -> str:
    """Return the first table of which a statement reaches rows of every realm, or an empty text."""
    if NOTHING.search(statement):
        return ""
    for table, alias in NAMED.findall(INSERTED.sub("", statement)):
        named = re.escape(alias or table)
        if not re.search(rf'\b"?{named}"?\.realm = |= "?{named}"?\.realm\b', statement):
            return str(table)
    return ""


def _look(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: Any) -> None:
    if context is None or context.compiled is None or isinstance(context.compiled.statement, TextClause):
        return  # a test's own words
    if REALM in context.execution_options:  # a transaction of `records.database.Database`
        assert not (table := unscoped(statement)), f"this reaches every realm's {table}: {statement}"


def watch() -> None:
    """Look at every statement of every engine before it is sent."""
    event.listen(Engine, "before_cursor_execute", _look)
