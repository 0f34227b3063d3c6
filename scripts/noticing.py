"""Runs tests over and over in a copy of the tree, each time in a fork of a process that has the libraries loaded.

Started by `mutate.py` with the copy as its working directory. Reads a JSON list of test files a line, writes pytest's
exit code, or -1 when the tests took longer than the limit.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path

LIMIT_S = 240
OPTIONS = ("-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--timeout", "45", "--assert", "plain")
#: Not our own packages: each run reads those again.
LIBRARIES = (
    "aiohttp.test_utils", "alembic.command", "aiosqlite", "argon2", "asyncpg", "babel", "blockbuster", "click",
    "cryptography.hazmat.primitives.ciphers.aead", "hypothesis", "jinja2", "msgspec", "PIL.Image",
    "playwright.async_api", "prometheus_client", "pypinyin", "pytest", "pytest_asyncio", "redis.asyncio",
    "schemathesis", "sqlalchemy.ext.asyncio", "uvloop", "yaml", "zxcvbn",
)  # fmt: skip


def main() -> None:
    """Answer each line of the standard input."""
    sys.path.insert(0, str(Path.cwd()))
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        print(tried(json.loads(line)), flush=True)


def tried(tests: list[str]) -> int:
    """Run tests in a child of its own group; return its exit code, -1 when it took too long."""
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        with Path("last_run.log").open("w", encoding="utf-8") as told:
            os.dup2(told.fileno(), 1)
            os.dup2(told.fileno(), 2)
        code = 3
        try:
            import pytest

            code = int(pytest.main([*OPTIONS, *tests]))
        finally:
            os._exit(code)
    ends_with = ended(child, LIMIT_S)
    return -1 if ends_with is None else ends_with


def ended(child: int, limit_s: float) -> int | None:
    """Wait for a child and end its group; return its exit code, None after `limit_s` seconds."""
    ends = time.monotonic() + limit_s
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found or time.monotonic() > ends:
            break
        time.sleep(0.005)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    if not found:
        _ = os.waitpid(child, 0)
        return None
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main()
