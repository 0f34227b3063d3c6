"""Judges a realm's emblem (SVG): drawing elements pass, scripts and references to other files do not."""

import base64
import binascii
import re
import struct
import zlib
from typing import Final
from xml.parsers import expat

MAX_BYTES: Final = 128 * 1024
PNG_SIDE_MAX: Final = 1024
DEPTH_MAX: Final = 32
USES_MAX: Final = 64
"""References that an SVG may hold; none inside a part that is referred to itself: ten by ten by ten stop a browser."""
SVG: Final = "http://www.w3.org/2000/svg"
DRAWN: Final = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "title",
        "desc",
        "defs",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "use",
    ]
)
SAID: Final = frozenset(
    [
        "id",
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "d",
        "points",
        "fill",
        "fill-rule",
        "fill-opacity",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-opacity",
        "opacity",
        "transform",
        "gradientUnits",
        "gradientTransform",
        "offset",
        "stop-color",
        "stop-opacity",
        "clip-path",
        "clip-rule",
        "preserveAspectRatio",
        "version",
        "href",
        "role",
        "aria-label",
    ]
)
INSIDE: Final = re.compile(r"#[\w-]+\Z")
FETCHED: Final = re.compile(r"url\(\s*(?!['\"]?#)|javascript:|data:", re.IGNORECASE)
PNG_SIGN: Final = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
HEAD_BYTES: Final = 8


class BadEmblem(Exception):
    """The emblem is refused; `why` names the forbidden part."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.why = why


def svg(text: str) -> bytes:
    """Return an SVG that only draws.

    Raises:
        BadEmblem: it is no SVG, too large, or holds a script, a style, an entity, an address, an unknown part, or parts
            that multiply.
    """
    raw = text.strip().encode()
    if len(raw) > MAX_BYTES:
        raise BadEmblem(f"more than {MAX_BYTES} bytes")
    parser, drawing = expat.ParserCreate(namespace_separator=" "), _Drawing()

    def never(what: str) -> None:
        raise BadEmblem(what)

    parser.StartElementHandler = drawing.begin
    parser.EndElementHandler = drawing.end
    parser.StartDoctypeDeclHandler = lambda *_: never("a document type")
    parser.EntityDeclHandler = lambda *_: never("an entity")
    parser.ProcessingInstructionHandler = lambda *_: never("a processing instruction")
    try:
        parser.Parse(raw, True)  # noqa: FBT003 - as expat has it
    except expat.ExpatError as error:
        raise BadEmblem(f"not XML: {expat.ErrorString(error.code)}") from None
    return raw


class _Drawing:
    """The elements that are open while an SVG is read; refuses what may not be in it."""

    def __init__(self) -> None:
        self._named: list[bool] = []
        self._uses = self._clips = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element.

        Raises:
            BadEmblem: it may not be there.
        """
        space, _, local = name.rpartition(" ")
        if space != SVG or local not in DRAWN or (not self._named) != (local == "svg"):
            raise BadEmblem(f"element {local}")
        for said, value in attributes.items():
            kind = said.rpartition(" ")[2]
            if kind not in SAID or FETCHED.search(value) or (kind == "href" and not INSIDE.match(value)):
                raise BadEmblem(f"attribute {kind} of {local}")
        self._uses += local == "use"
        self._clips += local == "clipPath"
        if self._multiplies(local, attributes):
            raise BadEmblem(f"element {local}: nested too deep, or too many")
        self._named.append("id" in attributes)

    def _multiplies(self, local: str, attributes: dict[str, str]) -> bool:
        """Tell whether an element makes more of others than stands there."""
        if len(self._named) >= DEPTH_MAX or self._uses > USES_MAX:
            return True
        return (local == "use" and any(self._named[1:])) or ("clip-path" in attributes and self._clips > 0)

    def end(self, name: str) -> None:
        """Close an element."""
        _ = self._named.pop()
        self._clips -= name.rpartition(" ")[2] == "clipPath"


def png(text: str) -> bytes:
    """Return a PNG with nothing in it but its picture.

    Raises:
        BadEmblem: it is no PNG, damaged, too large or wide.
    """
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadEmblem("not base64") from None
    if len(raw) > MAX_BYTES:
        raise BadEmblem(f"more than {MAX_BYTES} bytes")
    if not raw.startswith(PNG_SIGN):
        raise BadEmblem("not a PNG")
    kept, at, ended = [PNG_SIGN], len(PNG_SIGN), False
    while not ended:
        if at + HEAD_BYTES > len(raw):
            raise BadEmblem("a damaged PNG")
        length, kind = struct.unpack(">I4s", raw[at : at + HEAD_BYTES])
        end = at + HEAD_BYTES + length + 4
        chunk = raw[at:end]
        if len(chunk) < HEAD_BYTES + length + 4 or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise BadEmblem("a damaged PNG")
        if len(kept) == 1 and (kind != b"IHDR" or not _is_small(chunk)):
            raise BadEmblem(f"a PNG wider or higher than {PNG_SIDE_MAX}")
        if kind in PNG_CHUNKS:
            kept.append(chunk)
        at, ended = end, kind == b"IEND"
    return b"".join(kept)


def _is_small(head: bytes) -> bool:
    sides: tuple[int, int] = struct.unpack(">II", head[HEAD_BYTES : HEAD_BYTES + 8])
    return all(0 < side <= PNG_SIDE_MAX for side in sides)
