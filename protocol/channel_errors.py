"""The error of the long poll: the transport of pages whose network stops WebSockets."""

from protocol.errors import NotFound


class ChannelGone(NotFound):
    """No open long-poll channel has this id, or it is another login's: open a new one and `hello` with `resume`."""

    code = "channel_gone"
