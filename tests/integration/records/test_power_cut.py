"""What was acknowledged is there after a power cut, and what was wiped is not: by what was synced, names included."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booth_client.device_key import DeviceKey
from cloudwindow.installation import Installation, write_private
from protocol.ids import new_id
from records.audit.anchors import Anchors, read
from records.database import Database
from records.papers.files import DocumentFacts, DocumentFiles
from records.signing import AuditKeys
from tests.support.power import Disk

OLD, NEW = b"o" * 32, b"n" * 32
CONTENT = os.urandom(600_000)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    watched = Disk(os.fsync)
    monkeypatch.setattr(os, "fsync", watched.fsync)
    return watched


def after(disk: Disk, folder: Path, empty: Path) -> Path:
    """Write what a power cut would leave of a folder into an empty one."""
    for name, content in disk.left(folder).items():
        (empty / name).parent.mkdir(parents=True, exist_ok=True)
        (empty / name).write_bytes(content)
    return empty


def kept(files: DocumentFiles) -> str:
    """Send a document whole and return its id."""
    upload = files.create(new_id(0), DocumentFacts(name="x", size=len(CONTENT)))
    for at in range(0, len(CONTENT), 250_000):
        files.append(upload, at, CONTENT[at : at + 250_000])
    files.keep(upload, DocumentFacts(name="x", size=len(CONTENT), media_type="image/png"))
    return upload.id


def content(folder: Path, document: str, key: bytes) -> bytes:
    return b"".join(DocumentFiles(folder, key).content(document))


def test_a_document_is_whole_after_a_power_cut(disk: Disk, tmp_path: Path) -> None:
    (tmp_path / "cut").mkdir()
    documents = [kept(DocumentFiles(tmp_path / "files", OLD)) for _ in range(3)]
    left = after(disk, tmp_path, tmp_path / "cut") / "files"
    assert [content(left, document, OLD) for document in documents] == [CONTENT] * 3


def test_a_document_that_was_sealed_again_opens_with_the_new_key_after_a_power_cut(disk: Disk, tmp_path: Path) -> None:
    (tmp_path / "cut").mkdir()
    document = kept(DocumentFiles(tmp_path / "files", OLD))
    assert DocumentFiles(tmp_path / "files", NEW, [OLD]).rewrap().new == 1
    assert content(after(disk, tmp_path, tmp_path / "cut") / "files", document, NEW) == CONTENT


@pytest.mark.parametrize("is_whole", [True, False])
def test_what_was_wiped_does_not_come_back_after_a_power_cut(disk: Disk, tmp_path: Path, is_whole: bool) -> None:
    files = DocumentFiles(tmp_path / "files", OLD)
    if is_whole:
        document = kept(files)
    else:
        files.create(document := new_id(0), DocumentFacts(name="x", size=9))
    folder = next((tmp_path / "files").rglob(document)).stat().st_ino
    assert "envelope" in disk.names(folder)
    files.remove(document)
    assert "envelope" not in disk.names(folder)


def made_secret(folder: Path) -> str:
    return Installation(folder / "a").secret("audit")


def made_note(folder: Path) -> None:
    write_private(folder / "note", "told")


def made_booths_key(folder: Path) -> None:
    DeviceKey("HD-TB-01", Ed25519PrivateKey.generate()).save(folder / "a" / "key")


@pytest.mark.parametrize("make", [made_secret, made_note, made_booths_key])
def test_a_secret_is_there_after_a_power_cut_before_it_is_used(
    disk: Disk, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    (tmp_path / "one").mkdir()
    _ = make(tmp_path / "one")
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    there = {str(path.relative_to(tmp_path / "one")): path.read_bytes() for path in files}
    assert there
    assert there.items() <= disk.left(tmp_path / "one").items()


async def test_each_anchor_is_there_after_a_power_cut(disk: Disk, tmp_path: Path, ledger: Database) -> None:
    keys = AuditKeys()
    anchors = Anchors(tmp_path / "a" / "anchors", keys)
    for number in (1, 2, 3):
        _ = await anchors.write(ledger, "export", number)
        left = disk.left(tmp_path)
        assert len(left[str(anchors.path.relative_to(tmp_path))].splitlines()) == number
    assert [anchor.at_ms for anchor in read(anchors.path, keys)] == [1, 2, 3]
