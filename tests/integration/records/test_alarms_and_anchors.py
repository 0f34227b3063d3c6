"""Unusual looking raises an alarm that an auditor answers by name; anchors leave the machine and hold nothing up."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from cloudwindow.sealing import RecordSealing
from protocol.errors import NotFound
from records import audit
from records.audit import Who, alarms, anchors
from records.audit.anchors import Anchor
from records.database import Database
from records.signing import AuditKeys
from runtime.clock import CHINA, ManualClock
from runtime.metrics import Metrics
from runtime.settings import Settings
from signaling.trail import TrailEntry

KEYS = AuditKeys(b"k" * 32)
LIMITS = {"looks_per_hour": 3, "unserved_per_day": 5, "exports_per_day": 2, "night_hours": "22-06"}
LOOK, EXPORT = "session.viewed", "sessions.exported"


def at(hour: int, minute: int = 0) -> ManualClock:
    return ManualClock(round(dt.datetime(2026, 3, 4, hour, minute, tzinfo=CHINA).timestamp() * 1000))


@pytest.fixture
def database(ledger_url: str) -> Database:
    """A ledger whose trail is signed."""
    return Database(ledger_url, KEYS)


def new_sealing(database: Database, clock: ManualClock, folder: Path, **more: object) -> RecordSealing:
    settings = msgspec.convert({"anchors_folder": str(folder), **LIMITS, **more}, Settings)
    return RecordSealing(settings, database, clock, Metrics())


async def does(
    sealing: RecordSealing, database: Database, clock: ManualClock, act: str, actor: str, times: int
) -> list[str]:
    """Do an act some times as the composed node does; return the rules of all alarms about the actor."""
    for _ in range(times):
        async with database.begin() as db:
            await audit.note(db, actor, act, "T1", clock=clock)
        await sealing.follow(TrailEntry(clock.now_ms(), Who(actor), act, "T1", {}))
    async with database.read() as db:
        return sorted(one.rule for one in await alarms.listed(db) if one.actor == actor)


@pytest.mark.parametrize(
    ("act", "actor", "usual", "rule"),
    [
        (LOOK, "agent:s004", 3, "looks_hour"),
        ("document.downloaded", "agent:s004", 3, "looks_hour"),
        (EXPORT, "supervisor:sup", 2, "exports_day"),
    ],
)
async def test_one_more_than_usual_raises_one_alarm(
    database: Database, tmp_path: Path, act: str, actor: str, usual: int, rule: str
) -> None:
    clock = at(10)
    sealing = new_sealing(database, clock, tmp_path)
    assert await does(sealing, database, clock, act, actor, usual) == []
    assert await does(sealing, database, clock, act, actor, 1) == [rule]
    assert await does(sealing, database, clock, act, actor, 1) == [rule], "once a period"
    clock.advance(3600 if rule == "looks_hour" else 24 * 3600)
    assert await does(sealing, database, clock, act, actor, usual) == [rule], "a new period counts anew"
    assert await does(sealing, database, clock, act, actor, 1) == [rule, rule]
    await database.close()


async def test_a_day_of_slow_looking_is_found_where_the_calls_are_others(database: Database, tmp_path: Path) -> None:
    found = {}
    for actor in ("supervisor:sup", "agent:s004", "citizen:T1"):
        clock = at(8)
        sealing = new_sealing(database, clock, tmp_path)
        for _ in range(6):
            found[actor] = await does(sealing, database, clock, LOOK, actor, 1)
            clock.advance(3600)
    assert found == {"supervisor:sup": ["unserved_day"], "agent:s004": [], "citizen:T1": []}
    await database.close()


@pytest.mark.parametrize(
    ("hour", "night", "raised"),
    [(21, "22-06", []), (22, "22-06", ["night"]), (5, "22-06", ["night"]), (6, "22-06", []), (3, "00-00", [])],
)
async def test_a_look_at_night_is_an_alarm_by_itself(
    database: Database, tmp_path: Path, hour: int, night: str, raised: list[str]
) -> None:
    clock = at(hour, 30)
    sealing = new_sealing(database, clock, tmp_path, night_hours=night)
    assert await does(sealing, database, clock, LOOK, "supervisor:sup", 2) == raised
    assert await does(sealing, database, clock, LOOK, "machine:bi", 2) == [], "machines work at night"
    await database.close()


async def test_an_alarm_is_answered_once_by_somebody_else(database: Database, tmp_path: Path) -> None:
    clock = at(23)
    await does(new_sealing(database, clock, tmp_path), database, clock, LOOK, "supervisor:zhao", 1)
    async with database.read() as db:
        [alarm] = await alarms.listed(db)
    assert (alarm.owner, alarm.answered_ms) == ("auditor", 0)
    for account in ("zhao", "li", "qian"):  # zhao is an auditor by now; li is first
        async with database.begin() as db:
            try:
                await alarms.answer(db, alarm.id, Who(f"auditor:{account}"), f"by {account}", clock)
            except NotFound:
                assert account != "li"
    async with database.read() as db:
        [alarm] = await alarms.listed(db)
        noted = [(one.actor, one.subject) for one in await audit.trail(db, action="alarm.answered")]
    assert (alarm.owner, alarm.answer) == ("auditor:li", "by li")
    assert noted == [("auditor:li", "supervisor:zhao")]
    await database.close()


@asynccontextmanager
async def receiver(broken: asyncio.Event, taken: list[bytes]) -> AsyncIterator[str]:
    """Serve where anchors are sent to; while `broken` is set it answers 503."""

    async def take(request: web.Request) -> web.Response:
        if broken.is_set():
            return web.Response(status=503)
        taken.append(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/anchors", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/anchors"
    finally:
        await runner.cleanup()


async def test_anchors_are_sent_in_order_and_again_until_they_are_taken(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, broken, taken = at(10), asyncio.Event(), list[bytes]()
    broken.set()
    async with receiver(broken, taken) as url:
        sealing = new_sealing(database, clock, tmp_path, anchor_url=url)
        for _ in range(3):
            await does(sealing, database, clock, EXPORT, "supervisor:sup", 1)
            await sealing.send()
        assert taken == []
        assert caplog.messages.count("anchor_not_sent") == 3
        broken.clear()
        await sealing.send()
        lines = (tmp_path / anchors.FILE).read_bytes().splitlines()
        assert (taken, len(lines)) == (lines, 3)
        again = new_sealing(database, clock, tmp_path, anchor_url=url)  # a node that starts anew sends only what is new
        await again.daily()  # an anchor of today is there
        await again.anchor("day")
        await again.send()
        assert taken == (tmp_path / anchors.FILE).read_bytes().splitlines()
    assert [msgspec.json.decode(one, type=Anchor).why for one in taken] == ["export"] * 3 + ["day"]
    (tmp_path / "copy").write_bytes(b"\n".join(taken) + b"\n")
    assert len(anchors.read(tmp_path / "copy", KEYS)) == 4, "the receiver's copy is good for verify"
    await database.close()


async def test_an_export_waits_for_no_receiver(database: Database, tmp_path: Path) -> None:
    clock, held = at(10), asyncio.Event()

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _ = await held.wait()  # takes the call and says nothing
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    sealing = new_sealing(database, clock, tmp_path, anchor_url=url)
    sending = asyncio.create_task(sealing.send())
    await does(sealing, database, clock, EXPORT, "supervisor:sup", 1)
    sending = asyncio.create_task(sealing.send()) if sending.done() else sending
    await does(sealing, database, clock, EXPORT, "supervisor:sup", 1)
    assert len((tmp_path / anchors.FILE).read_bytes().splitlines()) == 2
    assert not sending.done(), "the receiver still says nothing"
    held.set()
    await sending
    server.close()
    await database.close()


async def test_a_long_file_goes_on_from_its_last_line(database: Database, tmp_path: Path) -> None:
    clock = at(10)
    file = anchors.Anchors(tmp_path, KEYS)
    for _ in range(30):  # more than is read from the end
        await file.write(database, "export", clock.now_ms())
    assert file.path.stat().st_size > anchors.TAIL
    assert len(anchors.read(file.path, KEYS)) == 30
    assert await file.newest() == anchors.read(file.path, KEYS)[-1]
    await database.close()
