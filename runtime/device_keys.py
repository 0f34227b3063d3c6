"""Checks that a message was signed by a device's own key: ECDSA P-256 with SHA-256, or Ed25519."""

import base64
import binascii
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

KEY_MAX: Final = 200
SIGNATURE_BYTES: Final = 64


def is_key(text: str) -> bool:
    """Tell whether a text is a public key that is accepted here: SPKI (DER) in base 64."""
    return _read(text) is not None


def is_signed(key: str, message: bytes, signature: str) -> bool:
    """Tell whether the key's owner signed the message; the signature is 64 bytes in base 64.

    Of ECDSA these are r and s, 32 bytes each (IEEE P1363, as WebCrypto makes them).
    """
    public = _read(key)
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if public is None or len(raw) != SIGNATURE_BYTES:
        return False
    try:
        if isinstance(public, Ed25519PublicKey):
            public.verify(raw, message)
        else:
            half = SIGNATURE_BYTES // 2
            r, s = int.from_bytes(raw[:half]), int.from_bytes(raw[half:])
            public.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(text: str) -> Ed25519PublicKey | EllipticCurvePublicKey | None:
    if len(text) > KEY_MAX:
        return None
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, TypeError):
        return None
    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    return None
