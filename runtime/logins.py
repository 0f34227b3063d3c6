"""Keeps the sign-ins of staff: an unguessable cookie, idle and absolute time-outs; in Redis, and in a register.

The register (the ledger) is asked only for what Redis does not know: a wiped Redis signs nobody out. It knows no login
that was ended, so nothing comes back that somebody signed out of; and what it does not know any more, when it hears of
its use, is over in Redis too.
"""

import contextlib
import copy
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection
from typing import Final

import msgspec
from redis.asyncio import Redis

from protocol.errors import LedgerUnavailable
from protocol.rights import Role
from protocol.scopes import EVERYWHERE, Scope
from runtime.clock import Clock
from runtime.login import Login, SignInStep
from runtime.login_store import LoginStore
from runtime.register import KeptLogin, Register

NOTED_AT = 0.25
"""Share of the idle time after which the register is told again that a login is in use."""

STEP_MS: Final = 600_000
"""So long a login lives that a step is missing of."""

Enter = Callable[[str, str, int, int], Awaitable[None]]
"""Records a login: `Register.enter`, or the same in a transaction."""


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
        register: Register | None = None,
        factor_roles: Collection[Role] = (),
    ) -> None:
        """Keep logins under the realm's keys; `factor_roles` need a second factor.

        Without a `register` a wiped Redis signs everybody out.
        """
        self._clock = clock
        self._idle_ms = round(idle_s * 1000)
        self._max_ms = round(max_s * 1000)
        self._store = LoginStore(redis, realm, self._max_ms)
        self._register = register
        self._enter: Enter | None = register.enter if register is not None else None
        self.factor_roles = frozenset(factor_roles)

    def entering(self, enter: Enter) -> "Logins":
        """Return the same logins, whose new ones the caller records in place of the register: in its transaction."""
        found = copy.copy(self)
        found._enter = enter if self._register is not None else None  # noqa: SLF001 - another object of this class
        return found

    @property
    def max_s(self) -> int:
        """Longest life of a login, whole seconds."""
        return self._max_ms // 1000

    async def begin(
        self,
        account: str,
        role: Role,
        seat: str,
        name: str,
        step: SignInStep = SignInStep.NONE,
        badge: tuple[str, str] = ("", ""),
        *,
        scope: Scope = EVERYWHERE,
    ) -> tuple[str, Login]:
        """Sign an account in and return the cookie's value with the login; a missing `step` makes it a short one.

        `badge` is the staff number and the department.

        Raises:
            QueueUnavailable: Redis does not answer.
            LedgerUnavailable: the register does not.
        """
        cookie = secrets.token_urlsafe(32)
        key = _digest(cookie)
        now = self._clock.now_ms()
        login = Login(account, role, seat, name, _csrf(cookie), now, key, now, step, *badge, scope)
        if self._enter is not None and not step:
            await self._enter(key, account, now, self._max_ms)
        await self._store.enter(login, STEP_MS if step else self._idle_ms)
        return cookie, login

    async def find(self, cookie: str) -> Login | None:
        """Return the login of a cookie and renew its idle time; None when it is over.

        Raises:
            QueueUnavailable: Redis does not answer.
            LedgerUnavailable: Redis does not know it, and the register does not answer.
        """
        if not cookie:
            return None
        found, forgotten = await self._store.read([_digest(cookie)])
        found |= await self._restored(forgotten)
        login = next(iter(found.values()), None)
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
        found, forgotten = await self._store.read(keys)
        try:
            found |= await self._restored(forgotten)
        except LedgerUnavailable:
            keys = [key for key in keys if key not in forgotten]  # nobody is sent away for that
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
        keys = (await self._store.of_account(account)).union(ended) - {but}
        if self._register is not None:
            keys |= set(await self._register.leave_all(account, but))
        await self._end(sorted(keys), account)
        await self.catch_up()
        return sorted(keys)

    async def catch_up(self) -> None:
        """Remove the logins from the register that ended while it was unreachable."""
        if self._register is None:
            return
        keys = await self._store.unheard()
        if not keys:
            return
        try:
            await self._register.leave(keys)
        except LedgerUnavailable:
            return
        await self._store.heard(keys)

    async def _end(self, keys: list[str], account: str) -> None:
        await self._store.end(keys, account, noted=self._register is not None)

    async def _restored(self, keys: list[str]) -> dict[str, Login]:
        """Bring back what Redis forgot and the register still knows, unless it is too old or was long unused."""
        if self._register is None or not keys:
            return {}
        now = self._clock.now_ms()
        found = {}
        for kept in await self._register.kept(keys):
            login = _login_of(kept, now)
            left_ms = min(self._idle_ms, self._left_ms(login))
            if left_ms <= 0 or now - kept.seen_ms > self._idle_ms:
                continue
            again = await self._store.restore(login, left_ms)
            if again is not None:
                found[kept.key] = again
        return found

    async def _keep(self, logins: list[Login]) -> set[str]:
        """Renew the idle time of logins that are in use; now and then the register hears of it too.

        Return the keys of those that turn out to be over: what ended them could not reach Redis.
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
        kept = [
            msgspec.structs.replace(login, noted_ms=now) if login.key in stale else login
            for login in logins
            if login.key not in over
        ]
        await self._store.keep([(one, min(self._idle_ms, self._left_ms(one))) for one in kept], changed=stale.keys())
        return over

    def _left_ms(self, login: Login) -> int:
        return login.began_ms + self._max_ms - self._clock.now_ms()


def _login_of(kept: KeptLogin, now_ms: int) -> Login:
    return Login(
        kept.account,
        kept.role,
        kept.seat,
        kept.display_name,
        "",
        kept.began_ms,
        kept.key,
        now_ms,
        staff_number=kept.staff_number,
        department=kept.department,
        scope=kept.scope,
    )


def _csrf(cookie: str) -> str:
    """Derive the CSRF token from the cookie, so that open pages keep theirs when Redis is emptied."""
    return hashlib.sha256(b"csrf " + cookie.encode()).hexdigest()[:32]


def _digest(cookie: str) -> str:
    """Hash the cookie: who reads Redis cannot sign in with what is kept there."""
    return hashlib.sha256(cookie.encode()).hexdigest()[:40]
