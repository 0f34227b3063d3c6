"""The keys that sign the audit trail and the records: without them, the ledger's owner can forge no entry."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

import msgspec

KEYS: Final = "audit_keys"
"""The key under which a transaction carries the audit keys; `Database` puts them there."""
KEY_BYTES: Final = 32
ID_LENGTH: Final = 8
UNKEYED: Final = ""
"""The key's name of entries from before there were keys: their hashes are plain SHA-256."""


class AuditKeys:
    """The key that signs, and earlier ones whose signatures still count."""

    def __init__(self, key: bytes = b"", old: Sequence[bytes] = ()) -> None:
        """Sign with `key` (32 bytes). Without one nothing is secret: for tests and tools that only read."""
        self._key = key
        self.current = name_of(key)
        self._all = {name_of(one): one for one in (key, *old)}

    def sign(self, kind: str, *parts: object, key: str | None = None) -> str:
        """Return the HMAC-SHA256 of `parts`, as 64 hexadecimal digits; `kind` keeps signatures of kinds apart.

        Raises:
            KeyError: the named `key` is not known here.
        """
        secret = self._all[self.current if key is None else key]
        return hmac.new(secret, msgspec.json.encode((kind, *parts)), hashlib.sha256).hexdigest()

    def is_right(self, signature: str, key: str, kind: str, *parts: object) -> bool:
        """Tell whether a signature was made by the named key for exactly this; an unknown key is wrong."""
        return key in self._all and hmac.compare_digest(self.sign(kind, *parts, key=key), signature)

    def sign_named(self, kind: str, *parts: object) -> str:
        """Return the signature with its key's name before it, `key:signature`, to be kept in one column."""
        return f"{self.current}:{self.sign(kind, *parts)}"

    def is_right_named(self, kept: str, kind: str, *parts: object) -> bool:
        """Tell whether a signature of `sign_named` was made for exactly this."""
        key, _, signature = kept.partition(":")
        return self.is_right(signature, key, kind, *parts)

    def knows(self, key: str) -> bool:
        """Tell whether a key's signatures can be checked here."""
        return key in self._all

    def person(self, name: str) -> str:
        """Return the keyed hash of a person's name: it identifies the person later and reveals no name."""
        return self.sign("person", name)[:16] if name else ""


def name_of(key: bytes) -> str:
    """Return the public name of a key."""
    return hashlib.sha256(b"cloudwindow audit key " + key).hexdigest()[:ID_LENGTH]


def read_keys(key: str, old: Sequence[str] = ()) -> AuditKeys:
    """Read keys as settings name them, in hexadecimal digits.

    Raises:
        ValueError: one of them is not 32 bytes in hexadecimal digits.
    """
    secrets = [bytes.fromhex(one) for one in (key, *old) if one]
    if any(len(one) != KEY_BYTES for one in secrets):
        raise ValueError(f"an audit key has {2 * KEY_BYTES} hexadecimal digits")
    return AuditKeys(secrets[0] if key else b"", secrets[1:] if key else secrets)
