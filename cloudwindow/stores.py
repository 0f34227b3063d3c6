"""Where the stores of this machine are, and whether they are fit to work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cloudwindow.failures import OperatorError
from cloudwindow.installation import Installation
from records import migrations
from records.database import Database
from runtime.engines import EmbeddedValkey
from runtime.settings import Settings


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


@asynccontextmanager
async def ledger(settings: Settings, installation: Installation) -> AsyncIterator[Database]:
    """Open the ledger, with the tables of this version.

    Raises:
        OperatorError: its tables are of another version.
        LedgerUnavailable: it does not answer.
    """
    database = Database(ledger_url(settings, installation))
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
    if found != migrations.newest():
        raise OperatorError("the ledger's tables are not of this version: run `cloudwindow migrate` first")
