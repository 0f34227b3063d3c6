"""Reads the login of an HTTP request from its cookie, guards unsafe requests, and gives and takes the cookie.

A request that shows a machine's key or token is the machine's: its cookie is not read, and it needs no CSRF token,
which guards what a browser sends along by itself.
"""

import hmac

from aiohttp import web

from protocol.errors import BadCsrf, SignInRequired
from protocol.rights import Right
from runtime.api_keys import is_of_machine
from runtime.login import Login, SignInStep
from runtime.logins import Logins

COOKIE = "window_login"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BEARER = "bearer"
"""Schemes are the same in capitals and small letters (RFC 9110, 11.1)."""
ADMITTED = web.RequestKey("admitted_machine", Login)
"""The machine whose key a request showed, once it was admitted to the operation."""


def bearer_of(request: web.BaseRequest) -> str:
    """Return the credential of `Authorization: Bearer`; empty without one, or with another scheme."""
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == BEARER else ""


class RequestLogins:
    """The logins of a realm as HTTP requests carry them."""

    def __init__(self, logins: Logins, *, secure: bool = False) -> None:
        """Read cookies of these logins; `secure` marks the cookie for HTTPS only."""
        self._logins = logins
        self._secure = secure

    async def of(self, request: web.BaseRequest) -> Login | None:
        """Return who sent the request, if signed in or an admitted machine; an unsafe one must carry the CSRF token.

        Raises:
            BadCsrf: it does not.
        """
        if (machine := request.get(ADMITTED)) is not None or is_of_machine(bearer_of(request)):
            return machine
        login = await self._logins.find(request.cookies.get(COOKIE, ""))
        if login is not None and request.method not in SAFE_METHODS:
            await check_csrf(request, login)
        return login

    async def demand(self, request: web.BaseRequest, right: Right, *during: SignInStep) -> Login:
        """Return who sent the request, when the login has the right and no step is missing but those in `during`.

        Raises:
            SignInRequired: nobody is signed in.
            NotAllowed: the role has not that right.
            CodeRequired, PasswordChangeRequired, FactorRequired: a step is missing.
        """
        login = await self.of(request)
        if login is None:
            raise SignInRequired
        return login.demand(right, *during)

    def set_cookie(self, response: web.StreamResponse, cookie: str) -> None:
        """Give the page its cookie."""
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=self._logins.max_s,
            httponly=True,
            secure=self._secure,
            samesite="Lax",
            path="/",
        )

    def clear_cookie(self, response: web.StreamResponse) -> None:
        """Take the cookie back."""
        response.del_cookie(COOKIE, path="/", httponly=True, secure=self._secure, samesite="Lax")


async def check_csrf(request: web.BaseRequest, login: Login) -> None:
    """Compare the header or, for a form without script, the hidden field.

    Raises:
        BadCsrf: neither is right.
    """
    said = request.headers.get(CSRF_HEADER, "")
    if not said and request.content_type == "application/x-www-form-urlencoded":
        said = str((await request.post()).get(CSRF_FIELD, ""))
    if not hmac.compare_digest(said.encode(), login.csrf.encode()):
        raise BadCsrf
