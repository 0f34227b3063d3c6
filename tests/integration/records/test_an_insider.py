"""Who owns the database, and the files beside it, but not the key, changes nothing that is not found."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from cloudwindow.sealing import RecordSealing
from protocol.participants import CITIZEN
from records import audit
from records.audit import anchors
from records.audit.anchors import Anchor, AnchorFault, Anchors
from records.audit.chain import GENESIS, hash_of
from records.catalogue.entries import RetentionEntry
from records.database import Database
from records.journal import seals
from records.journal.recorder import Recorder
from records.papers.documents import DocumentStore
from records.papers.retention import sweep
from records.signing import UNKEYED, AuditKeys
from records.tables.journal import AuditHeadRow, AuditRow, JournalPositionRow, RecordSealRow
from runtime.clock import ManualClock
from runtime.metrics import Metrics
from runtime.settings import Settings
from tests.support.journal import REALM, ScriptedVisit

KEY, EARLIER, FOREIGN = AuditKeys(b"k" * 32), AuditKeys(b"o" * 32), AuditKeys(b"x" * 32)
Attack = Callable[[AsyncSession], Awaitable[None]]


@pytest.fixture
def kept(ledger_url: str) -> Database:
    """The ledger as a node with the key writes it."""
    return Database(ledger_url, KEY)


async def a_day_at_the_window(kept: Database, redis: Redis, clock: ManualClock, looks: int = 4) -> ScriptedVisit:
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_accepted()
    await window.chats(CITIZEN, "要带户口本吗")
    await window.closes("answered")
    await window.is_done()
    await Recorder(kept, redis, REALM).drain()
    for number in range(looks):
        async with kept.begin() as db:
            await audit.note(db, "supervisor:mo", "document.viewed", f"D{number}", clock=clock)
    async with kept.begin() as db:
        await audit.seal(db)
    return window


async def found(kept: Database, known: list[Anchor]) -> list[str]:
    async with kept.read() as db:
        trail = await audit.verify(db, anchors.of_trail(known))
        sealed = await seals.verify(db, anchors.of_records(known))
    return [str(one) for one in (trail, sealed) if not one.is_whole]


async def owner_does(kept: Database, attack: Attack) -> None:
    """Do what the owner of the tables can: no trigger stands in the way."""
    async with kept.begin() as db:
        if kept.engine.dialect.name == "postgresql":
            for table in ("audit", "ratings"):
                await db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            names = await db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for (name,) in names.all():
                await db.execute(text(f'DROP TRIGGER "{name}"'))
        await attack(db)


def rechained(keys: AuditKeys, key: str) -> Attack:
    """Remove a look and write all hashes after it anew, as well as one can without the key."""

    async def attack(db: AsyncSession) -> None:
        rows = (await db.scalars(select(AuditRow).order_by(AuditRow.seq))).all()
        told = [{c.key: getattr(row, c.key) for c in AuditRow.__table__.columns} for row in rows if row.subject != "D1"]
        await db.execute(delete(AuditRow))
        db.expunge_all()
        previous = GENESIS
        for seq, one in enumerate(told, 1):
            row = AuditRow(**{**one, "seq": seq, "previous": previous, "key": key})
            row.hash = previous = hash_of(row, keys)
            db.add(row)
        head = (await db.scalars(select(AuditHeadRow))).one()
        head.seq, head.hash, head.key = len(told), previous, key
        head.mac = keys.sign("head", head.seq, head.hash)

    return attack


def run(statement: str) -> Attack:
    async def attack(db: AsyncSession) -> None:
        await db.execute(text(statement))

    return attack


async def cut(db: AsyncSession) -> None:
    """Take the end of trail and records away, and have both heads agree."""
    last = (await db.scalars(select(AuditRow).where(AuditRow.seq == 1))).one()
    await db.execute(delete(AuditRow).where(AuditRow.seq > 1))
    head = (await db.scalars(select(AuditHeadRow))).one()
    head.seq, head.hash = 1, last.hash


async def cut_records(db: AsyncSession) -> None:
    await db.execute(delete(RecordSealRow))
    position = (await db.scalars(select(JournalPositionRow))).one()
    position.seal_seq, position.seal_hash = 0, ""


async def gone(db: AsyncSession) -> None:
    """Leave nothing of the records, as if nobody had ever been served."""
    for kind in reversed(seals.SEALED):
        await db.execute(delete(kind))
    await db.execute(delete(RecordSealRow))
    await db.execute(delete(JournalPositionRow))


ATTACKS: dict[str, tuple[Attack, str]] = {
    "a look removed, chained anew with plain hashes": (rechained(AuditKeys(), UNKEYED), "audit chain: broken"),
    "a look removed, chained anew with another key": (rechained(FOREIGN, FOREIGN.current), "key_unknown"),
    "a look removed, the other key under our key's name": (
        rechained(type("Liar", (AuditKeys,), {"sign": lambda _s, *_a, **_k: "f" * 64})(), KEY.current),
        "entry_changed",
    ),
    "a look changed": (run("UPDATE audit SET actor = 'agent:li' WHERE seq = 2"), "broken at entry 2"),
    "the end of the trail cut off": (cut, "end_missing"),
    "an outcome changed": (run("UPDATE outcomes SET outcome = 'accepted'"), "outcomes:"),
    "a line of the chat changed": (run("UPDATE chat_lines SET text = '不用'"), "chat_lines:"),
    "a line of the chat removed": (run("DELETE FROM chat_lines"), "row_missing"),
    "another agent named": (run("UPDATE sessions SET account = 'mei'"), "sessions:"),
    "a rating slipped in": (
        run(
            "INSERT INTO ratings (realm, session, stage, level, reasons, comment, at_ms) "
            "VALUES ('window', 'X', 1, 5, '[]', '', 1)"
        ),
        "row_added",
    ),
    "all seals removed": (cut_records, "end_missing"),
    "all records with all that vouches for them removed": (gone, f"batch {REALM}/1"),
    "another realm named as the one that was recorded": (
        run("UPDATE journal_positions SET realm = 'other'"),
        "end_missing",
    ),
    "a batch of seals removed": (run("DELETE FROM record_seals WHERE seq = 1"), "batch"),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_the_owner_of_the_database_is_found(
    kept: Database, redis: Redis, clock: ManualClock, tmp_path: Path, name: str
):
    attack, where = ATTACKS[name]
    await a_day_at_the_window(kept, redis, clock)
    yesterday = [await Anchors(tmp_path, KEY).write(kept, "day", clock.now_ms())]
    assert await found(kept, yesterday) == []
    await owner_does(kept, attack)
    told = await found(kept, yesterday)
    await kept.close()
    assert told
    assert where in " ".join(told)


async def test_a_state_of_before_yesterday_is_found_by_yesterdays_anchor(
    kept: Database, redis: Redis, clock: ManualClock, tmp_path: Path
):
    await a_day_at_the_window(kept, redis, clock)
    async with kept.read() as db:
        head, position = (await db.scalars(select(AuditHeadRow))).one(), await db.get(JournalPositionRow, ())
        assert position is not None
        was, seals_were = (head.seq, head.hash, head.mac), (position.seal_seq, position.seal_hash)
    async with kept.begin() as db:
        await audit.note(db, "supervisor:mo", "sessions.exported", "", clock=clock)
    yesterday = [await Anchors(tmp_path, KEY).write(kept, "day", clock.now_ms())]

    async def restored(db: AsyncSession) -> None:
        """Everything as an old backup has it: signed, linked, headed."""
        await db.execute(delete(AuditRow).where(AuditRow.seq > was[0]))
        (await db.scalars(select(AuditHeadRow))).one().seq = was[0]
        (await db.scalars(select(AuditHeadRow))).one().hash = was[1]
        (await db.scalars(select(AuditHeadRow))).one().mac = was[2]

    await owner_does(kept, restored)
    assert await found(kept, []) == []
    assert "end_missing" in " ".join(await found(kept, yesterday))
    assert seals_were[0]
    await kept.close()


async def test_an_entry_written_past_the_program_is_sealed_as_forged(kept: Database, clock: ManualClock):
    async with kept.begin() as db:
        await audit.note(db, "supervisor:mo", "document.viewed", "D1", clock=clock)
        await db.execute(text("UPDATE audit_inbox SET actor = 'agent:lin'"))
    async with kept.begin() as db:
        assert await audit.seal(db) == 1
    async with kept.read() as db:
        [entry] = await audit.trail(db)
    await kept.close()
    assert (entry.action, entry.result) == ("entry.forged", "document.viewed")


async def test_a_changed_row_that_goes_on_living_is_found_all_the_same(
    kept: Database, redis: Redis, clock: ManualClock
):
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    recorder = Recorder(kept, redis, REALM)
    await recorder.drain()
    await owner_does(kept, run("UPDATE tickets SET item = 'MZ09'"))
    await window.leaves()  # the recorder writes the same row, and signs what it finds
    await recorder.drain()
    assert "changed_before_its_next_event" in " ".join(await found(kept, []))
    await kept.close()


async def test_what_retention_removes_stays_verifiable(
    kept: Database, redis: Redis, clock: ManualClock, tmp_path: Path
):
    await a_day_at_the_window(kept, redis, clock)
    clock.advance(400 * 24 * 3600)
    done = await sweep(kept, DocumentStore(tmp_path / "files", b"k" * 32, clock), RetentionEntry(), clock)
    assert done.chat_lines == 1
    assert done.journal > 0
    known = [await Anchors(tmp_path, KEY).write(kept, "day", clock.now_ms())]
    assert await found(kept, known) == []
    await kept.close()


async def test_records_of_before_there_were_seals_are_sealed_once(
    kept: Database, redis: Redis, clock: ManualClock, tmp_path: Path
):
    await a_day_at_the_window(kept, redis, clock)
    await owner_does(kept, cut_records)  # as a ledger of the version before looks
    settings = Settings(realm=REALM, anchors_folder=str(tmp_path))
    nodes = [RecordSealing(settings, kept, clock, Metrics()) for _ in range(2)]
    for sealing in nodes:
        await sealing.adopt()
        await sealing.seal()
    assert await found(kept, []) == []
    async with kept.read() as db:
        [adopted] = await audit.trail(db, action="records.adopted")
    assert (adopted.subject, adopted.facts) == (REALM, {"rows": 8})
    for attack in (cut_records, run("UPDATE outcomes SET outcome = 'accepted'")):
        await owner_does(kept, attack)
    await nodes[0].adopt()  # who takes the seals away has nothing sealed anew
    assert await found(kept, []) != []
    await kept.close()


async def test_a_new_key_goes_on_where_the_old_one_ended(ledger_url: str, clock: ManualClock, tmp_path: Path):
    known: list[Anchor] = []
    changes: list[tuple[str, str, object]] = []
    for keys in (EARLIER, AuditKeys(b"k" * 32, [b"o" * 32])):
        database = Database(ledger_url, keys)
        async with database.begin() as db:
            await audit.note(db, "supervisor:mo", "document.viewed", "D1", clock=clock)
        await Anchors(tmp_path, keys).write(database, "day", clock.now_ms())
        known = anchors.read(tmp_path / anchors.FILE, keys)
        assert await found(database, known) == []
        async with database.read() as db:
            changes = [(one.actor, one.subject, one.facts) for one in await audit.trail(db, action="keys.changed")]
        await database.close()
    assert len(known) == 2
    assert changes == [("sealing", "audit", {"from": EARLIER.current, "to": KEY.current})]
    without = Database(ledger_url, KEY)
    assert "key_unknown" in " ".join(await found(without, []))
    await without.close()


@pytest.mark.parametrize("spoil", ["changed", "cut", "forged"])
async def test_a_spoilt_file_of_anchors_says_where(kept: Database, clock: ManualClock, tmp_path: Path, spoil: str):
    file = Anchors(tmp_path, KEY)
    for _ in range(3):
        await file.write(kept, "day", clock.now_ms())
    await kept.close()
    lines = file.path.read_bytes().splitlines()
    if spoil == "forged":
        lines[1] = msgspec.json.encode(msgspec.structs.replace(msgspec.json.decode(lines[1], type=Anchor), at_ms=1))
    elif spoil == "changed":
        lines[1] = b"{}"
    else:
        del lines[1]
    file.path.write_bytes(b"\n".join(lines))
    with pytest.raises(AnchorFault, match="line 2"):
        anchors.read(file.path, KEY)
