"""Brings the ledger's tables to this version of the program; running it again, or twice at once, does no harm."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from protocol.errors import LedgerUnavailable
from records.database import Database, is_outage
from runtime.settings import DEFAULT_REALM

FOLDER: Final = Path(__file__).parent
LOCK: Final = 0x636C6F7564  # "cloud": any number, the same in all versions


class ReferenceLost(Exception):
    """A migration left a row that refers to nothing: it was undone."""


class OtherRealm(Exception):
    """The rows from before there were realms are of another realm than the one named; nothing was changed."""


def configuration() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str:
    """Return the revision that this version of the program wants."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None
    return head


def known() -> frozenset[str]:
    """Return the revisions that this version of the program knows: its own and all before."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions())


def _upgrade(connection: Connection, revision: str, realm: str) -> None:
    if connection.dialect.name == "postgresql":
        # Another node that migrates is waited for; what readers and writers hold of a table is not, for long.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    config = configuration()
    config.attributes["connection"], config.attributes["realm"] = connection, realm
    command.upgrade(config, revision)
    if connection.dialect.name == "sqlite" and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise ReferenceLost(f"{lost[0]}: a row refers to a row of {lost[2]} that is not there")


def _rebuild_freely(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Let SQLite replace a table that others refer to; the references are checked at the end."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


async def upgrade(url: str, revision: str = "head", realm: str = DEFAULT_REALM) -> None:
    """Bring the tables to `revision`, in one transaction; rows from before there were realms become those of `realm`.

    Raises:
        LedgerAddressError: the address makes no sense.
        LedgerUnavailable: the database does not answer.
        OtherRealm: the rows are of another realm.
    """
    database = Database(url, is_patient=True)  # it builds indexes over years of rows
    if database.engine.dialect.name == "sqlite":
        event.listen(database.engine.sync_engine, "connect", _rebuild_freely)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_upgrade, revision, realm)
    except Exception as error:
        if is_outage(error):
            raise LedgerUnavailable from error
        raise
    finally:
        await database.close()
