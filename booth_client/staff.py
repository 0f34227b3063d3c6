"""Signs staff in over HTTP; the cookie stays in the client session's own jar."""

import aiohttp
import msgspec

from booth_client.address import Address
from booth_client.channel import ServerAwayError
from booth_client.uploads import REQUEST_LIMIT_S, refusal


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
    """Sign in.

    Raises:
        RefusedError: wrong name or password, or too many tries.
        ServerAwayError: no answer.
    """
    try:
        async with http.post(
            address.to("/api/login"),
            data=msgspec.json.encode(credentials),
            headers={"Content-Type": "application/json", "Origin": address.origin},
            timeout=aiohttp.ClientTimeout(total=REQUEST_LIMIT_S),
        ) as answer:
            if not answer.ok:
                raise refusal(await answer.read())
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ServerAwayError(str(error) or type(error).__name__) from error
