"""No bytes in the journal stop the recorder on either database: each is kept aside once, and the rest goes on."""

from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select, text

from protocol import events
from protocol.errors import BadInput, LedgerUnavailable
from protocol.events import journal_key
from protocol.limits import REASON_MAX
from records.database import Database
from records.fitting import BIGINT_MAX, INTEGER_MAX
from records.journal import aside
from records.journal.recorder import Recorder
from records.tables.journal import SetAsideRow
from records.tables.ledger import ReservationRow, SeatChangeRow, TicketRow
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit

Fields = dict[Any, Any]
SURROGATE = "\ud800".encode("utf-8", "surrogatepass")


def taken(**changed: object) -> Fields:
    """A journal entry of a ticket that was taken, with some fields as they should not be."""
    about = {"number": "MZ003", "item": "MZ01", **changed}
    return {
        "type": "ticket_taken",
        "at_ms": "1",
        "ticket": "T",
        "arrived_ms": "1",
        "priority": "normal",
        "needs": "{}",
        "about": msgspec.json.encode(about).decode(),
    }


def seat(**changed: str | bytes) -> Fields:
    """A journal entry of a seat that moved."""
    fields: Fields = {"type": "seat_changed", "at_ms": "1", "seat": "S1", "state": "idle", "was": "offline"}
    return {**fields, **changed}


def noted(body: str | bytes, kind: str = "chatted", seq: str = "1") -> Fields:
    """A journal entry of an event in the session of the test's window."""
    return {
        "type": "session_noted",
        "at_ms": "1",
        "session": "?",
        "ticket": "?",
        "seq": seq,
        "kind": kind,
        "body": body,
    }


POISON: dict[str, Fields] = {
    "no type": {"at_ms": "1"},
    "type that is no text": {"type": b"\xff", "at_ms": "1"},
    "name that is no text": {b"\xff\xfe": "1", "type": "alert_over", "at_ms": "1", "ticket": "T"},
    "lone surrogate": seat(seat=SURROGATE),
    "nul in a key": seat(seat="S\x001"),
    "time beyond the driver": seat(at_ms="9" * 23),
    "time beyond a column": seat(until_ms=str(2**62)),
    "time beyond a calendar": {**taken(), "arrived_ms": str(2**52)},
    "time before all": {**taken(), "arrived_ms": str(-(2**52))},
    "no number": seat(at_ms="NaN"),
    "infinite": seat(until_ms="Infinity"),
    "half a number": seat(at_ms="1.5"),
    "text over its column": seat(seat="S" * 65),
    "reason over its column": seat(reason="r" * 33),
    "about over its column": taken(number="N" * 17),
    "about with nul": taken(item="a\x00b"),
    "about that is no object": {**taken(), "about": "[]"},
    "about nested deeply": {**taken(), "about": '{"number":' + "[" * 5000 + "]" * 5000 + "}"},
    "body nested deeply": noted('{"type":"chatted","x":' + "[" * 5000 + "]" * 5000 + "}"),
    "body that is no text": noted(b"\xff\xfe"),
    "body with a large number": noted('{"type":"chatted","seq":1,"at_ms":' + "9" * 400 + ',"by":"seat","text":"x"}'),
    "body with a large seq": noted('{"type":"chatted","seq":3000000000,"at_ms":1,"by":"seat","text":"x"}'),
    "body with a lone surrogate": noted(r'{"type":"chatted","seq":1,"at_ms":1,"by":"seat","text":"\ud800"}'),
    "a rating of infinity": noted('{"level":1e999}', "rated"),
    "an unknown state": noted('{"type":"session_moved","seq":1,"at_ms":1,"state":"x","here":["citizen"]}'),
}


@pytest.fixture
def window(redis: Redis, clock: ManualClock) -> ScriptedVisit:
    return ScriptedVisit(redis, clock)


