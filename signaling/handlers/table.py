"""The shape of a handler, and the checks they share."""

from collections.abc import Awaitable, Callable
from typing import Any

from protocol.commands import Frame
from protocol.errors import BadInput
from protocol.typed import is_seen
from signaling.node import Node
from signaling.socket.connections import Connection

Handler = Callable[[Node, Connection, Any], Awaitable[Frame | None]]
"""Carries one command out; returns its own answer or None for `done`."""


def bounded(field: str, text: str, longest: int, *, shortest: int = 0) -> str:
    """Return a text that is not too long and, where it must say something, has a sign in it that can be seen.

    Raises:
        BadInput: it is not.
    """
    if (shortest and (not is_seen(text) or len(text.strip()) < shortest)) or len(text) > longest:
        raise BadInput(field=field, why="length", min=shortest, max=longest)
    return text
