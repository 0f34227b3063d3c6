"""Finds the long-poll channels of this node by their secret ids."""

import asyncio
import hmac
import secrets

from protocol.channel_errors import ChannelGone
from signaling.socket.poll import CUT, LongPoll

SECRET_BYTES = 24
GOODBYE_KEPT_S = 10.0
"""So long a channel that is over tells its page why."""


class Polls:
    """The open channels, and those that ended a moment ago.

    An id is `NAME.SECRET`: the page chooses the name, by which a proxy finds the node again; the secret is ours.
    """

    def __init__(self) -> None:
        """Begin without channels."""
        self._channels: dict[str, tuple[LongPoll, str]] = {}

    def __len__(self) -> int:
        """Count the channels."""
        return len(self._channels)

    def enter(self, name: str, cookie: str, channel: LongPoll) -> str:
        """Enter a new channel for a page with this login's cookie (or none); return its id."""
        found = f"{name}.{secrets.token_urlsafe(SECRET_BYTES)}"
        self._channels[found] = (channel, cookie)
        return found

    def find(self, channel: str, cookie: str) -> LongPoll:
        """Return a channel.

        Raises:
            ChannelGone: there is none of this id, or it is another login's.
        """
        found = self._channels.get(channel)
        if found is None or not hmac.compare_digest(found[1].encode(), cookie.encode()):
            raise ChannelGone
        return found[0]

    def forget(self, channel: str) -> None:
        """Drop a channel that is over; its page may ask for the goodbye a moment longer."""
        poll, _ = self._channels[channel]
        if poll.closed in {None, CUT}:
            del self._channels[channel]
        else:
            _ = asyncio.get_running_loop().call_later(GOODBYE_KEPT_S, self._channels.pop, channel, None)
