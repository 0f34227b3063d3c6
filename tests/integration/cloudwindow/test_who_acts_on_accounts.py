"""Who acts at the command line is proved with all that the account has, and needs the right of the command."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result

from cloudwindow.__main__ import main
from cloudwindow.commands.acting import Acting
from cloudwindow.failures import OperatorError
from protocol.rights import Right, Role, may
from records.database import Database
from records.signing import read_keys
from records.staff.factors import Factors, factor_sealing
from records.tables.seats import AccountRow
from runtime.clock import SystemClock
from runtime.settings import Settings
from tests.support.command_line import KEY, ledger_of
from tests.support.installed import PASSWORD

SETTINGS = Settings(master_key="1" * 64)
STAFF = {"wang": Role.SYSTEM, "li": Role.SECURITY, "zhao": Role.AUDITOR, "sun": Role.SUPERVISOR, "mo": Role.NONE}


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a ledger with one account of each role."""
    monkeypatch.chdir(tmp_path)
    with ledger_of(STAFF, tmp_path) as url:
        yield url


def test_each_right_is_proved_by_the_roles_that_have_it_and_by_no_other(ledger: str) -> None:
    async def prove() -> dict[tuple[str, Right], bool]:
        found = {}
        database = Database(ledger, read_keys(KEY["WINDOW_AUDIT_KEY"]))
        for name in STAFF:
            for right in (Right.KEEP_ACCOUNTS, Right.GRANT_ROLES, Right.READ_AUDIT):
                try:
                    by = await Acting(name, PASSWORD, "").prove(database, right, SETTINGS)
                except OperatorError as refused:
                    found[name, right] = "has not the right" not in str(refused)
                else:
                    found[name, right] = name in str(by)
        await database.close()
        return found

    found = asyncio.run(prove())
    assert found == {(name, right): may(STAFF[name], right) for name, right in found}


def test_who_has_a_second_factor_proves_it_before_a_command(ledger: str) -> None:
    async def enrol() -> str:
        database = Database(ledger, read_keys(KEY["WINDOW_AUDIT_KEY"]))
        secret = pyotp.parse_uri(await Factors(database, SystemClock(), factor_sealing(SETTINGS)).begin("wang")).secret
        async with database.begin() as db:
            row = await db.get(AccountRow, "wang")
            assert row is not None
            row.factor_ms = 1
        await database.close()
        return secret

    def closes(code: str) -> Result:
        words = ["account", "close", "mo", "--as", "wang", "--as-password-file", "password"]
        environment = {**KEY, "WINDOW_DATABASE_URL": ledger, "WINDOW_MASTER_KEY": SETTINGS.master_key or ""}
        return CliRunner().invoke(main, words, env=environment, input=f"{code}\n")

    secret = asyncio.run(enrol())
    wrong = closes("000000")
    assert (wrong.exit_code, "the code is wrong" in wrong.stderr) == (2, True)
    assert closes(pyotp.TOTP(secret).now()).exit_code == 0
