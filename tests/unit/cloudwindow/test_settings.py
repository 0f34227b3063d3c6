"""Settings of commands and of a composed node reach what they are for."""

import logging
from pathlib import Path

import pytest

from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import audit_keys
from records.signing import read_keys
from runtime.settings import Settings
from tests.support.command_line import log_left_alone

OLD, NEW = "1" * 64, "2" * 64


@pytest.mark.parametrize(("form", "starts"), [("json", "{"), ("columns", "")])
@pytest.mark.parametrize(("level", "is_told"), [("info", True), ("warning", False)])
def test_the_log_has_the_form_and_the_level_that_are_set(form: str, starts: str, level: str, *, is_told: bool) -> None:
    with log_left_alone():
        _ = read({"WINDOW_LOG_FORMAT": form, "WINDOW_LOG_LEVEL": level})
        (handler,) = logging.getLogger().handlers
        record = logging.makeLogRecord({"msg": "event", "levelno": logging.INFO, "levelname": "INFO", "name": "x"})
        line = handler.format(record)
        assert (line.startswith("{"), logging.getLogger("x").isEnabledFor(logging.INFO)) == (bool(starts), is_told)


def test_what_an_earlier_audit_key_signed_counts_while_it_is_set(tmp_path: Path) -> None:
    signature = read_keys(OLD).sign("inbox", "x")
    for old, counts in (((), False), ((OLD,), True)):
        keys = audit_keys(Settings(audit_key=NEW, old_audit_keys=old), Installation(tmp_path))
        assert keys.is_right(signature, read_keys(OLD).current, "inbox", "x") is counts
        assert keys.current == read_keys(NEW).current
