"""Who does not want to wait on is called later: at a time of the day's hours, at the old place, whatever fails."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from protocol.priorities import Priority
from protocol.states import TicketState
from runtime.clock import CHINA, ManualClock
from tests.support.nodes import Cluster
from tests.support.people import People
from tests.support.wire_page import WirePage
from tests.support.wire_socket import Frame


def ms(time: str) -> int:
    """Return a time of a Monday on which the halls are open from 9 to 12 and from 13 to 17."""
    return round(dt.datetime.fromisoformat(f"2026-11-23 {time}").replace(tzinfo=CHINA).timestamp() * 1000)


class Monday(People):
    """People on a Monday whose time moves when it is told to."""

    clock: ManualClock

    def comes(self, time: str) -> None:
        """Let it be a later time of the day."""
        self.clock.advance((ms(time) - self.clock.now_ms()) / 1000)

    async def state(self, page: WirePage) -> TicketState:
        """Return the state of a page's ticket after everything that is due was done."""
        await self.at.node.services.queue.seats.sweep()
        row = await self.at.node.services.queue.tickets.find(page.ticket["ticket"])
        assert row is not None
        return row.state


@pytest_asyncio.fixture
async def monday(shared: Cluster) -> AsyncIterator[Monday]:
    """Ten o'clock, one node; places are not given up while the clock jumps."""
    shared.clock = ManualClock(ms("10:00"))
    shared.changes = {"hours": "real", "page_lease_s": 36_000, "seat_lease_s": 36_000}
    await shared.start()
    people = Monday(shared)
    people.clock = shared.clock
    yield people
    await people.close()


async def becomes(page: WirePage, state: str) -> Frame:
    """Wait until the page is told that its ticket is in this state."""
    while page.ticket["state"] != state:
        page.frames.append(await page.read())
    return page.ticket


async def test_who_is_called_later_comes_back_at_the_old_place_by_itself(monday: Monday) -> None:
    away, behind = await monday.waiting(item="MZ01"), await monday.waiting(item="MZ01")
    assert away.ticket["callback_after_s"] == 180
    assert away.ticket["callback_times_ms"] == [ms(time) for time in ("10:30", "11:00", "11:30", "13:00")]
    answer = await away.done("call_back", at_ms=ms("10:30"))
    assert (answer["type"], answer["ticket"]["state"], answer["ticket"]["callback_at_ms"]) == (
        "ticket_taken",
        "scheduled",
        ms("10:30"),
    )
    assert answer["ticket"]["callback_times_ms"] == []
    await behind.until("ticket", lambda frame: frame["ticket"]["place"] == 1)
    monday.comes("10:30")
    back = await becomes(away, "waiting")
    assert (back["callback_at_ms"], back["place"]) == (0, 1)
    await behind.until("ticket", lambda frame: frame["ticket"]["place"] == 2)
    agent = await monday.agent("S004")
    rings = (await agent.until("ringing"))["reservation"]
    assert rings["ticket"] == away.ticket["ticket"]
    assert rings["waited_s"] == 0, "the half hour away was no waiting"


async def test_who_wants_to_be_called_now_after_all_has_the_old_place_and_no_more(monday: Monday) -> None:
    _, away = await monday.waiting(item="MZ01"), await monday.waiting(item="MZ01")
    behind = await monday.waiting(item="MZ01")
    before = await monday.at.node.services.queue.tickets.find(away.ticket["ticket"])
    await away.done("call_back", at_ms=ms("10:30"))
    monday.comes("10:29")  # as near to the time as an appointment that would be given its head start
    await away.done("resume_place")
    await becomes(away, "waiting")
    await behind.until("ticket", lambda frame: frame["ticket"]["place"] == 3)
    await away.until("ticket", lambda frame: frame["ticket"]["place"] == 2)
    after = await monday.at.node.services.queue.tickets.find(away.ticket["ticket"])
    assert before is not None
    assert after is not None
    assert (after.score, after.priority) == (before.score, Priority.NORMAL)
    await away.done("resume_place")  # it is where that would bring it


async def test_who_leaves_before_the_time_is_not_called(monday: Monday) -> None:
    citizen = await monday.waiting(item="MZ01")
    await citizen.done("call_back", at_ms=ms("11:00"))
    await citizen.done("leave_queue")
    await becomes(citizen, "abandoned")
    monday.comes("11:00")
    assert await monday.state(citizen) is TicketState.ABANDONED


@pytest.mark.parametrize(
    ("at", "why"),
    [("09:59", "past"), ("10:00", "past"), ("11:55", "closed"), ("12:30", "closed"), ("14:01", "out_of_range")],
)
async def test_nobody_is_called_in_the_past_out_of_hours_or_too_late(monday: Monday, at: str, why: str) -> None:
    citizen = await monday.waiting(item="MZ01")
    answer = await citizen.do("call_back", at_ms=ms(at))
    assert (answer["type"], answer["code"], answer["params"]) == ("error", "bad_input", {"field": "at_ms", "why": why})
    assert await monday.state(citizen) is TicketState.WAITING


