"""The error of the feed of events."""

from protocol.errors import Refused


class CursorGone(Refused):
    """Events after this cursor were removed, or it was given by no feed of this ledger: begin at `begin`."""

    code = "cursor_gone"
    http_status = 410
