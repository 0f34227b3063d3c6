"""Posts to web-hooks: to listed receivers alone, at the very address that was checked, bounded in size and time."""

import ssl
from typing import Final, NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver

from runtime.checked_addresses import AddressRefused, CheckedResolver
from runtime.receivers import AllowList, ReceiverRefused

READ_MAX: Final = 64 * 1024
"""Bytes of an answer that are read; what it says does not count."""
CONNECT_S: Final = 5.0
CONNECTIONS_MAX: Final = 100
AGENT: Final = "CloudWindow-Hooks"
OK: Final = range(200, 300)
REDIRECTS: Final = range(300, 400)
RETRY_AFTER_MAX: Final = 10
"""Digits of `Retry-After` that are read."""


class Answer(NamedTuple):
    """The receiver's status (0: none came), why it does not count as accepted, and the pause it asks for in ms."""

    status: int
    why: str = ""
    after_ms: int = 0


class HookClient:
    """An HTTP client for web-hooks."""

    def __init__(self, allowed: AllowList, limit_s: float, resolver: AbstractResolver | None = None) -> None:
        """Give a receiver `limit_s` seconds for its whole answer."""
        self._allowed = allowed
        self._limit = aiohttp.ClientTimeout(total=limit_s, connect=min(CONNECT_S, limit_s))
        self._resolver = CheckedResolver(allowed.admits, resolver)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Post once, without following redirects."""
        try:
            receiver = self._allowed.check(url)
        except ReceiverRefused as problem:
            return Answer(0, problem.why)
        if receiver.is_address and not receiver.allows(receiver.host):  # aiohttp resolves no addresses
            return Answer(0, "address")
        try:
            async with self._opened().post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return await _judged(answer)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as problem:
            return Answer(0, _why(problem))

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # A name is asked for anew at each connection: what it has come to mean is checked, too.
            connector = aiohttp.TCPConnector(resolver=self._resolver, use_dns_cache=False, limit=CONNECTIONS_MAX)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=self._limit,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"User-Agent": AGENT},
            )
        return self._session


def _why(problem: Exception) -> str:
    """Return why there was no answer, in a word."""
    match problem:
        case TimeoutError():
            return "timeout"
        case aiohttp.ClientConnectorDNSError():
            return "address" if isinstance(problem.os_error, AddressRefused) else "name"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return "tls"
        case OSError():
            return "connection"
        case _:
            return "answer"


async def _judged(answer: aiohttp.ClientResponse) -> Answer:
    status, asked = answer.status, answer.headers.get("Retry-After", "")
    after_ms = int(asked) * 1000 if asked.isdecimal() and len(asked) <= RETRY_AFTER_MAX else 0
    _ = await answer.content.read(READ_MAX)
    if not answer.content.at_eof():
        answer.close()
    if status in OK:
        return Answer(status)
    return Answer(status, "redirect" if status in REDIRECTS else "status", after_ms)
