"""The accepted media types, their marks, and the detection of refused ones for error messages."""

from typing import Final

import puremagic

ACCEPTED: Final = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "image/avif",
    "image/tiff",
    "image/gif",
    "image/bmp",
    "application/pdf",
    "application/ofd",
)


MARKS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
)
"""The first bytes of files of accepted types; the two letters of a BMP are no mark, as words begin so, too."""
BRANDS: Final = {b"avif": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic"}


def marked(content: bytes) -> str:
    """Return the accepted type whose mark a file has; nothing where it has none."""
    if content[4:8] == b"ftyp":
        return BRANDS.get(content[8:12], "")
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for mark, kind in MARKS if content.startswith(mark)), "")


def name_of(content: bytes) -> str:
    """Return what an unaccepted file seems to be, for the message."""
    if content.startswith(b"MZ"):
        return "application/x-msdownload"
    try:
        name = str(puremagic.from_string(content[:4096], mime=True))
    except (puremagic.PureError, ValueError):
        return "unknown"
    # It seems to be of an accepted kind without its mark.
    return "unknown" if not name or name in ACCEPTED else name
