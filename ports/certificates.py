"""Electronic certificates (电子证照): papers that a citizen need not bring because an office holds them already.

Where from: certificate libraries answer by holder, type and purpose, with the holder's authorisation, and give an
OFD or PDF. We keep id, digest, purpose and authorisation; the file itself only where it is submitted.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import FILE_MESSAGE_MAX_BYTES, File, PortOperation, sample_file

PORT: Final = "certificates"
Short = Annotated[str, Meta(min_length=1, max_length=64)]


class CertificateQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A search for certificates: the holder, the kind, the purpose, and the authorisation that the holder gave."""

    holder_id: Annotated[str, Meta(min_length=15, max_length=18)]
    kind: Short
    purpose: Short
    authorisation: Short


class HeldCertificate(msgspec.Struct, frozen=True):
    """A certificate that there is: its id, kind and title, its number with the middle hidden, its end (`yyyymmdd`)."""

    certificate: Short
    kind: Short
    title: Annotated[str, Meta(max_length=120)]
    number: Short
    valid_until: Annotated[str, Meta(max_length=8)] = ""


class FoundCertificates(msgspec.Struct, frozen=True):
    """The certificates that were found; none is an answer too."""

    certificates: Annotated[tuple[HeldCertificate, ...], Meta(max_length=50)] = ()


class CertificateFetch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One certificate to be used for a purpose, by an authorisation."""

    certificate: Short
    purpose: Short
    authorisation: Short


class CertificateFile(msgspec.Struct, frozen=True):
    """The certificate as its office signed it, and the digest of that file."""

    certificate: Short
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    file: File


FIND: Final = PortOperation(
    port=PORT,
    name="find",
    purpose="which papers need not be brought",
    asks=CertificateQuestion,
    answers=FoundCertificates,
    example=CertificateQuestion(
        holder_id="440524188001010014", kind="household_register", purpose="elder_card", authorisation="auth-7"
    ),
    example_answer=FoundCertificates((HeldCertificate("c-9", "household_register", "居民户口簿", "44****14"),)),
    is_personal=True,
    refusals=("not_authorised",),
)
FETCH: Final = PortOperation(
    port=PORT,
    name="fetch",
    purpose="a certificate in place of a paper",
    asks=CertificateFetch,
    answers=CertificateFile,
    example=CertificateFetch("c-9", "elder_card", "auth-7"),
    example_answer=CertificateFile("c-9", "0" * 64, sample_file("a certificate")),
    is_personal=True,
    refusals=("not_authorised", "unknown_certificate", "expired"),
    answer_max_bytes=FILE_MESSAGE_MAX_BYTES,
)

OPERATIONS: Final = (FIND, FETCH)
NOTICES: Final = ()
