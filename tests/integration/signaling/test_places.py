"""A citizen may leave the screen for a while and keep the place; relay credentials outlive a long wait."""

import pytest

from tests.support.people import People


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
