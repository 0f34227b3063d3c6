"""One ledger holds several realms: keys are unique in each, nothing of one is seen in another, old rows get a realm."""

from itertools import chain

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from protocol.errors import BadInput
from protocol.events import journal_key
from protocol.rights import Role
from records import audit
from records.calendar.zone import zone_of
from records.catalogue.directory import Directory
from records.catalogue.edit import put
from records.catalogue.file import Catalogue, import_catalogue
from records.database import Database
from records.journal import seals
from records.journal.recorder import Recorder
from records.migrations import OtherRealm, upgrade
from records.realm_session import UnscopedStatement
from records.signing import AuditKeys
from records.staff import accounts as staff
from records.staff.accounts import Account
from records.staff.hashing import PRINTED
from records.tables.base import REALM, Base
from records.tables.ledger import TicketRow
from records.tables.seats import AccountRow, SeatRow, SkillRow
from runtime.clock import ManualClock
from tests.support.journal import ScriptedVisit

KEYS = {"window": AuditKeys(b"w" * 32), "east": AuditKeys(b"e" * 32)}
PASSWORD = "correct horse battery"
TABLES = [name for name, table in Base.metadata.tables.items() if REALM in table.c]


def value(column: sa.Column[object], number: int) -> object:
    """Return what the column of the row with this number holds; the same in every table, so that references hold."""
    if isinstance(column.type, sa.Boolean):
        return bool(number % 2)
    return number if isinstance(column.type, sa.Integer) else "xy"[number - 1]


def fill(connection: Connection) -> dict[str, list[dict[str, object]]]:
    """Put two rows into every table of the version before, and return all of them as they are read back."""
    tables = sa.MetaData()
    tables.reflect(connection)
    found = {}
    for table in tables.sorted_tables:
        if table.name not in {"alembic_version", "schema_support"}:
            for number in (1, 2):
                connection.execute(table.insert(), {one.name: value(one, number) for one in table.columns})
            found[table.name] = read(connection, table)
    return found


def read(connection: Connection, table: sa.Table) -> list[dict[str, object]]:
    rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
    return [dict(row) for row in rows]


def read_all(connection: Connection) -> dict[str, list[dict[str, object]]]:
    tables = sa.MetaData()
    tables.reflect(connection)
    return {table.name: read(connection, table) for table in tables.sorted_tables}


async def test_machines_come_beside_what_there_is(database_url: str) -> None:
    await upgrade(database_url, "0017", realm="x")
    database = Database(database_url)
    async with database.engine.begin() as connection:
        before = await connection.run_sync(fill)
    await upgrade(database_url, "0018", realm="x")
    async with database.engine.begin() as connection:
        after = await connection.run_sync(read_all)
    assert {name: rows for name, rows in after.items() if name in before} == before
    added = {name: rows for name, rows in after.items() if name not in before}
    assert added.keys() == {"machines", "machine_keys", "schema_support", "alembic_version"}
    assert (added["machines"], added["machine_keys"]) == ([], [])
    assert added["schema_support"] == [{"oldest": "0017"}], "a program of the release before runs beside it"
    await database.close()


async def test_rows_of_the_version_before_become_those_of_the_realm_that_is_named(database_url: str) -> None:
    await upgrade(database_url, "0016")
    database = Database(database_url)
    async with database.engine.begin() as connection:
        before = await connection.run_sync(fill)
    with pytest.raises(OtherRealm, match="realm x, y, not of z"):
        await upgrade(database_url, realm="z")
    async with database.engine.begin() as connection:
        assert "realm" not in (await connection.run_sync(read_all))["tickets"][0]
    await upgrade(database_url, "0017", realm="x")
    async with database.engine.begin() as connection:
        after = await connection.run_sync(read_all)
    assert after.pop("schema_support") == [{"oldest": "0017"}]
    assert after.pop("alembic_version")
    for table, rows in before.items():
        assert after.pop(table) == [{"realm": "x", **row} for row in rows], table
    assert after == {}
    for act in ("UPDATE audit SET actor = 'nobody'", "DELETE FROM ratings"):
        with pytest.raises(DBAPIError):
            async with database.begin() as db:
                await db.execute(text(act))
    await database.close()


