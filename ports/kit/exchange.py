"""Sends one signed message to a system and reads its signed answer: bounded in time and bytes, no redirects."""

import asyncio
from typing import Final

import aiohttp
from aiohttp import hdrs

from ports.kit.breaker import Breaker
from ports.kit.connections import SystemConnection
from ports.kit.operation import Answered, Asked, PortOperation, Refusal
from ports.kit.reading import UnreadableMessage, read_message
from protocol.port_errors import PortRefused, PortUnavailable
from runtime import signatures
from runtime.checked_addresses import AddressRefused, CheckedResolver, checked_client
from runtime.clock import Clock

ANSWERED: Final = frozenset({200})
REFUSED: Final = frozenset({409, 422})
CODE_MAX: Final = 64
"""Signs of a refusal's code that are kept."""
READ_BYTES: Final = 64 * 1024


class Exchange:
    """The line to the system of one port, with its breaker."""

    def __init__(self, port: str, connection: SystemConnection, clock: Clock) -> None:
        """Connect when first used; read the secrets and certificates now."""
        self.port = port
        self.breaker = Breaker(clock)
        self._clock = clock
        self._secrets = connection.secrets
        self._connection = connection
        self._url = connection.url.rstrip("/")
        self._tls = connection.tls()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close its connections."""
        if self._session is not None:
            await self._session.close()

    async def send(self, operation: PortOperation[Asked, Answered], key: str, body: bytes) -> bytes:
        """Send a message once under its key and return the answer's bytes, which can be read as `answers`.

        Raises:
            PortRefused: the system said no.
            PortUnavailable: it gave no answer that can be believed, or the breaker is open.
        """
        passage = self.breaker.enter()
        if passage is None:
            raise PortUnavailable(port=self.port, why="breaker_open")
        try:
            status, answer = await self._try(operation, key, body)
        except PortUnavailable as problem:
            self.breaker.fail(passage, str(problem.params["why"]))
            raise
        except BaseException:
            self.breaker.leave(passage)
            raise
        self.breaker.succeed()
        if status in ANSWERED:
            return answer
        raise PortRefused(port=self.port, why=_shown(_read_refusal(answer).code))

    async def _try(self, operation: PortOperation[Asked, Answered], key: str, body: bytes) -> tuple[int, bytes]:
        """Return the status and the body of an answer that is signed, of this call and of the right form."""
        try:
            async with asyncio.timeout(self._connection.total_s):
                return await self._post(operation, key, body)
        except TimeoutError:
            raise PortUnavailable(port=self.port, why="too_slow") from None
        except AddressRefused:
            raise PortUnavailable(port=self.port, why="address_not_allowed") from None
        except aiohttp.ClientConnectorError as problem:
            is_forbidden = isinstance(problem.os_error, AddressRefused)
            raise PortUnavailable(port=self.port, why="address_not_allowed" if is_forbidden else "away") from None
        except (aiohttp.ClientError, OSError, UnicodeError):  # the last: a name that is none
            raise PortUnavailable(port=self.port, why="away") from None

    async def _post(self, operation: PortOperation[Asked, Answered], key: str, body: bytes) -> tuple[int, bytes]:
        at_s = self._clock.sure_ms() // 1000
        signed = signatures.headers(self._secrets, key, at_s, body)
        post = self._opened().post(
            f"{self._url}/{operation.name}",
            data=body,
            headers={**signed, hdrs.CONTENT_TYPE: "application/json"},
            allow_redirects=False,
            ssl=self._tls,
        )
        async with post as answer:
            if answer.status not in ANSWERED | REFUSED:
                raise PortUnavailable(port=self.port, why=f"status_{answer.status}")
            text = await self._read(answer, operation.answer_max_bytes)
            told = answer.headers
        try:
            said = signatures.check(self._secrets, told, text, self._clock.sure_ms() // 1000)
        except signatures.BadSignature:
            raise PortUnavailable(port=self.port, why="wrong_signature") from None
        if said != key:
            raise PortUnavailable(port=self.port, why="other_call")
        try:
            _ = read_message(text, operation.answers) if answer.status in ANSWERED else _read_refusal(text)
        except UnreadableMessage:
            raise PortUnavailable(port=self.port, why="unreadable") from None
        return answer.status, text

    async def _read(self, answer: aiohttp.ClientResponse, most: int) -> bytes:
        read = bytearray()
        async for part in answer.content.iter_chunked(READ_BYTES):
            read += part
            if len(read) > most:
                raise PortUnavailable(port=self.port, why="too_large")
        return bytes(read)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connection = self._connection
            resolver = CheckedResolver(lambda _host, _port, address: connection.admits(address))
            self._session = checked_client(
                resolver, aiohttp.ClientTimeout(total=None, sock_connect=connection.connect_s)
            )
        return self._session


def _read_refusal(text: bytes) -> Refusal:
    return read_message(text, Refusal, takes_nul=True)  # it is final, and its code is kept as it can be shown


def _shown(code: str) -> str:
    """Return another system's code as it can be kept and shown: cut, without signs that cannot be printed."""
    return "".join(sign if sign.isprintable() else "?" for sign in code[:CODE_MAX])
