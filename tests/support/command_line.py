"""Commands run to their end inside the test's own process."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from cloudwindow.__main__ import main
from protocol.rights import Role
from records.database import Database
from records.signing import read_keys
from records.staff.accounts import Account, create_account
from records.staff.hashing import PRINTED
from tests.support.installed import PASSWORD

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


@contextmanager
def ledger_of(staff: Mapping[str, Role], folder: Path) -> Iterator[str]:
    """Give the address of a ledger in `folder` with these accounts; the file `password` beside it holds theirs."""
    (folder / "password").write_text(f"{PASSWORD}\n")
    url = f"sqlite:///{folder}/ledger.db"

    async def hire() -> None:
        database = Database(url, read_keys(KEY["WINDOW_AUDIT_KEY"]))
        for name, role in staff.items():
            await create_account(database, Account(name, role, "", name), PASSWORD, hasher=PRINTED)
        await database.close()

    with log_left_alone():
        assert run("migrate", WINDOW_DATABASE_URL=url).exit_code == 0
        asyncio.run(hire())
        yield url