async def test_every_key_index_and_reference_leads_with_the_realm(ledger: Database) -> None:
    def leaders(connection: Connection) -> dict[str, set[str]]:
        look = sa.inspect(connection)
        found: dict[str, set[str]] = {}
        for table in TABLES:
            uniques = [one["column_names"] for one in look.get_unique_constraints(table)]
            keys = [look.get_pk_constraint(table)["constrained_columns"], *uniques]
            keys += [[str(name) for name in one["column_names"]] for one in look.get_indexes(table)]
            for one in look.get_foreign_keys(table):
                keys += [one["constrained_columns"], one["referred_columns"]]
            found[table] = {str(columns[0]) for columns in keys}
        return found

    async with ledger.engine.connect() as connection:
        assert await connection.run_sync(leaders) == {table: {REALM} for table in TABLES}


async def test_two_realms_have_the_same_keys_and_each_its_own_rows(
    ledger: Database, sample: Catalogue, clock: ManualClock
) -> None:
    realms = [ledger.of_realm(name, keys) for name, keys in KEYS.items()]
    for number, database in enumerate(realms):
        await import_catalogue(database, sample, clock)
        await staff.create_account(
            database, Account("lin", Role.AGENT, "S004", f"林{number}"), PASSWORD, clock=clock, hasher=PRINTED
        )
    await put(realms[1], "seats", {"id": "S004", "name": "东坐席"}, "operator", clock)
    names = [(await Directory.load(database)).seats.find("S004").name for database in realms]
    assert names == ["坐席004", "东坐席"]
    for number, database in enumerate(realms):
        async with database.begin() as db:
            assert (await db.scalars(select(AccountRow))).one().display_name == f"林{number}"
            assert await audit.seal(db)
        async with database.read() as db:
            assert await db.scalar(select(func.count()).select_from(SeatRow)) == 36
            assert (await audit.verify(db)).is_whole
            shared = select(SeatRow.id).where(SeatRow.id.in_(select(AccountRow.seat)))
            assert list(await db.scalars(shared)) == ["S004"]
    assert await realms[0].realms() == ["east", "window"]
    async with ledger.of_realm("east", KEYS["window"]).read() as db:
        assert not (await audit.verify(db)).is_whole  # by the other realm's key


@pytest.mark.parametrize("value", ['"Nowhere/Else"', "Asia/Shanghai", "5", ""])
async def test_a_time_zone_that_there_is_not_is_refused_and_changes_nothing(ledger: Database, value: str) -> None:
    with pytest.raises(BadInput):
        await put(ledger, "settings", {"name": "timezone", "value": value}, "operator")
    async with ledger.read() as db:
        assert (await zone_of(db)).key == "Asia/Shanghai"


