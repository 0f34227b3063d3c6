"""Each place in the program that refuses an operator is met by a command here: a line, exit code 2, nothing done."""

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from cloudwindow.__main__ import main
from cloudwindow.failures import EXIT_CODE
from protocol.rights import Role
from records.database import Database
from records.signing import read_keys
from records.staff import machines
from records.staff.accounts import Account, create_account
from records.staff.factors import Factors, factor_sealing
from records.staff.hashing import PRINTED
from records.tables.seats import AccountRow
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from runtime.settings import Settings
from runtime.signatures import new_secret
from tests.house.tree import select
from tests.support.command_line import log_left_alone
from tests.support.installed import PASSWORD, SECRETS
from tests.support.ledgers import prepare
from tests.support.refusals import Place, came_from, places

Row = tuple[str, dict[str, str]]
KEYS: Final = {f"WINDOW_{name.upper()}": secret for name, secret in SECRETS.items()}
BOOTH: Final = "booth --server http://127.0.0.1:1"
AWAY: Final = f"""[window.messages]
url = "http://127.0.0.1:9/x"
allowed = ["127.0.0.0/8"]
secret = "{new_secret()}"
"""
WANG: Final = "--as wang --as-password-file password"
LI: Final = "--as li --as-password-file password"
WU: Final = "--as wu --as-password-file password"


def rows(folder: Path, redis_url: str, taken: int) -> list[Row]:
    """Return words and settings of commands that must be refused, in the order of their places."""
    ledger = {**KEYS, "WINDOW_DATABASE_URL": f"sqlite:///{folder}/ledger.db"}
    node = {**ledger, "WINDOW_REDIS_URL": redis_url, "WINDOW_DOCUMENTS_FOLDER": str(folder / "files")}
    empty = {**node, "WINDOW_DATABASE_URL": f"sqlite:///{folder}/empty.db"}
    account: list[Row] = [
        (f"account {words}", ledger)
        for words in (
            f"create zhu --role supervisor --password-file password {WANG}",
            f"close nobody {WANG}",
            f"revoke li {LI}",
            f"scope mo nowhere {LI}",
            "close mo",
            "close mo --as nobody --as-password-file password",
            f"close mo {LI}",
            f"close mo {WU}",
        )
    ]
    booth: list[Row] = [
        (f"{BOOTH} {words}", {})
        for words in (
            "--booth-code ABCD2345",
            "--booth-key no.yaml",
            "--video nowhere.mp4",
            "--video /dev/video99",
        )
    ]
    return [
        ("serve", {}),
        ("serve --port 0", empty),
        ("serve --port 0", {**node, "WINDOW_DATABASE_URL": f"sqlite:///{folder}/mars.db"}),
        (f"serve --port {taken}", node),
        ("serve --port 0", {**node, "WINDOW_TLS_CERT": "no.yaml", "WINDOW_TLS_KEY": "no.yaml"}),
        *account,
        *booth,
        (f"machines close nothing {WANG}", ledger),
        (f"machines add not! --for reports --owner mo {WANG}", ledger),
        (f"machines allow reports {LI}", ledger),
        ("booths stop NOWHERE", ledger),
        ("import nowhere.yaml", ledger),
        ("import no.yaml", ledger),
        ("booth-code NOWHERE", ledger),
        ("simulate nowhere.yaml", {}),
        ("prompts check cmn nowhere", {}),
        ("verify --anchors nowhere", ledger),
        ("verify --anchors no.yaml", {**ledger, "WINDOW_FURTHER_REALMS": "east=east.example"}),
        ("catalogue list nothing", ledger),
        ("catalogue put items id", ledger),
        ("catalogue put items id=MZ01 id=MZ02", ledger),
        ("catalogue put nothing id=MZ01", ledger),
        ("serve --port 0", {**node, "WINDOW_SECRET_KEY": "short"}),
        ("serve --port 0", {**node, "WINDOW_MASTER_KEY": "short"}),
        ("journal show 1-1", ledger),
        ("journal retry", ledger),
        ("journal retry 1-1", ledger),
        ("queue check", {}),
        ("serve --port 0", {**node, "WINDOW_PORTS_CONFIG": "no.yaml"}),
        ("ports retry nothing", ledger),
        *((f"doubles --port 0 --config {file}", {}) for file in ("no.yaml", "no.yaml/x", "empty", "away.toml")),
        ("doubles --port 0 --config doubles.yaml --news-to nowhere", {}),
        ("journal aside", {**ledger, "WINDOW_AUDIT_KEY": ""}),
        ("journal aside", {**ledger, "WINDOW_AUDIT_KEY": "abc"}),
        ("journal aside", {**KEYS, "WINDOW_DATABASE_URL": f"sqlite:///{folder}/none.db"}),
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to run in: a ledger with accounts, one without a catalogue, a password, a file that is nothing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    (tmp_path / "no.yaml").write_text("[]\n")
    (tmp_path / "empty").touch()
    (tmp_path / "away.toml").write_text(AWAY)

    async def make() -> None:
        url = f"sqlite+aiosqlite:///{tmp_path}/ledger.db"
        await prepare(url)
        database = Database(url, read_keys(SECRETS["audit_key"]))
        for name, role in (("wang", Role.SYSTEM), ("wu", Role.SYSTEM), ("li", Role.SECURITY), ("mo", Role.NONE)):
            await create_account(database, Account(name, role, "", name), PASSWORD, hasher=PRINTED)
        sealing = factor_sealing(Settings(master_key=SECRETS["master_key"]))
        _ = await machines.make(database, "reports", purpose="the monthly report", owner="li")
        _ = await Factors(database, SystemClock(), sealing).begin("wu")
        async with database.begin() as db:
            row = await db.get(AccountRow, "wu")
            assert row is not None
            row.factor_ms = 1
        await database.close()

    with log_left_alone():
        asyncio.run(make())
        _ = CliRunner().invoke(main, ["migrate"], env={**KEYS, "WINDOW_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"})
        shutil.copy(tmp_path / "ledger.db", tmp_path / "mars.db")
        with closing(sqlite3.connect(tmp_path / "mars.db")) as db, db:
            db.execute("INSERT OR REPLACE INTO settings (realm, name, value) VALUES ('window', 'timezone', '\"Mars\"')")
        yield tmp_path


def kept(folder: Path) -> list[tuple[object, ...]]:
    """Return what operators change in the ledger."""
    with closing(sqlite3.connect(folder / "ledger.db")) as db:
        found = [f"SELECT * FROM {table}" for table in ("items", "booths", "journal_set_aside", "machines")]
        found.append("SELECT name, role, scope_kind, scope_id, active FROM accounts")
        return [row for query in found for row in db.execute(query).fetchall()]


def refused_at(row: Row) -> Place:
    """Run a command that is refused with a line of its own; return file and line of the refusal."""
    words, settings = row
    result = CliRunner().invoke(main, words.split(), env=settings, input="000000\n")
    assert result.exit_code == EXIT_CODE, (words, result.output, result.exception)
    assert "cloudwindow: " in result.stderr, (words, result.stderr)
    error = result.exception.__context__ if result.exception is not None else None
    assert error is not None, words
    return came_from(error)


def test_each_refusal_of_a_command_is_met_and_changes_nothing(folder: Path, valkey: EmbeddedValkey) -> None:
    before = kept(folder)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        met = {refused_at(row) for row in rows(folder, valkey.url, taken.getsockname()[1])}
    every = places(*select(".py", inside=("cloudwindow/",)), error="OperatorError")
    assert sorted(set(every) - met) == [], "each refusal has a row"
    assert kept(folder) == before
