"""A booth's device as a stranger would build it from docs/protocol.md alone: nothing of ours signs here."""

import base64
from typing import Self

import aiohttp
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Device:
    """A key pair that may stand for a booth."""

    def __init__(self, kind: str = "p256") -> None:
        self._key = (
            ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())
        )
        spki = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.key = base64.b64encode(spki).decode()
        self.booth = ""

    async def enrol(self, http: aiohttp.ClientSession, url: str, **right: str) -> Self:
        """Show a code, or an old token, with the public key."""
        async with http.post(f"{url}/api/booths/enrol", json={**right, "key": self.key}) as answer:
            said = await answer.json()
            assert answer.status == 200, said
            self.booth = said["booth"]
            assert "token" not in said
        return self

    def sign(self, booth: str, challenge: str) -> str:
        """Sign the bytes that the protocol names; return the 64 bytes in base 64."""
        said = f"cloudwindow booth v1\n{booth}\n{challenge}".encode()
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return base64.b64encode(self._key.sign(said)).decode()
        r, s = decode_dss_signature(self._key.sign(said, ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()

    async def proof(self, http: aiohttp.ClientSession, url: str, booth: str = "") -> str:
        """Return what one hello says as `booth`."""
        booth = booth or self.booth
        challenge = await ask(http, url, booth)
        return f"{booth}~{challenge}~{self.sign(booth, challenge)}"


async def ask(http: aiohttp.ClientSession, url: str, booth: str) -> str:
    """Return a fresh challenge."""
    async with http.post(f"{url}/api/booths/challenge", json={"booth": booth}) as answer:
        assert answer.status == 200
        return str((await answer.json())["challenge"])