async def test_one_recorder_a_realm_records_the_same_entries_whole(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await window.is_accepted()
    entries: list[tuple[bytes, dict[bytes, bytes]]] = await redis.execute_command(
        "XRANGE", journal_key("window"), "-", "+"
    )
    for entry, fields in entries:
        await redis.execute_command("XADD", journal_key("east"), entry, *chain(*fields.items()))
    realms = {name: ledger.of_realm(name, keys) for name, keys in KEYS.items()}
    with pytest.raises(ValueError, match="the journal of east is not recorded as window's"):
        Recorder(realms["window"], redis, "east")
    numbers = [await Recorder(database, redis, name).drain() for name, database in realms.items()]
    assert numbers[0] == numbers[1] > 0
    for name, database in realms.items():
        async with database.read() as db:
            assert [(row.realm, row.id) for row in await db.scalars(select(TicketRow))] == [(name, window.ticket)]
            assert (await seals.verify(db)).is_whole


TICKETS = Base.metadata.tables["tickets"]
OTHER = TICKETS.alias("other")
UNSCOPED = {
    "a table": select(TICKETS),
    "a column": select(TICKETS.c.id),
    "an update": sa.update(TICKETS).values(step=1),
    "a deletion": sa.delete(TICKETS),
    "a table beside a class": select(SeatRow.id, TICKETS.c.id),
    "a table joined to a class": select(SeatRow.id).join(TICKETS, TICKETS.c.item == SeatRow.id),
    "an alias beside a class": select(SeatRow.id, OTHER.c.id),
    "a class beside its own table": select(TicketRow.id).where(TICKETS.c.step == 1),
    "a subquery of a table": select(SeatRow.id).where(SeatRow.id.in_(select(TICKETS.c.item))),
    "a column of such a subquery": select(SeatRow.id, select(TICKETS.c.item).subquery().c.item),
    "a common table": select(SeatRow.id).join(one := select(TICKETS.c.item).cte("one"), one.c.item == SeatRow.id),
    "a class over a table": select(aliased(TicketRow, select(TICKETS).subquery())),
    "a table that exists": select(SeatRow.id).where(sa.exists().where(TICKETS.c.item == SeatRow.id)),
    "an update by a table": sa.update(SeatRow).where(SeatRow.id == TICKETS.c.item).values(retired=True),
    "an update from a table": sa.update(SeatRow).values(name=select(TICKETS.c.id).scalar_subquery()),
    "a deletion by a table": sa.delete(SeatRow).where(SeatRow.id == TICKETS.c.item),
    "two classes as one": sa.union_all(select(TicketRow.id), select(TICKETS.c.id)),
    "rows copied": sa.insert(TicketRow).from_select(["id"], select(TicketRow.id)),
    "a row of a realm": sa.insert(TicketRow).values(realm="east", id="T"),
    "a row of this realm, as it says": sa.insert(TicketRow).values({TicketRow.realm: "window", "id": "T"}),
    "a row of a realm by its words": sa.insert(TicketRow).values(realm=sa.literal("east"), id="T"),
    "rows of a realm": sa.insert(TicketRow).values([{"realm": "east", "id": "T"}]),
    "rows without names": sa.insert(TicketRow).values([("east", "T")]),
    "a row moved": sa.update(TicketRow).values(realm="east"),
}


@pytest.mark.parametrize("kind", UNSCOPED)
async def test_a_statement_that_would_reach_every_realm_is_refused(ledger: Database, kind: str) -> None:
    with pytest.raises(UnscopedStatement, match="tickets"):
        async with ledger.begin() as db:
            await db.execute(UNSCOPED[kind])


async def test_a_row_of_another_realm_is_refused_however_it_is_written(ledger: Database) -> None:
    async with ledger.begin() as db:
        db.add(SkillRow(id="MZ", name="民政", names={}))
    with pytest.raises(UnscopedStatement):
        async with ledger.begin() as db:
            db.add(SkillRow(realm="east", id="YS", name="医社", names={}))
    with pytest.raises(UnscopedStatement):
        async with ledger.begin() as db:
            await db.execute(sa.insert(SkillRow), [{"realm": "east", "id": "YS", "name": "医社", "names": {}}])
    with pytest.raises(UnscopedStatement):
        async with ledger.begin() as db:
            (await db.scalars(select(SkillRow))).one().realm = "east"
    async with ledger.engine.connect() as connection:
        rows = await connection.execute(select(SkillRow.__table__))
        assert [(row.realm, row.id) for row in rows] == [("window", "MZ")]


async def test_a_statement_of_classes_alone_is_kept_within_the_realm(ledger: Database) -> None:
    realms = [ledger, ledger.of_realm("east", KEYS["east"])]
    for database in realms:
        async with database.begin() as db:
            db.add(SkillRow(id=database.realm, name="民政", names={}))
    again, some = aliased(SkillRow), select(SkillRow.id).subquery()
    both = select(SkillRow.id).cte("both")
    for statement in (
        select(SkillRow.id),
        select(again.id),
        select(some.c.id),
        select(both.c.id),
        select(SkillRow.id).where(SkillRow.id.in_(select(again.id))),
        select(SkillRow.id).where(SkillRow.realm == "east"),
    ):
        async with ledger.read() as db:
            assert set(await db.scalars(statement)) <= {"window"}, str(statement)
    async with realms[1].begin() as db:
        await db.execute(sa.update(SkillRow).values(name=select(again.id).scalar_subquery()))
        await db.execute(sa.delete(SkillRow).where(SkillRow.id == "window"))
    async with ledger.read() as db:
        assert (await db.scalars(select(SkillRow.name))).one() == "民政"
