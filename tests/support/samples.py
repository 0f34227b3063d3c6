"""Small files of the accepted kinds, whole and cut off."""

import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "documents"


def sample(name: str) -> bytes:
    """Return a file as a device or a program of this world wrote it."""
    return (FOLDER / name).read_bytes()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 4) -> bytes:
    """Return a grey PNG of this size."""
    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(height))
    head = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


PNG = png()


def pdf() -> bytes:
    """Return a PDF of one empty page, its table of offsets true."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>",
    )
    text, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(text))
        text += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(text))
    return text + head + table + end


PDF = pdf()


def truncated(content: bytes) -> bytes:
    """Return a file without its end."""
    return content[: len(content) * 2 // 3]
