"""Seals short secrets for the ledger, so that a copy of the ledger alone does not give them away."""

import base64
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from runtime.settings import Settings

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


class Unsealable(ValueError):
    """The sealed value was changed, belongs to another subject, or was sealed with an unknown key."""


class Sealing:
    """AES-256-GCM with a key derived from the installation's master key for one purpose."""

    def __init__(self, purpose: str, master: bytes, old: Sequence[bytes] = ()) -> None:
        """Derive the keys; what an `old` master key sealed is still read."""
        self._ciphers = [AESGCM(_derived(purpose, key)) for key in (master, *old)]

    def seal(self, secret: str, about: str) -> str:
        """Return the secret sealed, as base 64; it opens only for the same `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return base64.b64encode(nonce + self._ciphers[0].encrypt(nonce, secret.encode(), about.encode())).decode()

    def open(self, sealed: str, about: str) -> str:
        """Return the secret.

        Raises:
            Unsealable: it cannot be read.
        """
        try:
            kept = base64.b64decode(sealed, validate=True)
        except ValueError:  # also of signs beyond ASCII
            raise Unsealable from None
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], about.encode()).decode()
            except (InvalidTag, ValueError):
                continue
        raise Unsealable


def sealing_of(settings: Settings, purpose: str) -> Sealing:
    """Return what seals in this installation, for one purpose."""
    old = [bytes.fromhex(key) for key in settings.old_master_keys]
    return Sealing(purpose, bytes.fromhex(settings.master_key), old)


def _derived(purpose: str, master: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"cloudwindow.{purpose}".encode()).derive(master)
