"""Signs staff in and enrols booths over HTTP, before their WebSocket opens."""

import aiohttp
import msgspec

from booth_client.address import Address
from booth_client.channel import ServerAwayError
from booth_client.uploads import REQUEST_LIMIT_S, refusal


class Credentials(msgspec.Struct, frozen=True):
    """A sign-in name with its password."""

    name: str
    password: str


class Enrolled(msgspec.Struct, frozen=True):
    """Which booth this machine is, and the token that says so from now on."""

    booth: str
    token: str


class _Code(msgspec.Struct, frozen=True):
    code: str


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


async def enrol(http: aiohttp.ClientSession, address: Address, code: str) -> Enrolled:
    """Make this machine the booth of a one-time code.

    Raises:
        RefusedError: no such code, or used already.
        ServerAwayError: no answer, or one that makes no sense.
    """
    body = await _post(http, address, "/api/booths/enrol", _Code(code))
    try:
        return msgspec.json.decode(body, type=Enrolled)
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
