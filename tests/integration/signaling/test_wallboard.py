"""The supervisor sees the floor as it is: live, after a reload, after a restart of the server."""

from typing import Any

from records.staff import booths
from signaling.floor.wallboard import APART_S, IDLE_S
from tests.support.device import Device
from tests.support.nodes import Cluster
from tests.support.people import People
from tests.support.wire_page import WirePage
from tests.support.wire_socket import Frame

#: What a look may take, ten times of what it takes with 701 seats.
LOOK_S = 0.5


def applied(board: Frame, delta: Frame) -> Frame:
    """Apply a delta as a page does."""
    assert delta["rev_from"] == board["rev"]
    seats = {seat["seat"]: seat for seat in (*board["seats"], *delta["seats"])}
    online = (set(board["booths_online"]) | set(delta["booths_online"])) - set(delta["booths_gone"])
    kept = {name: delta[name] for name in delta if name in board and name not in {"seats", "booths_online"}}
    return {**board, **kept, "seats": list(seats.values()), "booths_online": sorted(online)}


async def until(page: WirePage, board: Frame, fits: Any) -> Frame:
    """Apply deltas until the board is as wanted."""
    while not fits(board):
        board = applied(board, await page.until("wallboard_delta"))
    return board


def seat_of(board: Frame, name: str) -> Frame:
    return next(seat for seat in board["seats"] if seat["seat"] == name)


async def test_the_wallboard_follows_a_call_and_is_right_after_a_reload(people: People) -> None:
    supervisor = await people.supervisor()
    board = (await supervisor.until("wallboard"))["wallboard"]
    assert len(board["seats"]) == 36
    assert {seat["state"] for seat in board["seats"]} == {"offline"}
    citizen = await people.waiting(item="MZ01")
    board = await until(supervisor, board, lambda now: now["waiting"] == 1)
    assert [(lane["skill"], lane["district"]) for lane in board["lanes"]] == [("MZ", "440113")]
    assert board["longest_wait_since_ms"]
    agent = await people.agent("S004")
    rings = (await agent.until("ringing"))["reservation"]
    await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
    board = await until(supervisor, board, lambda now: now["serving"] == 1 and not now["waiting"])
    assert seat_of(board, "S004")["state"] == "serving"
    assert board["answered_in_60_s_today"] == 1
    await agent.done("close_session", outcome="answered")
    board = await until(supervisor, board, lambda now: seat_of(now, "S004")["state"] == "wrap_up")
    again = await people.supervisor()
    fresh = (await again.until("wallboard"))["wallboard"]
    drop = {"rev", "at_ms"}
    shown = {name: value for name, value in board.items() if name not in drop}
    assert {name: value for name, value in fresh.items() if name not in drop} == {
        **shown,
        "seats": sorted(shown["seats"], key=lambda seat: str(seat["seat"])),
    }
    assert citizen.ticket["about"]["number"] == "MZ001"


async def test_every_change_is_in_the_next_look_and_a_look_begins_within_two_seconds(people: People) -> None:
    """By order, not by a clock: what was answered before a look began is in it, and between looks lie these two."""
    assert APART_S + LOOK_S <= IDLE_S <= 2.0
    supervisor = await people.supervisor()
    board = (await supervisor.until("wallboard"))["wallboard"]
    await people.waiting(item="MZ01")
    board = await until(supervisor, board, lambda now: now["waiting"] == 1)
    for _ in range(2):  # while the node waits to look again
        await people.waiting(item="MZ01")
    looks = 0
    while board["waiting"] < 3:
        board, looks = applied(board, await supervisor.until("wallboard_delta")), looks + 1
    assert looks <= 2, "one look may have begun before the second ticket"


async def test_an_open_wallboard_follows_the_journal_and_reads_the_floor_anew_where_that_was_wiped(
    people: People,
) -> None:
    supervisor, floor = await people.supervisor(), people.at.node.floor
    board = (await supervisor.until("wallboard"))["wallboard"]
    reads = floor.reads
    for number in range(1, 4):
        await people.waiting(item="MZ01")
        board = await until(supervisor, board, lambda now, number=number: now["waiting"] == number)
    assert floor.reads == reads
    await people.at.node.services.redis.flushall()
    board = await until(supervisor, board, lambda now: now["waiting"] == 0)
    assert floor.reads > reads


async def test_a_supervisor_sets_a_seat_on_break(people: People) -> None:
    agent, supervisor = await people.agent("S004"), await people.supervisor()
    await supervisor.done("pause_seat", seat="S004")
    shown = await agent.until("seat", lambda frame: frame["seat"]["reason"] == "supervisor")
    assert shown["seat"]["state"] == "paused"
    assert await supervisor.refused("pause_seat", seat="S999") == "seat_not_found"


async def test_a_booth_is_online_while_its_page_is_open(shared: Cluster) -> None:
    await shared.start()
    people = People(shared)
    name = shared.directory.places.booths()[0].id
    device = Device()
    device.booth = await booths.enrol(shared.database, await booths.new_code(shared.database, name), device.key)
    supervisor = await people.supervisor()
    board = (await supervisor.until("wallboard"))["wallboard"]
    booth = await people.citizen(booth=await device.proof(supervisor.http, people.at.url))
    board = await until(supervisor, board, lambda now: now["booths_online"] == [name])
    await booth.drop()
    await people.at.node.services.redis.zadd(people.at.node.services.keys.booths, {name: 1})
    await until(supervisor, board, lambda now: now["booths_online"] == [])
    await people.close()


async def test_the_wallboard_is_right_after_the_server_was_restarted(shared: Cluster) -> None:
    one = await shared.start()
    people = People(shared)
    await people.waiting(item="MZ01")
    shared.running.remove(one)
    await one.stop()
    await shared.start()
    supervisor = await people.supervisor()
    assert (await supervisor.until("wallboard"))["wallboard"]["waiting"] == 1
    await people.close()
