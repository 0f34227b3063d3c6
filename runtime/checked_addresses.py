"""Resolves names for an HTTP client to addresses that were checked: the client connects to these and to no others."""

import socket
from collections.abc import Callable

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Allowed = Callable[[str, int, str], bool]
"""Whether a host's name at a port may have an address."""


class AddressRefused(OSError):
    """The name leads to no address that it may have."""


class CheckedResolver(AbstractResolver):
    """Resolves names to those of their addresses that are allowed, anew at each connection."""

    def __init__(self, allowed: Allowed, resolver: AbstractResolver | None = None) -> None:
        """Ask `resolver`, else the system."""
        self._allowed = allowed
        self._inner = resolver or ThreadedResolver()

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
