"""Keeps the sign-ins of staff: an unguessable cookie, idle and absolute time-outs; in Redis, and in a register.

The register (the ledger) is asked only for what Redis does not know: a wiped Redis signs nobody out. It knows no login
that was ended, so nothing comes back that somebody signed out of; and what it does not know any more, when it hears of
its use, is over in Redis too.
"""

import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Collection
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.errors import (
    BadCsrf,
    LedgerUnavailable,
    NotAllowed,
    QueueUnavailable,
    Refused,
    SignInRequired,
)
from protocol.identity_errors import CodeRequired, FactorRequired, PasswordChangeRequired
from protocol.rights import Right, Role, may
from protocol.scopes import EVERYWHERE, Scope
from runtime.clock import Clock
from runtime.kept import read
from runtime.redis_pool import queued
from runtime.register import Register

__all__ = ["COOKIE", "CSRF_FIELD", "CSRF_HEADER", "Login", "Logins", "Role", "Step", "check_csrf"]

COOKIE = "window_login"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

NOTED_AT = 0.25
"""Share of the idle time after which the register is told again that a login is in use."""

STEP_MS: Final = 600_000
"""So long a login lives that a step is missing of."""

T = TypeVar("T")
_RENEW = (Path(__file__).parent / "lua" / "renew_login.lua").read_text(encoding="utf-8")
_ENDED: Final = b""
"""Stands in Redis where a login was ended, until its cookie is too old anyway."""


class Step(StrEnum):
    """Step still missing after the right password; until it is done the login may do nothing else."""

    NONE = ""
    CODE = "code"
    """A one-time code of the second factor."""
    PASSWORD = "password"  # noqa: S105 - the name of a step
    """A password of one's own."""
    FACTOR = "factor"
    """A second factor, which the role must have."""


STEP_ERRORS: Final[dict[Step, type[Refused]]] = {
    Step.CODE: CodeRequired,
    Step.PASSWORD: PasswordChangeRequired,
    Step.FACTOR: FactorRequired,
}


class Login(msgspec.Struct, frozen=True):
    """A signed-in account. `csrf` goes into every unsafe request; `key` is the cookie's hash."""

    account: str
    role: Role
    seat: str
    display_name: str
    csrf: str
    began_ms: int
    key: str = ""
    noted_ms: int = 0
    """Time of the last use told to the register, in ms since the epoch."""
    step: Step = Step.NONE
    """Step still missing; such a login is short-lived and not in the register."""
    staff_number: str = ""
    department: str = ""
    """By its id in the catalogue."""
    scope: Scope = EVERYWHERE
    """Scope of the rights."""

    def may(self, right: Right) -> bool:
        """Return whether this login has a right; while a step is missing it has none."""
        return not self.step and may(self.role, right)

    def demand(self, right: Right, *during: Step) -> "Login":
        """Return this login when it has a right; `during` names steps that may still be missing.

        Raises:
            NotAllowed: it has not.
            CodeRequired, PasswordChangeRequired, FactorRequired: another step is missing.
        """
        if self.step and self.step not in during:
            raise STEP_ERRORS[self.step]
        if not may(self.role, right):
            raise NotAllowed(role=self.role.value, right=right.value)
        return self


