"""What the alarms of `deploy/alerts.yaml` look at moves with the fault itself, and in nobody's everyday life.

Prometheus' own part, from the numbers to the alarm, is tried by `promtool` (tests/house/test_alerts.py).
"""

import asyncio
import contextlib
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from cloudwindow.chores import Chores
from cloudwindow.ports import count_ports
from ports.kit.breaker import FAILURES_MAX
from ports.kit.calls import GIVE_UP_S
from ports.kit.connections import SystemConnection
from ports.kit.ports import Ports
from ports.messages import SEND
from ports.register import OPERATIONS
from protocol.events import journal_key
from protocol.outbox import HeldData, ResumedData
from records.outbox.hooks import HookSpec
from records.outbox.tell import Telling, tell
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from runtime.redis_pool import connect
from runtime.server_clock import ServerClock
from tests.integration.signaling.test_papers import upload
from tests.support.device import Device
from tests.support.ledgers import District
from tests.support.nodes import Cluster, Running, cluster
from tests.support.patience import PATIENCE_S, until
from tests.support.people import People
from tests.support.raw import PING, Raw, frame
from tests.support.receiver import Receiver, receiving
from tests.support.samples import PNG
from tests.support.stand_ins import SEALING


class OffClock:
    """A machine's clock that is off by `off_ms`."""

    off_ms = 0

    def now_ms(self) -> int:
        return SystemClock().now_ms() + self.off_ms

    def sure_ms(self) -> int:
        return self.now_ms()


Numbers = dict[str, float]
LINE = re.compile(r"^(window_\w+)(\{[^}]*\})? (\S+)$", re.MULTILINE)


@dataclass
class Stage:
    """A node with its chores, its engines, and the machine's clock, which a test sets."""

    people: People
    valkey: EmbeddedValkey
    cluster: Cluster
    chores: Chores
    wall: OffClock
    clock: ServerClock
    folder: Path
    receiver: Receiver

    @property
    def node(self) -> Running:
        return self.cluster.running[0]

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.sqlite3"

    async def numbers(self) -> Numbers:
        """Look at all parts and return what the node counts, by name and label."""
        await self.chores.watching.look()
        text = self.node.node.services.metrics.text()
        return {name + label: float(value) for name, label, value in LINE.findall(text)}


@pytest_asyncio.fixture
async def stage(district: District, tmp_path: Path) -> AsyncIterator[Stage]:
    limits: dict[str, Any] = {
        "anchors_folder": str(tmp_path / "anchors"),
        "exports_per_day": 1,
        "clock_skew_s": 5,
        "night_hours": "00-00",  # no night: an export at night is an alarm, and a test runs at any hour
    }
    async with (
        EmbeddedValkey(tmp_path / "valkey") as valkey,
        receiving() as receiver,
        cluster(
            valkey.url, district, tmp_path, **limits, hook_receivers=(f"http://127.0.0.1:{receiver.port}",)
        ) as found,
    ):
        redis, wall = connect(valkey.url), OffClock()
        found.clients.append(redis)
        found.clock = clock = ServerClock(redis, 5, wall)
        await clock.measure()
        running = await found.start()
        people, chores = People(found), Chores(running.node.services)
        running.node.trail.after.append(chores.sealing.follow)
        async with chores.running():
            yield Stage(people, valkey, found, chores, wall, clock, tmp_path, receiver)
            await valkey.start()
        await people.close()


def total(numbers: Numbers, name: str) -> float:
    """Return a counter over all its labels; of a gauge its value."""
    return sum(value for key, value in numbers.items() if key.partition("{")[0] == name)


def grew(name: str, by: float = 0) -> Callable[[Numbers, Numbers], bool]:
    return lambda before, now: total(now, name) - total(before, name) > by


def is_slow(before: Numbers, now: Numbers) -> bool:
    """Tell whether of the commands since then more than one in twenty took longer than 2 s."""
    quick = 'window_command_seconds_bucket{le="2.0"}'
    some = now["window_command_seconds_count"] - before["window_command_seconds_count"]
    return some > 0 and (now[quick] - before[quick]) / some < 0.95


