"""Log lines are events with fields, and nothing personal is in them."""

import datetime as dt
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


def test_columns_say_the_time_zone() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "started", (), None)
    at = logs.Columns().format(record).split()[0]
    assert dt.time.fromisoformat(at).utcoffset() == dt.datetime.now().astimezone().utcoffset()


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b[2J", "\x85", "\u2028", "\u202e", "\x00", "\ud800"])
@pytest.mark.parametrize("form", [logs.Columns(), logs.JsonLines()])
def test_a_value_cannot_begin_a_line_of_its_own_or_steer_a_terminal(form: logging.Formatter, sign: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "command_refused", (), None)
    record.why = f"a{sign}11:11:11 error forged"
    line = form.format(record)
    assert line.isprintable()
    assert line.count("forged") == 1


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("01M8N6MY9G00005V8SFHXQ2EYE", True),
        ("c-1.2_x", True),
        ("5f0c9d1e-6c1b-4a53-9d2c-0f5f7d0f3c11", True),
        ("", False),
        ("张三", False),
        ("a b", False),
        ("x\n", False),
        ("440113199001011234", False),
        ("13800138000", False),
        ("x" * 65, False),
    ],
)
def test_an_id_that_a_client_chose_is_logged_only_when_it_tells_nothing_of_a_person(word: str, *, kept: bool) -> None:
    assert logs.chosen(word) == (word if kept else WITHHELD)
