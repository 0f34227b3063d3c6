"""Who owns the folder of papers, and the database too, replaces, removes and exchanges none without being found."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from protocol.views import DocumentView
from records import audit
from records.catalogue.entries import RetentionEntry
from records.database import Database
from records.journal.recorder import Recorder
from records.papers import proof
from records.papers.documents import DocumentStore
from records.papers.retention import sweep
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit
from tests.support.samples import PDF, PNG

OTHER = PNG + b" "
Attack = Callable[[Path, Path], object]


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> DocumentStore:
    return DocumentStore(tmp_path / "files", b"k" * 32, clock)


async def two_papers(ledger: Database, redis: Redis, clock: ManualClock, store: DocumentStore) -> list[DocumentView]:
    window, views = ScriptedVisit(redis, clock), []
    await window.takes_a_ticket()
    for content in (PDF, PNG):
        upload = await store.start("x", len(content), ticket=window.ticket)
        await store.append(upload, 0, content)
        views.append(await store.finish(upload))
        await window.uploads(views[-1])
    await window.leaves()
    await Recorder(ledger, redis, REALM).drain()
    return sorted(views, key=lambda view: view.document)


def home(tmp_path: Path, view: DocumentView) -> Path:
    return tmp_path / "files" / "documents" / view.document[-2:] / view.document


def exchange(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def spoil(one: Path, _other: Path) -> None:
    content = bytearray((one / "data").read_bytes())
    content[-1] ^= 1
    (one / "data").write_bytes(content)


ATTACKS: dict[str, tuple[Attack, str]] = {
    "removed": (lambda one, _: shutil.rmtree(one), "missing"),
    "exchanged": (exchange, "sealed_otherwise"),
    "content of the other": (lambda one, other: shutil.copy(other / "data", one / "data"), "changed"),
    "one bit changed": (spoil, "changed"),
    "cut to nothing": (lambda one, _: (one / "data").write_bytes(b""), "cut"),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_the_owner_of_the_files_is_found(
    ledger: Database, redis: Redis, clock: ManualClock, store: DocumentStore, tmp_path: Path, name: str
):
    one, other = await two_papers(ledger, redis, clock, store)
    assert str(await proof.verify(ledger, store)) == "papers: whole, 2"
    attack, why = ATTACKS[name]
    _ = attack(home(tmp_path, one), home(tmp_path, other))
    found = await proof.verify(ledger, store)
    assert (found.is_whole, found.broken, found.why) == (False, one.document, why)


async def test_a_paper_of_the_same_id_sealed_with_the_key_but_not_the_recorded_one_differs(
    ledger: Database, redis: Redis, clock: ManualClock, store: DocumentStore
):
    one, _ = await two_papers(ledger, redis, clock, store)
    await store.discard(one.document)
    upload = await store.start("x", len(OTHER), upload=one.document)
    await store.append(upload, 0, OTHER)
    _ = await store.finish(upload)
    assert (await proof.verify(ledger, store)).why == "differs"


async def test_what_retention_wiped_is_whole_and_what_only_claims_it_is_not(
    ledger: Database, redis: Redis, clock: ManualClock, store: DocumentStore
):
    _one, other = await two_papers(ledger, redis, clock, store)
    clock.advance(8 * 24 * 3600)
    assert (await sweep(ledger, store, RetentionEntry(), clock)).documents == 2
    assert (await proof.verify(ledger, store)).is_whole
    async with ledger.begin() as db:
        _ = await audit.seal(db)
    assert (await proof.verify(ledger, store)).is_whole
    async with ledger.begin() as db:
        if ledger.engine.dialect.name == "postgresql":
            await db.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        else:
            for (trigger,) in (await db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))).all():
                await db.execute(text(f'DROP TRIGGER "{trigger}"'))
        await db.execute(text("DELETE FROM audit WHERE subject = :paper"), {"paper": other.document})
    found = await proof.verify(ledger, store)
    assert (found.broken, found.why) == (other.document, "wiped_unsaid")
