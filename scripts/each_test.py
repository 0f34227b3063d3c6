"""Tells coverage which test runs, and writes how long each took: a plugin of pytest, for `scripts/coverage.sh`.

Coverage's own `dynamic_context` follows the stack of a test function and loses what the event loop runs for it.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

#: Beside coverage's own file.
SECONDS = Path(os.environ.get("COVERAGE_FILE", ".coverage") + "-seconds.json")
_seconds: dict[str, float] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Name the test while it runs."""
    measured = coverage.Coverage.current()
    if measured is not None:
        measured.switch_context(item.nodeid)
    began = time.perf_counter()
    try:
        return (yield)
    finally:
        _seconds[item.nodeid] = round(time.perf_counter() - began, 3)
        if measured is not None:
            measured.switch_context("")


def pytest_sessionfinish() -> None:
    """Write the seconds of each test."""
    _ = SECONDS.write_text(json.dumps(_seconds), encoding="utf-8")
