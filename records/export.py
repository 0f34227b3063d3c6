"""Sessions as CSV that spreadsheets open rightly: with a byte order mark, local times, and no cell that computes."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from typing import Final

import msgspec

from records.database import Database
from records.session_views import SessionLine
from records.sessions import LIMIT_MAX, Search, find
from runtime.clock import local

BOM: Final = "\ufeff"
#: What makes a spreadsheet take a cell for a formula.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TIMES: Final = frozenset({"arrived_ms", "began_ms", "closed_ms"})
IDS: Final = ("session", "ticket")
COLUMNS: Final = (*(name for name in SessionLine.__struct_fields__ if name not in IDS), *IDS)


def cell(name: str, value: str | int | None) -> str:
    """Return a value as the text of a cell."""
    if value is None:
        return ""
    if name in TIMES and isinstance(value, int):
        return local(value).strftime("%Y-%m-%d %H:%M:%S")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_SIGNS) else text


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


async def export_csv(
    database: Database, search: Search, headings: Mapping[str, str] | None = None
) -> AsyncIterator[bytes]:
    """Yield all matching sessions, newest first, page by page; `headings` are the translated names of columns.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    named = headings or {}
    yield BOM.encode() + _lines([[named.get(name, name) for name in COLUMNS]])
    search = msgspec.structs.replace(search, limit=LIMIT_MAX)
    while True:
        async with database.read() as db:
            found = await find(db, search)
        if found.sessions:
            yield _lines([[cell(name, getattr(line, name)) for name in COLUMNS] for line in found.sessions])
        if not found.cursor:
            return
        search = msgspec.structs.replace(search, cursor=found.cursor)
