"""One connection to the server, whichever way its frames travel: the interface, and the WebSocket."""

from contextlib import suppress
from typing import Final, Protocol, Self

import aiohttp

from booth_client.address import Address

CUT: Final = 1006
"""Close code of a connection that broke without a word."""
LOST: Final = 4998
HEARTBEAT_S: Final = 20.0
FRAME_MAX_BYTES: Final = 4 * 1024 * 1024


class WireClosed(Exception):
    """The connection is over: the close code of a WebSocket, and the reason."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Wire(Protocol):
    """A connection from its handshake to its end."""

    async def send(self, text: str) -> None:
        """Send a frame after those before it; once the connection is over it is lost, as on its way."""

    async def read(self) -> str:
        """Return the next frame.

        Raises:
            WireClosed: there is none any more.
        """
        ...

    async def close(self) -> None:
        """Say goodbye and end it."""

    async def drop(self) -> None:
        """End it as a network would, without a goodbye."""


class SocketWire:
    """A WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Use an open one."""
        self._socket = socket

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, address: Address) -> Self:
        """Connect.

        Raises:
            ClientError, OSError: no socket is opened there.
        """
        return cls(
            await http.ws_connect(
                address.socket, origin=address.origin, heartbeat=HEARTBEAT_S, max_msg_size=FRAME_MAX_BYTES
            )
        )

    async def send(self, text: str) -> None:
        """Send a frame; once the socket is over it is lost."""
        if not self._socket.closed:
            with suppress(ConnectionError, aiohttp.ClientError):
                await self._socket.send_str(text)

    async def read(self) -> str:
        """Return the next frame.

        Raises:
            WireClosed: the socket is closed.
        """
        message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            return str(message.data)
        raise WireClosed(self._socket.close_code or CUT, str(message.extra or ""))

    async def close(self) -> None:
        """Close it."""
        await self._socket.close()

    async def drop(self) -> None:
        """Close it with the code of a loss."""
        await self._socket.close(code=LOST)
