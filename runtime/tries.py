"""Slows down guessing at passwords without keeping the account's owner out.

Tries are counted by account *and* address, so that a stranger elsewhere spends only their own. A browser that signed in
to the account before is known by a signed cookie and has a bucket of its own (OWASP's device cookies), which no
stranger can empty. All other browsers together have one slow bucket an account, against guessing from many addresses
at once.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import msgspec
from aiohttp import web
from itsdangerous import BadData, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

from protocol import typed
from protocol.errors import Unavailable
from runtime.clock import Clock
from runtime.security import ClockSigner
from runtime.throttle import ADDRESS, GUESS, SIGN_IN, Throttle

COOKIE = "window_device"
LIFE_S = 180 * 24 * 3600
ACCOUNTS_MAX = 8
"""Accounts that one browser is known for; the oldest goes first."""
NAME_MAX = 64


class Device(msgspec.Struct, frozen=True):
    """A browser with an earlier sign-in: its random name, and hashes of the accounts' names."""

    id: str
    accounts: tuple[str, ...] = ()


class Devices:
    """Signs and reads the cookie that a browser keeps after a sign-in; it proves nothing but that."""

    def __init__(self, secret: str, clock: Clock, *, old: Sequence[str] = (), secure: bool = False) -> None:
        """Derive the key from the installation's secret."""
        signer = type("Signer", (ClockSigner,), {"clock": clock})
        keys = [*reversed(old), secret]
        self._signer: TimestampSigner = signer(
            keys, salt="cloudwindow.device", digest_method=hashlib.sha256, key_derivation="hmac"
        )
        self._secure = secure

    def read(self, request: web.BaseRequest) -> Device:
        """Return the browser's device; a new one without accounts when the cookie is absent, old or forged."""
        try:
            payload = self._signer.unsign(request.cookies.get(COOKIE, "").encode(), max_age=LIFE_S)
            return msgspec.json.decode(base64_decode(payload), type=Device)
        except (BadData, msgspec.MsgspecError, ValueError):
            return Device(secrets.token_urlsafe(12))

    def knows(self, device: Device, account: str) -> bool:
        """Return True if the account was signed in from this browser before."""
        return _digest(account) in device.accounts

    def keep(self, response: web.StreamResponse, device: Device, account: str) -> None:
        """Let the browser keep that the account signed in from it."""
        others = [one for one in device.accounts if one != _digest(account)]
        kept = Device(device.id, (*others, _digest(account))[-ACCOUNTS_MAX:])
        value = self._signer.sign(base64_encode(msgspec.json.encode(kept))).decode()
        response.set_cookie(COOKIE, value, max_age=LIFE_S, httponly=True, secure=self._secure, samesite="Lax", path="/")


class Tries:
    """Counts tries at an account's password, for the sign-in form, the API and the change of a password alike."""

    def __init__(self, throttle: Throttle, devices: Devices, address: Callable[[web.BaseRequest], str]) -> None:
        """Count in the realm's buckets; `address` tells where a request came from."""
        self._throttle, self._devices, self._address = throttle, devices, address

    def of(self, request: web.BaseRequest, account: str) -> "AccountTries":
        """Return the tries at an account from the request's browser."""
        return AccountTries(self, request, account)

    def is_known(self, request: web.BaseRequest, account: str) -> bool:
        """Tell whether the request's browser signed in to the account before."""
        return self._devices.knows(self._devices.read(request), _plain(account))

    async def spend(self, request: web.BaseRequest, account: str) -> None:
        """Count one try, before its password is looked at.

        Raises:
            TooManyTries: this browser, or this address at this account, or all strangers at it must wait.
            QueueUnavailable: Redis does not answer.
        """
        account = _plain(account)
        device = self._devices.read(request)
        if self._devices.knows(device, account):
            await self._throttle.spend(SIGN_IN, _of_device(account, device))
            return
        address = self._address(request)
        # In this order: a try that is refused for its address must not empty what everybody shares.
        await self._throttle.spend(ADDRESS, address)
        await self._throttle.spend(SIGN_IN, _of_address(account, address))
        await self._throttle.spend(GUESS, _account(account))

    @asynccontextmanager
    async def spending(self, request: web.BaseRequest, account: str) -> AsyncIterator[None]:
        """Count one try, and look at its password in the context; a try that the ledger ended is given back.

        Raises:
            TooManyTries, QueueUnavailable: as of `spend`.
        """
        await self.spend(request, account)
        try:
            yield
        except Unavailable:
            await self._give_back(request, _plain(account))
            raise

    async def _give_back(self, request: web.BaseRequest, account: str) -> None:
        device = self._devices.read(request)
        if self._devices.knows(device, account):
            await self._throttle.give_back(SIGN_IN, _of_device(account, device))
            return
        address = self._address(request)
        await self._throttle.give_back(ADDRESS, address)
        await self._throttle.give_back(SIGN_IN, _of_address(account, address))
        await self._throttle.give_back(GUESS, _account(account))

    async def succeeded(self, request: web.BaseRequest, response: web.StreamResponse, account: str) -> None:
        """Forget the tries that led to the right password, and let the browser be known from now on."""
        account = _plain(account)
        device, address = self._devices.read(request), self._address(request)
        if self._devices.knows(device, account):
            await self._throttle.clear(SIGN_IN, _of_device(account, device))
        else:
            await self._throttle.clear(SIGN_IN, _of_address(account, address))
            await self._throttle.give_back(ADDRESS, address)
            await self._throttle.give_back(GUESS, _account(account))
        self._devices.keep(response, device, account)


class AccountTries:
    """The tries at one account from the browser of one request, see `Tries`."""

    def __init__(self, tries: Tries, request: web.BaseRequest, account: str) -> None:
        """Count them with `tries`."""
        self._tries, self._request, self._account = tries, request, account

    @property
    def is_known(self) -> bool:
        """Whether the browser signed in to the account before."""
        return self._tries.is_known(self._request, self._account)

    def spending(self) -> AbstractAsyncContextManager[None]:
        """Return the context in which one try's password is looked at.

        Raises:
            TooManyTries, QueueUnavailable: as of `Tries.spend`.
        """
        return self._tries.spending(self._request, self._account)

    async def succeeded(self, response: web.StreamResponse) -> None:
        """Forget the tries that led to the right password, and let the browser be known from now on."""
        await self._tries.succeeded(self._request, response, self._account)


def _plain(account: str) -> str:
    return typed.account(account)[:NAME_MAX]


def _account(account: str) -> str:
    return f"account:{_digest(account)}"


def _of_address(account: str, address: str) -> str:
    return f"{_account(account)}:at:{address}"


def _of_device(account: str, device: Device) -> str:
    return f"{_account(account)}:from:{device.id}"


def _digest(account: str) -> str:
    """Shorten a name that may be anything, for a key of Redis and for the cookie."""
    return hashlib.sha256(account.encode()).hexdigest()[:16]
