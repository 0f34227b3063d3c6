"""The ledger's engine: one address, SQLite or PostgreSQL, and transactions that say when it is out of reach."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import CursorResult, Result, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from protocol.errors import LedgerUnavailable
from records import fitting, sqlite
from records.realm_session import RealmSession
from records.signing import KEYS, AuditKeys
from records.tables.base import REALM
from runtime.settings import DEFAULT_REALM

DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
CONNECT_LIMIT_S: Final = 5.0
STATEMENT_LIMIT_S: Final = 30.0
POOL_LIMIT_S: Final = 10.0
TOLD: Final = "told"
"""Says of a transaction that it wrote into the outbox."""


class LedgerAddressError(ValueError):
    """The database address is invalid; the message names its fault in one line."""


def address(url: str) -> URL:
    """Return the address with the driver we use.

    Raises:
        LedgerAddressError: not an address, or of an engine we do not speak.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerAddressError("database address: not an address; write sqlite:///FILE or postgresql://…") from None
    driver = DRIVERS.get(parsed.drivername)
    if driver is None:
        raise LedgerAddressError(
            f"database address: {parsed.drivername!r} is not spoken; write sqlite:///FILE or postgresql://…"
        )
    if driver == "postgresql+asyncpg" and not parsed.database:
        raise LedgerAddressError("database address: the name of the database is missing after the host")
    return parsed.set(drivername=driver)


def make_engine(url: str, workers: sqlite.Workers, *, is_patient: bool = False) -> AsyncEngine:
    """Make the engine of an address; it connects when first used. `workers` are told of SQLite's threads.

    A statement takes at most `STATEMENT_LIMIT_S`, of a patient engine as long as it likes.
    """
    parsed = address(url)
    if parsed.get_backend_name() == "sqlite":
        return sqlite.make_engine(parsed, workers, POOL_LIMIT_S)
    return create_async_engine(
        parsed,
        pool_pre_ping=True,
        pool_timeout=POOL_LIMIT_S,
        connect_args={"timeout": CONNECT_LIMIT_S, "command_timeout": None if is_patient else STATEMENT_LIMIT_S},
    )


def is_outage(error: BaseException) -> bool:
    """Tell whether the error means that the database is out of reach, rather than that we asked nonsense."""
    if isinstance(error, OperationalError):
        # SQLite calls a missing table "operational" too: that is a missing migration, not an outage.
        return not str(error.orig).startswith(("no such", "near "))
    if isinstance(error, (InterfaceError, PoolTimeout, OSError, asyncio.TimeoutError)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", "") or "")
    # 08 connection, 53 resources, 57P shutting down: asyncpg files them under other classes.
    return error.connection_invalidated or state[:2] in {"08", "53"} or state.startswith("57P")


class Database:
    """A realm's rows of the ledger. `begin` is a transaction that may write, `read` one that only looks."""

    def __init__(
        self, url: str, keys: AuditKeys | None = None, realm: str = DEFAULT_REALM, *, is_patient: bool = False
    ) -> None:
        """Describe the ledger at `url`; `keys` sign the audit trail and the records of `realm`.

        One that `is_patient` lets a statement take its time.

        Raises:
            LedgerAddressError: the address makes no sense.
        """
        self.url = url
        self._workers = sqlite.Workers()
        self.engine = make_engine(url, self._workers, is_patient=is_patient)
        fitting.watch(self.engine)
        self._bind(realm, keys or AuditKeys())

    def of_realm(self, realm: str, keys: AuditKeys) -> "Database":
        """Return the same ledger with the rows of another realm; closing one closes both."""
        other = copy.copy(self)
        other._bind(realm, keys)  # noqa: SLF001 - another object of this class
        return other

    def _bind(self, realm: str, keys: AuditKeys) -> None:
        self.realm, self.keys = realm, keys
        self.after_telling: list[Callable[[], None]] = []
        """Callbacks after a transaction that wrote into the outbox was committed here."""
        self._writer = self.engine.execution_options(**{REALM: realm})
        self._reader = self.engine.execution_options(**{REALM: realm}, reads_only=True)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Run a transaction: kept when the block ends, undone when it raises.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        async with self._transaction(self._writer) as db:
            yield db

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Run a transaction that only reads; it never waits for writers.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        async with self._transaction(self._reader) as db:
            yield db

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        try:
            info = {KEYS: self.keys, REALM: self.realm}
            opened = AsyncSession(engine, sync_session_class=RealmSession, expire_on_commit=False, info=info)
            async with opened as db, db.begin():
                yield db
            if db.info.get(TOLD):
                for follow in self.after_telling:
                    follow()
        except Exception as error:
            if is_outage(error):
                raise LedgerUnavailable from error
            raise

    async def realms(self) -> list[str]:
        """Return the realms of which the ledger holds anything, by their journal, trail or catalogue.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        tables = ("journal_positions", "audit_head", "audit_inbox", "catalogue_versions")
        asked = " UNION ".join(f"SELECT realm FROM {table}" for table in tables)  # noqa: S608 - our own names
        async with self.read() as db:
            return sorted(await db.scalars(text(asked)))

    async def ping(self) -> None:
        """Ask the database anything.

        Raises:
            LedgerUnavailable: it does not answer.
        """
        async with self.read() as db:
            await db.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections, those too that were being opened when their user was cancelled."""
        await self.engine.dispose()
        await self._workers.join()


def rows_changed(result: Result[*tuple[Any, ...]]) -> int:
    """Return the number of rows that an update or a removal changed."""
    assert isinstance(result, CursorResult)
    return result.rowcount
