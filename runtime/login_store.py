"""Keeps logins in Redis, by the hash of their cookie and by account; an ended one leaves a mark where it stood."""

from collections.abc import Awaitable, Collection, Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.errors import QueueUnavailable
from runtime.kept import read
from runtime.login import Login
from runtime.redis_pool import queued

T = TypeVar("T")
_RENEW = (Path(__file__).parent / "lua" / "renew_login.lua").read_text(encoding="utf-8")
_ENDED: Final = b""
"""Stands in Redis where a login was ended, until its cookie is too old anyway."""


class LoginStore:
    """The logins of one realm; each method raises `QueueUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis, realm: str, max_ms: int) -> None:
        """Keep marks and lists for `max_ms`, the longest life of a login."""
        self._redis = redis
        self._prefix = f"cw:{{{realm}}}"
        self._max_ms = max_ms

    async def enter(self, login: Login, left_ms: int) -> None:
        """Keep a new login for `left_ms`, milliseconds."""
        pipe = self._redis.pipeline(transaction=True)
        queued(pipe.set(self._key(login.key), msgspec.json.encode(login), px=left_ms))
        queued(pipe.sadd(self._all(login.account), login.key))
        queued(pipe.pexpire(self._all(login.account), self._max_ms))
        await _answered(pipe.execute())

    async def read(self, keys: Sequence[str]) -> tuple[dict[str, Login], list[str]]:
        """Return the logins that stand, by key, and the keys of which Redis knows nothing; an ended one is neither."""
        pipe = self._redis.pipeline(transaction=False)
        for key in keys:
            queued(pipe.get(self._key(key)))
        kept = dict(zip(keys, await _answered(pipe.execute()), strict=True))
        found = {key: login for key, value in kept.items() if (login := _read(value)) is not None}
        return found, [key for key, value in kept.items() if value is None]

    async def restore(self, login: Login, left_ms: int) -> Login | None:
        """Keep a forgotten login again; return it, or another node's copy of it, or None for a login that was ended."""
        value = msgspec.json.encode(login)
        stands = await _answered(self._redis.set(self._key(login.key), value, px=left_ms, nx=True, get=True))
        again = _read(stands) if isinstance(stands, bytes) else login
        if again is not None:
            await _answered(self._redis.sadd(self._all(login.account), login.key))
            await _answered(self._redis.pexpire(self._all(login.account), self._max_ms))
        return again

    async def keep(self, logins: Collection[tuple[Login, int]], *, changed: Collection[str]) -> None:
        """Let logins live for so many ms; those whose key is in `changed` are written anew, unless they were ended."""
        pipe = self._redis.pipeline(transaction=False)
        for login, left_ms in logins:
            if login.key in changed:
                queued(pipe.eval(_RENEW, 1, self._key(login.key), msgspec.json.encode(login).decode(), str(left_ms)))
            else:
                queued(pipe.pexpire(self._key(login.key), left_ms))
        await _answered(pipe.execute())

    async def end(self, keys: Sequence[str], account: str, *, noted: bool) -> None:
        """Leave a mark where each login stood; `noted` keeps the keys until the register has forgotten them, too."""
        if not keys:
            return
        pipe = self._redis.pipeline(transaction=True)
        for key in keys:
            queued(pipe.set(self._key(key), _ENDED, px=self._max_ms))
        queued(pipe.srem(self._all(account), *keys))
        if noted:
            queued(pipe.sadd(self._unheard, *keys))
        await _answered(pipe.execute())

    async def of_account(self, account: str) -> set[str]:
        """Return the keys of an account's logins."""
        return _texts(await _answered(self._redis.smembers(self._all(account))))

    async def unheard(self) -> list[str]:
        """Return the keys of ended logins that the register may still know."""
        return sorted(_texts(await _answered(self._redis.smembers(self._unheard))))

    async def heard(self, keys: Sequence[str]) -> None:
        """Forget the keys of ended logins that the register has forgotten."""
        await _answered(self._redis.srem(self._unheard, *keys))

    @property
    def _unheard(self) -> str:
        return f"{self._prefix}:logins_left"

    def _key(self, digest: str) -> str:
        return f"{self._prefix}:login:{digest}"

    def _all(self, account: str) -> str:
        return f"{self._prefix}:logins:{account}"


def _read(kept: bytes | str | None) -> Login | None:
    return read("login", kept or None, lambda found: msgspec.json.decode(found, type=Login))


def _texts(found: Collection[object]) -> set[str]:
    return {key.decode() for key in found if isinstance(key, bytes)}


async def _answered(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except (RedisError, OSError, TimeoutError):
        raise QueueUnavailable from None
