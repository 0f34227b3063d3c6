"""Speaks tus 1.0's part of HTTP: version, headers of every answer, metadata, a body that may be cut off."""

import base64
import binascii
import re
from collections.abc import AsyncIterator
from email.utils import formatdate
from typing import Final

from aiohttp import web

from protocol.errors import BadInput
from runtime.refusals import PreconditionFailed, UnsupportedMediaType
from signaling.node import NODE, Node

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,termination,expiration"
MEDIA: Final = "application/offset+octet-stream"
PREFIX: Final = "/api/uploads"
PIECE_BYTES: Final = 64 * 1024
"""Bytes that are sealed and kept together; of a request that is cut off, what arrived is kept."""
METADATA_MAX: Final = 4096
LENGTH_MAX_DIGITS: Final = 15
_URL_SAFE: Final = str.maketrans("-_", "+/")


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Set what tus asks of every answer, refusals included; `on_response_prepare`."""
    if request.path == PREFIX or request.path.startswith(f"{PREFIX}/"):
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Tus-Max-Size"] = str(request.app[NODE].services.settings.document_max_bytes)
        response.headers["Cache-Control"] = "no-store"
        if response.status == PreconditionFailed.http_status:
            response.headers["Tus-Version"] = VERSION


def check_version(request: web.Request) -> None:
    """Refuse another version of tus.

    Raises:
        PreconditionFailed: the header is missing or names another version.
    """
    if request.headers.get("Tus-Resumable") != VERSION:
        raise PreconditionFailed(header="Tus-Resumable", supported=VERSION)


def check_media(request: web.Request) -> None:
    """Refuse a body that is not announced as tus asks.

    Raises:
        UnsupportedMediaType: it is announced as something else.
    """
    if request.content_type != MEDIA:
        raise UnsupportedMediaType(expected=MEDIA)


def read_number(request: web.Request, name: str) -> int:
    """Read a header that holds a count of bytes.

    Raises:
        BadInput: it is missing, negative, no number, or longer than any file.
    """
    text = request.headers.get(name, "")
    digits = text.lstrip("0")
    if not text.isascii() or not text.isdigit() or len(digits) > LENGTH_MAX_DIGITS:
        raise BadInput(field=name, why="number")
    return int(digits or "0")


def expires(node: Node, started_ms: int) -> str:
    """Return when an unfinished upload is dropped, as `Upload-Expires` says it (RFC 9110 date)."""
    return formatdate(started_ms / 1000 + node.services.settings.upload_ttl_s, usegmt=True)


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """Yield the body in pieces of `PIECE_BYTES` or a little more; then the rest, also of a body that was cut off.

    Raises:
        OSError: the connection was lost; raised after what arrived has been yielded.
    """
    content, parts, size = request.content, bytearray(), PIECE_BYTES
    try:
        while part := await content.readany():
            parts += part
            if len(parts) >= size:
                yield bytes(parts)
                parts.clear()
    except OSError:
        # What the reader had buffered when the connection went is not given out any more by its public methods.
        parts += content._read_nowait(-1)  # noqa: SLF001
        if parts:
            yield bytes(parts)
        raise
    if parts:
        yield bytes(parts)


def read_metadata(text: str) -> dict[str, str]:
    """Read `Upload-Metadata`: comma-separated `name base64`; padding may be missing, the alphabet be URL-safe.

    A text that is not UTF-8 is read as GB 18030, the file names of older Windows; signs that are neither are replaced.

    Raises:
        BadInput: it is malformed.
    """
    if not text.isascii() or not text.isprintable():
        raise BadInput(field="Upload-Metadata", why="format")
    if len(text) > METADATA_MAX:
        raise BadInput(field="Upload-Metadata", why="length", max=METADATA_MAX)
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = pair.partition(" ")
        found[name] = _decoded(value)
    return found


def _decoded(value: str) -> str:
    plain = re.sub(r"\s|=+$", "", value).translate(_URL_SAFE)
    try:
        raw = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(field="Upload-Metadata", why="format") from None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
