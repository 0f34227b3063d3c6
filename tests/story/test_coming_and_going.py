"""Windows that meet, a queue that forgets, a crowd of simulated people, two nodes."""

import asyncio
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from booth_client.behaviour import Pace
from booth_client.channel import RefusedError
from booth_client.citizen import Citizen
from booth_client.device_key import DeviceKey
from booth_client.http_api import Credentials
from booth_client.load import Load
from booth_client.people import Scene, ScriptedWish
from booth_client.simulated_seat import SeatClient
from matcher import Queue
from protocol.states import SeatState
from protocol.views import Channel, TicketView
from records.database import Database
from records.staff import booths
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from tests.support.installed import PASSWORD
from tests.support.patience import PATIENCE_S, until
from tests.support.window import Window, open_window

CROWD_LIMIT_S = 50.0
QUICK = Pace(
    between_visits_s=0.2,
    patience_s=20,
    answer_s=0.1,
    talk_s=0.4,
    wrap_up_s=0.1,
    breaks=0,
    declines=0,
    lines=2,
    documents=1,
)


async def test_of_two_windows_of_one_seat_the_newer_wins_and_the_older_says_so(sqlite_window: Window):
    older = await sqlite_window.seat("s004")
    newer = await sqlite_window.seat("s004", ready=False)
    async with asyncio.timeout(PATIENCE_S):
        assert (await older.channel.ended).code == "superseded"
    assert newer.state is SeatState.IDLE


async def test_of_two_windows_of_one_ticket_the_newer_wins(sqlite_window: Window):
    older = await sqlite_window.citizen()
    ticket = await older.take("MZ01")
    newer = Citizen(await sqlite_window.http(), sqlite_window.address)
    newer.token = older.token
    async with newer:
        await newer.until(lambda: newer.ticket)
        assert newer.ticket is not None
        assert newer.ticket.ticket == ticket.ticket
        async with asyncio.timeout(PATIENCE_S):
            assert (await older.channel.ended).code == "superseded"


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "0" * 4000])
async def test_a_hello_with_a_wrong_token_is_refused(sqlite_window: Window, token: str):
    stranger = Citizen(await sqlite_window.http(), sqlite_window.address)
    stranger.token = token
    with pytest.raises(RefusedError) as refused:
        async with stranger:
            pass
    assert refused.value.code == "bad_token"


async def test_a_seat_needs_a_sign_in(sqlite_window: Window):
    with pytest.raises(RefusedError) as refused:
        async with SeatClient(await sqlite_window.http(), sqlite_window.address):
            pass
    assert refused.value.code == "sign_in_required"


UNKNOWN: list[tuple[dict[str, Any], str]] = [
    ({"item": "XX99"}, "unknown_item"),
    ({"item": "MZ01", "site": "NOWHERE"}, "unknown_site"),
    ({"item": "MZ01", "language": "tlh"}, "bad_input"),
]


@pytest.mark.parametrize(
    ("wish", "code"),
    UNKNOWN,
    ids=["item", "site", "language"],
)
async def test_an_unknown_wish_is_refused_and_takes_no_ticket(sqlite_window: Window, wish: dict[str, Any], code: str):
    citizen = await sqlite_window.citizen()
    with pytest.raises(RefusedError) as refused:
        await citizen.take(**wish)
    assert refused.value.code == code
    assert citizen.ticket is None


async def forgotten(citizen: Citizen) -> None:
    await citizen.until(lambda: citizen.is_forgotten)


async def test_a_ticket_that_the_queue_forgot_stands_where_it_stood(sqlite_window: Window, redis: Redis):
    first, second = await sqlite_window.citizen(), await sqlite_window.citizen()
    before = [await first.take("MZ01"), await second.take("MZ01")]
    await redis.flushall()
    after: list[TicketView] = []
    for citizen in (second, first):  # they come back in the wrong order
        await citizen.channel.drop()
        await forgotten(citizen)
        after.insert(0, await citizen.take_again())
    assert [ticket.about for ticket in after] == [ticket.about for ticket in before]
    assert after[0].place == 1
    await second.until(lambda: second.ticket and second.ticket.place == 2)


async def test_an_enrolled_booth_stands_at_its_site_and_comes_back(
    sqlite_window: Window, sqlite_ledger: str, tmp_path: Path
):
    database = Database(sqlite_ledger)
    code = await booths.new_code(database, "HD-TB-01")
    await database.close()
    http = await sqlite_window.http()
    key = tmp_path / "state" / "key"
    (await DeviceKey.enrol(http, sqlite_window.address, code.lower())).save(key)
    assert key.stat().st_mode & 0o777 == 0o600
    booth = await sqlite_window.citizen(device=DeviceKey.load(key))
    about = (await booth.take("MZ01")).about
    assert (about.channel, about.site, about.collecting_district) == (Channel.BOOTH, "HD-TB", "440114")
    await booth.channel.drop()
    await booth.until(lambda: booth.channel.returns)  # with a proof of its own
    with pytest.raises(RefusedError) as used:
        await DeviceKey.enrol(http, sqlite_window.address, code)
    assert used.value.code == "unknown_booth"


async def test_a_crowd_visits_and_every_session_is_on_record(sqlite_window: Window, redis: Redis):
    seats = [Credentials(name, PASSWORD) for name in ("s001", "s003")]
    scene = Scene(
        address=sqlite_window.address,
        draw=random.Random(3),
        pace=QUICK,
        wishes=(ScriptedWish(site="PY-HALL"), ScriptedWish()),
    )
    load = Load(scene, citizens=4, seats=seats)
    load.start()
    try:
        _ = await until(lambda: scene.tally.closed >= 6 or scene.tally.failures, CROWD_LIMIT_S)
    finally:
        await load.close()
    assert scene.tally.failures == {}
    assert scene.tally.documents > 0
    assert await Queue(redis, "window", SystemClock()).care.check() == []
    supervisor = await sqlite_window.staff("sup")
    lines: list[dict[str, Any]] = []

    async def are_recorded() -> bool:
        found = await sqlite_window.ask(supervisor, "/api/sessions?limit=100")
        lines[:] = msgspec.convert(found["sessions"], list[dict[str, Any]])
        return sum(line["outcome"] != "" for line in lines) >= scene.tally.closed

    _ = await until(are_recorded)
    assert {line["channel"] for line in lines} == {"native"}
    metrics = (await sqlite_window.get(supervisor, "/metrics")).decode()
    assert "window_journal_set_aside 0" in metrics


async def test_a_citizen_of_one_node_meets_a_seat_of_another(
    valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
):
    async with (
        open_window(valkey.url, sqlite_ledger, tmp_path, node="one") as one,
        open_window(valkey.url, sqlite_ledger, tmp_path, node="two") as two,
    ):
        citizen, seat = await one.citizen(), await two.seat("s004")
        assert (citizen.welcome.node, seat.welcome.node) == ("one", "two")
        await citizen.take("MZ01")
        reservation = await seat.until(lambda: seat.ringing)
        session = await seat.accept(reservation)
        await citizen.in_session(PATIENCE_S)
        await citizen.say("您好")
        await seat.until(lambda: seat.session and seat.session.chat)
        await seat.close("answered")
        await citizen.until(lambda: citizen.conversation.closed)
        assert (await one.record(session.session)).line.outcome == "answered"
