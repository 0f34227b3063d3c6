"""Hashes and checks passwords in a small pool of its own: dear work (64 MiB, 0.1 s) that holds up nothing else.

Reading and writing of files has the default pool; a flood of sign-ins fills this one, and is then refused in words.
Its threads are of low priority, so that all cores hashing at once do not keep the event loop waiting for one.
"""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from protocol.errors import Busy
from records.staff.passwords import judged, normal

T = TypeVar("T")

HASHER: Final = PasswordHasher()  # RFC 9106, low-memory profile: 64 MiB, 3 passes
PRINTED: Final = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""For passwords that are printed anyway, which no cost can protect."""
AT_ONCE: Final = 2
"""Threads, and so 128 MiB at most."""
STRANGERS_MAX: Final = 16
"""Checks that wait or run, of browsers that never signed in to the account."""
ALL_MAX: Final = 64
"""Checks that wait or run at all: what strangers cannot take is left to those who are known."""
RETRY_AFTER_S: Final = 3
NICE: Final = 10
"""The priority of the threads; of a second for which both want the same core, the loop gets nine tenths."""


class Pool:
    """A bounded queue before a few threads."""

    def __init__(self, at_once: int = AT_ONCE, strangers: int = STRANGERS_MAX, most: int = ALL_MAX) -> None:
        """Start no thread yet."""
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="password", initializer=_step_back)
        self._strangers, self._most = strangers, most
        self._busy = 0

    def check(self, *, is_known: bool) -> None:
        """Refuse work that would be refused anyway, before anything is done for it.

        Raises:
            Busy: too much waits already.
        """
        if self._busy >= (self._most if is_known else self._strangers):
            raise Busy(retry_after_s=RETRY_AFTER_S)

    async def run(self, work: Callable[[], T], *, is_known: bool) -> T:
        """Do the work on one of the threads, in the order of asking.

        Raises:
            Busy: too much waits already.
        """
        self.check(is_known=is_known)
        self._busy += 1
        done = self._threads.submit(work)
        done.add_done_callback(self._free(asyncio.get_running_loop()))
        return await asyncio.wrap_future(done)

    def _free(self, loop: asyncio.AbstractEventLoop) -> Callable[[object], None]:
        """Count a job as done when it ends, also after its caller was cancelled."""

        def less() -> None:
            self._busy -= 1

        def ended(_done: object) -> None:
            if not loop.is_closed():
                _ = loop.call_soon_threadsafe(less)

        return ended


def _step_back() -> None:
    """Lower the priority of this thread, and so of those that the hash starts itself (Linux counts it by thread)."""
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


POOL: Final = Pool()
"""The process's own: its bound is the machine's memory and cores, for all that runs in the process."""


async def hashed(password: str, hasher: PasswordHasher = HASHER, pool: Pool = POOL) -> str:
    """Return the salted hash of a password.

    Raises:
        Busy: too many are being hashed.
    """
    return await pool.run(lambda: hasher.hash(password), is_known=True)


async def judge(password: str, names: Sequence[str], pool: Pool = POOL) -> str:
    """Return a new password in its normal form.

    Raises:
        Busy: too many are being checked.
        BadInput: it is too short, too easy, or made of the names.
    """
    return await pool.run(lambda: judged(password, *names), is_known=True)


async def matches(kept: str, password: str, *, is_known: bool = False, pool: Pool = POOL) -> bool:
    """Tell whether a password is the one that was kept; with nothing kept this takes as long and is False.

    Raises:
        Busy: too many are being checked.
    """
    return await pool.run(lambda: _matches(kept, password), is_known=is_known)


async def is_hash_of(kept: str, password: str, pool: Pool = POOL) -> bool:
    """Tell whether a cheap hash belongs to this secret; only for secrets of our own making, never for passwords."""
    return await pool.run(lambda: _verifies(HASHER, kept, password), is_known=True)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """Return what is checked in place of a hash that there is not."""
    return hasher.hash("nobody")


def _matches(kept: str, password: str) -> bool:
    """Return whether a password is right, always in one dear and one cheap check, so that time tells nothing.

    The time must not tell an account that exists from one that does not, nor a demonstration's from another.
    """
    is_cheap = kept.startswith("$argon2id$") and not PRINTED.check_needs_rehash(kept)
    dear_nobody, cheap_nobody = _nobodys(HASHER), _nobodys(PRINTED)  # made by the first check of any account
    dear = _verifies(HASHER, kept if kept and not is_cheap else dear_nobody, password)
    cheap = _verifies(PRINTED, kept if is_cheap else cheap_nobody, password)
    return bool(kept) and (cheap if is_cheap else dear)


def _verifies(hasher: PasswordHasher, kept: str, password: str) -> bool:
    """Check a password in its normal form; one that an earlier version hashed as it was typed is still good."""
    for form in dict.fromkeys((normal(password), password)):
        try:
            return hasher.verify(kept, form)
        except (VerificationError, InvalidHashError):
            continue
    return False
