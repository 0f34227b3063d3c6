"""The accepted media types, and the detection of refused ones for error messages."""

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


def name_of(content: bytes) -> str:
    """Return what an unaccepted file seems to be, for the message."""
    if content.startswith(b"MZ"):
        return "application/x-msdownload"
    try:
        name = str(puremagic.from_string(content[:4096], mime=True))
    except (puremagic.PureError, ValueError):
        return "unknown"
    # It has the mark of an accepted kind, and no viewer of that kind opens it.
    return "unknown" if not name or name in ACCEPTED else name
