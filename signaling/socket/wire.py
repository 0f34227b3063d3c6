"""Turns frames into bytes and back: one typed decoder a role, one place that frames text."""

import re
import struct
from typing import Final, TypeVar, Union

import msgspec

from protocol.commands import (
    Candidate,
    CitizenFrame,
    ClientFrame,
    Command,
    Description,
    Frame,
    Hello,
    MediaReady,
    MediaRestart,
    MediaState,
    ParticipantFrame,
    RoleFrame,
    SeatFrame,
    WallboardFrame,
)
from protocol.errors import BadFrame, BadInput, HelloExpected, NotAllowed, Param
from protocol.limits import NUL, texts
from protocol.participants import ParticipantRole
from protocol.session_rights import frames_of
from signaling.socket.who import Role

F = TypeVar("F", bound=Frame)

MEDIA: Final[frozenset[type]] = frozenset({Description, Candidate, MediaReady, MediaRestart, MediaState})
"""The media frames; `type(frame) in MEDIA` is several times faster than `isinstance` with their base."""

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError)
"""Errors of the decoder for bytes that are no frame of ours, also when nested too deep or with too large a number."""

_encoder = msgspec.json.Encoder()
_hello = msgspec.json.Decoder(Hello)
_any = msgspec.json.Decoder(ClientFrame)
DECODERS: dict[Role, msgspec.json.Decoder[RoleFrame]] = {
    "citizen": msgspec.json.Decoder(CitizenFrame),
    "seat": msgspec.json.Decoder(SeatFrame),
    "wallboard": msgspec.json.Decoder(WallboardFrame),
    "participant": msgspec.json.Decoder(ParticipantFrame),
}
GUEST_DECODERS: dict[ParticipantRole, msgspec.json.Decoder[RoleFrame]] = {
    role: msgspec.json.Decoder(Union[frames_of(role)])  # noqa: UP007 - made by a table
    for role in ParticipantRole
}

_SHORT = 126
_MEDIUM = 65536
_TEXT = 0x81
PING = b"\x89\x00"
_ESCAPE: Final = b"\\"
_NUL_ESCAPE: Final = rb"\u0000"
_LENGTH: Final = re.compile(r"Expected `(?:str|array)` of length <= (\d+) - at `\$\.(\w+)")


def encode(frame: Frame) -> bytes:
    """Write a frame as JSON."""
    return _encoder.encode(frame)


def text_head(size: int) -> bytes:
    """Return the header of an unmasked WebSocket text frame (RFC 6455, 5.2)."""
    if size < _SHORT:
        return bytes((_TEXT, size))
    if size < _MEDIUM:
        return struct.pack("!BBH", _TEXT, 126, size)
    return struct.pack("!BBQ", _TEXT, 127, size)


def pong(payload: bytes) -> bytes:
    """Return the answer to a ping; control payloads are at most 125 bytes."""
    return bytes((0x8A, len(payload))) + payload


def close(code: int, reason: str) -> bytes:
    """Return a close frame."""
    body = struct.pack("!H", code) + reason.encode()
    return bytes((0x88, len(body))) + body


def decode_hello(data: bytes) -> Hello:
    """Read the first frame.

    Raises:
        HelloExpected: it is another known frame.
        BadFrame: it is none.
    """
    try:
        return without_nul(_hello.decode(data), data)
    except Unreadable as problem:
        raise BadFrame(**problem.params) from None
    except UNREADABLE as problem:
        why = str(problem)
    try:
        known = _any.decode(data)
    except UNREADABLE:
        raise BadFrame(why=why) from None
    raise HelloExpected(got=str(known.__struct_config__.tag))


class Unreadable(Exception):
    """A frame that is refused; `id` is its command's id where it has one."""

    def __init__(self, id: str, code: str, params: dict[str, Param]) -> None:  # noqa: A002 - as on the wire
        """Keep the fields of the error frame."""
        super().__init__(code)
        self.id, self.code, self.params = id, code, params


def without_nul(frame: F, data: bytes) -> F:
    """Return a decoded frame whose texts can be stored everywhere; JSON lets U+0000 through, PostgreSQL does not.

    Raises:
        Unreadable: a text holds it.
    """
    # One byte is looked for first: that is several times faster, and most frames have no escape at all.
    if _ESCAPE in data and _NUL_ESCAPE in data and any(NUL in text for text in texts(frame)):
        raise Unreadable(id_of(data), BadInput.code, {"field": "frame", "why": "nul"})
    return frame


def explain(data: bytes, problem: Exception) -> Unreadable:
    """Say why a frame that the role's decoder refused is refused: too long, not a frame, or not this role's."""
    if found := _LENGTH.match(str(problem)):
        if found[2] == "id":
            return Unreadable(id_of(data), BadFrame.code, {"why": "id: 1 to 64 characters"})
        return Unreadable(id_of(data), BadInput.code, {"field": found[2], "why": "length", "max": int(found[1])})
    try:
        frame = _any.decode(data)
    except UNREADABLE:
        return Unreadable(id_of(data), BadFrame.code, {"why": str(problem)})
    said = frame.id if isinstance(frame, Command) else ""
    return Unreadable(said, NotAllowed.code, {"frame": str(frame.__struct_config__.tag)})


class _Id(msgspec.Struct):
    id: str = ""


_ID = re.compile(rb'^\{[^{}\[\]]{0,256}?"id"\s*:\s*"([A-Za-z0-9_.:-]{1,64})"')
"""An id before anything nested, in a frame that no decoder reads to its end."""


def id_of(data: bytes) -> str:
    """Return the command id that a frame carries, readable otherwise or not."""
    try:
        return msgspec.json.decode(data, type=_Id).id[:64]
    except UNREADABLE:
        found = _ID.match(data)
        return found[1].decode() if found else ""
