"""Keeps the place of a page in one session: the events that it was sent, and its part in the live call."""

from matcher import LiveTicket
from signaling.socket.leg import Leg


class LiveCall:
    """A call that goes on: its `ticket` as the queue last said it, and the page's `legs` to the other participants."""

    __slots__ = ("ice_at_ms", "legs", "ticket")

    def __init__(self, ticket: LiveTicket) -> None:
        """Begin without legs; `ice_at_ms` is when the page was last given the relay's credentials, 0 for never."""
        self.ticket = ticket
        self.legs: dict[str, Leg] = {}
        self.ice_at_ms = 0


class SessionCursor:
    """A page in a session; it is replaced as a whole when the page is put into another one."""

    __slots__ = ("call", "caught_up", "item", "seen_seq", "seq", "session")

    def __init__(self, session: str, item: str = "", last_seq: int = 0) -> None:
        """Begin after event `last_seq`, not caught up; `item` is the subject of the session."""
        self.session = session
        self.item = item
        self.seq = last_seq  # the last session event sent
        self.seen_seq = 0  # the last one heard of
        self.caught_up = False
        self.call: LiveCall | None = None
