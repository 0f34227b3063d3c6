"""The key of a booth without a browser: made on the device, kept in a file of its own, never sent."""

import base64
import os
from pathlib import Path
from typing import Final, Self

import aiohttp
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from booth_client.address import Address
from booth_client.channel import RefusedError, ServerAwayError
from booth_client.http_api import ask
from protocol.booths import proof, signed_bytes
from runtime.on_disk import make_folders, sync

PRIVATE: Final = 0o600


class BrokenKeyError(Exception):
    """The file holds no key of a booth."""


class _Kept(msgspec.Struct, frozen=True):
    booth: str
    key: str


class _Asked(msgspec.Struct, frozen=True):
    booth: str


class _Challenge(msgspec.Struct, frozen=True):
    challenge: str


class _Enrolment(msgspec.Struct, frozen=True):
    code: str
    token: str
    key: str


class _Enrolled(msgspec.Struct, frozen=True):
    booth: str


class DeviceKey:
    """An Ed25519 key with the booth that it stands for."""

    def __init__(self, booth: str, key: Ed25519PrivateKey) -> None:
        self.booth = booth
        self._key = key

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the key of an enrolled booth.

        Raises:
            BrokenKeyError: the file cannot be read, or is none.
        """
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
            return cls(kept.booth, Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept.key)))
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise BrokenKeyError(f"{path}: holds no booth's key ({type(error).__name__})") from error

    @classmethod
    async def enrol(cls, http: aiohttp.ClientSession, address: Address, code: str = "", *, token: str = "") -> Self:
        """Make a key and have it known as the booth's whose one-time code, or token of the release before, this is.

        Raises:
            RefusedError: no such code or token, or used already.
            ServerAwayError: no answer, or one that makes no sense.
        """
        key = Ed25519PrivateKey.generate()
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        said = _Enrolment(code, token, base64.b64encode(spki).decode())
        enrolled = await ask(http, address, "/api/booths/enrol", said, _Enrolled)
        return cls(enrolled.booth, key)

    def save(self, path: Path) -> None:
        """Write the key to a file that only this user may read, on the disk when this returns."""
        make_folders(path.parent)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)  # one that was left behind may have another mode
        kept = _Kept(self.booth, base64.b64encode(self._key.private_bytes_raw()).decode())
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync(path.parent)

    async def prove(self, http: aiohttp.ClientSession, address: Address) -> str:
        """Return the field `booth` of one `hello`: a fresh challenge of the server's, signed.

        Raises:
            ServerAwayError: there is no challenge just now; the next try may have one.
        """
        try:
            fresh = await ask(http, address, "/api/booths/challenge", _Asked(self.booth), _Challenge)
        except RefusedError as refused:
            raise ServerAwayError(str(refused)) from refused
        signature = self._key.sign(signed_bytes(self.booth, fresh.challenge))
        return proof(self.booth, fresh.challenge, base64.b64encode(signature).decode())