async def test_only_who_waits_can_be_called_later(monday: Monday) -> None:
    assert await (await monday.citizen()).refused("call_back", at_ms=ms("10:30")) == "ticket_not_found"
    talking, _ = await monday.talking()
    assert await talking.refused("call_back", at_ms=ms("10:30")) == "ticket_not_waiting"
    waiting = await monday.waiting(item="MZ01")
    await waiting.done("call_back", at_ms=ms("10:30"))
    assert await waiting.refused("call_back", at_ms=ms("11:00")) == "ticket_not_waiting"
    assert await waiting.refused("hold_place") == "ticket_not_waiting"


async def test_the_times_move_on_with_the_clock_until_there_are_none(monday: Monday) -> None:
    citizen = await monday.waiting(item="MZ01", site="PY-HALL")
    for time, offered in (("11:20", ["13:00", "13:30", "14:00", "14:30"]), ("15:45", ["16:30"]), ("16:01", [])):
        monday.comes(time)
        wanted = [ms(one) for one in offered]
        while citizen.ticket["callback_times_ms"] != wanted:
            citizen.frames.append(await citizen.read())


async def test_a_reload_on_another_node_still_knows_when_it_is_called(monday: Monday, shared: Cluster) -> None:
    other = await shared.start()
    citizen = await monday.waiting(item="MZ01")
    await citizen.done("call_back", at_ms=ms("10:30"))
    await citizen.drop()
    await citizen.reopen(other)
    shown = (await citizen.until("ticket"))["ticket"]
    assert (shown["state"], shown["callback_at_ms"]) == ("scheduled", ms("10:30"))
    await citizen.drop()
    await citizen.reopen(other)
    monday.comes("10:30")
    assert (await becomes(citizen, "waiting"))["place"] == 1


async def test_the_same_wish_sent_again_is_carried_out_once(monday: Monday) -> None:
    citizen = await monday.waiting(item="MZ01")
    first = await citizen.done("call_back", id="same", at_ms=ms("10:30"))
    await citizen.drop()
    await citizen.reopen()
    assert await citizen.done("call_back", id="same", at_ms=ms("10:30")) == first


async def test_a_wiped_redis_neither_loses_the_citizen_nor_rings_before_the_time(monday: Monday, redis: Redis) -> None:
    citizen = await monday.waiting(item="MZ01")
    await citizen.done("call_back", at_ms=ms("11:00"))
    ticket = citizen.ticket
    await redis.flushall()
    monday.comes("10:40")
    back = await monday.citizen()
    taken = (await back.done("take_ticket", stub=citizen.stub, callback_at_ms=ms("11:00")))["ticket"]
    assert (taken["ticket"], taken["about"], taken["state"]) == (ticket["ticket"], ticket["about"], "scheduled")
    monday.comes("10:59")
    agent = await monday.agent("S004")
    assert await monday.state(back) is TicketState.SCHEDULED
    monday.comes("11:00")
    assert (await agent.until("ringing"))["reservation"]["ticket"] == ticket["ticket"]


@pytest.mark.parametrize("kept", [{}, {"callback_at_ms": ms("10:30")}], ids=["unsaid", "over"])
async def test_a_forgotten_ticket_without_a_time_to_come_stands_in_line(
    monday: Monday, redis: Redis, kept: dict[str, int]
) -> None:
    citizen = await monday.waiting(item="MZ01")
    await citizen.done("call_back", at_ms=ms("10:30"))
    await redis.flushall()
    monday.comes("10:31")
    await monday.waiting(item="MZ01")
    back = await monday.citizen()
    taken = (await back.done("take_ticket", stub=citizen.stub, **kept))["ticket"]
    assert (taken["state"], taken["place"], taken["waiting_since_ms"]) == ("waiting", 1, ms("10:00"))
    agent = await monday.agent("S004")
    assert (await agent.until("ringing"))["reservation"]["ticket"] == citizen.ticket["ticket"]


async def test_the_stub_of_a_callback_outlasts_it_however_long_was_waited_before(monday: Monday, redis: Redis) -> None:
    citizen = await monday.waiting(item="MZ01")
    old = citizen.stub
    monday.comes("11:40")
    await citizen.done("call_back", at_ms=ms("15:00"))
    monday.comes("14:30")
    await redis.flushall()
    back = await monday.citizen()
    assert await back.refused("take_ticket", stub=old) == "bad_stub"
    await back.done("take_ticket", stub=citizen.stub, callback_at_ms=ms("15:00"))
    assert back.ticket["state"] == "scheduled"


async def test_a_page_that_is_gone_at_the_time_gives_up_the_place_and_one_that_is_there_keeps_it(
    shared: Cluster, monday: Monday
) -> None:
    strict = await shared.start(page_lease_s=120)
    here, gone = await monday.waiting(strict, item="MZ01"), await monday.waiting(strict, item="MZ01")
    for page in (gone, here):
        await page.done("call_back", at_ms=ms("10:30"))
    await gone.leave()
    monday.comes("10:30")
    await becomes(here, "waiting")
    assert await monday.state(gone) in {TicketState.WAITING, TicketState.HELD}  # it rings nobody, see `page_away_s`
    for time in ("10:31", "10:32", "10:33", "10:34"):
        monday.comes(time)
        await strict.node.presence.beat()
    assert await monday.state(gone) is TicketState.ABANDONED
    assert await monday.state(here) is TicketState.WAITING
