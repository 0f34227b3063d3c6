"""Who took part in a session is on record with id and role, and what the version before kept reads the same."""

from redis.asyncio import Redis
from sqlalchemy import select, text

from protocol.participants import CITIZEN, SEAT
from protocol.scopes import EVERYWHERE
from records.database import Database
from records.journal import seals
from records.journal.recorder import Recorder
from records.migrations import upgrade
from records.sessions.find import show
from records.signing import AuditKeys
from records.tables.sessions import ChatLineRow, ParticipantRow
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit

KEYS = AuditKeys(b"k" * 32)
OLD = {
    "session": "S1",
    "party": "seat",
    "who": "S004",
    "account": "lin",
    "name": "林",
    "place": "",
    "joined_ms": 5,
    "left_ms": 9,
    "absences": 1,
    "here": False,
}
LINE = {"entry": "1-0", "session": "S1", "seq": 2, "at_ms": 6, "party": "citizen", "text": "你好"}


async def insert(database: Database, table: str, row: dict[str, object]) -> None:
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    async with database.begin() as db:
        await db.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)


def sealed_before(table: str, key: tuple[object, ...], row: dict[str, object]) -> str:
    """Return the hash with which the version before sealed a row: an empty column counted as none."""
    name = f"{table}:{'/'.join(map(str, key))}"
    return KEYS.sign("row", name, sorted((field, value) for field, value in row.items() if value))[: seals.SHORT]


async def test_rows_of_the_version_before_are_read_and_their_seals_hold(database_url: str) -> None:
    await upgrade(database_url, "0014")
    database = Database(database_url)
    await insert(database, "participants", OLD)
    await insert(database, "chat_lines", LINE)
    await upgrade(database_url)
    async with database.read() as db:
        person = (await db.scalars(select(ParticipantRow))).one()
        line = (await db.scalars(select(ChatLineRow))).one()
    await database.close()
    assert (person.participant, person.role, person.who, person.left_ms) == (SEAT, "", "S004", 9)
    assert (line.participant, line.text) == (CITIZEN, "你好")
    assert list(seals.hashes(person, KEYS).values()) == [sealed_before("participants", ("S1", "seat", "S004"), OLD)]
    assert list(seals.hashes(line, KEYS).values()) == [sealed_before("chat_lines", ("1-0",), LINE)]


async def test_a_record_names_the_role_of_each_participant_old_and_new(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_accepted()
    await Recorder(ledger, redis, REALM).drain()
    for old in (False, True):
        async with ledger.read() as db:
            shown = await show(db, window.session, EVERYWHERE)
        assert [(one.participant, one.role) for one in shown.participants] == [
            ("citizen", "citizen"),
            ("seat", "agent"),
        ]
        if not old:
            async with ledger.begin() as db:
                await db.execute(text("UPDATE participants SET role = ''"))
