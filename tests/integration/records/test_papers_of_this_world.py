"""What the viewers of this world open is accepted and shown; what is cut or built to hurt is refused with a reason."""

import asyncio
import hashlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pi_heif
import pikepdf
import pytest
from PIL import Image, ImageChops, ImageStat

from protocol.errors import (
    DocumentIncomplete,
    DocumentLocked,
    DocumentNotFound,
    DocumentTooDetailed,
    DocumentTypeRefused,
    NotFound,
    ServiceError,
    StorageUnavailable,
)
from protocol.views import DocumentView, Purpose
from records.papers import judge as judging
from records.papers.decoders.values import PAGES_MAX
from records.papers.documents import DocumentStore
from records.papers.drawing import FAULTS_MAX, KEPT_MS
from records.papers.judge import Judge
from runtime.clock import ManualClock
from tests.support.papers import ofd, saved
from tests.support.patience import until
from tests.support.samples import PDF, PNG, sample

KEY = bytes(range(32))


def photo(width: int = 400, height: int = 300) -> Image.Image:
    """A picture whose left upper corner is red."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 20, 20), (0, 0, width // 4, height // 4))
    return image


JPEG = saved(photo(), "JPEG")
FRAMES = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]


def sheets(count: int, side: int) -> bytes:
    """Return a TIFF of so many empty sheets."""
    sheet = Image.new("1", (side, side))
    return saved(sheet, "TIFF", save_all=True, append_images=[sheet] * (count - 1), compression="group4")


def pages(count: int, size: tuple[int, int] = (300, 200), *, linearize: bool = False) -> bytes:
    file = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(count):
            document.add_blank_page(page_size=size)
        document.save(file, linearize=linearize)
    return file.getvalue()


def located() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 7.0, 0.0), 3: "E", 4: (113.0, 15.0, 0.0)})
    return saved(photo(), "JPEG", exif=exif.tobytes())


ACCEPTED: dict[str, tuple[Callable[[], bytes], str, int, tuple[int, int]]] = {
    "iPhone": (lambda: sample("iphone.heic"), "image/heic", 1, (640, 480)),
    "HEIC with a maker's trailer": (lambda: sample("iphone.heic") + b"SEFT" * 5000, "image/heic", 1, (640, 480)),
    "fill bytes": (lambda: sample("jpeg_fill_bytes.jpg"), "image/jpeg", 1, (400, 300)),
    "motion photo": (lambda: JPEG + b"\0\0\0\x18ftypmp42" + os.urandom(200_000), "image/jpeg", 1, (400, 300)),
    "long padding": (lambda: JPEG + bytes(1_500_000), "image/jpeg", 1, (400, 300)),
    "for print": (lambda: sample("cmyk.jpg"), "image/jpeg", 1, (300, 200)),
    "turned": (lambda: sample("exif_rotated.jpg"), "image/jpeg", 1, (480, 640)),
    "see-through": (lambda: saved(Image.new("RGBA", (50, 40), (0, 0, 0, 0)), "PNG"), "image/png", 1, (50, 40)),
    "16 bit": (lambda: saved(Image.new("I;16", (50, 40), 65535), "PNG"), "image/png", 1, (50, 40)),
    "animated WebP": (lambda: sample("animated.webp"), "image/webp", 1, (50, 50)),
    "animated GIF": (
        lambda: saved(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:]),
        "image/gif",
        1,
        (40, 30),
    ),
    "bitmap": (lambda: saved(photo(), "BMP"), "image/bmp", 1, (400, 300)),
    "scanner": (lambda: sample("scan.tif"), "image/tiff", 1, (80, 80)),
    "sheets": (lambda: saved(FRAMES[0], "TIFF", save_all=True, append_images=FRAMES[1:]), "image/tiff", 3, (40, 30)),
    "AVIF": (lambda: saved(photo(), "AVIF"), "image/avif", 1, (400, 300)),
    "BOM": (lambda: sample("pdf_bom_before_header.pdf"), "application/pdf", 1, (833, 555)),
    "mail's head": (lambda: b"From: a\r\nTo: b\r\n\r\n" + PDF, "application/pdf", 1, (833, 555)),
    "blank lines": (lambda: b"\n" * 900 + PDF, "application/pdf", 1, (833, 555)),
    "padded PDF": (lambda: PDF + bytes(70_000), "application/pdf", 1, (833, 555)),
    "owner's lock": (lambda: sample("owner_locked.pdf"), "application/pdf", 1, (833, 555)),
    "linearized": (lambda: pages(5, linearize=True), "application/pdf", 5, (833, 555)),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def store(folder: Path, clock: ManualClock) -> DocumentStore:
    return DocumentStore(folder, KEY, clock)


async def keep(store: DocumentStore, content: bytes) -> DocumentView:
    upload = await store.start("paper", len(content), ticket="T1")
    await store.append(upload, 0, content)
    return await store.finish(upload, Purpose.MATERIAL)


async def shown(store: DocumentStore, document: DocumentView, number: int = 1, password: str = "") -> Image.Image:
    picture, _ = await store.page(document.document, number, password)
    image = Image.open(io.BytesIO(picture))
    assert image.format == "JPEG"
    image.load()
    return image


@pytest.mark.parametrize("name", ACCEPTED)
async def test_what_viewers_open_is_accepted_and_shown_and_kept_byte_for_byte(store: DocumentStore, name: str):
    make, kind, count, size = ACCEPTED[name]
    content = make()
    document = await keep(store, content)
    assert (document.media_type, document.pages, document.needs_password) == (kind, count, False)
    image = await shown(store, document, count)
    assert all(abs(have - want) <= 1 for have, want in zip(image.size, size, strict=True)), image.size
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert b"".join([chunk async for chunk in store.read(document.document)]) == content
    with pytest.raises(NotFound):
        await store.page(document.document, count + 1)


async def test_a_heic_is_shown_as_its_decoder_sees_it(store: DocumentStore):
    content = sample("iphone.heic")
    document = await keep(store, content)
    decoded = pi_heif.open_heif(io.BytesIO(content)).to_pillow().convert("RGB")
    apart = ImageStat.Stat(ImageChops.difference(decoded, (await shown(store, document)).convert("RGB")))
    assert max(apart.mean) / 255 < 0.02
    assert document.sha256 == hashlib.sha256(content).hexdigest()


async def test_what_is_see_through_is_on_white_and_turned_pictures_stand(store: DocumentStore):
    clear = await shown(store, await keep(store, ACCEPTED["see-through"][0]()))
    assert clear.convert("L").tobytes().strip(b"\xff\xfe\xfd") == b""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise: the red corner goes to the right
    turned = await shown(store, await keep(store, saved(photo(), "JPEG", exif=exif.tobytes())))
    assert turned.size == (300, 400)
    assert turned.convert("RGB").crop((280, 5, 281, 6)).tobytes()[0] > 150


async def test_where_a_photo_was_taken_is_told_and_is_not_in_the_copy_for_the_eye(store: DocumentStore):
    content = located()
    document = await keep(store, content)
    assert document.located
    assert not (await keep(store, JPEG)).located
    picture, _ = await store.page(document.document, 1)
    assert not Image.open(io.BytesIO(picture)).getexif()
    assert b"Exif" not in picture
    assert b"".join([chunk async for chunk in store.read(document.document)]) == content


REFUSED: dict[str, tuple[Callable[[], bytes], type[ServiceError]]] = {
    "JPEG without its end": (lambda: sample("jpeg_no_eoi.jpg"), DocumentIncomplete),
    "half a JPEG": (lambda: JPEG[: len(JPEG) // 2], DocumentIncomplete),
    "half a HEIC": (lambda: sample("iphone.heic")[:1500], DocumentIncomplete),
    "half a linearized PDF": (lambda: (whole := pages(50, linearize=True))[: len(whole) * 2 // 3], DocumentIncomplete),
    "a PDF without its end": (lambda: PDF[:-80], DocumentIncomplete),
    "half an AVIF": (lambda: (whole := saved(photo(), "AVIF"))[: len(whole) // 2], DocumentIncomplete),
    "the begin of a JPEG": (lambda: JPEG[:150], DocumentIncomplete),
    "the begin of a HEIC": (lambda: sample("iphone.heic")[:60], DocumentIncomplete),
    "half a scan whose list of pages stands at its end": (
        lambda: (whole := saved(photo(), "TIFF", compression="tiff_lzw"))[: len(whole) // 2],
        DocumentIncomplete,
    ),
    "half a TIFF": (lambda: saved(photo(), "TIFF")[:50_000], DocumentIncomplete),
    "half an OFD": (lambda: ofd()[:-200], DocumentIncomplete),
    "a bomb of points": (lambda: saved(Image.new("1", (20_000, 20_000)), "PNG"), DocumentTooDetailed),
    "more sheets than are shown": (lambda: sheets(PAGES_MAX + 1, 10), DocumentTooDetailed),
    "sheets of more points than are decoded": (lambda: sheets(999, 1100), DocumentTooDetailed),
    "more pages than are shown": (lambda: pages(PAGES_MAX + 1), DocumentTooDetailed),
    "a bomb in an OFD": (lambda: ofd(filler=9_000_000), DocumentTooDetailed),
    "a bomb of entities": (lambda: ofd(doctype='<!DOCTYPE a [<!ENTITY b "bbbb">]>'), DocumentTypeRefused),
    "a foreign entity": (lambda: ofd(doctype='<!DOCTYPE a SYSTEM "file:///etc/passwd">'), DocumentTypeRefused),
    "a ZIP that names OFD.xml": (lambda: b"PK\x03\x04" + b"OFD.xml" * 20, DocumentIncomplete),
    "a program": (lambda: b"MZ" + PDF, DocumentTypeRefused),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_cut_or_built_to_hurt_is_refused_with_a_reason(store: DocumentStore, folder: Path, name: str):
    make, reason = REFUSED[name]
    with pytest.raises(reason):
        await keep(store, make())
    assert not [file for file in folder.rglob("*") if file.is_file()]


async def test_a_pdf_with_a_password_is_kept_and_opens_with_it_only(store: DocumentStore, folder: Path):
    document = await keep(store, sample("password.pdf"))
    assert document.needs_password
    for password, tried in (("", False), ("wrong", True)):
        with pytest.raises(DocumentLocked) as caught:
            await store.page(document.document, 1, password)
        assert caught.value.params == {"tried": tried}
    picture, count = await store.page(document.document, 1, "123456")
    assert (picture[:2], count) == (b"\xff\xd8", 1)
    kept = list(folder.glob(f"documents/*/{document.document}/*"))
    assert sorted(file.name for file in kept) == ["data", "envelope"]  # nothing drawn with a password stays
    assert (await store.contents(document.document)).needs_password


async def test_a_pdf_with_huge_pages_is_drawn_small_and_one_page_at_a_time(store: DocumentStore):
    content = pages(8, (1200, 13_000))
    assert len(content) < 5000
    document = await keep(store, content)
    assert document.pages == 8
    image = await shown(store, document, 8)
    assert image.width * image.height <= 9_000_000
    assert max(image.size) <= 8000


async def test_an_ofd_is_read_and_not_drawn(store: DocumentStore):
    document = await keep(store, ofd())
    assert document.media_type == "application/ofd"
    inside = await store.contents(document.document)
    assert inside.texts == ("价税合计 99.00",)
    assert ("发票号码", "12345678") in inside.fields
    with pytest.raises(NotFound):
        await store.page(document.document, 1)


async def test_a_page_is_drawn_once_sealed_and_wiped_with_its_document(store: DocumentStore, folder: Path):
    document = await keep(store, JPEG)
    first, _ = await store.page(document.document, 1)
    (page,) = folder.glob(f"documents/*/{document.document}/page-1")
    assert b"JFIF" not in page.read_bytes()
    stamp = page.stat().st_mtime_ns
    assert (await store.page(document.document, 1))[0] == first
    assert page.stat().st_mtime_ns == stamp
    page.write_bytes(page.read_bytes()[:-5] + b"xxxxx")  # changed on the disk: drawn anew, never passed on
    assert (await store.page(document.document, 1))[0] == first
    await store.discard(document.document)
    assert not [file for file in folder.rglob("*") if file.is_file()]
    with pytest.raises(DocumentNotFound):
        await store.page(document.document, 1)


async def test_a_decoder_that_hangs_or_eats_memory_is_ended_and_starves_nobody(monkeypatch: pytest.MonkeyPatch):
    hurts = (("import time; time.sleep(600)", 0.5), ("bytearray(8 << 30)", 30.0), ("import os; os.abort()", 30.0))
    for work, wall_s in hurts:
        monkeypatch.setattr(judging, "_COMMAND", (sys.executable, "-I", "-c", CONFINED.format(work=work)))
        with pytest.raises(DocumentTooDetailed):
            await Judge(1, wall_s).look(PNG)
    monkeypatch.undo()
    assert (await Judge(1).look(PNG)).media_type == "image/png"


CONFINED = (
    f"import sys; sys.path.append({judging._ROOT!r}); "
    "from records.papers.decoders import child; child.confine(); {work}"
)


async def test_a_page_that_takes_too_much_takes_it_once_and_a_paper_of_such_pages_is_left_alone(
    folder: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
):
    store = DocumentStore(folder, KEY, clock, judge=Judge(4, 20.0))
    heavy = (await keep(store, pages(9))).document
    tries = folder / "tries"
    crash = f"import os; open({str(tries)!r}, 'a').write('x'); os.abort()"
    monkeypatch.setattr(judging, "_COMMAND", (sys.executable, "-I", "-c", crash))

    async def asked(*numbers: int) -> int:
        """Ask for pages all at once and return how many processes were started so far."""
        found = await asyncio.gather(*(store.page(heavy, number) for number in numbers), return_exceptions=True)
        assert all(isinstance(each, DocumentTooDetailed) for each in found)
        return len(tries.read_text())

    assert await asked(1, 1, 1) == 1
    assert await asked(1, 2, 3) == FAULTS_MAX
    assert await asked(4, 5, 6) == FAULTS_MAX
    clock.advance(KEPT_MS / 1000 + 1)
    assert await asked(1) == FAULTS_MAX + 1
    monkeypatch.undo()
    assert (await store.page(heavy, 2))[1] == 9


async def test_heavy_papers_that_citizens_look_at_keep_no_agent_waiting(monkeypatch: pytest.MonkeyPatch):
    judge = Judge(1, 30.0)
    monkeypatch.setattr(judging, "_COMMAND", (sys.executable, "-I", "-c", "import time; time.sleep(600)"))
    own = asyncio.create_task(judge.draw(PNG, 1, line="own"))
    await asyncio.sleep(0)  # it has its place in the line
    monkeypatch.undo()
    found, _ = await judge.draw(PNG, 1)
    assert found.media_type == "image/png"
    assert not own.done()
    _ = own.cancel()
    with pytest.raises(asyncio.CancelledError):
        _ = await own


async def test_a_line_that_is_full_asks_to_come_again_and_keeps_the_upload(store: DocumentStore, monkeypatch):
    monkeypatch.setattr(judging, "LINE_MAX", 0)
    monkeypatch.setattr(store, "_judge", Judge())
    upload = await store.start("paper", len(PNG), ticket="T1")
    await store.append(upload, 0, PNG)
    with pytest.raises(StorageUnavailable):
        await store.finish(upload)
    monkeypatch.undo()
    assert (await store.finish(upload)).media_type == "image/png"


async def test_the_process_gives_up_writing_memory_time_and_outlives_no_server():
    limits = "[r.getrlimit(k)[1] for k in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_NOFILE, r.RLIMIT_CORE)]"
    marks = "open('/proc/self/status').read().split('NoNewPrivs:')[1].split()[0], os.nice(0) == min(before + 10, 19)"
    asked = f"import resource as r; print(*{limits}, {marks})"
    work = f"import os; before = os.nice(0); {CONFINED.format(work=asked)}"
    told = subprocess.run([sys.executable, "-I", "-c", work], capture_output=True, text=True, check=True)
    assert told.stdout.split() == [str(1536 * 1024 * 1024), "20", "0", "16", "0", "1", "True"]
    sleeps = CONFINED.format(work="print(1, flush=True); import time; time.sleep(600)")
    serves = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-I", "-c", {sleeps!r}], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""
    server = subprocess.Popen([sys.executable, "-c", serves], stdout=subprocess.PIPE)
    assert server.stdout is not None
    child = int(server.stdout.readline())
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()
    _ = await until(lambda: not _runs(child))


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_many_papers_at_once_are_judged_in_turn(store: DocumentStore):
    found = await asyncio.gather(*(keep(store, JPEG) for _ in range(6)))
    assert {each.media_type for each in found} == {"image/jpeg"}
