"""The clock of a demonstration is set, and hours, days and calls back follow it; leases, tokens and records do not."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest_asyncio
from redis.asyncio import Redis
from sqlalchemy import select

from protocol.rights import RIGHTS, Right, Role
from protocol.scopes import EVERYWHERE
from records.journal.recorder import Recorder
from records.tables.journal import AuditInboxRow
from records.tables.ledger import TicketRow
from records.tables.sessions import SessionRow
from runtime import throttle
from runtime.clock import CHINA, ManualClock
from signaling.app import SANDBOX_S
from signaling.keys import Keys
from tests.support.nodes import Cluster, Running
from tests.support.patience import until
from tests.support.people import People
from tests.support.wire_page import WirePage

CLOCK = "/api/sandbox/clock"
MONDAY = "2026-03-02"


class Demonstration(People):
    """People whose system administrator sets the clock."""

    root: WirePage

    async def set(self, body: object, status: int = 200) -> Any:
        """Set the clock at the first node."""
        async with self.root.http.post(f"{self.at.url}{CLOCK}", json=body) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def comes(self, time: str, day: str = MONDAY) -> None:
        """Let it be a time of a day in China."""
        told = await self.set({"to": f"{day}T{time}:00+08:00"})
        assert told["now"].startswith(f"{day}T{time}:0")


@pytest_asyncio.fixture
async def demo(shared: Cluster) -> AsyncIterator[Demonstration]:
    """Two nodes of a demonstration that keeps the catalogue's hours."""
    shared.is_demonstration = True
    shared.changes = {"hours": "real", "tickets_per_address_burst": 1000}
    await shared.start()
    await shared.start()
    async with Demonstration(shared) as people:
        people.root = await people.signed_in("root", Role.SYSTEM, "")
        yield people


