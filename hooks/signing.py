"""Signs deliveries as Standard Webhooks 1.0 says: anew at each attempt, by each secret."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

from records.outbox.hooks import WHSEC


def sign(secrets: Iterable[str], event: str, timestamp_s: int, body: bytes) -> str:
    """Return `webhook-signature`: a signature by each secret, newest first; `timestamp_s` is in seconds.

    Raises:
        ValueError: a secret is not of the form `whsec_` and base 64.
    """
    signed = f"{event}.{timestamp_s}.".encode() + body
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(WHSEC), validate=True)
    except binascii.Error:
        raise ValueError("a secret is base 64") from None
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
