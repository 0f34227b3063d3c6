"""What operators do with entries that were kept aside and with old keys, at the command line."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from protocol.events import journal_key
from protocol.views import Purpose
from records import migrations
from records.database import Database
from records.journal.recorder import Recorder
from records.papers.documents import DocumentStore
from runtime.engines import EmbeddedValkey
from tests.support.command_line import log_left_alone, run
from tests.support.samples import PDF

OLD, NEW = "1" * 64, "2" * 64


@pytest.fixture(autouse=True)
def the_log_goes_on_as_before() -> Iterator[None]:
    with log_left_alone():
        yield


async def journal_with_an_unknown_entry(redis: Redis, url: str) -> str:
    await migrations.upgrade(url)
    entry = await redis.xadd(journal_key("window"), {"type": "moon_landed", "at_ms": "1", "crew": "3"})
    database = Database(url)
    await Recorder(database, redis, "window").drain()
    await database.close()
    assert isinstance(entry, bytes)
    return entry.decode()


def test_entries_that_were_kept_aside_are_listed_shown_and_tried_again(valkey_server: EmbeddedValkey, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    entry = asyncio.run(prepared(valkey_server, url))
    told = {"WINDOW_DATABASE_URL": url}
    listed = run("journal", "aside", **told)
    assert listed.exit_code == 0, listed.stderr
    assert f"{entry} " in listed.output
    assert "moon_landed" in listed.output
    assert "1 entries kept aside" in listed.output
    assert "crew = 3" in run("journal", "show", entry, **told).output
    again = run("journal", "retry", "--all", **told)
    assert again.exit_code == 1
    assert "0 of 1 entries are in the ledger now" in again.output


async def prepared(valkey: EmbeddedValkey, url: str) -> str:
    async with EmbeddedValkey(valkey.folder / "own") as own, own.client() as redis:
        return await journal_with_an_unknown_entry(redis, url)


async def a_paper(folder: Path) -> None:
    store = DocumentStore(folder, bytes.fromhex(OLD))
    upload = await store.start("paper.pdf", len(PDF), ticket="T1")
    await store.append(upload, 0, PDF)
    await store.finish(upload, Purpose.MATERIAL)


def test_papers_are_sealed_anew_with_the_new_key(tmp_path: Path):
    asyncio.run(a_paper(tmp_path))
    away = f"sqlite+aiosqlite:///{tmp_path}/never-made.db"
    told = {"WINDOW_DOCUMENTS_FOLDER": str(tmp_path), "WINDOW_MASTER_KEY": NEW, "WINDOW_DATABASE_URL": away}
    lost = run("documents", "rewrap", **told)
    assert (lost.exit_code, lost.stdout) == (1, "0 sealed with the new key, 0 had it already, 1 open with no key\n")
    done = run("documents", "rewrap", WINDOW_OLD_MASTER_KEYS=OLD, **told)
    assert (done.exit_code, done.stdout) == (0, "1 sealed with the new key, 0 had it already, 0 open with no key\n")
    assert "not on the audit trail" in done.stderr  # the keys are changed all the same where there is no ledger
    assert "1 had it already" in run("documents", "rewrap", **told).output


def test_an_old_key_that_is_none_is_one_line(tmp_path: Path):
    told = {"WINDOW_DOCUMENTS_FOLDER": str(tmp_path), "WINDOW_MASTER_KEY": NEW, "WINDOW_OLD_MASTER_KEYS": "abc"}
    failed = run("documents", "rewrap", **told)
    line = "cloudwindow: WINDOW_OLD_MASTER_KEYS: 64 hexadecimal digits"
    assert (failed.exit_code, failed.stderr.strip()) == (2, line)
