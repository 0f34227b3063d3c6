"""Electronic seal (电子印章): an office's seal put on a finished document by the system that keeps the seals.

Where from: seal platforms take a file, a seal's name and a place on a page, and give the sealed file back; the seal's
key never leaves them. Each use is on their record under our key, so that a repeat seals nothing twice.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import FILE_MESSAGE_MAX_BYTES, File, PortOperation, sample_file

PORT: Final = "seal"
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class SealRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document to seal: the file and its digest, the seal's name, the page, and the words it is set on."""

    document: Short
    sha256: Sha256
    file: File
    seal: Short
    page: Annotated[int, Meta(ge=1, le=1000)]
    on_words: Annotated[str, Meta(max_length=40)]


class SealedFile(msgspec.Struct, frozen=True):
    """The sealed file, its digest, and the number of this use of the seal."""

    use: Short
    sha256: Sha256
    file: File


PUT: Final = PortOperation(
    port=PORT,
    name="put",
    purpose="the office's seal on a document",
    asks=SealRequest,
    answers=SealedFile,
    example=SealRequest("01JDOC", "0" * 64, sample_file("a notice"), "panyu-mz", 1, on_words="番禺区民政局"),
    example_answer=SealedFile("s-3", "1" * 64, sample_file("a sealed notice")),
    changes=True,
    refusals=("unknown_seal", "not_allowed", "wrong_digest"),
    answer_max_bytes=FILE_MESSAGE_MAX_BYTES,
)

OPERATIONS: Final = (PUT,)
NOTICES: Final = ()
