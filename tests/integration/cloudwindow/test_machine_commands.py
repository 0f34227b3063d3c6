"""Machines at the command line: made by one administrator, granted by another, their keys shown once and alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from protocol.rights import Role
from runtime.api_keys import id_of
from tests.support.command_line import ledger_of, run

STAFF = {"wang": Role.SYSTEM, "li": Role.SECURITY, "sun": Role.SUPERVISOR}
ADD = ("machines", "add", "bi", "--for", "monthly report", "--owner", "sun")


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the address of a ledger with the two administrators and a supervisor."""
    monkeypatch.chdir(tmp_path)
    with ledger_of(STAFF, tmp_path) as url:
        yield url


def as_(name: str, *words: str, at: str) -> Result:
    """Run a command as somebody who gives the right password."""
    return run(*words, "--as", name, "--as-password-file", "password", WINDOW_DATABASE_URL=at)


def test_a_machine_is_made_granted_rotated_and_closed_by_two_people(ledger: str) -> None:
    made = as_("wang", *ADD, at=ledger)
    first = made.stdout.strip()
    assert (made.exit_code, bool(id_of(first)), first in made.stderr) == (0, True, False), made.output
    granted = as_("li", "machines", "allow", "bi", "get_sessions", "get_sessions_csv", at=ledger)
    assert granted.exit_code == 0, granted.output
    second = as_("wang", "machines", "rotate", "bi", at=ledger).stdout.strip()
    assert as_("wang", "machines", "end-key", "bi", id_of(first), at=ledger).exit_code == 0
    listed, keys = (run("machines", *words, WINDOW_DATABASE_URL=ledger) for words in (("list",), ("keys", "bi")))
    assert "sun" in listed.stdout
    assert "get_sessions get_sessions_csv" in listed.stdout
    assert f"{id_of(first)}  made" in keys.stdout
    assert [line.partition("system:wang")[2].split()[0] for line in keys.stdout.splitlines()] in (
        ["ends", "ended"],
        ["ended", "ends"],
    )
    assert not any(key[-20:] in listed.stdout + keys.stdout for key in (first, second))
    assert as_("wang", "machines", "close", "bi", at=ledger).exit_code == 0
    assert "(closed)" in run("machines", "list", WINDOW_DATABASE_URL=ledger).stdout
    assert id_of(as_("wang", "machines", "open", "bi", at=ledger).stdout.strip())
    proven = run("verify", WINDOW_DATABASE_URL=ledger)
    assert "accounts, booths and machines: as the trail says, 3, 0 and 1" in proven.stdout, proven.output


def test_operations_are_listed_with_the_rights_that_staff_need() -> None:
    said = run("machines", "operations").stdout
    assert "get_sessions_csv" in said
    assert "records.export" in said
    assert "post_login" not in said


REFUSED = (
    ("li", ADD, "has not the right accounts.keep"),
    ("wang", ("machines", "allow", "bi", "get_sessions"), "has not the right accounts.grant"),
    ("wang", ("machines", "add", "B I", "--for", "x", "--owner", "sun"), "a machine's name has 2 to 48"),
    ("wang", ("machines", "add", "other", "--for", "x", "--owner", "nobody"), "who answers for the machine"),
    ("wang", ADD, "there is a machine of this name already"),
    ("wang", ("machines", "close", "nobody"), "nobody: there is no such machine"),
    ("wang", ("machines", "end-key", "bi", "XYZ"), "XYZ: there is no such key"),
    ("wang", ("machines", "rotate", "bi", "--days", "999"), "days: out of range"),
    ("li", ("machines", "allow", "bi", "post_login"), "no operation for machines"),
    ("li", ("machines", "allow", "bi", "get_audit", "get_sessions"), "make two machines of it"),
    ("li", ("machines", "scope", "bi", "district:1"), "scope"),
)


def test_a_command_that_cannot_be_done_says_why_in_words(ledger: str) -> None:
    assert as_("wang", *ADD, at=ledger).exit_code == 0
    for name, words, told in REFUSED:
        refused = as_(name, *words, at=ledger)
        assert (refused.exit_code, told in refused.stderr) == (2, True), (words, refused.output)
