"""Seals papers at rest: a random key per file, wrapped by the master key; content in frames that can be appended."""

import secrets
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
FRAME_MAX_BYTES: Final = 256 * 1024
_HEAD: Final = struct.Struct(">I")


class Broken(Exception):
    """The stored bytes were changed, cut, or sealed with another key."""


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """The small file beside the content: the wrapped key, and facts sealed with that key."""

    version: int
    wrapped: bytes
    facts: bytes


def _seal(key: bytes, plain: bytes, about: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def _open(key: bytes, sealed: bytes, about: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise Broken from error


def new_file_key() -> bytes:
    """Return a random key for one file."""
    return secrets.token_bytes(KEY_BYTES)


def pack(master: bytes, name: str, key: bytes, facts: bytes) -> bytes:
    """Return the envelope of the file `name`."""
    about = name.encode()
    return msgspec.msgpack.encode(Envelope(1, _seal(master, key, b"key " + about), _seal(key, facts, about)))


def unpack(master: bytes, name: str, packed: bytes) -> tuple[bytes, bytes]:
    """Return the key and the facts of the file `name`.

    Raises:
        Broken: the envelope was changed, or is sealed with another master key.
    """
    try:
        envelope = msgspec.msgpack.decode(packed, type=Envelope)
    except msgspec.DecodeError as error:
        raise Broken from error
    about = name.encode()
    key = _open(master, envelope.wrapped, b"key " + about)
    return key, _open(key, envelope.facts, about)


def seal_frame(key: bytes, name: str, offset: int, plain: bytes) -> bytes:
    """Return a frame that holds `plain` as the bytes of the file `name` from `offset` on."""
    sealed = _seal(key, plain, f"{name} {offset}".encode())
    return _HEAD.pack(len(sealed)) + sealed


def frames(key: bytes, name: str, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield (end of the frame in the file, content) in order, up to the end or to a torn last frame.

    Raises:
        Broken: a whole frame does not open, or stands at another place than it was written for.
    """
    offset = 0
    while True:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        (size,) = _HEAD.unpack(head)
        if not NONCE_BYTES + TAG_BYTES < size <= FRAME_MAX_BYTES + NONCE_BYTES + TAG_BYTES:
            raise Broken
        sealed = file.read(size)
        if len(sealed) < size:
            return
        plain = _open(key, sealed, f"{name} {offset}".encode())
        offset += len(plain)
        yield file.tell(), plain
