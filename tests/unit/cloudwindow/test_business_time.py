"""The time that a demonstration is started with is one, with its offset, or the command says so in one line."""

import pytest
from click.testing import CliRunner

from cloudwindow.__main__ import main


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yesterday", "no time"),
        ("2026-02-16T09:00", "say the offset from UTC, too"),
        ("1999-12-31T09:00+08:00", "from 2000 on and before 2100"),
        ("2100-01-01T09:00+08:00", "from 2000 on and before 2100"),
    ],
)
def test_what_is_no_time_is_refused_before_anything_starts(text: str, words: str) -> None:
    done = CliRunner().invoke(main, ["demo", "--business-time", text])
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr
