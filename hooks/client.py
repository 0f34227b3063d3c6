"""Posts to web-hooks: to listed receivers alone, at the very address that was checked, bounded in size and time."""

import asyncio
import ssl
from contextlib import suppress
from typing import Final, NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver

from runtime.checked_addresses import AddressRefused, CheckedResolver, checked_client
from runtime.receivers import AllowList, ReceiverRefused

READ_MAX: Final = 64 * 1024
REST_S: Final = 1.0
"""The body of an answer does not count: what of it is short and comes at once is read, for the connection's sake."""
CONNECT_S: Final = 5.0
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
                return await _read_answer(answer)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as problem:
            return Answer(0, _reason_of(problem))

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = checked_client(self._resolver, self._limit)
        return self._session


def _reason_of(problem: Exception) -> str:
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


async def _read_answer(answer: aiohttp.ClientResponse) -> Answer:
    status, asked = answer.status, answer.headers.get("Retry-After", "")
    after_ms = int(asked) * 1000 if asked.isdecimal() and len(asked) <= RETRY_AFTER_MAX else 0
    await _read_rest(answer)
    if status in OK:
        return Answer(status)
    return Answer(status, "redirect" if status in REDIRECTS else "status", after_ms)


async def _read_rest(answer: aiohttp.ClientResponse) -> None:
    """Read a short body to its end, so that its connection serves again; close any other."""
    left = READ_MAX
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(REST_S):
            while left > 0 and (part := await answer.content.read(left)):
                left -= len(part)
    if not answer.content.at_eof():
        answer.close()
