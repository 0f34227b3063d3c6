"""One page's end of the media connection between two participants: its epoch, and what may still be sent on it."""

import asyncio
from typing import TYPE_CHECKING

from signaling.socket.budget import Budget

if TYPE_CHECKING:
    from signaling.socket.connections import Connection

NEGOTIATIONS_BURST, NEGOTIATIONS_PER_S = 20, 1
"""Descriptions, restarts and readiness: each makes the other page work on SDP. Trouble needs one in two seconds."""
CANDIDATES_PER_S = 2


class Leg:
    """The near end of one media connection.

    `other` is the identity (`ticket:…`, `seat:…`) of the page at the far end, `far` its end where that page is on this
    node. `answers_due` counts the SDP answers that this end may still get: one for each offer.
    """

    __slots__ = ("answers_due", "epoch", "far", "negotiation", "other", "page", "trickle")

    def __init__(self, page: "Connection", other: str, candidates_burst: int) -> None:
        """Begin without an epoch; `candidates_burst` ICE candidates may be sent at once."""
        self.page, self.other = page, other
        self.far: Leg | None = None
        self.epoch = 0
        self.answers_due = 1
        now_s = asyncio.get_running_loop().time()
        self.negotiation = Budget(NEGOTIATIONS_PER_S, NEGOTIATIONS_BURST, now_s)
        self.trickle = Budget(CANDIDATES_PER_S, candidates_burst, now_s)

    def join(self, far: "Leg") -> None:
        """Tie both ends of a connection together; both know its newest epoch from now on."""
        self.far, far.far = far, self
        self.epoch = far.epoch = max(self.epoch, far.epoch)

    def part(self) -> None:
        """Untie this end from the other one."""
        far, self.far = self.far, None
        if far is not None and far.far is self:
            far.far = None

    def offers(self, epoch: int) -> None:
        """Note an SDP offer from this end: it may be answered once, and what belongs to older epochs is dropped."""
        self.answers_due = 1
        if epoch > self.epoch:
            self.epoch = epoch
            if self.far is not None:
                self.far.epoch = epoch

    def takes_answer(self, epoch: int) -> bool:
        """Count an SDP answer of `epoch` to this end; return whether it waits for one: each offer is answered once.

        A page that has just come back has not offered here yet; the answer to what it offered before is let through.
        """
        if self.answers_due < 1 or (self.epoch and epoch != self.epoch):
            return False
        self.answers_due -= 1
        return True
