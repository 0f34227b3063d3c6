"""Long poll: the transport of a page whose network stops WebSockets. Its frames are numbered, both ways.

The page sends its frames by one request after the other and waits for ours in another one, which is answered as soon as
there are some. A frame is kept until the page says that it has it, so that an answer lost on the way costs nothing; a
frame that comes twice counts once. What is not yet confirmed is what a WebSocket's buffer holds: unread.
"""

import asyncio
import dataclasses
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from protocol.errors import BadInput, Busy, TooFast
from signaling.socket.budget import Budget
from signaling.socket.inbox import Inbox
from signaling.socket.transport import Goodbye, PassOn

ANSWER_BYTES = 256 * 1024
"""One answer holds no more frames than this, but at least one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Closed:
    """The end of a connection: a close code of the WebSocket's, and the reason."""

    code: int
    reason: str


CUT = Closed(0, "")
"""The end of a connection that was cut: no close code, no reason."""


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """The oldest unconfirmed frames, the first of them by its number from 1, and how it ended if nothing follows."""

    first: int
    frames: Sequence[bytes]
    closed: Closed | None


class LongPoll:
    """One page's channel: the `Transport`, and what its requests do."""

    __slots__ = (
        "_budget",
        "_departed",
        "_first",
        "_heard",
        "_inbox",
        "_out",
        "_received",
        "_sending",
        "_waiting",
        "closed",
        "unread_bytes",
    )

    def __init__(self, budget: Budget) -> None:
        """Begin open; every request spends `budget`, as frames do."""
        self._budget = budget
        self._out: deque[bytes] = deque()
        self._first = 1  # number of the oldest frame in it
        self.unread_bytes = 0
        self._inbox = Inbox()
        self._received = 0  # frames of the page so far
        self._heard = True  # the request that opened it was
        self._sending = self._departed = False
        self._waiting: asyncio.Future[bool] | None = None  # the poll that waits; true: answer what there is
        self.closed: Closed | None = None

    @property
    def is_over(self) -> bool:
        """Whether this node ended it."""
        return self.closed is not None

    @property
    def is_gone(self) -> bool:
        """Whether the page said goodbye, or this node ended it."""
        return self._departed or self.is_over

    @property
    def is_ahead(self) -> bool:
        """Whether frames wait that can be read at once."""
        return self._inbox.is_ahead

    def send(self, frame: bytes) -> int:
        """Keep a frame until the page has confirmed it; a poll that waits is answered."""
        if self.is_gone:
            return 0
        self._out.append(frame)
        self.unread_bytes += len(frame)
        self._answer(full=True)
        return self.unread_bytes

    def ping(self) -> None:
        """Answer the poll that waits, if need be with nothing: the page's next one is the sign of life."""
        self._answer(full=True)

    def take_heard(self) -> bool:
        """Return whether a request came since this was asked last."""
        heard, self._heard = self._heard, False
        return heard

    def pass_on_to(self, pass_on: PassOn) -> None:
        """From now on offer each frame to `pass_on`, which says whether it is done with."""
        self._inbox.pass_on = pass_on

    async def read(self) -> bytes:
        """Return the next frame; with that the one before it counts as dealt with.

        Raises:
            Goodbye: the page closed the channel.
            ConnectionResetError: this node ended it.
            Flooded: the page sent more than it may.
        """
        return await self._inbox.read()

    def flood(self) -> None:
        """Read no more of this page: frames that wait are dropped."""
        self._inbox.flood()

    async def farewell(self, code: int, reason: str) -> None:
        """End it; the page hears so by its next poll."""
        self.dismiss(code, reason)

    def dismiss(self, code: int, reason: str) -> None:
        """End it; the page hears so by its next poll."""
        if self.closed is None:
            self._end(Closed(code, reason))

    def _end(self, how: Closed) -> None:
        self.closed = how
        self._inbox.end(ConnectionResetError(), drop=True)
        self._answer(full=True)

    def abort(self) -> None:
        """End it without a close code, and keep no frames; one that has ended with a code goes on to tell it."""
        if self.closed is None:
            self._first += len(self._out)  # who asks on from one of them is told of the end, not of a wrong number
            self._out.clear()
            self.unread_bytes = 0
            self._end(CUT)

    async def poll(self, seen: int, limit_s: float) -> Batch:
        """Confirm the frames up to number `seen`; return those after it, waiting up to `limit_s` seconds for one.

        A newer poll ends the wait of an older one, which gets nothing.

        Raises:
            BadInput: no frame with that number was sent.
            TooFast: the page asks too often.
        """
        self._spend()
        if seen >= self._first + len(self._out):
            raise BadInput(field="seen", why="unknown")
        while self._first <= seen:
            self.unread_bytes -= len(self._out.popleft())
            self._first += 1
        self._answer(full=False)
        if not self._out and not self.is_over and not await self._news(limit_s):
            return Batch(self._first, (), None)
        return self._batch()

    async def _news(self, limit_s: float) -> bool:
        """Wait until this poll is to be answered; return whether with what there is."""
        waiting: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        try:
            async with asyncio.timeout(limit_s):
                return await waiting
        except TimeoutError:
            return True
        finally:
            if self._waiting is waiting:
                self._waiting = None

    def _answer(self, *, full: bool) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(full)

    def _batch(self) -> Batch:
        frames: list[bytes] = []
        size = 0
        for frame in self._out:
            size += len(frame)
            if frames and size > ANSWER_BYTES:
                break
            frames.append(frame)
        return Batch(self._first, frames, self.closed if len(frames) == len(self._out) else None)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Let one request at a time bring frames, before its body is read.

        Raises:
            Busy: the request before is not finished.
            TooFast: the page asks too often.
        """
        self._spend()
        if self._sending:
            raise Busy(retry_after_s=1)
        self._sending = True
        try:
            yield
        finally:
            self._sending = False

    async def accept(self, first: int, frames: Sequence[bytes], limit_s: float) -> int:
        """Take frames in, the first of which is the page's `first`; return how many came so far, these included.

        Those that came before are dropped. While too much waits to be read this waits too, up to `limit_s` seconds.

        Raises:
            BadInput: a frame between was never sent.
            Busy: the frames before are not carried out yet.
        """
        if first > self._received + 1:
            raise BadInput(field="first", why="gap")
        try:
            async with asyncio.timeout(limit_s):
                await self._inbox.has_room()
        except TimeoutError:
            raise Busy(retry_after_s=1) from None
        for frame in frames[self._received + 1 - first :]:
            self._received += 1
            self._inbox.take(frame)
        return self._received

    def depart(self) -> None:
        """Note that the page closed the channel; frames sent before are still read."""
        self._departed = True
        self._inbox.end(Goodbye())
        self._answer(full=True)

    def _spend(self) -> None:
        self._heard = True
        verdict = self._budget.spend(asyncio.get_running_loop().time())
        if verdict == "flooded":
            self.flood()
        if verdict != "taken":
            raise TooFast(per_s=self._budget.per_s, retry_after_s=1)
