"""Chooses between a WebSocket and long poll, where the network stops sockets, and finds back to one, as pages do."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from itertools import chain, repeat
from typing import Final

import aiohttp

from booth_client.address import Address
from booth_client.long_poll import PollWire
from booth_client.wires import SocketWire, Wire, WireClosed

SILENT_TRIES: Final = 2
"""A socket that ends before a word so often in a row, while other requests come through, is stopped on its way."""
TURNS: Final = 3
"""While long poll fails too, every so many tries one is by socket."""
SOCKET_AGAIN_S: Final = (300.0, 600.0, 1200.0, 2400.0, 3600.0)
LIMIT_S: Final = 10.0
REFUSED: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
"""Statuses of a proxy that keeps an address to itself."""


class Ways:
    """The ways of one client to its server."""

    def __init__(
        self, http: aiohttp.ClientSession, address: Address, again_s: tuple[float, ...] = SOCKET_AGAIN_S
    ) -> None:
        """Begin with a socket; on long poll, sockets are tried after each of `again_s` seconds, then after the last."""
        self._http, self._address, self._again_s = http, address, again_s
        self._silent = self._turn = 0
        self._is_heard = self.is_polling = False

    async def connect(self) -> Wire:
        """Begin a connection.

        Raises:
            ClientError, OSError, WireClosed: there is none.
        """
        self._is_heard = False
        self._turn += self.is_polling
        if self.is_polling and self._turn % TURNS:
            return await PollWire.open(self._http, self._address)
        return await SocketWire.open(self._http, self._address)

    def works(self, wire: Wire) -> None:
        """Note that the server was heard on a connection."""
        self.is_polling, self._is_heard = isinstance(wire, PollWire), True
        self._silent = self._turn = 0

    async def failed(self) -> bool:
        """Note a try that failed; return whether another one is worth making at once: the server is there, unheard."""
        if self._is_heard:
            return False
        self._silent += 1
        if self.is_polling or await self._status("/livez", "/api/public") != HTTPStatus.OK:
            return False
        if self._silent < SILENT_TRIES:
            return True
        # The server itself refuses sockets when it is full, and says so to a plain request too.
        status = await self._status("/ws")
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return False
        self.is_polling, self._turn = True, 0
        return True

    async def find_back(self, wire: Wire) -> None:
        """Wait until sockets pass again; then drop the connection, for the next one goes by socket."""
        for pause_s in self._pauses():
            await asyncio.sleep(pause_s)
            if await self._socket_passes():
                self.is_polling = False
                await wire.drop()
                return

    def _pauses(self) -> Iterator[float]:
        return chain(self._again_s, repeat(self._again_s[-1]))

    async def _socket_passes(self) -> bool:
        """Tell whether a word comes back: some proxies let sockets open, and nothing through."""
        with suppress(aiohttp.ClientError, OSError, TimeoutError, WireClosed):
            async with asyncio.timeout(LIMIT_S):
                socket = await SocketWire.open(self._http, self._address)
                try:
                    await socket.send("{}")  # it is answered with an error
                    return bool(await socket.read())
                finally:
                    await socket.close()
        return False

    async def _status(self, path: str, instead: str = "") -> int:
        """Return what the server answers, 0 for nothing; where a proxy keeps `path` to itself, for `instead`."""
        limit = aiohttp.ClientTimeout(total=LIMIT_S)
        try:
            async with self._http.get(self._address.to(path), timeout=limit, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0
        return await self._status(instead) if instead and status in REFUSED else status
