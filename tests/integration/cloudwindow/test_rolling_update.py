"""A node of the release before starts on tables that a newer one widened, and on no others."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from cloudwindow.failures import OperatorError
from cloudwindow.installation import Installation
from cloudwindow.stores import ledger
from records.database import Database
from records.migrations import newest
from runtime.settings import Settings


@pytest.mark.parametrize(
    ("found", "oldest", "starts"),
    [("", "", True), ("9999", "own", True), ("9999", "9998", False), ("9999", "", False), ("0001", "own", False)],
)
async def test_a_newer_schema_is_accepted_while_it_only_widens(
    migrated_file: Path, tmp_path: Path, found: str, oldest: str, starts: bool
) -> None:
    url = f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"
    database = Database(url)
    async with database.begin() as db:
        await db.execute(text("DELETE FROM schema_support"))
        if found:
            await db.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
        if oldest:
            say = {"oldest": newest() if oldest == "own" else oldest}
            await db.execute(text("INSERT INTO schema_support (oldest) VALUES (:oldest)"), say)
    await database.close()
    settings = Settings(database_url=url, audit_key="00" * 32)
    try:
        async with ledger(settings, Installation(tmp_path)):
            assert starts
    except OperatorError:
        assert not starts
