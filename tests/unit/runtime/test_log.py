"""Log lines are events with fields, and nothing personal is in them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from runtime import log as logs
from runtime.log import DENIED, WITHHELD


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Where the log goes for this test."""
    stream, root = io.StringIO(), logging.getLogger()
    kept, level = root.handlers[:], root.level
    logs.set_up("json", "info", stream)
    yield stream
    root.handlers[:], root.level = kept, level


def test_a_line_has_event_fields_and_context(written: io.StringIO) -> None:
    with logs.fields(request="r1"):
        logging.getLogger("x").info("ticket_taken", extra={"ticket": "T1"})
    line = json.loads(written.getvalue())
    assert (line["event"], line["ticket"], line["request"]) == ("ticket_taken", "T1", "r1")


@pytest.mark.parametrize("name", sorted(DENIED))
def test_a_personal_field_is_withheld(written: io.StringIO, name: str) -> None:
    logging.getLogger("x").warning("something", extra={name: "secret thing"})
    assert "secret thing" not in written.getvalue()
    assert json.loads(written.getvalue())[name] == WITHHELD


def test_columns_withhold_too() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "signed_in", (), None)
    record.password = "hunter2"
    assert "hunter2" not in logs.Columns().format(record)
