"""The folder of an installation: secrets made once, for one user's eyes."""

import os
import stat
from pathlib import Path

import pytest

from cloudwindow.installation import FolderError, Installation, private_files


def test_a_secret_is_made_once_and_found_again(tmp_path: Path):
    first = Installation(tmp_path).secret("secret-key")
    assert len(first) == 64
    assert Installation(tmp_path).secret("secret-key") == first


def test_only_this_user_may_read_it(tmp_path: Path):
    Installation(tmp_path / "var").secret("secret-key")
    path = tmp_path / "var" / "secrets" / "secret-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["secret-key"]


def test_two_secrets_differ(tmp_path: Path):
    installation = Installation(tmp_path)
    assert installation.secret("secret-key") != installation.secret("master-key")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError):
        Installation(tmp_path / "file").secret("secret-key")


def test_a_folder_of_an_earlier_version_is_closed_to_others(tmp_path: Path):
    (tmp_path / "valkey" / "appendonlydir").mkdir(parents=True)
    for name in ("ledger.db", "valkey/appendonlydir/a.aof"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o644)
    tmp_path.chmod(0o755)
    Installation(tmp_path).close_to_others()
    assert [path for path in (tmp_path, *tmp_path.rglob("*")) if path.stat().st_mode & 0o077] == []
    with private_files():
        (tmp_path / "new").write_text("")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_what_is_made_afterwards_is_made_as_before(tmp_path: Path):
    before = os.umask(0o022)
    try:
        with private_files():
            (tmp_path / "meanwhile").touch()
        (tmp_path / "afterwards").touch()
    finally:
        _ = os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"meanwhile": 0o600, "afterwards": 0o644}
