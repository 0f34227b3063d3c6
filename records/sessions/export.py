"""Sessions as CSV that spreadsheets open rightly: with a byte order mark, local times, and no cell that computes."""

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

import msgspec

from protocol.scopes import Scope
from records.calendar.zone import zone_of
from records.database import Database
from records.sessions.find import LIMIT_MAX, SessionSearch, find
from records.sessions.views import SessionLine
from runtime.clock import local

BOM: Final = "\ufeff"
#: What makes a spreadsheet take a cell for a formula.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DURATIONS: Final = frozenset({"waited_ms", "served_ms"})
TIMES: Final = frozenset({"arrived_ms", "began_ms", "closed_ms"})
IDS: Final = ("session", "ticket")
COLUMNS: Final = (*(name for name in SessionLine.__struct_fields__ if name not in IDS), *IDS)


def cell(name: str, value: str | int | None, zone: dt.tzinfo, *, exact: bool = False) -> str:
    """Return a value as the text of a cell; times are those of `zone`.

    `exact` is for programs: times name their zone (ISO 8601), durations are milliseconds. Otherwise it is for people:
    local times that spreadsheets read, durations in whole seconds.
    """
    if value is None:
        return ""
    if name in TIMES and isinstance(value, int):
        at = local(value, zone)
        return at.isoformat("T", "seconds") if exact else at.strftime("%Y-%m-%d %H:%M:%S")
    if name in DURATIONS and isinstance(value, int) and not exact:
        return str(round(value / 1000))
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_SIGNS) else text


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


class WordColumn(msgspec.Struct, frozen=True):
    """A further column in words beside a column of codes: its heading, and its text for a session."""

    heading: str
    say: Callable[[SessionLine], str]


async def export_csv(
    database: Database,
    search: SessionSearch,
    scope: Scope,
    headings: Mapping[str, str] | None = None,
    words: Mapping[str, WordColumn] | None = None,
) -> AsyncIterator[bytes]:
    """Yield all matching sessions within a scope, newest first, page by page.

    `headings` are the translated names of columns; without them it is for programs: times are `arrived_at`, `began_at`,
    `closed_at` with their zone. `words` adds a readable column behind one of codes, which stays for machines.

    Raises:
        BadInput: the search cannot be understood; before the first piece.
        LedgerUnavailable: the database does not answer.
    """
    named, said = headings or {}, words or {}
    search = msgspec.structs.replace(search, limit=LIMIT_MAX)
    head = BOM.encode() + _lines([_headings(named, said)])
    while True:
        async with database.read() as db:
            # Before the first piece: what is wrong with the search is still an answer.
            found, zone = await find(db, search, scope), await zone_of(db)
        yield head + _lines([_row(line, said, zone, exact=headings is None) for line in found.sessions])
        head = b""
        if not found.cursor:
            return
        search = msgspec.structs.replace(search, cursor=found.cursor)


def _headings(named: Mapping[str, str], words: Mapping[str, WordColumn]) -> list[str]:
    row: list[str] = []
    for name in COLUMNS:
        row.append(named.get(name, name.replace("_ms", "_at") if name in TIMES else name))
        if name in words:
            row.append(words[name].heading)
    return row


def _row(line: SessionLine, words: Mapping[str, WordColumn], zone: dt.tzinfo, *, exact: bool) -> list[str]:
    row: list[str] = []
    for name in COLUMNS:
        row.append(cell(name, getattr(line, name), zone, exact=exact))
        if name in words:
            row.append(cell("", words[name].say(line), zone))
    return row
