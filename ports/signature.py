"""Signature by a certification authority (CA): a person's electronic signature over a document's digest.

Where from: authorities sign a digest for a person whom they know and give PKCS#7 (RSA, or SM2 with SM3), the chain and
a time stamp; the signing happens at their side, after the person agreed there. The document itself is not sent.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortOperation

PORT: Final = "signature"
Short = Annotated[str, Meta(min_length=1, max_length=64)]


class SignatureRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A digest to sign: of which document, by whom, for what, with which algorithm."""

    document: Short
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    algorithm: Annotated[str, Meta(pattern=r"^(sha256|sm3)$")]
    signer: Short
    purpose: Short


class MadeSignature(msgspec.Struct, frozen=True):
    """The signature (PKCS#7), its certificates from the signer's upwards (DER), and the time stamp (RFC 3161)."""

    signature: Annotated[bytes, Meta(max_length=32768)]
    chain: Annotated[tuple[Annotated[bytes, Meta(max_length=8192)], ...], Meta(max_length=6)]
    time_stamp: Annotated[bytes, Meta(max_length=16384)] = b""


SIGN: Final = PortOperation(
    port=PORT,
    name="sign",
    purpose="the person's signature under a document",
    asks=SignatureRequest,
    answers=MadeSignature,
    example=SignatureRequest("01JDOC", "0" * 64, "sm3", "p-17", "commitment"),
    example_answer=MadeSignature(b"a signature", (b"the signer", b"the authority"), time_stamp=b"a time stamp"),
    changes=True,
    is_personal=True,
    refusals=("unknown_signer", "not_agreed", "certificate_expired"),
    answer_max_bytes=256 * 1024,
)

OPERATIONS: Final = (SIGN,)
NOTICES: Final = ()
