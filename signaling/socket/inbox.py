"""The frames of a page on their way to the reader, where a transport has no such queue of its own."""

import asyncio
from collections import deque

from signaling.socket.transport import Flooded, PassOn

READ_AHEAD_BYTES = 64 * 1024
"""While more waits to be read, `has_room` waits."""


class Inbox:
    """Frames in order: nothing overtakes what still waits, and nothing follows the end."""

    __slots__ = ("_bytes", "_changed", "_end", "_frames", "_is_reading", "pass_on")

    def __init__(self) -> None:
        """Begin empty."""
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._is_reading = False
        self._end: Exception | None = None
        self._changed = asyncio.Event()  # for the reader, and for those who wait for room
        self.pass_on: PassOn | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether frames wait that can be read at once."""
        return bool(self._frames)

    def take(self, frame: bytes) -> None:
        """Hand a frame to `pass_on`, where nothing waits before it, or keep it for the reader."""
        if self._end is not None:
            return
        if not self._frames and not self._is_reading and self.pass_on is not None and self.pass_on(frame):
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self._changed.set()

    def end(self, why: Exception, *, drop: bool = False) -> None:
        """Take nothing more: `read` raises `why` after the frames that wait, or at once (`drop`)."""
        if self._end is None:
            self._end = why
        if drop:
            self._end, self.pass_on = why, None
            self._frames.clear()
            self._bytes = 0
        self._changed.set()

    def flood(self) -> None:
        """Drop the frames that wait: `read` raises `Flooded`."""
        self.end(Flooded(), drop=True)

    async def read(self) -> bytes:
        """Return the next frame; with that the one before it counts as dealt with.

        Raises:
            Exception: why there is none any more.
        """
        self._is_reading = False
        while not self._frames:
            if self._end is not None:
                raise self._end
            self._changed.clear()
            _ = await self._changed.wait()
        self._is_reading = True
        frame = self._frames.popleft()
        self._bytes -= len(frame)
        self._changed.set()
        return frame

    async def has_room(self) -> None:
        """Wait until little waits to be read."""
        while self._bytes > READ_AHEAD_BYTES:
            self._changed.clear()
            _ = await self._changed.wait()
