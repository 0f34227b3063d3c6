"""Makes HTTP clients for systems of others, which connect to addresses that were checked and to no others."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

AGENT: Final = "CloudWindow"
NAMES_AT_ONCE: Final = 32
Allowed = Callable[[str, int, str], bool]
"""Whether a host's name at a port may have an address."""
SocketAddress = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
AddressInfos = Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, SocketAddress]]
"""Answer of `getaddrinfo`."""


class AddressRefused(OSError):
    """The name leads to no address that it may have."""


class SystemResolver(AbstractResolver):
    """Asks the system for names in threads of its own, one for each name.

    A name server that does not answer holds a thread for half a minute, and would soon hold all of those that the
    loop shares with papers and pages.
    """

    def __init__(self) -> None:
        """Start a thread when it is needed."""
        self._threads = ThreadPoolExecutor(NAMES_AT_ONCE, "names")
        self._asked: dict[tuple[str, int, int], asyncio.Future[AddressInfos]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            OSError: the name is not known.
        """
        key = (host, port, family)
        if key not in self._asked:
            self._asked[key] = asyncio.get_running_loop().run_in_executor(self._threads, self._ask, *key)
            self._asked[key].add_done_callback(lambda _: self._asked.pop(key))
        # Shielded: those who ask for the same meanwhile wait for the same answer.
        found, by_number = await asyncio.shield(self._asked[key]), socket.AI_NUMERICHOST
        return [
            ResolveResult(hostname=host, host=str(to[0]), port=port, family=kind, proto=proto, flags=by_number)
            for kind, _, proto, _, to in found
        ]

    def _ask(self, host: str, port: int, family: int) -> AddressInfos:
        return socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)

    async def close(self) -> None:
        """Wait for no answer any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class CheckedResolver(AbstractResolver):
    """Resolves names to those of their addresses that are allowed, anew at each connection."""

    def __init__(self, allowed: Allowed, resolver: AbstractResolver | None = None) -> None:
        """Ask `resolver`, else the system."""
        self._allowed = allowed
        self._inner = resolver or SystemResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the allowed addresses of a host.

        Raises:
            AddressRefused: it has none.
            OSError: the name is not known.
        """
        found = await self._inner.resolve(host, port, family)
        allowed = [one for one in found if self._allowed(host, port, one["host"])]
        if not allowed:
            raise AddressRefused(host)
        return allowed

    async def close(self) -> None:
        """Close the inner resolver."""
        await self._inner.close()


def checked_client(resolver: CheckedResolver, timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """Make a client that keeps no cookies, inflates nothing and asks for a name anew at each connection.

    The number of its connections is its user's to bound: bounded here, a few slow systems would hold the others up.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=0),
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"User-Agent": AGENT},
    )
