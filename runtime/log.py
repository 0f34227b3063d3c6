"""Writes log records as JSON or columns: a constant event name, fields beside it, nothing personal."""

import contextlib
import contextvars
import datetime as dt
import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Literal, TextIO

import msgspec

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

_CHOSEN = re.compile(r"(?!.*\d{11})[\w.-]{1,64}", re.ASCII)
"""An id that says nothing of a person: no sentence, no name in Chinese, no number of a card or phone."""

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


def _on_one_line(value: object) -> str:
    """Return a value as text that can neither begin a line nor steer a terminal: unprintable signs are escaped."""
    text = str(value)
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def chosen(word: str) -> str:
    """Return an id that a client chose as a log may have it: withheld unless it looks like a random one."""
    return word if _CHOSEN.fullmatch(word) else WITHHELD


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
        # In ASCII: half of a surrogate pair is no UTF-8, and some readers end a line at U+2028.
        return json.dumps(msgspec.to_builtins(line, enc_hook=str))


class Columns(logging.Formatter):
    """Time by the machine's clock with its zone, level, event and fields in columns, for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).astimezone().isoformat("T", "milliseconds")[11:]
        facts = " ".join(f"{name}={_on_one_line(value)}" for name, value in facts_of(record).items())
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
