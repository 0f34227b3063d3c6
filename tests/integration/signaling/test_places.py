"""A citizen may leave the screen and keep the place, and knows before taking one whether and how many wait."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from runtime.clock import CHINA, ManualClock
from tests.support.gate import Gate
from tests.support.nodes import Cluster
from tests.support.people import People

#: A Monday on which villages have opened and halls have not.
EARLY = dt.datetime(2026, 11, 23, 8, 40, tzinfo=CHINA)
UNKNOWN = {"site": "NO-SUCH", "booth": "NO-SUCH-01"}


async def told(people: People, place: Mapping[str, str]) -> dict[str, Any]:
    """Return what a page is told of its place before anybody presses the button."""
    page = await people.citizen()
    async with page.http.get(f"{page.at.url}/api/public", params=place) as answer:
        body = await answer.json()
        return {**body, "status": answer.status}


async def test_a_held_place_is_called_past_and_kept(people: People) -> None:
    away, behind = await people.waiting(item="MZ01"), await people.waiting(item="MZ01")
    await away.done("hold_place", for_s=600)
    held = (await away.until("ticket", lambda frame: frame["ticket"]["state"] == "held"))["ticket"]
    assert held["held_until_ms"] > held["taken_ms"]
    agent = await people.agent("S004")
    rings = (await agent.until("ringing"))["reservation"]
    assert rings["ticket"] == behind.ticket["ticket"]
    await away.done("resume_place")
    back = (await away.until("ticket", lambda frame: frame["ticket"]["state"] == "waiting"))["ticket"]
    assert (back["ticket"], back["taken_ms"], back["place"]) == (held["ticket"], held["taken_ms"], 1)


async def test_who_comes_back_rings_at_once_where_a_seat_is_free(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    await citizen.done("hold_place", for_s=600)
    agent = await people.agent("S004")
    await citizen.drop()
    await citizen.reopen()
    assert (await citizen.until("ticket"))["ticket"]["state"] == "held"
    await citizen.done("resume_place")
    assert (await agent.until("ringing"))["reservation"]["ticket"] == citizen.ticket["ticket"]


@pytest.mark.parametrize("for_s", [0, -1, 1801])
async def test_a_place_is_held_for_half_an_hour_at_most(people: People, for_s: int) -> None:
    citizen = await people.waiting(item="MZ01")
    assert await citizen.refused("hold_place", for_s=for_s) == "bad_input"


async def test_only_a_waiting_place_is_held_and_only_a_held_one_resumed(people: People) -> None:
    assert await (await people.citizen()).refused("hold_place") == "ticket_not_found"
    citizen, _ = await people.talking()
    assert await citizen.refused("hold_place") == "ticket_not_waiting"
    assert await citizen.refused("resume_place") == "ticket_not_waiting"
    waiting = await people.waiting(item="MZ01")
    await waiting.done("resume_place")  # it is where that would bring it


async def test_each_place_is_told_its_own_hours_before_the_button_is_pressed(shared: Cluster) -> None:
    shared.clock = ManualClock(round(EARLY.timestamp() * 1000))
    await shared.start(hours="real")
    people = People(shared)
    places: tuple[dict[str, str], ...] = (
        {},
        {"site": "PY-HALL"},
        {"booth": "PY-HALL-01"},
        {"site": "HD-HC"},
        {"booth": "HD-HC-01"},
    )
    hours = [await told(people, place) for place in places]
    assert [one["open_now"] for one in hours] == [False, False, False, True, True]
    assert {one["next_open"] for one in hours[:3]} == {"2026-11-23T09:00:00+08:00"}
    spoken = {one["id"]: one["seats"] for one in hours[0]["languages"]}
    assert spoken == {"cmn": "many", "yue": "many", "hak": "few", "en": "few", "csl": "few"}
    for name in UNKNOWN:
        assert (await told(people, {name: UNKNOWN[name]}))["code"] == f"unknown_{name}"
    await people.close()


async def test_how_many_wait_is_told_and_nothing_while_the_queue_is_away(gated: tuple[People, Gate]) -> None:
    people, between = gated
    assert (await told(people, {}))["waiting"] == 0
    for item in ("MZ01", "SF01"):
        await people.waiting(item=item)
    assert (await told(people, {}))["waiting"] == 2
    between.stop(rb"ZCARD")
    held_up = await told(people, {})
    assert (held_up["status"], held_up["waiting"]) == (200, None)
    assert held_up["open_now"] is True
