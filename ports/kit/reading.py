"""Reads JSON that another organisation's system sent: of its form, or refused in one way."""

from typing import Final, TypeVar

import msgspec

from protocol.limits import NUL, texts

T = TypeVar("T")
NUL_ESCAPE: Final = r"\u0000"


class UnreadableMessage(ValueError):
    """The text is not JSON of the expected form; the message says where."""


def read_message(text: bytes | str | msgspec.Raw, kind: type[T], *, takes_nul: bool = False) -> T:
    """Read JSON as a typed value.

    Raises:
        UnreadableMessage: it is not UTF-8, also in fields that are passed over, nested too deeply, of another form, or
            holds U+0000, which no column keeps (but where `takes_nul`).
    """
    try:
        plain = text if isinstance(text, str) else bytes(text).decode()  # the decoder does not look into all of it
        found = msgspec.json.decode(plain, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as problem:
        raise UnreadableMessage(str(problem)[:200]) from None
    if not takes_nul and NUL_ESCAPE in plain and any(NUL in one for one in texts(found)):
        raise UnreadableMessage("U+0000")
    return found
