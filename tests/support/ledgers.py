"""Ledgers with the sample district and its staff; `tests/conftest.py` makes each once and copies it for a test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import records.sample
from records import migrations
from records.catalogue.directory import Directory
from records.catalogue.file import import_catalogue, read_catalogue
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.signing import read_keys
from records.staff.accounts import Account, Role, create_account
from records.staff.hashing import PRINTED
from tests.support.installed import PASSWORD, SECRETS

SAMPLE: Final = Path(records.sample.__path__[0]) / "catalog.yaml"
STAFF: Final = (
    Account("sup", Role.SUPERVISOR, "", "督导"),
    *(Account(seat.lower(), Role.AGENT, seat, seat) for seat in ("S001", "S003", "S004", "S005", "S033")),
)


@dataclass(frozen=True)
class District:
    """The ledger's file of a district, to be copied, and its catalogue as nodes have loaded it: it never changes."""

    file: Path
    directory: Directory
    version: int

    @classmethod
    async def of(cls, file: Path) -> Self:
        """Load the catalogue of a file."""
        database = Database(f"sqlite:///{file}")
        try:
            holder = await CatalogueHolder.load(database)
        finally:
            await database.close()
        return cls(file, holder.current, holder.version)


async def found_district(database_url: str, catalogue: Path = SAMPLE) -> None:
    """Make the tables and import the sample district or another one."""
    await migrations.upgrade(database_url)
    database = Database(database_url)
    try:
        await import_catalogue(database, read_catalogue(catalogue))
    finally:
        await database.close()


async def hire(database_url: str) -> None:
    """Create the accounts of the staff, whose password is `PASSWORD`."""
    database = Database(database_url, read_keys(SECRETS["audit_key"]))
    try:
        for account in STAFF:
            await create_account(database, account, PASSWORD, hasher=PRINTED)
    finally:
        await database.close()


async def prepare(database_url: str, catalogue: Path = SAMPLE) -> None:
    """Make the tables, import the sample district or another one, create the staff."""
    await found_district(database_url, catalogue)
    await hire(database_url)
