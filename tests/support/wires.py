"""The transports of a page: a story that is marked `each_wire` runs on every one of them."""

import pytest

from tests.support.wire_poll import WirePoll
from tests.support.wire_socket import WireSocket


class PlainSocket(WireSocket):
    """A WebSocket to a node that uses aiohttp's documented interface alone."""


Wire = type[WireSocket | WirePoll]
each_wire = pytest.mark.parametrize("wire", [WireSocket, WirePoll], indirect=True, ids=["socket", "poll"])
every_wire = pytest.mark.parametrize(
    "wire", [WireSocket, PlainSocket, WirePoll], indirect=True, ids=["socket", "plain_socket", "poll"]
)
"""The node's fallback for another aiohttp as well."""
