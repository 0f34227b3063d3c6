"""Asks the server over HTTP: signs staff in, proves a device, reads the notice; before a WebSocket opens."""

from typing import TypeVar

import aiohttp
import msgspec

from booth_client.address import Address
from booth_client.channel import ServerAwayError
from booth_client.uploads import REQUEST_LIMIT_S, refusal

Answer = TypeVar("Answer", bound=msgspec.Struct)


class Credentials(msgspec.Struct, frozen=True):
    """A sign-in name with its password."""

    name: str
    password: str


def new_session(*, verify_tls: bool = True) -> aiohttp.ClientSession:
    """Return an HTTP session with a cookie jar that also serves bare IP addresses; the caller closes it."""
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True), connector=aiohttp.TCPConnector(ssl=verify_tls)
    )


async def sign_in(http: aiohttp.ClientSession, address: Address, credentials: Credentials) -> None:
    """Sign in; the cookie goes into the HTTP session's jar.

    Raises:
        RefusedError: wrong name or password, or too many tries.
        ServerAwayError: no answer.
    """
    await _post(http, address, "/api/login", credentials)


async def ask(
    http: aiohttp.ClientSession, address: Address, path: str, body: msgspec.Struct, kind: type[Answer]
) -> Answer:
    """Post a body; return the answer, read as `kind`.

    Raises:
        RefusedError: the server's error.
        ServerAwayError: no answer, or one that makes no sense.
    """
    answer = await _post(http, address, path, body)
    try:
        return msgspec.json.decode(answer, type=kind)
    except msgspec.DecodeError as error:
        raise ServerAwayError(str(error)) from error


class NoticePassage(msgspec.Struct, frozen=True):
    """A heading of the notice with its text."""

    heading: str
    text: str


class Notice(msgspec.Struct, frozen=True):
    """The privacy notice in force; `version` is empty at a server of a release before, which names none."""

    version: str = ""
    text: tuple[NoticePassage, ...] = ()


class _Public(msgspec.Struct, frozen=True):
    notice: Notice = Notice()


async def read_notice(http: aiohttp.ClientSession, address: Address, locale: str) -> Notice:
    """Return the notice that a citizen is asked about, in the language of their page.

    Raises:
        RefusedError: too many tries from this address.
        ServerAwayError: no answer, or one that makes no sense.
    """
    limit = aiohttp.ClientTimeout(total=REQUEST_LIMIT_S)
    try:
        async with http.get(address.to("/api/public"), params={"locale": locale}, timeout=limit) as answer:
            if not answer.ok:
                raise refusal(await answer.read())
            return msgspec.json.decode(await answer.read(), type=_Public).notice
    except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError) as error:
        raise ServerAwayError(str(error) or type(error).__name__) from error


async def _post(http: aiohttp.ClientSession, address: Address, path: str, body: msgspec.Struct) -> bytes:
    try:
        async with http.post(
            address.to(path),
            data=msgspec.json.encode(body),
            headers={"Content-Type": "application/json", "Origin": address.origin},
            timeout=aiohttp.ClientTimeout(total=REQUEST_LIMIT_S),
        ) as answer:
            if not answer.ok:
                raise refusal(await answer.read())
            return await answer.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ServerAwayError(str(error) or type(error).__name__) from error
