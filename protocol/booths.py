"""Define the proof of a booth's device key: the signed bytes and the fields of `hello`."""

from typing import Final

TAG: Final = "cloudwindow booth v1"
SEPARATOR: Final = "~"
PARTS: Final = 3
PROOF_MAX: Final = 400


def signed_bytes(booth: str, challenge: str) -> bytes:
    """Return the bytes that a booth signs: tag, booth and challenge, a line feed between them, UTF-8."""
    return f"{TAG}\n{booth}\n{challenge}".encode()


def proof(booth: str, challenge: str, signature: str) -> str:
    """Write `booth~challenge~signature`, as `hello` carries it; the signature is 64 bytes in base 64."""
    return SEPARATOR.join((booth, challenge, signature))


def read_proof(text: str) -> tuple[str, str, str] | None:
    """Return booth, challenge and signature of a proof, or nothing."""
    found = text.split(SEPARATOR, PARTS) if len(text) <= PROOF_MAX else []
    return (found[0], found[1], found[2]) if len(found) == PARTS else None
