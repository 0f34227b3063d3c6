"""Signs and checks messages between us and other systems, both ways, in the form of Standard Webhooks 1.0 (v1).

The signed text is `id.timestamp.body`, the body as raw bytes; the signature is HMAC-SHA256 in base 64. One header may
carry several signatures, so that a secret can be exchanged without a gap.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from secrets import token_bytes
from typing import Final

from protocol.limits import fault_of

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
VERSION: Final = "v1"
PREFIX: Final = "whsec_"
LEEWAY_S: Final = 60
"""A message whose time is further from ours than this, either way, is refused."""
SECRET_BYTES: Final = (24, 64)
"""Least and greatest length of a secret."""
NEW_BYTES: Final = 32


class BadSignature(ValueError):
    """The message is unsigned, wrongly signed, or of another time."""


def new_secret() -> str:
    """Make a secret, in its written form."""
    return PREFIX + base64.b64encode(token_bytes(NEW_BYTES)).decode()


def read_secret(text: str) -> bytes:
    """Return the secret of its written form: base 64, with or without `whsec_` before it.

    Raises:
        ValueError: it is not of that form, or not between 24 and 64 bytes long.
    """
    try:
        secret = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"write {PREFIX} and base 64") from None
    least, most = SECRET_BYTES
    if not least <= len(secret) <= most:
        raise ValueError(f"{least} to {most} bytes in base 64")
    return secret


def headers(secrets: Sequence[bytes], message: str, at_s: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message, signed with each of the secrets; `at_s` is in seconds since the epoch."""
    signed = " ".join(f"{VERSION},{_sign(secret, message, at_s, body)}" for secret in secrets)
    return {ID: message, TIMESTAMP: str(at_s), SIGNATURE: signed}


def check(secrets: Sequence[bytes], told: Mapping[str, str], body: bytes, now_s: int) -> str:
    """Return the id of a message whose signature is one of ours and whose time is near; `now_s` is in seconds.

    Raises:
        BadSignature: it is not.
    """
    message, stamp, signed = (told.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not message or not stamp.isascii() or not stamp.isdigit() or len(stamp) > len(str(now_s)) + 1:
        raise BadSignature
    if abs(int(stamp) - now_s) > LEEWAY_S:
        raise BadSignature
    if fault_of(message) or not signed.isascii():
        raise BadSignature
    given = [one.partition(",")[2] for one in signed.split(" ") if one.startswith(f"{VERSION},")]
    known = [_sign(secret, message, int(stamp), body) for secret in secrets]
    if not any(hmac.compare_digest(one, other) for one in given for other in known):
        raise BadSignature
    return message


def _sign(secret: bytes, message: str, at_s: int, body: bytes) -> str:
    text = f"{message}.{at_s}.".encode() + body
    return base64.b64encode(hmac.digest(secret, text, hashlib.sha256)).decode()
