"""Tells what a file is by what is in it, and whether it is whole; its name is never asked."""

import struct
import zlib
from typing import Final

import puremagic

from protocol.errors import DocumentEmpty, DocumentIncomplete, DocumentTypeRefused

PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
JPEG_HEAD: Final = b"\xff\xd8\xff"
JPEG_END: Final = b"\xff\xd9"
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
#: Cameras pad and readers append: an end mark may have this much behind it.
TAIL_BYTES: Final = 64 * 1024
JPEG_MARK: Final = 0xFF
JPEG_SCAN: Final = 0xDA
BOX_HEAD: Final = 8
WIDE_BOX_HEAD: Final = 16

ACCEPTED: Final = ("image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf")


def media_type(content: bytes) -> str:
    """Return the media type of a whole file of an accepted type.

    Raises:
        DocumentEmpty: there is nothing in it.
        DocumentTypeRefused: it is of another type.
        DocumentIncomplete: it ends before its own format says it should.
    """
    if not content:
        raise DocumentEmpty
    kind, whole = _kind(content)
    if not kind:
        raise DocumentTypeRefused(found=_name(content))
    if not whole:
        raise DocumentIncomplete(found=kind)
    return kind


def _kind(content: bytes) -> tuple[str, bool]:
    if content.startswith(JPEG_HEAD):
        return "image/jpeg", _jpeg_is_whole(content)
    if content.startswith(PNG_HEAD):
        return "image/png", _png_is_whole(content)
    if content.startswith(b"%PDF-"):
        return "application/pdf", b"%%EOF" in content[-TAIL_BYTES:]
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp", len(content) >= int.from_bytes(content[4:8], "little") + 8
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return "image/heic", _boxes_are_whole(content)
    return "", False


def _jpeg_is_whole(content: bytes) -> bool:
    # A preview inside the file has an end mark of its own: the mark must be near the end, not just anywhere.
    return JPEG_END in content[max(len(JPEG_HEAD), len(content) - TAIL_BYTES) :] and _has_scan(content)


def _has_scan(content: bytes) -> bool:
    """Walk the markers of a JPEG up to its first scan, which is where a picture begins."""
    at = 2
    while at + 4 <= len(content) and content[at] == JPEG_MARK:
        marker, (size,) = content[at + 1], struct.unpack_from(">H", content, at + 2)
        if marker == JPEG_SCAN:
            return content.rfind(JPEG_END) > at
        at += 2 + size
    return False


def _png_is_whole(content: bytes) -> bool:
    at, data_seen = len(PNG_HEAD), False
    while at + 12 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + size
        if end > len(content):
            return False
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            return False
        data_seen = data_seen or kind == b"IDAT"
        if kind == b"IEND":
            return data_seen
        at = end
    return False


def _boxes_are_whole(content: bytes) -> bool:
    at, kinds = 0, set()
    while at + BOX_HEAD <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        kinds.add(kind)
        if size == 1 and at + WIDE_BOX_HEAD <= len(content):
            (size,) = struct.unpack_from(">Q", content, at + BOX_HEAD)
        elif size == 0:  # to the end of the file
            size = len(content) - at
        if size < BOX_HEAD:
            return False
        at += size
    return at == len(content) and b"meta" in kinds


def _name(content: bytes) -> str:
    """Return what an unaccepted file seems to be, for the message."""
    if content.startswith(b"MZ"):
        return "application/x-msdownload"
    try:
        return str(puremagic.from_string(content[:4096], mime=True)) or "unknown"
    except (puremagic.PureError, ValueError):
        return "unknown"
