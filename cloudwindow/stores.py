"""Addresses of the stores of this machine, and checks that they are usable."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cloudwindow.failures import OperatorError
from cloudwindow.installation import Installation
from records import migrations
from records.database import Database
from records.signing import KEY_BYTES, AuditKeys, read_keys
from runtime.engines import EmbeddedValkey
from runtime.settings import Settings

log = logging.getLogger(__name__)


def ledger_url(settings: Settings, installation: Installation) -> str:
    """Return the ledger of the settings, or the demonstration's own."""
    return settings.database_url or installation.ledger_url


def queue_url(settings: Settings, installation: Installation) -> str:
    """Return the queue engine of the settings, or the demonstration's own, which must be running."""
    if settings.redis_url:
        return settings.redis_url
    embedded = EmbeddedValkey(installation.queue)
    if not embedded.socket.exists():
        raise OperatorError("WINDOW_REDIS_URL: not set, and no demonstration is running in this folder")
    return embedded.url


def audit_keys(settings: Settings, installation: Installation) -> AuditKeys:
    """Return the keys of trail and records: the settings', or the demonstration's own.

    Raises:
        OperatorError: none is set, or one is not in its form.
    """
    if not settings.audit_key and settings.database_url:
        raise OperatorError("WINDOW_AUDIT_KEY: not set")
    try:
        return read_keys(settings.audit_key or installation.secret("audit-key"), settings.old_audit_keys)
    except ValueError:
        raise OperatorError(f"WINDOW_AUDIT_KEY, WINDOW_OLD_AUDIT_KEYS: {2 * KEY_BYTES} hexadecimal digits") from None


@asynccontextmanager
async def ledger(settings: Settings, installation: Installation) -> AsyncIterator[Database]:
    """Open the ledger, with the tables of this version.

    Raises:
        OperatorError: its tables are of another version, or there is no key to sign with.
        LedgerUnavailable: it does not answer.
    """
    database = Database(ledger_url(settings, installation), audit_keys(settings, installation), settings.realm)
    try:
        await database.ping()
        await _check_version(database)
        yield database
    finally:
        await database.close()


async def _check_version(database: Database) -> None:
    try:
        async with database.read() as db:
            found = (await db.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    except DBAPIError:  # no such table: nothing was ever made here
        found = None
    if found is None or (found != migrations.newest() and not await _is_wider(database, found)):
        raise OperatorError("the ledger's tables are not of this version: run `cloudwindow migrate` first")


async def _is_wider(database: Database, found: str) -> bool:
    """Tell whether a newer release widened the tables and still lets this one work on them (a rolling update)."""
    if found in migrations.known():
        return False  # older than this program
    try:
        async with database.read() as db:
            oldest = (await db.execute(text("SELECT oldest FROM schema_support"))).scalar_one_or_none()
    except DBAPIError:
        return False
    if oldest not in migrations.known():
        return False
    log.warning("schema_newer", extra={"found": found, "own": migrations.newest()})
    return True


def anchors_folder(settings: Settings, installation: Installation) -> Path:
    """Return where this machine keeps its anchors."""
    return Path(settings.anchors_folder) if settings.database_url else installation.folder / "anchors"
