"""Brings the ledger's tables to this version of the program; running it again, or twice at once, does no harm."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from protocol.errors import LedgerUnavailable
from records.database import Database, is_outage

FOLDER: Final = Path(__file__).parent
LOCK: Final = 0x636C6F7564  # "cloud": any number, the same in all versions


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


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the tables to `revision`, in one transaction.

    Raises:
        LedgerAddressError: the address makes no sense.
        LedgerUnavailable: the database does not answer.
    """
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_upgrade, revision)
    except Exception as error:
        if is_outage(error):
            raise LedgerUnavailable from error
        raise
    finally:
        await database.close()
