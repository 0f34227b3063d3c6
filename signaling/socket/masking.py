"""Finds frames without a mask: a client masks each (RFC 6455, 5.1), and aiohttp's parser takes them either way."""

from typing import Final

MASKED: Final = 0x80
MASK_BYTES: Final = 4
SHORT_MAX: Final = 125
TWO_BYTES, EIGHT_BYTES = 126, 127
"""Lengths in the second byte of a header that say where the real length stands (RFC 6455, 5.2)."""
HEAD_BYTES: Final = 10
"""Longest header without its mask."""


class Masking:
    """Follows the headers of the frames in a stream of bytes."""

    __slots__ = ("_head", "_left")

    def __init__(self) -> None:
        """Begin between two frames."""
        self._left = 0  # bytes of the current frame behind its header that have not come yet, the mask's too
        self._head = b""  # what has come of an unfinished header

    def first_bare(self, data: bytes) -> int:
        """Return where in `data` a frame without a mask begins, or goes on if its header began before; -1: nowhere."""
        size = len(data)
        at = 0
        if self._head:
            data, at = self._head + data, len(self._head)
            found = self._follow(data, 0, size + at)
            return max(0, found - at) if found >= 0 else -1
        if self._left:
            at = min(self._left, size)
            self._left -= at
        return self._follow(data, at, size)

    def _follow(self, data: bytes, at: int, size: int) -> int:
        self._head = b""
        while at + 1 < size:
            short = data[at + 1] - MASKED
            if short < 0:
                return at
            if short <= SHORT_MAX:
                end = at + 2 + MASK_BYTES + short
            else:
                more = 2 if short == TWO_BYTES else 8
                if at + 2 + more > size:
                    break
                end = at + 2 + more + MASK_BYTES + int.from_bytes(data[at + 2 : at + 2 + more], "big")
            if end >= size:
                self._left = end - size
                return -1
            at = end
        self._head = data[at:size]
        return -1
