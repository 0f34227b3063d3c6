"""Writes log records as JSON or columns: a constant event name, fields beside it, nothing personal."""

import contextlib
import contextvars
import datetime as dt
import logging
import sys
from collections.abc import Iterator, Mapping
from typing import Literal, TextIO

import msgspec

CHINA = dt.timezone(dt.timedelta(hours=8))

DENIED = frozenset(
    {
        "address",
        "authorization",
        "body",
        "card",
        "chat",
        "comment",
        "cookie",
        "credential",
        "display_name",
        "id_number",
        "ip",
        "note",
        "password",
        "person",
        "phone",
        "sdp",
        "secret",
        "stub",
        "summary",
        "text",
        "token",
    }
)
"""Fields that may hold something personal or secret: their value is never written."""

WITHHELD = "[withheld]"

_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {
    "message",
    "asctime",
    "taskName",
}
_context: contextvars.ContextVar[Mapping[str, object]] = contextvars.ContextVar("log_fields")


@contextlib.contextmanager
def fields(**facts: object) -> Iterator[None]:
    """Add fields to every record that is logged inside."""
    token = _context.set({**_context.get({}), **facts})
    try:
        yield
    finally:
        _context.reset(token)


def facts_of(record: logging.LogRecord) -> dict[str, object]:
    """Return a record's own fields and those of its context, personal ones withheld."""
    own = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
    both = {**_context.get({}), **own}
    return {name: WITHHELD if name in DENIED else value for name, value in both.items()}


class JsonLines(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        line = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat("T", "milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **facts_of(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


class Columns(logging.Formatter):
    """Time, level, event and fields in columns, for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        at = dt.datetime.fromtimestamp(record.created, CHINA).strftime("%H:%M:%S.%f")[:-3]
        facts = " ".join(f"{name}={value}" for name, value in facts_of(record).items())
        line = f"{at} {record.levelname.lower():7} {record.getMessage():28} {facts}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def set_up(form: Literal["json", "columns"], level: str, stream: TextIO | None = None) -> logging.Handler:
    """Send everything from `level` up to `stream` (standard error) and return the handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else Columns())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # One line a request is the proxy's business; it would hold addresses.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    return handler
