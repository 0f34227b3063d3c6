"""Files of documents that two nodes share: one writes at a time, the other goes on from there; pages are kept."""

import fcntl
import os
import resource
from pathlib import Path

import pytest

from protocol.errors import BadInput, DocumentNotFound, DocumentTooLarge, StorageUnavailable
from protocol.ids import new_id
from records.papers.files import DATA, DocumentFacts, DocumentFiles, OffsetMismatch, OpenUpload, UploadBusy

KEY = b"k" * 32
CONTENT = os.urandom(100)


def begun(files: DocumentFiles, size: int = len(CONTENT)) -> OpenUpload:
    return files.create(new_id(0), DocumentFacts(name="x", size=size))


def test_an_upload_that_another_node_is_writing_is_busy_and_takes_nothing(tmp_path: Path) -> None:
    files = DocumentFiles(tmp_path, KEY)
    upload = begun(files)
    with next(tmp_path.rglob(f"{upload.id}/{DATA}")).open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(UploadBusy):
            files.append(upload, 0, CONTENT)
        assert files.offset(upload) == 0
    assert files.append(upload, 0, CONTENT) == len(CONTENT)


def test_each_node_goes_on_where_the_other_one_stopped(tmp_path: Path) -> None:
    one, other = DocumentFiles(tmp_path, KEY), DocumentFiles(tmp_path, KEY)
    upload = begun(one)
    for node, at in ((one, 0), (other, 30), (one, 60), (other, 90)):
        assert node.append(upload, at, CONTENT[at : at + 30]) == min(at + 30, 100)
        assert (one.offset(upload), other.offset(upload)) == (min(at + 30, 100),) * 2
    one.keep(upload, DocumentFacts(name="x", size=len(CONTENT)))
    assert b"".join(other.content(upload.id)) == CONTENT


@pytest.mark.parametrize("offset", [0, 29, 31, 100])
def test_bytes_that_are_not_the_next_ones_are_refused(tmp_path: Path, offset: int) -> None:
    files = DocumentFiles(tmp_path, KEY)
    upload = begun(files)
    files.append(upload, 0, CONTENT[:30])
    with pytest.raises(OffsetMismatch):
        files.append(upload, offset, CONTENT[:1])
    assert files.offset(upload) == 30


@pytest.mark.parametrize("size", [len(CONTENT), len(CONTENT) - 1])
def test_an_upload_takes_what_was_announced_and_not_a_byte_more(tmp_path: Path, size: int) -> None:
    files = DocumentFiles(tmp_path, KEY)
    upload = begun(files, size=size)
    if size == len(CONTENT):
        assert files.append(upload, 0, CONTENT) == size
        return
    with pytest.raises(DocumentTooLarge):
        files.append(upload, 0, CONTENT)
    assert files.offset(upload) == 0


def test_who_sends_single_bytes_fills_no_disk_with_their_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.papers.files.FRAMES_MAX", 3)
    files = DocumentFiles(tmp_path, KEY)
    upload = begun(files)
    for at in range(3):
        files.append(upload, at, b"x")
    with pytest.raises(BadInput) as refused:
        files.append(upload, 3, b"x")
    assert (refused.value.params["why"], files.offset(upload)) == ("too_many", 3)


def test_a_document_that_was_cut_between_two_frames_is_not_passed_on_as_whole(tmp_path: Path) -> None:
    files = DocumentFiles(tmp_path, KEY)
    upload = begun(files)
    files.append(upload, 0, CONTENT[:30])
    cut = next(tmp_path.rglob(f"{upload.id}/{DATA}")).stat().st_size
    files.append(upload, 30, CONTENT[30:])
    files.keep(upload, DocumentFacts(name="x", size=len(CONTENT)))
    os.truncate(next(tmp_path.rglob(f"{upload.id}/{DATA}")), cut)
    with pytest.raises(StorageUnavailable):
        b"".join(files.content(upload.id))


@pytest.mark.parametrize("is_whole", [True, False], ids=["finished", "discarded"])
def test_an_upload_that_ended_since_it_was_opened_takes_nothing_and_comes_back_to_nobody(
    tmp_path: Path, is_whole: bool
) -> None:
    files, other = DocumentFiles(tmp_path, KEY), DocumentFiles(tmp_path, KEY)
    upload, facts = begun(files), DocumentFacts(name="x", size=len(CONTENT))
    files.append(upload, 0, CONTENT)
    opened = other.open(upload.id)
    files.keep(upload, facts) if is_whole else files.remove(upload.id)
    for act in (
        lambda: other.append(opened, 0, b"x"),
        lambda: other.offset(opened),
        lambda: other.upload_content(opened),
        lambda: other.keep(opened, facts),
        lambda: other.open(upload.id),
    ):
        with pytest.raises(DocumentNotFound):
            act()
    assert not [one for one in (tmp_path / "uploads").rglob("*") if one.is_file()]


@pytest.mark.parametrize("room", [0, 20])
def test_what_a_full_disk_did_not_take_is_sent_again(tmp_path: Path, room: int) -> None:
    files = DocumentFiles(tmp_path, KEY)
    upload = begun(files)
    files.append(upload, 0, CONTENT[:30])
    data = next(tmp_path.rglob(f"{upload.id}/{DATA}"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (data.stat().st_size + room, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            files.append(upload, 30, CONTENT[30:60])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files.offset(upload) == 30
    for node in (files, DocumentFiles(tmp_path, KEY)):  # the one that failed, and one that finds what it left
        at = node.offset(upload)
        node.append(upload, at, CONTENT[at : at + 35])
    files.keep(upload, DocumentFacts(name="x", size=len(CONTENT)))
    assert b"".join(files.content(upload.id)) == CONTENT


def test_a_drawn_page_is_there_again_under_its_number_and_goes_with_its_document(tmp_path: Path) -> None:
    files = DocumentFiles(tmp_path, KEY)
    upload = begun(files)
    files.append(upload, 0, CONTENT)
    files.keep(upload, DocumentFacts(name="x", size=len(CONTENT)))
    document = upload.id
    picture = os.urandom(300_000)
    files.keep_page(document, 2, picture)
    assert (files.page(document, 1), files.page(document, 2)) == (None, picture)
    assert picture[:64] not in b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    files.remove(document)
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
