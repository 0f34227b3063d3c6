"""Papers arrive in pieces, survive crashes, are checked by content, and are noise to who reads the disk."""

import asyncio
import hashlib
import io
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from protocol.errors import (
    BadInput,
    DocumentEmpty,
    DocumentIncomplete,
    DocumentNotFound,
    DocumentTooLarge,
    DocumentTypeRefused,
    StorageUnavailable,
)
from protocol.views import DocumentView, Purpose
from records.papers.documents import DocumentStore, OffsetMismatch, OpenUpload, UploadBusy, tidy_name
from records.papers.files import DocumentFacts, DocumentFiles, Rewrapped
from runtime.clock import ManualClock
from tests.support.samples import PDF, sample

KEY = bytes(range(32))


def picture(kind: str, size: int = 5000) -> bytes:
    """A noisy picture that takes about so many bytes."""
    side = max(8, int((size / 3) ** 0.5) + 1)
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(file, kind)
    return file.getvalue()


def png(size: int = 5000) -> bytes:
    return picture("PNG", size)


def jpeg(size: int = 5000) -> bytes:
    return picture("JPEG", size)


def webp(size: int = 5000) -> bytes:
    return picture("WEBP", size)


def pdf(size: int = 5000) -> bytes:
    file = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(300, 200))
        page.Contents = document.make_stream(b"% " + os.urandom(size).hex().encode()[:size])
        document.save(file)
    return file.getvalue()


def heic() -> bytes:
    return sample("iphone.heic")


