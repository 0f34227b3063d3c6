"""Reads JSON that another organisation's system sent: of its form, or refused in one way."""

from typing import TypeVar

import msgspec

T = TypeVar("T")


class UnreadableMessage(ValueError):
    """The text is not JSON of the expected form; the message says where."""


def read_message(text: bytes | str | msgspec.Raw, kind: type[T]) -> T:
    """Read JSON as a typed value.

    Raises:
        UnreadableMessage: it is not UTF-8, also in fields that are passed over, nested too deeply, or of another form.
    """
    try:
        if not isinstance(text, str):
            _ = bytes(text).decode()  # the decoder does not look into what it passes over
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as problem:
        raise UnreadableMessage(str(problem)[:200]) from None
