"""One page's end of the media connection between two participants: its epoch, and its remaining budgets."""

import asyncio
from typing import TYPE_CHECKING

from signaling.socket.budget import Budget

if TYPE_CHECKING:
    from signaling.socket.connections import Connection

NEGOTIATIONS_BURST, NEGOTIATIONS_PER_S = 20, 1
"""Descriptions, restarts and readiness: each makes the other page work on SDP. Trouble needs one in two seconds."""
CANDIDATES_PER_S = 2
BRACE = ord("}")


class Leg:
    """The near end of one media connection.

    `near` and `to` are the participants at both ends, `route` the identity (`ticket:…`, `seat:…`) of the other page,
    `far` that end where the page is on this node. `answers_due` counts the SDP answers that this end may still get: one
    for each offer. `offered` is the newest epoch of an SDP offer that was handed to this end's page (-1: none), None
    where the connection before may have been handed one.
    """

    __slots__ = (
        "_signature",
        "answers_due",
        "epoch",
        "far",
        "near",
        "negotiation",
        "offered",
        "page",
        "route",
        "to",
        "trickle",
    )

    def __init__(self, page: "Connection", near: str, to: str, route: str, candidates_burst: int) -> None:
        """Begin without an epoch; `candidates_burst` ICE candidates may be sent at once."""
        self.page, self.near, self.to, self.route = page, near, to, route
        self._signature = b',"from":"' + near.encode() + b'"}'
        self.far: Leg | None = None
        self.epoch = 0
        came_back = bool(page.session) and page.came_back_to == page.session
        self.answers_due = int(came_back)
        self.offered: int | None = None if came_back else -1
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

    def signed(self, data: bytes) -> bytes:
        """Return the JSON object `data` with `from`, as its last member; it has members, and none of that name."""
        end = -1 if data[-1] == BRACE else data.rindex(BRACE)
        return data[:end] + self._signature

    def offers(self, epoch: int) -> None:
        """Note an SDP offer from this end: it may be answered once, and what belongs to older epochs is dropped."""
        self.answers_due = 1
        if epoch > self.epoch:
            self.epoch = epoch
            if self.far is not None:
                self.far.epoch = epoch

    def is_offered(self, epoch: int) -> None:
        """Note that an SDP offer of `epoch` was handed to this end's page."""
        self.offered = epoch if self.offered is None else max(self.offered, epoch)

    def may_answer(self, epoch: int) -> bool:
        """Tell whether an SDP offer of `epoch`, or of a later one, may have been handed to this end's page."""
        return self.offered is None or epoch <= self.offered

    def takes_answer(self, epoch: int) -> bool:
        """Count an SDP answer of `epoch` to this end; return whether it waits for one: each offer is answered once.

        A page that came back to its call has not offered here yet; the answer to what it offered before passes.
        """
        if self.answers_due < 1 or (self.epoch and epoch != self.epoch):
            return False
        self.answers_due -= 1
        return True