MAKERS = {
    "image/png": png,
    "image/jpeg": jpeg,
    "application/pdf": pdf,
    "image/webp": webp,
    "image/heic": heic,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def store(folder: Path, clock: ManualClock) -> DocumentStore:
    return DocumentStore(folder, KEY, clock)


async def sent(store: DocumentStore, content: bytes, name: str = "paper", piece: int = 100_000) -> OpenUpload:
    upload = await store.start(name, len(content), ticket="T1")
    for at in range(0, len(content), piece):
        await store.append(upload, at, content[at : at + piece])
    return upload


async def content_of(store: DocumentStore, document: str) -> bytes:
    return b"".join([chunk async for chunk in store.read(document)])


@pytest.mark.parametrize("kind", MAKERS)
async def test_each_accepted_type_is_known_by_its_content(store: DocumentStore, kind: str):
    content = MAKERS[kind]()
    document = await store.finish(await sent(store, content, "whatever.exe"), Purpose.MATERIAL, material="idcard")
    assert (document.media_type, document.bytes, document.material) == (kind, len(content), "idcard")
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert await content_of(store, document.document) == content
    assert (await store.get(document.document)).ticket == "T1"


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_file_that_is_cut_off_is_refused_and_wiped(store: DocumentStore, kind: str):
    content = MAKERS[kind]()
    upload = await sent(store, content[: len(content) * 2 // 3])
    with pytest.raises(DocumentIncomplete):
        await store.finish(upload, Purpose.MATERIAL)
    with pytest.raises(DocumentNotFound):
        await store.offset(upload)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\x00" * 500,
        b"MZ" + pdf(),
        b"<html><script>alert(1)</script>%PDF-",
        b"PK\x03\x04" + b"\x00" * 100,
        b"hello",
        b"\x7fELF" + b"\x00" * 100,
    ],
)
async def test_other_types_are_refused_whatever_they_are_called(store: DocumentStore, content: bytes):
    upload = await sent(store, content, "passport.pdf")
    with pytest.raises(DocumentTypeRefused) as caught:
        await store.finish(upload, Purpose.MATERIAL)
    assert caught.value.params["found"] != "application/pdf"


async def test_empty_and_too_large_files_are_refused_before_they_are_sent(store: DocumentStore):
    with pytest.raises(DocumentEmpty):
        await store.start("x", 0)
    with pytest.raises(DocumentTooLarge) as caught:
        await store.start("x", 20 * 1024 * 1024 + 1)
    assert caught.value.params["max_bytes"] == 20 * 1024 * 1024


async def test_more_than_was_announced_is_refused(store: DocumentStore):
    upload = await store.start("x", 10)
    with pytest.raises(DocumentTooLarge):
        await store.append(upload, 0, b"x" * 11)
    assert await store.offset(upload) == 0


async def test_bytes_at_the_wrong_place_are_refused_and_the_right_place_is_told(store: DocumentStore):
    upload = await store.start("x", 100)
    await store.append(upload, 0, b"x" * 40)
    with pytest.raises(OffsetMismatch) as caught:
        await store.append(upload, 0, b"x" * 40)
    assert caught.value.params["offset"] == 40
    with pytest.raises(DocumentIncomplete):
        await store.finish(upload, Purpose.OTHER)
    assert await store.offset(upload) == 40


@pytest.mark.parametrize("torn", [b"", b"\x00\x00", b"\x00\x00\x10\x00half a frame", b"\x00" * 4096, os.urandom(3000)])
async def test_an_upload_goes_on_after_a_crash_where_its_last_whole_frame_ended(
    store: DocumentStore, folder: Path, clock: ManualClock, torn: bytes
):
    content = pdf(300_000)
    upload = await store.start("x.pdf", len(content))
    await store.append(upload, 0, content[:150_000])
    with (folder / "uploads" / upload.id / "data").open("ab") as file:
        file.write(torn)  # what the machine was writing when it died
    again = DocumentStore(folder, KEY, clock)
    upload = await again.open(upload.id)
    assert await again.offset(upload) == 150_000
    await again.append(upload, 150_000, content[150_000:])
    document = await again.finish(upload, Purpose.MATERIAL)
    assert await content_of(again, document.document) == content


async def test_two_nodes_may_take_turns_with_one_upload(store: DocumentStore, folder: Path, clock: ManualClock):
    other = DocumentStore(folder, KEY, clock)
    content = png(400_000)
    upload = await store.start("x.png", len(content))
    at = 0
    for node in (store, other, store, other, other, store):
        at = await node.append(await node.open(upload.id), at, content[at : at + 70_000])
    await other.append(upload, at, content[at:])
    document = await store.finish(upload, Purpose.STILL)
    assert await content_of(other, document.document) == content


async def test_two_windows_cannot_write_one_upload_at_once(store: DocumentStore):
    upload = await store.start("x", 1_000_000)
    results = await asyncio.gather(*(store.append(upload, 0, b"x" * 200_000) for _ in range(4)), return_exceptions=True)
    assert [result for result in results if isinstance(result, int)] == [200_000]
    assert all(isinstance(result, int | BadInput) for result in results)


async def test_one_upload_is_judged_and_kept_once_however_many_windows_finish_it_at_once(store: DocumentStore):
    upload = await sent(store, png())
    results = await asyncio.gather(*(store.finish(upload) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [DocumentView, UploadBusy, UploadBusy]


async def test_nothing_readable_is_on_the_disk_not_even_while_it_arrives(store: DocumentStore, folder: Path):
    secret = "身份证号码".encode() * 50
    content = PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + secret + b"\n")
    upload = await store.start("张三.pdf", len(content), ticket="TICKET1", material="idcard")
    await store.append(upload, 0, content[:100])
    await store.append(upload, 100, content[100:])

    def on_disk() -> bytes:
        return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())

    for when in ("arriving", "kept"):
        raw = on_disk()
        assert raw, when
        for word in (secret[:30], "张三".encode(), b"TICKET1", b"%PDF", b"idcard"):
            assert word not in raw, when
        if when == "arriving":
            await store.finish(upload, Purpose.MATERIAL)


async def test_another_key_opens_nothing(store: DocumentStore, folder: Path, clock: ManualClock):
    document = await store.finish(await sent(store, pdf()), Purpose.MATERIAL)
    thief = DocumentStore(folder, b"x" * 32, clock)
    with pytest.raises(StorageUnavailable):
        await thief.get(document.document)


async def test_a_document_changed_on_the_disk_is_not_passed_on(store: DocumentStore, folder: Path):
    first = await store.finish(await sent(store, pdf(300_000)), Purpose.MATERIAL)
    data = next(folder.glob(f"documents/*/{first.document}/data"))
    raw = bytearray(data.read_bytes())
    raw[len(raw) // 2] ^= 1
    data.write_bytes(raw)
    with pytest.raises(StorageUnavailable):
        await content_of(store, first.document)
    data.write_bytes(bytes(raw[: len(raw) // 3]))
    with pytest.raises(StorageUnavailable):
        await content_of(store, first.document)


async def test_one_document_cannot_stand_in_for_another(store: DocumentStore, folder: Path):
    documents = [await store.finish(await sent(store, pdf()), Purpose.MATERIAL) for _ in range(2)]
    files = [next(folder.glob(f"documents/*/{document.document}/data")) for document in documents]
    files[0].write_bytes(files[1].read_bytes())
    with pytest.raises(StorageUnavailable):
        await content_of(store, documents[0].document)


@pytest.mark.parametrize("name", ["x" * 26, "0" * 25, "../../etc/passwd", "", "0" * 26, "a/b", "..", "\x00" * 26])
async def test_only_our_own_ids_reach_the_disk(store: DocumentStore, folder: Path, name: str):
    files = DocumentFiles(folder, KEY)
    is_there = name in {"x" * 26, "0" * 25}  # by another hand, under a name that is no id
    upload = files.create(name, DocumentFacts(name="x", size=3)) if is_there else None
    asked: list[Callable[[str], Awaitable[object]]] = [store.get, store.open, store.contents]
    asked += [partial(content_of, store), partial(store.page, number=1), *([store.discard] if is_there else [])]
    for ask in asked:
        with pytest.raises(DocumentNotFound):
            await ask(name)
    assert upload is None or files.offset(upload) == 0


async def test_a_discarded_document_is_gone_and_may_be_discarded_again(store: DocumentStore, folder: Path):
    document = await store.finish(await sent(store, pdf()), Purpose.MATERIAL)
    for _ in range(2):
        await store.discard(document.document)
    with pytest.raises(DocumentNotFound):
        await content_of(store, document.document)
    assert not [file for file in folder.rglob("*") if file.is_file()]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\张三\\身份证.jpg", "身份证.jpg"),
        ("../../etc/passwd", "passwd"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("a\x00\nb.pdf", "ab.pdf"),
        ("", "document"),
        ("...", "document"),
        ("长" * 500 + ".jpeg", "长" * 108 + ".jpeg"),
    ],
)
def test_names_are_tidied_before_they_are_shown(given: str, shown: str):
    assert tidy_name(given) == shown


async def test_a_new_master_key_takes_over_from_the_old_one(folder: Path, clock: ManualClock):
    new, content = bytes(reversed(KEY)), png()
    before, both = DocumentStore(folder, KEY, clock), DocumentStore(folder, new, clock, old_keys=[KEY])
    sealed = (await before.finish(await sent(before, content))).document
    fresh = (await both.finish(await sent(both, content))).document
    assert await content_of(both, sealed) == await content_of(both, fresh) == content
    files = DocumentFiles(folder, new, [KEY])
    assert files.rewrap() == Rewrapped(new=1, fresh=1, closed=0)
    assert files.rewrap() == Rewrapped(new=0, fresh=2, closed=0)
    alone = DocumentStore(folder, new, clock)
    assert await content_of(alone, sealed) == await content_of(alone, fresh) == content
    with pytest.raises(StorageUnavailable):
        await content_of(before, sealed)
    assert DocumentFiles(folder, bytes(32)).rewrap() == Rewrapped(new=0, fresh=0, closed=2)


async def test_an_upload_goes_on_while_the_master_key_changes(folder: Path, clock: ManualClock):
    new, content = bytes(reversed(KEY)), png()
    before = DocumentStore(folder, KEY, clock)
    upload = await before.start("paper", len(content), ticket="T1")
    await before.append(upload, 0, content[:2000])
    after = DocumentStore(folder, new, clock, old_keys=[KEY])
    upload = await after.open(upload.id)
    await after.append(upload, 2000, content[2000:])
    document = (await after.finish(upload)).document
    assert await content_of(DocumentStore(folder, new, clock), document) == content
