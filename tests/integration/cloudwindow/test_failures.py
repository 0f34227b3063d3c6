"""What the command line says: one clear line and exit code 2 for whatever an operator can mend."""

import asyncio
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cloudwindow.commands.ledger import SAMPLE
from matcher import NewTicket, Queue, Step
from protocol.priorities import Priority
from protocol.skills import Needs, SkillNeed
from records import audit
from records.audit.anchors import Anchor, Anchors
from records.database import Database
from records.signing import read_keys
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from tests.support.command_line import KEY, log_left_alone, run
from tests.support.engines import free_port

NOBODY = "redis://127.0.0.1:1/0"
KEYS = {"WINDOW_SECRET_KEY": "0" * 64, "WINDOW_MASTER_KEY": "1" * 64, "WINDOW_AUDIT_KEY": "2" * 64}


@pytest.fixture(autouse=True)
def at_a_new_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder to run in; the log goes on as before afterwards."""
    monkeypatch.chdir(tmp_path)
    with log_left_alone():
        yield


def line_of_failure(*arguments: str, **settings: str) -> str:
    """Return the one line a command says when it fails as operators expect."""
    result = run(*arguments, **settings)
    assert result.exit_code == 2, (result.output, result.exception)
    lines = [line for line in result.stderr.splitlines() if line.startswith("cloudwindow: ")]
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_a_port_in_use_is_one_line(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = line_of_failure("demo", "--port", str(port))
    assert f"port {port} of 127.0.0.1 is in use by another program" in line
    assert not (tmp_path / "var" / "valkey").exists()


def test_redis_that_does_not_answer_is_one_line(tmp_path: Path):
    line = line_of_failure("demo", "--port", "0", WINDOW_REDIS_URL=NOBODY)
    assert "Redis does not answer at redis://127.0.0.1:1" in line


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path):
    url = f"postgresql://window@127.0.0.1:{free_port()}/window"
    assert "database does not answer" in line_of_failure("migrate", WINDOW_DATABASE_URL=url)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"WINDOW_PROT": "80"}, "WINDOW_PROT: there is no such setting"),
        ({"WINDOW_PORT": "http"}, "WINDOW_PORT"),
        ({"WINDOW_DATABASE_URL": "mysql://host/db"}, "mysql"),
    ],
    ids=["unknown", "malformed", "engine"],
)
def test_a_setting_that_is_wrong_is_one_line(settings: dict[str, str], words: str):
    assert words in line_of_failure("migrate", **settings)


def test_a_node_without_its_settings_names_what_is_missing(tmp_path: Path):
    result = run("serve")
    assert result.exit_code == 2
    for name in ("WINDOW_REDIS_URL", "WINDOW_DATABASE_URL", "WINDOW_SECRET_KEY", "WINDOW_MASTER_KEY"):
        assert f"cloudwindow: {name}: not set" in result.stderr


def test_a_ledger_of_another_version_is_one_line(tmp_path: Path):
    urls = {"WINDOW_REDIS_URL": NOBODY, "WINDOW_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db"}
    line = line_of_failure("serve", "--port", "0", **urls, **KEYS)
    assert "run `cloudwindow migrate` first" in line


def test_a_catalogue_with_faults_is_refused_with_all_of_them(tmp_path: Path):
    sample = SAMPLE.read_text(encoding="utf-8")
    broken = sample.replace("dept: MZ, code13", "dept: NOBODY, code13", 1).replace('["ZS:3", "BCS:3"]', '["ZS:9"]', 1)
    (tmp_path / "broken.yaml").write_text(broken, encoding="utf-8")
    url = {"WINDOW_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db"}
    assert run("migrate", **url).exit_code == 0
    result = run("import", "broken.yaml", **url)
    assert result.exit_code == 2
    assert "nothing was imported" in result.stderr
    numbers = [int(number) for number in re.findall(r"line (\d+): ", result.stderr)]
    item = next(number for number, line in enumerate(broken.splitlines(), 1) if "dept: NOBODY" in line)
    seat = next(number for number, line in enumerate(broken.splitlines(), 1) if '"ZS:9"' in line)
    assert {item, seat} <= set(numbers)
    assert numbers == sorted(numbers)


def test_accounts_and_booth_codes_are_made_on_the_command_line(tmp_path: Path):
    url = {"WINDOW_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db"}
    (tmp_path / "password").write_text("correct horse battery\n")
    for command in ("migrate", "import"):
        assert run(command, **url).exit_code == 0
    made = ("account", "create", "lin", "--role", "agent", "--seat", "S004", "--password-file", "password")
    assert run(*made, **url).stdout == "Account lin (agent) is made.\n"
    assert "already" in line_of_failure(*made, **url)
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}\n", run("booth-code", "HD-TB-01", **url).stdout)
    assert "there is no such booth" in line_of_failure("booth-code", "NOWHERE", **url)


def test_from_the_first_administrator_on_each_act_is_somebodys(tmp_path: Path):
    url = {"WINDOW_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db"}
    (tmp_path / "password").write_text("correct horse battery\n")
    given = ("--password-file", "password")
    assert run("migrate", **url).exit_code == 0
    assert run("account", "create", "wang", "--role", "system", *given, **url).exit_code == 0
    assert "say --as NAME" in line_of_failure("account", "create", "li", *given, **url)
    as_wang = ("--as", "wang", "--as-password-file", "password")
    assert run("account", "create", "li", *given, *as_wang, **url).stdout == "Account li (none) is made.\n"
    assert run("account", "grant", "li", "security", **url).exit_code == 0
    assert "has not the right" in line_of_failure("account", "grant", "li", "auditor", *as_wang, **url)
    assert "--role: a security" in line_of_failure(
        "account", "create", "zhao", "--role", "supervisor", *given, *as_wang, **url
    )
    as_li = ("--as", "li", "--as-password-file", "password")
    assert "own role" in line_of_failure("account", "revoke", "li", *as_li, **url)
    assert "wrong name or password" in line_of_failure("account", "revoke", "wang", "--as", "nobody", *as_li[2:], **url)
    assert run("account", "revoke", "wang", *as_li, **url).exit_code == 0
    assert run("account", "grant", "wang", "auditor", "--emergency", "li is ill", **url).exit_code == 0
    listed = [line.split()[:2] for line in run("account", "list", **url).stdout.splitlines()]
    assert listed == [["li", "security"], ["wang", "auditor"]]


def test_a_booth_without_a_server_is_one_line(tmp_path: Path):
    line = line_of_failure("booth", "--server", f"http://127.0.0.1:{free_port()}", "--item", "MZ01")
    assert "the server does not answer" in line
    assert "not the address of a server" in line_of_failure("booth", "--server", "window")


def test_the_audit_chain_is_proved_or_said_to_be_broken(tmp_path: Path):
    url = {"WINDOW_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db"}
    assert run("migrate", **url).exit_code == 0

    async def note() -> None:
        database = Database(url["WINDOW_DATABASE_URL"], read_keys(KEY["WINDOW_AUDIT_KEY"]))
        for number in range(3):
            async with database.begin() as db:
                await audit.note(db, "admin:test", "document.viewed", f"D{number}")
        await database.close()

    asyncio.run(note())
    whole = run("verify", **url)
    assert (whole.exit_code, "whole, 3 entries" in whole.stdout) == (0, True)
    master = {"WINDOW_MASTER_KEY": "1" * 64, "WINDOW_DOCUMENTS_FOLDER": str(tmp_path)}
    assert run("verify", "--papers", **url, **master).stdout.endswith("papers: whole, 0\n")
    assert "WINDOW_MASTER_KEY" in line_of_failure("verify", "--papers", **url, WINDOW_MASTER_KEY="abc")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        db.execute("UPDATE audit SET subject = 'D9' WHERE seq = 2")
        db.commit()
    broken = run("verify", **url)
    assert (broken.exit_code, "broken at entry 2" in broken.stdout) == (1, True)


def test_of_several_realms_one_is_checked_alone_and_none_is_forgotten(tmp_path: Path):
    url = {"WINDOW_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db"}
    both = {**url, "WINDOW_FURTHER_REALMS": "east=east.example"}
    assert run("migrate", **url).exit_code == 0
    assert run("verify", **both).exit_code == 0  # which each realm's trail says
    for realm in ("window", "east"):
        alone = run("verify", "--realm", realm, **both)
        assert (alone.exit_code, "realm " in alone.stdout) == (0, False), alone.stdout
    half = run("verify", **url)
    assert (half.exit_code, "realm east: not checked" in half.stdout) == (1, True)


def test_anchors_of_a_realm_that_has_another_name_now_say_so(tmp_path: Path):
    url = {
        "WINDOW_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db",
        "WINDOW_ANCHORS_FOLDER": str(tmp_path / "anchors"),
    }
    assert run("migrate", **url).exit_code == 0
    anchor = Anchor(at_ms=1, why="day", trail=(1, "a" * 64), records={"window": (1, "b" * 64)})
    Anchors(tmp_path / "anchors", read_keys(KEY["WINDOW_AUDIT_KEY"]))._add(anchor)
    renamed = run("verify", WINDOW_REALM="lintong", **url)
    assert renamed.exit_code == 1
    assert "they are of the realm window, and this one is called lintong" in renamed.stdout
    assert "end_missing" not in renamed.stdout
    assert "end_missing" in run("verify", **url).stdout


def test_a_scenario_that_is_not_there_names_those_that_are(tmp_path: Path):
    assert "sample_district_day" in line_of_failure("simulate", "nowhere.yaml")


def test_help_lists_every_command():
    said = run("--help").stdout
    for command in (
        "demo",
        "serve",
        "booth",
        "migrate",
        "import",
        "account",
        "booth-code",
        "queue",
        "verify",
        "simulate",
    ):
        assert f"\n  {command} " in said
    assert run("--version").stdout.startswith("cloudwindow, version ")


def test_a_live_queue_is_checked_and_mended(valkey: EmbeddedValkey):
    url = {"WINDOW_REDIS_URL": valkey.url}
    whole = run("queue", "check", **url)
    assert (whole.exit_code, whole.stdout) == (0, "0 violations\n")

    async def spoil() -> None:
        async with valkey.client() as redis:
            queue = Queue(redis, "window", SystemClock())
            needs = Needs(skills=(SkillNeed("MZ", 1),))
            await queue.tickets.take(NewTicket("T1", (Step(0, needs),), Priority.NORMAL, "{}"))
            lanes = [key async for key in redis.scan_iter("*") if await redis.type(key) == b"zset"]
            for key in lanes:
                await redis.zrem(key, "T1")

    asyncio.run(spoil())
    broken = run("queue", "check", **url)
    assert broken.exit_code == 1
    assert "T1" in broken.stdout
    mended = run("queue", "check", "--repair", **url)
    assert (mended.exit_code, "mended" in mended.stdout) == (0, True)
    assert run("queue", "check", **url).stdout == "0 violations\n"
