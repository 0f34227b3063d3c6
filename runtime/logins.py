"""Keeps the sign-ins of staff in Redis: an unguessable cookie, idle and absolute time-outs."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable
from typing import Literal, TypeVar

import msgspec
from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.errors import BadCsrf, NotAllowed, QueueUnavailable, SignInRequired
from runtime.clock import Clock
from runtime.redis_pool import queued

COOKIE = "window_login"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Role = Literal["agent", "supervisor", "admin"]
T = TypeVar("T")


class Login(msgspec.Struct, frozen=True):
    """Who is signed in. `csrf` goes into every unsafe request; `key` is the cookie's hash."""

    account: str
    role: Role
    seat: str
    display_name: str
    csrf: str
    began_ms: int
    key: str = ""

    def demand(self, *roles: Role) -> "Login":
        """Return this login when it has one of the roles.

        Raises:
            NotAllowed: it has not.
        """
        if self.role not in roles:
            raise NotAllowed(role=self.role)
        return self


class Logins:
    """All sign-ins of a realm."""

    def __init__(
        self,
        redis: Redis,
        realm: str,
        clock: Clock,
        *,
        idle_s: float,
        max_s: float,
        secure: bool = False,
    ) -> None:
        """Keep logins under the realm's keys; `secure` marks the cookie for HTTPS only."""
        self._redis = redis
        self._prefix = f"cw:{{{realm}}}"
        self._clock = clock
        self._idle_ms = round(idle_s * 1000)
        self._max_ms = round(max_s * 1000)
        self._secure = secure

    async def begin(self, account: str, role: Role, seat: str, name: str) -> tuple[str, Login]:
        """Sign an account in and return the cookie's value with the login."""
        cookie = secrets.token_urlsafe(32)
        key = _digest(cookie)
        now = self._clock.now_ms()
        login = Login(account, role, seat, name, secrets.token_urlsafe(24), now, key)
        pipe = self._redis.pipeline(transaction=True)
        queued(pipe.set(self._key(key), msgspec.json.encode(login), px=self._idle_ms))
        queued(pipe.sadd(self._all(account), key))
        queued(pipe.pexpire(self._all(account), self._max_ms))
        await _answered(pipe.execute())
        return cookie, login

    async def find(self, cookie: str) -> Login | None:
        """Return the login of a cookie and renew its idle time; None when it is over."""
        if not cookie:
            return None
        key = _digest(cookie)
        kept = await _answered(self._redis.get(self._key(key)))
        if kept is None:
            return None
        login = msgspec.json.decode(kept, type=Login)
        left_ms = login.began_ms + self._max_ms - self._clock.now_ms()
        if left_ms <= 0:
            await self.end(login)
            return None
        await _answered(self._redis.pexpire(self._key(key), min(self._idle_ms, left_ms)))
        return login

    async def renew(self, keys: list[str]) -> set[str]:
        """Keep logins alive whose pages are open; return those that are over."""
        if not keys:
            return set()
        pipe = self._redis.pipeline(transaction=False)
        for key in keys:
            queued(pipe.get(self._key(key)))
        over = set()
        now = self._clock.now_ms()
        renewals = self._redis.pipeline(transaction=False)
        for key, kept in zip(keys, await _answered(pipe.execute()), strict=True):
            left_ms = self._left_ms(kept, now)
            if left_ms <= 0:
                over.add(key)
            else:
                queued(renewals.pexpire(self._key(key), min(self._idle_ms, left_ms)))
        await _answered(renewals.execute())
        return over

    async def end(self, login: Login) -> None:
        """Sign out."""
        pipe = self._redis.pipeline(transaction=True)
        queued(pipe.delete(self._key(login.key)))
        queued(pipe.srem(self._all(login.account), login.key))
        await _answered(pipe.execute())

    async def end_all(self, account: str) -> list[str]:
        """Sign an account out everywhere; return the keys of the logins that ended."""
        found = await _answered(self._redis.smembers(self._all(account)))
        keys = [key.decode() for key in found if isinstance(key, bytes)]
        pipe = self._redis.pipeline(transaction=True)
        for key in keys:
            queued(pipe.delete(self._key(key)))
        queued(pipe.delete(self._all(account)))
        await _answered(pipe.execute())
        return keys

    async def of(self, request: web.BaseRequest) -> Login | None:
        """Return who sent the request, if signed in; an unsafe one must carry the CSRF token.

        Raises:
            BadCsrf: it does not.
        """
        login = await self.find(request.cookies.get(COOKIE, ""))
        if login is not None and request.method not in SAFE_METHODS:
            await check_csrf(request, login)
        return login

    async def demand(self, request: web.BaseRequest, *roles: Role) -> Login:
        """Return who sent the request, in one of the roles.

        Raises:
            SignInRequired: nobody is signed in.
            NotAllowed: the role is another one.
        """
        login = await self.of(request)
        if login is None:
            raise SignInRequired
        return login.demand(*roles) if roles else login

    def set_cookie(self, response: web.StreamResponse, cookie: str) -> None:
        """Give the page its cookie."""
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=self._max_ms // 1000,
            httponly=True,
            secure=self._secure,
            samesite="Lax",
            path="/",
        )

    def clear_cookie(self, response: web.StreamResponse) -> None:
        """Take the cookie back."""
        response.del_cookie(COOKIE, path="/", httponly=True, secure=self._secure, samesite="Lax")

    def _left_ms(self, kept: bytes | str | None, now: int) -> int:
        if kept is None:
            return 0
        return msgspec.json.decode(kept, type=Login).began_ms + self._max_ms - now

    def _key(self, digest: str) -> str:
        return f"{self._prefix}:login:{digest}"

    def _all(self, account: str) -> str:
        return f"{self._prefix}:logins:{account}"


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


def _digest(cookie: str) -> str:
    """Hash the cookie: who reads Redis cannot sign in with what is kept there."""
    return hashlib.sha256(cookie.encode()).hexdigest()[:40]


async def _answered(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except (RedisError, OSError, TimeoutError):
        raise QueueUnavailable from None