class Logins:
    """All sign-ins of a realm."""

    def __init__(  # noqa: PLR0913  (one place composes it)
        self,
        redis: Redis,
        realm: str,
        clock: Clock,
        *,
        idle_s: float,
        max_s: float,
        secure: bool = False,
        register: Register | None = None,
        factor_roles: Collection[Role] = (),
    ) -> None:
        """Keep logins under the realm's keys; `secure` marks the cookie for HTTPS only; `factor_roles` need a factor.

        Without a `register` a wiped Redis signs everybody out.
        """
        self._redis = redis
        self._prefix = f"cw:{{{realm}}}"
        self._clock = clock
        self._idle_ms = round(idle_s * 1000)
        self._max_ms = round(max_s * 1000)
        self._secure = secure
        self._register = register
        self.factor_roles = frozenset(factor_roles)

    async def begin(
        self,
        account: str,
        role: Role,
        seat: str,
        name: str,
        step: Step = Step.NONE,
        badge: tuple[str, str] = ("", ""),
        *,
        scope: Scope = EVERYWHERE,
    ) -> tuple[str, Login]:
        """Sign an account in and return the cookie's value with the login; a missing `step` makes it a short one.

        `badge` is the staff number and the department.
        """
        cookie = secrets.token_urlsafe(32)
        key = _digest(cookie)
        now = self._clock.now_ms()
        login = Login(account, role, seat, name, _csrf(cookie), now, key, now, step, *badge, scope)
        if self._register is not None and not step:
            await self._register.enter(key, account, now, self._max_ms)
        pipe = self._redis.pipeline(transaction=True)
        queued(pipe.set(self._key(key), msgspec.json.encode(login), px=STEP_MS if step else self._idle_ms))
        queued(pipe.sadd(self._all(account), key))
        queued(pipe.pexpire(self._all(account), self._max_ms))
        await _answered(pipe.execute())
        return cookie, login

    async def find(self, cookie: str) -> Login | None:
        """Return the login of a cookie and renew its idle time; None when it is over.

        Raises:
            QueueUnavailable: Redis does not answer.
            LedgerUnavailable: Redis does not know it, and the register does not answer.
        """
        if not cookie:
            return None
        key = _digest(cookie)
        kept = await _answered(self._redis.get(self._key(key)))
        login = _read(kept) if kept is not None else (await self._restored([key])).get(key)
        if login is None:
            return None
        if self._left_ms(login) <= 0:
            await self.end(login)
            return None
        if not login.step and await self._keep([login]):
            return None
        return login if login.csrf else msgspec.structs.replace(login, csrf=_csrf(cookie))

    async def renew(self, keys: list[str]) -> set[str]:
        """Keep logins alive whose pages are open; return those that are over."""
        if not keys:
            return set()
        pipe = self._redis.pipeline(transaction=False)
        for key in keys:
            queued(pipe.get(self._key(key)))
        kept = dict(zip(keys, await _answered(pipe.execute()), strict=True))
        forgotten = [key for key, value in kept.items() if value is None]
        try:
            found = await self._restored(forgotten)
        except LedgerUnavailable:
            found, keys = {}, [key for key in keys if key not in forgotten]  # nobody is sent away for that
        found |= {key: login for key, value in kept.items() if (login := _read(value)) is not None}
        alive = {key: login for key, login in found.items() if self._left_ms(login) > 0}
        return set(keys) - set(alive) | await self._keep(list(alive.values()))

    async def end(self, login: Login) -> None:
        """Sign out."""
        await self._end([login.key], login.account)
        await self.catch_up()

    async def end_all(self, account: str, *, but: str = "", ended: Collection[str] = ()) -> list[str]:
        """Sign an account out everywhere, `but` of one login; return the keys of the logins that ended.

        `ended` are those that the register has forgotten already, together with what ended them.
        """
        found = await _answered(self._redis.smembers(self._all(account)))
        keys = {key.decode() for key in found if isinstance(key, bytes)}.union(ended) - {but}
        if self._register is not None:
            keys |= set(await self._register.leave_all(account, but))
        await self._end(sorted(keys), account)
        await self.catch_up()
        return sorted(keys)

    async def catch_up(self) -> None:
        """Remove the logins from the register that ended while it was unreachable."""
        if self._register is None:
            return
        found = await _answered(self._redis.smembers(self._left))
        keys = [key.decode() for key in found if isinstance(key, bytes)]
        if not keys:
            return
        try:
            await self._register.leave(keys)
        except LedgerUnavailable:
            return
        await _answered(self._redis.srem(self._left, *keys))

    async def of(self, request: web.BaseRequest) -> Login | None:
        """Return who sent the request, if signed in; an unsafe one must carry the CSRF token.

        Raises:
            BadCsrf: it does not.
        """
        login = await self.find(request.cookies.get(COOKIE, ""))
        if login is not None and request.method not in SAFE_METHODS:
            await check_csrf(request, login)
        return login

    async def demand(self, request: web.BaseRequest, right: Right, *during: Step) -> Login:
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
            max_age=self._max_ms // 1000,
            httponly=True,
            secure=self._secure,
            samesite="Lax",
            path="/",
        )

    def clear_cookie(self, response: web.StreamResponse) -> None:
        """Take the cookie back."""
        response.del_cookie(COOKIE, path="/", httponly=True, secure=self._secure, samesite="Lax")

    async def _end(self, keys: list[str], account: str) -> None:
        """Leave a mark where each login stood: the register may still know it for a while."""
        if not keys:
            return
        pipe = self._redis.pipeline(transaction=True)
        for key in keys:
            queued(pipe.set(self._key(key), _ENDED, px=self._max_ms))
        queued(pipe.srem(self._all(account), *keys))
        if self._register is not None:
            queued(pipe.sadd(self._left, *keys))
        await _answered(pipe.execute())

    async def _restored(self, keys: list[str]) -> dict[str, Login]:
        """Bring back what Redis forgot and the register still knows, unless it is too old or was long unused."""
        if self._register is None or not keys:
            return {}
        now = self._clock.now_ms()
        found = {}
        for kept in await self._register.kept(keys):
            login = Login(kept.account, kept.role, kept.seat, kept.display_name, "", kept.began_ms, kept.key, now)
            login = msgspec.structs.replace(
                login, staff_number=kept.staff_number, department=kept.department, scope=kept.scope
            )
            left_ms = min(self._idle_ms, self._left_ms(login))
            if left_ms <= 0 or now - kept.seen_ms > self._idle_ms:
                continue
            value = msgspec.json.encode(login)
            stands = await _answered(self._redis.set(self._key(kept.key), value, px=left_ms, nx=True, get=True))
            again = _read(stands) if isinstance(stands, bytes) else login  # ended, or restored by another node
            if again is not None:
                found[kept.key] = again
                await _answered(self._redis.sadd(self._all(kept.account), kept.key))
                await _answered(self._redis.pexpire(self._all(kept.account), self._max_ms))
        return found

    async def _keep(self, logins: list[Login]) -> set[str]:
        """Renew the idle time of logins that are in use; now and then the register hears of it too.

        Return the keys of those that turn out to be over: whoever ended them could not reach Redis.
        """
        now = self._clock.now_ms()
        stale = {login.key: login for login in logins if now - login.noted_ms >= self._idle_ms * NOTED_AT}
        over: set[str] = set()
        if self._register is None:
            stale = {}
        elif stale:
            with contextlib.suppress(LedgerUnavailable):
                over = await self._register.seen(stale.keys(), now)
        for key in over:
            await self._end([key], stale[key].account)
        logins = [login for login in logins if login.key not in over]
        pipe = self._redis.pipeline(transaction=False)
        for login in logins:
            left_ms = min(self._idle_ms, self._left_ms(login))
            if login.key in stale:
                value = msgspec.json.encode(msgspec.structs.replace(login, noted_ms=now))
                queued(pipe.eval(_RENEW, 1, self._key(login.key), value.decode(), str(left_ms)))
            else:
                queued(pipe.pexpire(self._key(login.key), left_ms))
        await _answered(pipe.execute())
        return over

    def _left_ms(self, login: Login) -> int:
        return login.began_ms + self._max_ms - self._clock.now_ms()

    @property
    def _left(self) -> str:
        return f"{self._prefix}:logins_left"

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


def _read(kept: bytes | str | None) -> Login | None:
    return read("login", kept or None, lambda found: msgspec.json.decode(found, type=Login))


def _csrf(cookie: str) -> str:
    """Derive the CSRF token from the cookie, so that open pages keep theirs when Redis is emptied."""
    return hashlib.sha256(b"csrf " + cookie.encode()).hexdigest()[:32]


def _digest(cookie: str) -> str:
    """Hash the cookie: who reads Redis cannot sign in with what is kept there."""
    return hashlib.sha256(cookie.encode()).hexdigest()[:40]


async def _answered(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except (RedisError, OSError, TimeoutError):
        raise QueueUnavailable from None
