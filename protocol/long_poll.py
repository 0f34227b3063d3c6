"""The bodies of requests and answers by which frames go where no WebSocket passes (docs/protocol.md, 14)."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from protocol.limits import NUMBER_MAX

CHANNEL: Final = "Window-Channel"
"""Header that names the channel of a request."""
FRAMES_MAX: Final = 256


class Opened(msgspec.Struct, frozen=True):
    """The id of a new channel, to be sent in `Window-Channel` from now on, and how long a poll waits at most."""

    channel: str
    poll_s: float


class Polled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Number of the last frame from the server that the page has, 0 before the first."""

    seen: Annotated[int, Meta(ge=0, le=NUMBER_MAX)]


class ChannelEnd(msgspec.Struct, frozen=True):
    """The end of the connection: the close code and reason of a socket."""

    code: int
    reason: str


class Frames(msgspec.Struct, frozen=True):
    """Frames of the server after `seen`, each the text of one frame; `first` is the number of the first of them."""

    first: int
    frames: tuple[str, ...]
    closed: ChannelEnd | None = None


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Frames of the page in order, each the text of one frame; `first` is the number of the first, from 1."""

    first: Annotated[int, Meta(ge=1, le=NUMBER_MAX)]
    frames: Annotated[tuple[str, ...], Meta(max_length=FRAMES_MAX)]


class Received(msgspec.Struct, frozen=True):
    """Count of the page's frames that have come."""

    received: int