#: The condition of each alarm, over two readings; how long it must last is in the rule.
ALARMS: dict[str, Callable[[Numbers, Numbers], bool]] = {
    "WindowError": grew("window_log_errors_total"),
    "WindowTaskFails": grew("window_tasks_failed_total", 3),
    "WindowRedisAway": lambda _, now: now["window_redis_up"] == 0,
    "WindowRedisSlow": lambda _, now: now["window_redis_seconds"] > 0.25,
    "WindowLedgerAway": lambda _, now: now["window_ledger_up"] == 0,
    "WindowRecorderBehind": lambda _, now: now["window_recorder_lag_seconds"] > 60,
    "WindowDeadLetters": grew("window_journal_set_aside"),
    "WindowUnreadableBytes": grew("window_unreadable_total"),
    "WindowClockOff": lambda _, now: abs(now["window_clock_off_seconds"]) > 2,
    "WindowAnchorsFail": grew("window_anchors_failed"),
    "WindowUnusualLooks": grew("window_audit_alarms_total"),
    "WindowHookGivenUp": grew("window_hooks_given_up_total"),
    "WindowHookFails": lambda _, now: now["window_hook_failing_seconds"] > 3600,
    "WindowHookDeadLetters": grew("window_hook_deliveries_dead"),
    "WindowRefuses": lambda before, now: any(
        now.get(key, 0) - before.get(key, 0) > 20
        for key in (f'window_refused_total{{code="{code}"}}' for code in ("flooded", "too_many_sockets"))
    ),
    "WindowBoothImpostor": grew("window_booths_refused_total"),
    "WindowCommandsSlow": is_slow,
    "WindowPortAway": lambda _, now: now.get('window_port_away{port="messages"}', 0) == 1,
    "WindowPortCallsGivenUp": lambda _, now: now.get('window_port_calls_given_up{port="messages"}', 0) > 0,
    "WindowDocumentsDiskFull": lambda _, now: (
        now["window_documents_disk_free_bytes"] / now["window_documents_disk_bytes"] < 0.1
    ),
}


async def tasks_fail(at: Stage) -> None:
    async def breaks() -> None:
        raise RuntimeError("a bug")

    for _ in range(4):
        task = at.node.node.services.tasks.start("breaks", breaks())
        await asyncio.gather(task, return_exceptions=True)


async def redis_is_slow(at: Stage) -> None:
    waiting = await at.people.waiting(item="MZ01")
    async with at.valkey.client() as redis:
        await redis.client_pause(2300)
    await waiting.do("hold_place", for_s=60)
    async with at.valkey.client() as redis:
        await redis.client_pause(400)


@contextlib.asynccontextmanager
async def ledger_held(at: Stage) -> AsyncIterator[None]:
    """Let another program write into the ledger without an end; a minute later a ticket still waits to be written."""
    other = sqlite3.connect(at.ledger, PATIENCE_S, isolation_level=None, check_same_thread=False)
    with contextlib.closing(other):
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # a chore of the node may write just now
        await at.people.waiting(item="MZ01")
        at.clock._server_ms += 61_000
        yield
        other.rollback()
    await at.clock.measure()


@contextlib.asynccontextmanager
async def ledger_away(at: Stage) -> AsyncIterator[None]:
    """Move the ledger's file away."""
    await at.cluster.database.engine.dispose()
    moved = at.ledger.rename(at.folder / "away")
    at.ledger.mkdir()
    yield
    at.ledger.rmdir()
    moved.rename(at.ledger)


async def poison(at: Stage) -> None:
    async with at.valkey.client() as redis:
        await redis.xadd(journal_key("window"), {b"type": b"\xff\xfe", b"at_ms": b"1"})

    async def is_set_aside() -> bool:
        await at.chores.watching.look()
        return bool(at.chores.watching.status.set_aside)

    _ = await until(is_set_aside)


async def junk(at: Stage) -> None:
    waiting = await at.people.waiting(item="MZ01")
    async with at.valkey.client() as redis:
        await redis.hset(f"cw:{{window}}:consents:{waiting.ticket['ticket']}", "service", b"\xff")
    await waiting.do("hold_place", for_s=60)
    await waiting.drop()
    await waiting.reopen()


async def clock_drifts(at: Stage) -> None:
    at.wall.off_ms = 3000
    await at.clock.measure()


async def anchors_cannot_be_written(at: Stage) -> None:
    folder = at.folder / "anchors"
    folder.rename(at.folder / "anchors-away")
    folder.touch()
    await at.chores.sealing.anchor("day")


async def exports_a_lot(at: Stage) -> None:
    supervisor = await at.people.supervisor()
    for _ in range(2):
        async with supervisor.http.get(f"{at.node.url}/api/sessions.csv?day=20260101") as answer:
            assert answer.status == 200


async def floods(at: Stage) -> None:
    async def flood() -> None:
        raw = await Raw.open(at.node.url)
        await raw.flood(frame(PING) * 1000)
        raw.writer.close()

    await asyncio.gather(*(flood() for _ in range(21)))


async def impostor_comes(at: Stage) -> None:
    page = await at.people.citizen()
    await page.connect()
    await page.socket.hello("citizen", booth=await Device().proof(page.http, at.node.url, "HD-TB-01"))
    await page.closed()


async def system_goes(at: Stage) -> None:
    """Ask a system that is not there, until a call to it is given up."""
    services = at.node.node.services
    nowhere = SystemConnection(url="http://127.0.0.1:9/", allowed=("127.0.0.0/8",), secret="c" * 40)
    ports = Ports(OPERATIONS, {"messages": nowhere}, services.database, services.clock, SEALING)
    count_ports(services.metrics, ports)
    async with services.database.begin() as db:
        for number in range(FAILURES_MAX):
            await ports.keep(db, SEND, SEND.example, once=f"{number}", about=f"{number}")
    await ports.go_on()
    at.clock._server_ms += round(GIVE_UP_S * 1000)
    await ports.go_on()
    await ports.look()
    await ports.close()


