"""PDF: opened and drawn by PDFium as browsers do, its wholeness judged by QPDF."""

import contextlib
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
import pypdfium2
from PIL import Image

from records.papers.decoders.pictures import packed
from records.papers.decoders.values import EYE_PIXELS, EYE_SIDE, PAGES_MAX, DecoderAnswer, Undecodable

PDF: Final = "application/pdf"
HEAD_WITHIN: Final = 1024
"""Readers look for `%PDF-` this far into a file (PDF 1.7, implementation note 13)."""
BLANKS: Final = b"\xef\xbb\xbf\x00\t\r\n "
PASSWORD_ERROR: Final = 4
SCALE_MAX: Final = 200 / 72
_LINEARIZED: Final = re.compile(rb"/Linearized\b.{0,200}?/L\s+(\d+)", re.DOTALL)


def is_pdf(content: bytes) -> bool:
    """Tell whether readers take it for a PDF: a mark, blank lines or a mail's head may stand before it."""
    return b"%PDF-" in content[: HEAD_WITHIN + 5]


def look(content: bytes) -> DecoderAnswer:
    """Say how many pages there are, and whether they need a password.

    Raises:
        Undecodable: no reader opens it, or it is cut.
    """
    try:
        with _opened(content, "") as pages:
            count = len(pages)
    except Undecodable as problem:
        if problem.fault != "password":
            # A page of the web that names the mark is none; a file that begins with it was one.
            was_one = content.lstrip(BLANKS).startswith(b"%PDF-")
            raise (Undecodable("incomplete", PDF) if was_one else Undecodable("type")) from None
        if _is_cut(content):
            raise Undecodable("incomplete", PDF) from None
        return DecoderAnswer(media_type=PDF, needs_password=True)
    if not count or _is_cut(content):
        raise Undecodable("incomplete", PDF)
    if count > PAGES_MAX:
        raise Undecodable("detail", PDF)
    return DecoderAnswer(media_type=PDF, pages=count)


def _is_cut(content: bytes) -> bool:
    """Return True if the end is missing; readers can rebuild a table of offsets, but not lost pages."""
    start = content.find(b"%PDF-")
    said = _LINEARIZED.search(content, start, start + HEAD_WITHIN)
    if said and len(content) - start < int(said.group(1)):
        return True
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True):
            return False
    except pikepdf.PasswordError:
        pass
    except pikepdf.PdfError:
        pass
    return content.rfind(b"%%EOF") < max(0, content.rfind(b"endobj"), content.rfind(b"startxref"))


@contextlib.contextmanager
def _opened(content: bytes, password: str) -> Iterator[Any]:
    """Give PDFium's document while it is open.

    A password is tried as it was typed, then half width and without blanks around: an input method was on.
    """
    for tried in dict.fromkeys((password, unicodedata.normalize("NFKC", password).strip())):
        try:
            document = pypdfium2.PdfDocument(content, password=tried or None)
            break
        except pypdfium2.PdfiumError as problem:
            if getattr(problem, "err_code", 0) != PASSWORD_ERROR:
                raise Undecodable("incomplete", PDF) from None
    else:
        raise Undecodable("password", PDF)
    try:
        yield document
    finally:
        document.close()


def draw(content: bytes, page: int, password: str) -> tuple[bytes, int]:
    """Return a page (from 1) as a JPEG for the eye, and how many pages there are.

    Raises:
        Undecodable: the password is missing or wrong, or there is no such page.
    """
    with _opened(content, password) as document:
        count = min(len(document), PAGES_MAX)
        if not 1 <= page <= count:
            raise Undecodable("page", PDF)
        try:
            sheet = document[page - 1]
            width, height = (max(1.0, side) for side in sheet.get_size())
            scale = min(SCALE_MAX, (EYE_PIXELS / (width * height)) ** 0.5, EYE_SIDE / max(width, height))
            picture: Image.Image = sheet.render(scale=scale).to_pil()
        except pypdfium2.PdfiumError:
            raise Undecodable("incomplete", PDF) from None
        except MemoryError:
            raise Undecodable("detail", PDF) from None
        return packed(picture.convert("RGB")), count
