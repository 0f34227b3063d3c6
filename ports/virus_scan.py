"""Virus scan: whether a file that came in is known to do harm.

Where from: scanners take a stream of bytes and say clean, or the name of what they found (clamd's INSTREAM); an adapter
beside the scanner speaks this contract. A verdict is true for the signatures of its day: it names their version.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortOperation

PORT: Final = "virus_scan"
Short = Annotated[str, Meta(min_length=1, max_length=64)]


class ScanRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file to be judged, with its document's id and digest."""

    document: Short
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    content: bytes


class ScanVerdict(msgspec.Struct, frozen=True):
    """The verdict: the name of the virus found, empty when clean, and the version of the signatures."""

    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    found: Annotated[str, Meta(max_length=200)]
    signatures: Short


SCAN: Final = PortOperation(
    port=PORT,
    name="scan",
    purpose="whether a file does harm",
    asks=ScanRequest,
    answers=ScanVerdict,
    example=ScanRequest("01JDOC", "0" * 64, b"a paper"),
    example_answer=ScanVerdict("0" * 64, found="", signatures="27811"),
    refusals=("too_large", "wrong_digest"),
)

OPERATIONS: Final = (SCAN,)
NOTICES: Final = ()
