"""Signs staff in and fetches a booth's challenge over HTTP, before their WebSocket opens."""

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
