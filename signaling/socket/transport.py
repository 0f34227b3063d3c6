"""The interface between a connection and the way of its frames: a WebSocket, or long poll."""

from collections.abc import Callable
from typing import Protocol

PassOn = Callable[[bytes], bool]
LAST_WORD_S = 1.0
"""So long a goodbye waits to be heard."""


class Flooded(Exception):
    """The page went on sending after it was told to wait: it is not read any more, and closed with 1008."""


class Goodbye(Exception):
    """The page closed the connection, and was answered."""


class WireBroken(Exception):
    """The page broke the rules of the transport; `code` is what to close with."""

    def __init__(self, code: int) -> None:
        """Keep the close code."""
        super().__init__(code)
        self.code = code


class Transport(Protocol):
    """The frames of one page, both ways, in order; the transport's own buffer is the only queue towards the page."""

    @property
    def is_over(self) -> bool:
        """Whether this node ended it: frames that the page still sends are dropped."""

    @property
    def is_gone(self) -> bool:
        """Whether nothing can be sent any more: it is over, or the page's end is lost."""

    @property
    def unread_bytes(self) -> int:
        """Bytes that were sent and, as far as is known, not read."""

    @property
    def is_ahead(self) -> bool:
        """Whether `read` would return at once."""

    def send(self, frame: bytes) -> int:
        """Send one frame (a JSON object) at once, or drop it where the page is gone; return `unread_bytes`."""

    def ping(self) -> None:
        """Ask the page for a sign of life."""

    def take_heard(self) -> bool:
        """Return whether anything came from the page since this was asked last."""

    def pass_on_to(self, pass_on: PassOn) -> None:
        """From now on offer each frame to `pass_on` first, which returns whether it dealt with it."""

    async def read(self) -> bytes:
        """Return the next frame; with that the one before it counts as dealt with.

        Raises:
            Goodbye: the page closed the connection.
            ConnectionError: the page is gone, or this node ended the connection.
            BadFrame: the page sent what is no text.
            WireBroken: it broke the rules of the transport.
            Flooded: it sent more than it may.
        """

    def flood(self) -> None:
        """Read no more of this page: `read` raises `Flooded`."""

    async def farewell(self, code: int, reason: str) -> None:
        """End the connection with a close code, and wait up to `LAST_WORD_S` until the page has heard it."""

    def dismiss(self, code: int, reason: str) -> None:
        """End the connection with a close code; the page hears it, or is cut `LAST_WORD_S` later."""

    def abort(self) -> None:
        """End the connection without a word: the page does not hear."""
