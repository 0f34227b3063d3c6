"""Verifies web-hooks as Standard Webhooks 1.0 says."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

from cloudwindow_client.api.types import CloudEvent
from cloudwindow_client.reading import read_json
from cloudwindow_client.refused import CloudWindowError

LEEWAY_S = 300.0
STAMP_DIGITS = 12


class BadSignature(CloudWindowError):
    """The message is unsigned, signed by no secret of ours, or too old or new."""


def verify(
    secrets: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    leeway_s: float = LEEWAY_S,
    now_s: float | None = None,
) -> CloudEvent:
    """Return the event of a web-hook, whose `id` is the same at each attempt.

    `secrets` are `whsec_…`: the one, or during a rotation the old and the new one. `headers` may be written in any
    letters; `body` are the bytes that came. `now_s` is in seconds since the epoch: without it that of this machine.

    Raises:
        BadSignature: it is not from the sender of these secrets, or `leeway_s` seconds off.
        Unreadable: its body is no event.
        ValueError: a secret is none.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message, stamp, signed = (given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    now = time.time() if now_s is None else now_s
    if not message or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= STAMP_DIGITS):
        raise BadSignature("the headers of a signature are missing")
    if abs(now - int(stamp)) > leeway_s:
        raise BadSignature("signed too long ago, or in the future")
    text = f"{message}.{stamp}.".encode() + body
    known = [_sign(secret, text) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    given_ones = [one.removeprefix("v1,").encode() for one in signed.split(" ") if one.startswith("v1,")]
    if not any(hmac.compare_digest(one, right) for one in given_ones for right in known):
        raise BadSignature("signed by no secret of ours")
    return read_json(body, CloudEvent)


def _sign(secret: str, text: bytes) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("a secret is whsec_ and base 64") from None
    if not key:
        raise ValueError("a secret is whsec_ and base 64")
    return base64.b64encode(hmac.digest(key, text, hashlib.sha256))
