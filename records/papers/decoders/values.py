"""The request and the answer between the server and the decoding process."""

from typing import Final, Literal

import msgspec

EYE_PIXELS: Final = 9_000_000
"""The most points of a picture for the eye: a page of A4 at 300 dpi has 8.7 million."""
EYE_SIDE: Final = 8_000
PICTURE_PIXELS: Final = 250_000_000
"""The most points of a picture that is accepted: phones of today take up to 200 million."""
PAPER_PIXELS: Final = 4 * PICTURE_PIXELS
"""The most points of all pages together: 110 pages of A4 at 300 dpi, which a process decodes in its time."""
PAGES_MAX: Final = 1000
"""The most pages of a paper that is accepted: each of them can be seen."""
PICTURE: Final = "image/jpeg"
"""The type of a page for the eye."""

Task = Literal["look", "draw", "text"]
Fault = Literal["", "type", "incomplete", "detail", "password", "page"]


class Ask(msgspec.Struct, frozen=True):
    """The request: look at the bytes that follow, draw a page (from 1), or return their text."""

    task: Task
    page: int = 1
    password: str = ""


class DecoderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer; `fault` is the reason of a refusal. The picture of a page follows behind it."""

    fault: Fault = ""
    media_type: str = ""
    pages: int = 0
    needs_password: bool = False
    located: bool = False
    """Whether the file says where it was made (EXIF or XMP position)."""
    fields: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()
    """The text of each page, where a format is read and not drawn (OFD)."""


class Undecodable(Exception):
    """The bytes cannot be decoded, for the reason given; `media_type` where it is known."""

    def __init__(self, fault: Fault, media_type: str = "") -> None:
        """Keep the reason."""
        super().__init__(fault)
        self.fault: Fault = fault
        self.media_type = media_type
