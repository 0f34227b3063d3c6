"""Makes and reads the text of a machine's key: a public id, a secret of 256 bits, signs that show a slip."""

import hashlib
import hmac
import re
import secrets
import zlib
from typing import Final

from protocol.ids import ALPHABET, encode

KEY_PREFIX: Final = "cwm_"
TOKEN_PREFIX: Final = "cwt_"  # noqa: S105 - how a token begins
ID_SIGNS: Final = 10
SECRET_SIGNS: Final = 52
CHECK_SIGNS: Final = 7
_KEY: Final = re.compile(
    f"{KEY_PREFIX}(?P<id>[{ALPHABET}]{{{ID_SIGNS}}})_[{ALPHABET}]{{{SECRET_SIGNS}}}(?P<check>[{ALPHABET}]{{{CHECK_SIGNS}}})"
)


def new_key() -> str:
    """Make a key, `cwm_ID_SECRETCHECK`: letters and digits that no shell and no header reads as anything else."""
    identity = encode(secrets.randbits(5 * ID_SIGNS), ID_SIGNS)
    body = f"{KEY_PREFIX}{identity}_{encode(secrets.randbits(256), SECRET_SIGNS)}"
    return body + _check(body)


def id_of(text: str) -> str:
    """Return the public id of a key; empty for a text that cannot be one, which is seen without asking the ledger."""
    found = _KEY.fullmatch(text)
    return found["id"] if found is not None and _check(text[:-CHECK_SIGNS]) == found["check"] else ""


def digest(text: str) -> str:
    """Return the SHA-256 of a key, in hexadecimal: its secret is random, so that a slow hash would protect nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_digest_of(kept: str, text: str) -> bool:
    """Tell whether a kept digest is this key's, in a time that does not depend on where they differ."""
    return hmac.compare_digest(kept, digest(text))


def is_of_machine(bearer: str) -> bool:
    """Tell whether a bearer's text says to be a machine's: a key of it, or a token."""
    return bearer.startswith((KEY_PREFIX, TOKEN_PREFIX))


def _check(body: str) -> str:
    return encode(zlib.crc32(body.encode()), CHECK_SIGNS)
