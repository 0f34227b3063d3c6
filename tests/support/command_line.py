"""Commands run to their end inside the test's own process."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from click.testing import CliRunner, Result

from cloudwindow.__main__ import main

KEY = {"WINDOW_AUDIT_KEY": "2" * 64}


@contextmanager
def log_left_alone() -> Iterator[None]:
    """Give the log its handlers and level back: a command sets up its own."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:], level = before
        root.setLevel(level)


def run(*arguments: str, **settings: str) -> Result:
    """Run a command to its end."""
    return CliRunner().invoke(main, list(arguments), env={**KEY, **settings})
