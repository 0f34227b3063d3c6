"""The second factor of staff: one-time codes by time (TOTP, RFC 6238) and recovery codes for a lost telephone."""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Final

import pyotp
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from protocol import typed
from protocol.errors import BadInput, NotAllowed, NotFound
from protocol.identity_errors import BadCode
from protocol.ids import encode
from records import audit
from records.audit import Who, who_of
from records.audit.notes import named
from records.database import Database
from records.staff.accounts import OPERATOR, end_step, next_login, who_is
from records.staff.logins import forget_all
from records.tables.seats import AccountRow, RecoveryCodeRow
from runtime.clock import Clock
from runtime.login import Login
from runtime.logins import Logins
from runtime.sealing import Sealing, Unsealable, sealing_of
from runtime.settings import Settings
from runtime.throttle import CODE, Throttle

STEP_S: Final = 30
DRIFT_STEPS: Final = (0, -1, 1)
"""A telephone's clock may be half a minute off."""
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
RECOVERY_LENGTH: Final = 10
"""Characters of five bits."""
ISSUER: Final = "Cloud Window"


def factor_sealing(settings: Settings) -> Sealing:
    """Return what seals the keys of one-time codes in this installation."""
    return sealing_of(settings, "second-factor")


class Factors:
    """Sets second factors up, proves codes, resets."""

    def __init__(self, database: Database, clock: Clock, sealing: Sealing, throttle: Throttle | None = None) -> None:
        """Keep the keys of the codes in the ledger, sealed; count tries, but at the command line."""
        self._database = database
        self._clock = clock
        self._sealing = sealing
        self._throttle = throttle

    async def begin(self, account: str) -> str:
        """Return the `otpauth://` address to scan; asking again gives the same until a code confirms it.

        Raises:
            BadInput: the account has a second factor.
        """
        async with self._database.begin() as db:
            row = await _existing(db, account)
            if row.factor_ms:
                raise BadInput(field="factor", why="has_one")
            secret = self._opened(row)
            if secret is None:
                secret = pyotp.random_base32()
                row.factor = self._sealing.seal(secret, row.name)
            return pyotp.TOTP(secret).provisioning_uri(name=row.name, issuer_name=ISSUER)

    async def confirm(self, logins: Logins, login: Login, code: str) -> tuple[list[str], str, Login]:
        """Prove that the telephone gives the right codes; return the recovery codes, which are not shown again.

        With them come the cookie and the login that follow where the factor was a missing step of this one; else an
        empty cookie and the same login. All of it is done, or nothing.

        Raises:
            BadCode: the code is wrong.
            BadInput: there is nothing to confirm.
            TooManyTries: wait before the next try.
            QueueUnavailable: Redis does not answer.
        """
        async with self._trying(login.account), self._database.begin() as db:
            row = await _existing(db, login.account)
            if row.factor_ms or row.factor is None:
                raise BadInput(field="factor", why="missing" if row.factor is None else "has_one")
            self._accept(row, code)
            row.factor_ms = self._clock.now_ms()
            codes = [encode(secrets.randbits(5 * RECOVERY_LENGTH), RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
            db.add_all(RecoveryCodeRow(account=row.name, hash=_hash(row.name, one)) for one in codes)
            _ = await audit.note(db, who_of(login), "factor.confirmed", row.name, clock=self._clock)
            cookie, after = await next_login(db, logins, login) if login.step else ("", login)
        if login.step:
            await end_step(logins, login)
        half = RECOVERY_LENGTH // 2
        return [f"{one[:half]}-{one[half:]}" for one in codes], cookie, after

    async def prove(self, account: str, code: str) -> None:
        """Check a one-time code, or use up a recovery code.

        Raises:
            BadCode: it is neither, or was used before.
            TooManyTries: wait before the next try.
        """
        async with self._proved(account, code):
            pass

    async def go_on(self, logins: Logins, login: Login, code: str) -> tuple[str, Login]:
        """Check a code as `prove` does, and begin the login that follows: a code is used up with it, or not at all.

        Raises:
            BadCode, TooManyTries: as of `prove`.
            BadCredentials: the account was closed meanwhile.
            QueueUnavailable: Redis does not answer.
        """
        async with self._proved(login.account, code) as db:
            begun = await next_login(db, logins, login)
        await end_step(logins, login)
        return begun

    @asynccontextmanager
    async def _proved(self, account: str, code: str) -> AsyncIterator[AsyncSession]:
        """Prove a code in a transaction, which the context goes on with; where it fails the code is not used up."""
        try:
            async with self._trying(account), self._database.begin() as db:
                await self._prove(db, await _existing(db, account), code)
                yield db
        except BadCode:
            async with self._database.begin() as db:
                name = typed.account(account)
                _ = await audit.note(db, "anybody", "login.refused", name, result=BadCode.code, clock=self._clock)
            raise

    async def _prove(self, db: AsyncSession, row: AccountRow, code: str) -> None:
        if not row.factor_ms:
            raise BadCode
        if len(typed.code(code)) == DIGITS:
            self._accept(row, code)
            return
        await _use_up(db, row.name, code)
        _ = await audit.note(db, who_is(row), "factor.recovery_code_used", row.name, clock=self._clock)

    async def reset(self, account: str, *, by: str | Who = OPERATOR) -> list[str]:
        """Take an account's second factor away, for a lost telephone; return the keys of its logins, which end.

        Raises:
            NotFound: no such account.
            NotAllowed: one cannot reset the own.
            BadInput: it has none.
        """
        async with self._database.begin() as db:
            row = await _existing(db, account)
            if named(by).account == row.name:
                raise NotAllowed(why="own_factor")
            if row.factor is None:
                raise BadInput(field="factor", why="missing")
            row.factor, row.factor_ms = None, 0
            await db.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account == row.name))
            ended = await forget_all(db, row.name)
            facts = {"logins_ended": len(ended)}
            _ = await audit.note(db, by, "factor.reset", row.name, facts, clock=self._clock)
            return ended

    def _trying(self, account: str) -> AbstractAsyncContextManager[None]:
        """Count a try at an account's codes, which is made in the context; a right one, or an outage, costs nothing."""
        return nullcontext() if self._throttle is None else self._throttle.guessing(CODE, f"account:{account}")

    def _opened(self, row: AccountRow) -> str | None:
        """Return the key of the codes; one that cannot be read any more is as good as none."""
        try:
            return self._sealing.open(row.factor, row.name) if row.factor else None
        except Unsealable:
            return None

    def _accept(self, row: AccountRow, code: str) -> None:
        """Accept a code of now, once: its time step and all before it are used up.

        Raises:
            BadCode: it is wrong or was used.
        """
        secret, said = self._opened(row), typed.code(code)
        if secret is None:
            raise BadCode
        now = self._clock.now_ms() // 1000 // STEP_S
        for step in (now + drift for drift in DRIFT_STEPS):
            right = pyotp.TOTP(secret).generate_otp(step)
            if hmac.compare_digest(right, said) and step > row.factor_step:
                row.factor_step = step
                row.factor = self._sealing.seal(secret, row.name)  # with the newest master key
                return
        raise BadCode


async def _use_up(db: AsyncSession, account: str, code: str) -> None:
    for reading in typed.secret_readings(code):
        kept = await db.get(RecoveryCodeRow, (account, _hash(account, reading)), with_for_update=True)
        if kept is not None:
            await db.delete(kept)
            return
    raise BadCode


def _hash(account: str, code: str) -> str:
    # Fifty random bits that are tried twice a minute: a fast hash is enough.
    return hashlib.sha256(f"{account} {code}".encode()).hexdigest()


async def _existing(db: AsyncSession, account: str) -> AccountRow:
    row = await db.get(AccountRow, typed.account(account), with_for_update=True)
    if row is None:
        raise NotFound(what="account", id=account[:64])
    return row