async def test_poison_is_kept_aside_once_and_the_rest_goes_on(
    ledger: Database, redis: Redis, window: ScriptedVisit
) -> None:
    await window.takes_a_ticket()
    await window.is_accepted()
    for fields in POISON.values():
        own: Fields = (
            {"session": window.session, "ticket": window.ticket} if fields.get("type") == "session_noted" else {}
        )
        await redis.xadd(journal_key(REALM), {**fields, **own})
    await redis.xadd(journal_key(REALM), seat(seat="S-GOOD"))
    first, second = Recorder(ledger, redis, REALM, "one"), Recorder(ledger, redis, REALM, "two")
    await first.drain()
    await redis.xgroup_setid(journal_key(REALM), "records", "0")  # a second node reads all of it once more
    await second.drain()
    status = await second.status()
    kept = await aside.listed(ledger)
    assert (status.behind, status.applied) == (0, 3)
    assert len(kept) == len(POISON) == sum(status.set_aside.values()), {one.fields.get("body") for one in kept}
    assert {one.why for one in kept} <= {"unknown_type", "malformed", "refused"}
    async with ledger.read() as db:
        assert (await db.scalars(select(SeatChangeRow.seat))).all() == ["S-GOOD"]
    assert sorted(await aside.retry(ledger, REALM, [one.id for one in kept])) == sorted(one.id for one in kept)


async def test_a_bug_in_the_recorder_costs_one_entry_and_is_told(
    ledger: Database,
    redis: Redis,
    window: ScriptedVisit,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from records.journal import apply_tickets

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    await window.takes_a_ticket()
    await window.is_reserved()
    monkeypatch.setattr(apply_tickets, "reserved", broken)
    recorder = Recorder(ledger, redis, REALM)
    await recorder.drain()
    assert (await recorder.status()).set_aside == {"failed": 1}
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["entry_failed"]
    monkeypatch.undo()
    [kept] = await aside.listed(ledger)
    assert await aside.retry(ledger, REALM, [kept.id]) == []


async def test_a_decline_says_all_that_the_seat_may_say(ledger: Database, redis: Redis, window: ScriptedVisit) -> None:
    await window.takes_a_ticket()
    await window.is_reserved()
    declined = events.ReservationDeclined(
        at_ms=2, reservation=window.reservation, ticket=window.ticket, seat="S004", reason="忙" * REASON_MAX
    )
    await window.write(declined)
    await Recorder(ledger, redis, REALM).drain()
    async with ledger.read() as db:
        assert await db.scalar(select(ReservationRow.reason)) == declined.reason
        assert await db.scalar(select(func.count()).select_from(SetAsideRow)) == 0


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("a\x00", "nul"),
        ("\ud800", "surrogate"),
        ("x" * 65, "length"),
        (BIGINT_MAX + 1, "out_of_range"),
        (10**30, "out_of_range"),
    ],
)
async def test_no_value_that_a_column_cannot_hold_is_sent(ledger: Database, value: str | int, why: str) -> None:
    field = "id" if isinstance(value, str) else "arrived_ms"
    with pytest.raises(BadInput) as refused:
        async with ledger.begin() as db:
            db.add(TicketRow(**{"id": "T", "arrived_ms": 1, field: value}))
    assert refused.value.params["why"] == why
    if why == "length":
        return
    with pytest.raises(BadInput) as refused:
        async with ledger.read() as db:
            await db.execute(select(TicketRow.id).where(getattr(TicketRow, field) == value))
    assert refused.value.params["why"] == why


async def test_an_integer_is_an_integer_on_both_engines(ledger: Database) -> None:
    with pytest.raises(BadInput):
        async with ledger.begin() as db:
            db.add(TicketRow(id="T", arrived_ms=1, step=INTEGER_MAX + 1))


RAISES = "BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END"
FULL = {
    "sqlite": ("CREATE TRIGGER full BEFORE INSERT ON tickets BEGIN SELECT json('{'); END",),  # an operational error
    "postgresql": (
        f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ {RAISES} $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON tickets EXECUTE FUNCTION full_disk()",
    ),
}
EMPTIED = {"sqlite": "DROP TRIGGER full", "postgresql": "DROP TRIGGER full_disk ON tickets"}


async def test_a_disk_that_is_full_half_way_sets_no_entry_aside(ledger: Database, redis: Redis, clock: ManualClock):
    window, recorder = ScriptedVisit(redis, clock), Recorder(ledger, redis, REALM)
    engine = ledger.engine.dialect.name
    await window.takes_a_ticket()
    async with ledger.begin() as db:
        for statement in FULL[engine]:
            await db.execute(text(statement))
    with pytest.raises(LedgerUnavailable):
        await recorder.drain()
    async with ledger.begin() as db:
        await db.execute(text(EMPTIED[engine]))
    assert ((await recorder.status()).set_aside, await recorder.drain()) == ({}, 1)