async def receiver_is_gone(at: Stage) -> None:
    at.receiver.status = 410
    services = at.node.node.services
    _ = await services.hooks.make(HookSpec(name="BI", url=at.receiver.url))
    async with services.database.begin() as db:
        await tell(db, [Telling(cause="1", subject="T", data=ResumedData(ticket="T"), at_ms=1)])
    _ = await until(lambda: _given_up(at))


async def _given_up(at: Stage) -> float:
    return total(await at.numbers(), "window_hooks_given_up_total")


def _came(at: Stage, number: int) -> bool:
    return len(at.receiver.came) >= number


async def receivers_fail(at: Stage) -> None:
    """Give one web-hook a receiver that accepts nothing, and another one that refuses one event."""

    async def refuses(_: Mapping[str, str], body: bytes) -> int:
        return 422 if b'"subject":"T"' in body or b"ticket.held" in body else 204

    at.receiver.answering = refuses
    services, came = at.node.node.services, len(at.receiver.came)
    for kind in ("ticket.resumed", "ticket.held"):
        _ = await services.hooks.make(HookSpec(name=kind, url=at.receiver.url, kinds=(kind,)))
    held = Telling(cause="2", subject="V", data=HeldData(ticket="V", state="held", until_ms=2), at_ms=1)
    refused, accepted = [Telling(cause="2", subject=one, data=ResumedData(ticket=one), at_ms=1) for one in "TU"]
    for number, events in ((came + 2, [refused, held]), (came + 3, [accepted])):
        async with services.database.begin() as db:
            await tell(db, events)
        _ = await until(partial(_came, at, number))


async def _fires(alarm: str, at: Stage, before: Numbers) -> bool:
    return ALARMS[alarm](before, await at.numbers())


#: What brings each alarm, and what ends it again.
FAULTS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "WindowBoothImpostor": impostor_comes,
    "WindowUnreadableBytes": junk,
    "WindowUnusualLooks": exports_a_lot,
    "WindowHookGivenUp": receiver_is_gone,
    "WindowRefuses": floods,
    "WindowDeadLetters": poison,
    "WindowAnchorsFail": anchors_cannot_be_written,
    "WindowError": tasks_fail,
    "WindowTaskFails": tasks_fail,
    "WindowClockOff": clock_drifts,
    "WindowCommandsSlow": redis_is_slow,
    "WindowRedisSlow": redis_is_slow,
}


async def everyday(at: Stage) -> None:
    """A visit with a paper, a reload and a rating; a wrong receipt and a wrong password; an export."""
    citizen, agent = await at.people.talking()
    paper = await upload(citizen, PNG, material="idcard")
    await agent.sees(paper)
    await citizen.drop()
    await citizen.reopen()
    await citizen.done("chat", text="回来了")
    await agent.done("close_session", outcome="answered")
    await citizen.until("session_closed")
    await citizen.insists("rate", code="session_not_found", level=5)
    async with citizen.http.get(f"{at.node.url}/api/receipts/20260101-MZ001-7K4Q9D") as answer:
        assert answer.status == 404
    async with citizen.http.post(f"{at.node.url}/api/login", json={"name": "s004", "password": "x"}) as answer:
        assert answer.status == 401
    supervisor = await at.people.supervisor()
    async with supervisor.http.get(f"{at.node.url}/api/sessions.csv?day=20260101") as answer:
        assert answer.status == 200
    await citizen.drop()


async def test_every_alarm_comes_with_its_fault_and_none_with_an_ordinary_day(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    start = await stage.numbers()
    await everyday(stage)
    day = await stage.numbers()
    assert {name for name, fires in ALARMS.items() if fires(start, day)} == set()

    for name, fault in FAULTS.items():
        before = await stage.numbers()
        await fault(stage)
        assert ALARMS[name](before, await stage.numbers()), name
    said = {record.getMessage() for record in caplog.records}
    assert said >= {"booth_refused", "page_refused", "page_flooded", "audit_alarm", "anchor_failed", "task_failed"}
    await receivers_fail(stage)
    await system_goes(stage)
    for name in ("WindowPortAway", "WindowPortCallsGivenUp", "WindowHookFails"):
        assert ALARMS[name](day, await stage.numbers()), name
    _ = await until(lambda: _fires("WindowHookDeadLetters", stage, day))
    assert {"port_away", "port_call_given_up"} <= {record.getMessage() for record in caplog.records}
    await stage.clock.measure()
    async with ledger_held(stage):
        assert ALARMS["WindowRecorderBehind"](day, await stage.numbers())
    async with ledger_away(stage):
        assert ALARMS["WindowLedgerAway"](day, await stage.numbers())
    await stage.valkey.kill()
    assert ALARMS["WindowRedisAway"](day, await stage.numbers())
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(total=100, free=5))
    assert ALARMS["WindowDocumentsDiskFull"](day, await stage.numbers())