async def read(page: WirePage, at: Running, path: str) -> Any:
    async with page.http.get(f"{at.url}{path}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def number(page: WirePage) -> str:
    """Take a ticket, leave, and return its number."""
    await page.done("take_ticket", item="MZ01")
    await page.done("leave_queue")
    return str(page.ticket["about"]["receipt"])[:14]


async def test_a_month_is_lived_through_in_a_minute(demo: Demonstration) -> None:
    seen = dict[str, list[str]]()
    days = [(dt.date(2026, 2, 1) + dt.timedelta(days=n)).isoformat() for n in range(30)]
    for day in days:
        await demo.comes("10:00", day)
        citizen = await demo.citizen()
        answer = await citizen.do("take_ticket", item="MZ01")
        if answer["type"] != "error":
            await citizen.done("leave_queue")
            seen[day] = [str(answer["ticket"]["about"]["receipt"])[:14], await number(citizen)]
        else:
            assert answer["code"] == "closed_now"
        await demo.comes("20:00", day)
        assert await citizen.refused("take_ticket", item="MZ01") == "closed_now"
    assert all(found == [f"{day.replace('-', '')}-MZ{n:03d}" for n in (1, 2)] for day, found in seen.items())
    holidays = {f"2026-02-{day}" for day in range(15, 24)}
    weekends = {"2026-02-01", "2026-02-07", "2026-02-08"} | {"2026-03-01"}
    assert set(days) - set(seen) == holidays | weekends, "the 14th and the 28th are Saturdays that are worked"


def test_a_node_looks_often_enough_to_follow_within_a_second() -> None:
    assert SANDBOX_S <= 0.5


async def test_every_node_follows_and_so_do_the_pages_that_wait(demo: Demonstration) -> None:
    other = demo.cluster.running[1]
    await demo.comes("10:00")
    assert await until(lambda: is_at(demo.root, other, f"{MONDAY}T10:0"))
    waits = await demo.waiting(other, item="MZ01")
    await demo.comes("11:10")
    told = await waits.until("ticket", lambda frame: times_of(frame)[:1] == ["13:00"])
    assert times_of(told) == ["13:00", "13:30", "14:00", "14:30"]
    await demo.comes("20:00")
    _ = await waits.until("ticket", lambda frame: not frame["ticket"]["callback_times_ms"])
    public = await read(waits, other, "/api/public")
    assert (public["open_now"], public["next_open"]) == (False, "2026-03-03T09:00:00+08:00")
    assert "window_business_clock_offset_seconds -" in other.node.services.metrics.text()


def times_of(frame: dict[str, Any]) -> list[str]:
    """Return the times of a call back as a page shows them."""
    return [f"{dt.datetime.fromtimestamp(ms / 1000, CHINA):%H:%M}" for ms in frame["ticket"]["callback_times_ms"]]


async def is_at(page: WirePage, at: Running, begin: str) -> bool:
    return str((await read(page, at, CLOCK))["now"]).startswith(begin)


async def test_who_is_called_back_is_called_when_the_clock_shows_the_time(demo: Demonstration) -> None:
    await demo.comes("10:00")
    waits = await demo.waiting(item="MZ01")
    (half_past, *_) = waits.ticket["callback_times_ms"]
    answer = await waits.done("call_back", at_ms=half_past)
    assert answer["ticket"]["callback_at_ms"] == half_past
    await demo.comes("10:20")
    told = await waits.until("ticket", lambda frame: frame["ticket"]["state"] == "scheduled")
    assert abs(told["ticket"]["callback_at_ms"] - half_past) <= 1, "the time that was promised stays"
    await demo.comes("10:31")
    back = await waits.until("ticket", lambda frame: frame["ticket"]["state"] == "waiting")
    assert back["ticket"]["waiting_since_ms"] > told["ticket"]["taken_ms"] - 60_000, "real time, however far the jump"


async def test_a_jump_moves_no_lease_no_login_and_no_wait(demo: Demonstration) -> None:
    await demo.comes("10:00")
    citizen, agent = await demo.talking()
    waits = await demo.waiting(item="MZ01")
    for day in ("2026-12-01", "2026-03-03", "2099-12-31"):
        await demo.comes("10:00", day)
        await demo.at.node.services.queue.seats.sweep()
        await demo.at.node.presence.sweep()
        assert (await demo.at.node.services.queue.care.check()) == []
    await citizen.done("chat", text="还在吗")
    assert "还在吗" in await agent.hears("还在吗")
    row = await demo.at.node.services.queue.tickets.find(waits.ticket["ticket"])
    assert row is not None
    assert row.state == "waiting"
    assert demo.at.node.services.signatures.read_token(waits.token).ticket == waits.ticket["ticket"]
    assert (await read(agent, demo.at, "/api/me"))["account"] == "s004"


async def test_numbers_go_on_where_they_were_after_a_jump_back_even_if_redis_forgot_them(
    demo: Demonstration, redis: Redis
) -> None:
    citizen = await demo.citizen()
    await demo.comes("10:00")
    assert [await number(citizen) for _ in range(2)] == ["20260302-MZ001", "20260302-MZ002"]
    await demo.comes("10:00", "2026-03-03")
    assert await number(citizen) == "20260303-MZ001"
    await Recorder(demo.cluster.database, redis, "window").drain()
    await redis.delete(*[key async for key in redis.scan_iter("*:number:*")])
    await demo.comes("15:00")
    assert await number(citizen) == "20260302-MZ003"


async def test_the_day_s_numbers_begin_anew_and_the_ledger_knows_the_day_while_its_times_are_real(
    demo: Demonstration, redis: Redis
) -> None:
    await demo.comes("16:00")
    _, agent = await demo.talking()
    await agent.done("close_session", outcome="answered", summary="已答复")
    floor = demo.at.node.floor
    assert (await floor.now(EVERYWHERE)).answered_today == 1
    assert (await demo.at.node.services.queue.care.totals())["answered"] == 1
    before_ms = demo.at.node.services.clock.now_ms()
    await demo.comes("09:00", "2026-03-03")
    assert (await floor.now(EVERYWHERE)).answered_today == 0
    await demo.comes("17:00")
    assert (await floor.now(EVERYWHERE)).answered_today == 1, "the day before is found again"
    await Recorder(demo.cluster.database, redis, "window").drain()
    async with demo.cluster.database.read() as db:
        ticket, session = (await db.scalars(select(TicketRow))).one(), (await db.scalars(select(SessionRow))).one()
        acts = list(await db.scalars(select(AuditInboxRow).where(AuditInboxRow.action == "sandbox.clock_set")))
    assert (ticket.day, session.day) == ("20260302", "20260302")
    assert abs(ticket.arrived_ms - before_ms) < 60_000
    assert [act.actor for act in acts] == ["system:root"] * 3
    assert '"after":"2026-03-02T16:00:0' in acts[0].facts
    assert all(abs(act.at_ms - before_ms) < 60_000 for act in acts)


WRONG: Final[tuple[tuple[object, str, str | None], ...]] = (
    ({"to": "1999-12-31T23:59:59+00:00"}, "to", "out_of_range"),
    ({"to": "2100-01-01T00:00:00Z"}, "to", "out_of_range"),
    ({"to": "0001-01-01T00:00:00+14:00"}, "to", "out_of_range"),
    ({"to": "2026-02-16T09:00"}, "to", "offset"),
    ({"to": "2026-02-16"}, "to", "offset"),
    ({"to": "2026-02-30T09:00+08:00"}, "to", "format"),
    ({"to": "tomorrow"}, "to", "format"),
    ({"to": ""}, "to", "format"),
    ({"to": "9" * 41}, "to", None),
    ({"to": 1_767_229_200_000}, "to", None),
    ({"by_s": 36_525 * 86_400}, "by_s", "out_of_range"),
    ({"by_s": -36_525 * 86_400}, "by_s", "out_of_range"),
    ({"by_s": 1e300}, "by_s", None),
    ({"by_s": "60"}, "by_s", None),
    ({"to": "2026-02-16T09:00+08:00", "by_s": 1}, "body", "to_or_by_s"),
    ({}, "body", "to_or_by_s"),
    ({"to": None, "by_s": None}, "body", "to_or_by_s"),
    ({"at": "2026-02-16T09:00+08:00"}, "body", None),
    ([], "body", None),
)
NO_JSON: Final = ('{"by_s": NaN}', '{"by_s": Infinity}', '{"by_s": 1e999}', "{")


async def test_what_is_no_time_is_refused_and_changes_nothing(demo: Demonstration, redis: Redis) -> None:
    await demo.comes("10:00")
    kept = await redis.get(Keys("window").business)
    for body, field, why in WRONG:
        refused = await demo.set(body, 422)
        assert (refused["code"], refused["params"]["field"]) == ("bad_input", field), body
        assert why in {None, refused["params"]["why"]}, body
    headers = {"Content-Type": "application/json"}
    for text in NO_JSON:
        async with demo.root.http.post(f"{demo.at.url}{CLOCK}", data=text, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (422, "bad_input"), text
    assert await redis.get(Keys("window").business) == kept


async def test_two_who_set_it_ahead_at_once_both_do(demo: Demonstration) -> None:
    nodes = [running.node.sandbox for running in demo.cluster.running]
    _ = await asyncio.gather(*(one.set_by("operator", 60_000) for one in nodes * 3 if one is not None))
    assert await until(lambda: is_ahead(demo.root, demo.at, 360_000))


async def test_a_restart_and_a_redis_that_forgets_keep_the_time(demo: Demonstration, redis: Redis) -> None:
    told = await demo.set({"by_s": 86_400})
    await redis.delete(Keys("window").business)
    assert await until(lambda: redis.exists(Keys("window").business))
    again = await demo.cluster.start()
    assert await until(lambda: is_ahead(demo.root, again, told["offset_ms"]))
    back = await demo.set({"by_s": -86_400})
    assert back["offset_ms"] == 0


async def is_ahead(page: WirePage, at: Running, offset_ms: int) -> bool:
    return bool((await read(page, at, CLOCK))["offset_ms"] == offset_ms)


async def test_who_keeps_the_system_sets_the_clock_and_nobody_else(demo: Demonstration) -> None:
    for role in Role:
        page = await demo.signed_in(f"one-{role.value}", role, "S004" if role is Role.AGENT else "")
        async with page.http.post(f"{demo.at.url}{CLOCK}", json={"by_s": 60}) as answer:
            assert answer.status == (200 if Right.KEEP_SYSTEM in RIGHTS[role] else 403), role
    citizen = await demo.citizen()
    async with citizen.http.post(f"{demo.at.url}{CLOCK}", json={"by_s": 60}) as answer:
        assert answer.status == 401
    del demo.root.http.headers["X-CSRF-Token"]
    assert (await demo.set({"by_s": 60}, 403))["code"] == "bad_csrf"


async def test_the_clock_is_set_so_often_in_a_minute_and_no_more(shared: Cluster) -> None:
    shared.is_demonstration, shared.clock = True, ManualClock()
    at = await shared.start()
    async with Demonstration(shared) as demo:
        demo.root = await demo.signed_in("root", Role.SYSTEM, "")
        for _ in range(throttle.SANDBOX_CLOCK.burst - 1):
            await at.node.services.throttle.spend(throttle.SANDBOX_CLOCK, "root")
        _ = await demo.set({"by_s": 60})
        assert (await demo.set({"by_s": 60}, 429))["code"] == "too_many_tries"


async def test_elsewhere_there_is_no_such_address(people: People) -> None:
    root = await people.signed_in("root", Role.SYSTEM, "")
    for method in ("GET", "POST"):
        unknown = await answered(root, method, "/api/sandbox/no-such-thing")
        assert await answered(root, method, CLOCK) == unknown
        assert unknown[0] == 404
    document = await read(root, people.at, "/api/openapi.json")
    assert [path for path in document["paths"] if "sandbox" in path] == []
    assert "window_business_clock_offset_seconds 0" in people.at.node.services.metrics.text()


async def answered(page: WirePage, method: str, path: str) -> tuple[int, str]:
    async with page.http.request(method, f"{page.at.url}{path}", json={"by_s": 1}) as answer:
        return answer.status, await answer.text()
