"""Machines fail: nobody is lost, nobody goes to the end of the line, nobody is served twice."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis, RedisCluster

from matcher import NewTicket, Queue, Rules, SessionNote, Step
from protocol.errors import ClockWrong, QueueUnavailable, ReservationStale
from protocol.events import ReservationExpired, ReservationRescinded
from protocol.states import PauseReason, SeatState, TicketState
from runtime.clock import ManualClock, SystemClock
from runtime.engines import EmbeddedValkey
from tests.integration.matcher.conftest import Hall, able, needs
from tests.support.engines import valkey_cluster, valkey_pair


async def test_a_server_that_forgot_its_scripts_is_told_them_again(hall: Hall, redis: Redis) -> None:
    await hall.agent("S1")
    await redis.function_flush()
    assert (await hall.citizen()).seat == "S1"


async def test_a_forgotten_library_is_compiled_once_however_many_ask_for_it(hall: Hall, redis: Redis) -> None:
    await redis.function_flush()
    await redis.config_resetstat()
    await asyncio.gather(*(hall.citizen() for _ in range(40)))
    loads = (await redis.info("commandstats"))["cmdstat_function|load"]
    assert loads["calls"] - loads["failed_calls"] == 1
    assert await redis.zcard(hall.queue.key("line")) == 40


@pytest.mark.parametrize("ending", ["restart", "kill"])
async def test_a_server_that_comes_back_has_every_ticket_in_its_place(tmp_path: Path, ending: str) -> None:
    clock = ManualClock()
    async with EmbeddedValkey(tmp_path, appendfsync="always") as server, server.client() as redis:
        hall = Hall(Queue(redis, "hd", clock), clock)
        await hall.agent("S1")
        tickets = [(await hall.citizen()).ticket for _ in range(4)]
        await hall.accept("S1")
        before = await hall.queue.line.snapshot()
        if ending == "kill":
            await server.kill()
            with pytest.raises(QueueUnavailable):
                await hall.queue.tickets.find(tickets[0])
            await server.start()
        else:
            await server.restart()
        assert await hall.queue.line.snapshot() == before
        assert await hall.queue.care.check() == []
        assert (await hall.finish("S1")).ticket == tickets[1]


async def test_a_replica_that_takes_over_goes_on_with_higher_fences(tmp_path: Path) -> None:
    clock = SystemClock()
    async with valkey_pair(tmp_path) as (primary, replica), primary.client() as first, replica.client() as second:
        hall = Hall(Queue(first, "hd", ManualClock(clock.now_ms())), ManualClock(clock.now_ms()))
        await hall.agent("S1")
        ticket = await hall.citizen()
        with pytest.raises(QueueUnavailable):
            await Queue(second, "hd", clock).tickets.leave(ticket.ticket)
        await first.execute_command("WAIT", 1, 2000)
        await primary.kill()
        await second.execute_command("REPLICAOF", "NO", "ONE")
        later = ManualClock(clock.now_ms() + 2000)
        hall = Hall(Queue(second, "hd", later), later)
        await hall.accept("S1")
        await hall.finish("S1")
        assert (await hall.citizen(ticket="later")).fence > ticket.fence
        assert await hall.queue.care.check() == []


async def test_after_a_wipe_citizens_stand_where_their_stubs_say(hall: Hall, redis: Redis) -> None:
    await hall.agent("S1")
    ringing = await hall.citizen()
    hall.clock.advance(10)
    early = await hall.citizen()
    hall.clock.advance(10)
    late = await hall.citizen()
    await redis.flushall()
    hall.clock.advance(5)
    assert (await hall.queue.seats.heartbeat(hall.windows)).unknown == ["S1"]
    for stub in (late, early, ringing):  # they come back in any order
        await hall.citizen(ticket=stub.ticket, arrived_ms=stub.arrived_ms)
    await hall.agent("S1")
    again = await hall.seat("S1")
    assert again.ticket == ringing.ticket
    assert again.fence > ringing.fence
    with pytest.raises(ReservationStale):
        await hall.queue.seats.accept("S1", ringing.reservation, ringing.fence, "old")
    await hall.accept("S1")
    assert (await hall.finish("S1")).ticket == early.ticket


async def test_a_clock_that_goes_back_breaks_nothing(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    waiting = await hall.citizen()
    hall.clock.advance(-3600)
    assert await hall.queue.seats.sweep() == 0
    row = await hall.accept("S1")
    assert (row.ticket, row.waited_ms) == (ticket.ticket, 0)
    assert (await hall.finish("S1")).ticket == waiting.ticket
    assert (await hall.seat("S1")).fence > row.fence


async def test_a_sweeper_whose_clock_is_wrong_is_refused(redis: Redis) -> None:
    clock = ManualClock(SystemClock().now_ms() + 3_600_000)
    hall = Hall(Queue(redis, "hd", clock, Rules(skew_s=30)), clock)
    await hall.agent("S1")
    ticket = await hall.citizen()
    clock.advance(60)
    with pytest.raises(ClockWrong):
        await hall.queue.seats.sweep()
    assert (await hall.ticket(ticket.ticket)).state is TicketState.RESERVED


async def test_a_node_that_slept_for_a_minute_comes_back_with_stale_tokens(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    slept = await hall.seat("S1")
    await hall.later(60)
    await hall.agent("S2")
    served = await hall.accept("S2")
    for call in (
        hall.queue.seats.accept("S1", slept.reservation, slept.fence, "S"),
        hall.queue.seats.decline("S1", slept.reservation, slept.fence),
        hall.queue.seats.finish(served.ticket, slept.fence),
        hall.queue.seats.give_back(served.ticket, slept.fence, "seat_lost"),
    ):
        with pytest.raises(ReservationStale):
            await call
    assert (await hall.ticket(served.ticket)).state is TicketState.SERVING


async def test_repair_rebuilds_every_index_from_the_records(hall: Hall, redis: Redis) -> None:
    await hall.agent("S1")
    await hall.agent("S2", able("HJ"))
    tickets = [await hall.citizen() for _ in range(3)]
    await hall.citizen(needs("SB"))
    prefix = hall.queue.journal_key.removesuffix("journal")
    async for key in redis.scan_iter(f"{prefix}wait:*"):
        await redis.delete(key)
    await redis.delete(f"{prefix}heads", f"{prefix}line", f"{prefix}idle_heads", f"{prefix}working")
    await redis.hset(f"{prefix}seat:S1", "ticket", "nobody")
    assert await hall.queue.care.check()
    assert await hall.queue.care.check(repair=True) == []
    assert (await hall.seat("S1")).state is SeatState.PAUSED
    assert (await hall.queue.seats.ready("S1")).ticket == tickets[0].ticket


async def test_repair_loses_no_idle_seat_and_matches_it(hall: Hall, redis: Redis) -> None:
    await hall.agent("S1")
    prefix = hall.queue.journal_key.removesuffix("journal")
    async for key in redis.scan_iter(f"{prefix}idle*"):
        await redis.delete(key)
    waits = await hall.citizen()
    assert waits.state is TicketState.WAITING
    assert {violation.rule for violation in await hall.queue.care.check()} >= {"idle_index", "work_conservation"}
    assert await hall.queue.care.check(repair=True) == []
    assert (await hall.ticket(waits.ticket)).seat == "S1"


async def test_realms_of_one_server_do_not_see_each_other(redis: Redis, clock: ManualClock) -> None:
    halls = [Hall(Queue(redis, realm, clock), clock) for realm in ("hd", "py")]
    await halls[0].agent("S1")
    assert (await halls[1].citizen(ticket="T1")).state is TicketState.WAITING
    assert (await halls[0].citizen(ticket="T1")).state is TicketState.RESERVED
    assert await halls[1].queue.seats.find("S1") is None


async def test_realms_live_on_a_cluster_of_three(tmp_path: Path) -> None:
    clock = ManualClock()
    async with valkey_cluster(tmp_path) as nodes, RedisCluster.from_url(nodes[0].tcp_url) as cluster:
        nodes_of = set()
        for realm in ("hd", "py", "nh", "zc", "th", "by"):
            hall = Hall(Queue(cluster, realm, clock), clock)
            await hall.agent("S1")
            waiting = [await hall.citizen(needs(), needs(district="")) for _ in range(3)]
            served = await hall.accept("S1")
            await hall.finish("S1")
            await hall.later(61)
            body = '{"type":"chatted","text":"x"}'
            await hall.queue.journal.note(served.session, served.ticket, [SessionNote("chatted", body, "seat")])
            await hall.queue.tickets.number("HD:MZ", "20260101")
            assert [place.place for place in await hall.queue.line.places([waiting[2].ticket])] == [2]
            assert await hall.queue.care.check() == []
            assert len(await hall.queue.journal.entries()) > 10
            nodes_of.add(cluster.keyslot(hall.queue.journal_key) * 3 // 16384)
        assert len(nodes_of) > 1


async def test_the_same_policy_is_stored_once(hall: Hall, redis: Redis) -> None:
    steps = (Step(0, needs()), Step(60, needs(district="")))
    for number in range(5):
        await hall.queue.tickets.take(NewTicket(f"P{number}", steps))
    assert len([key async for key in redis.scan_iter("*policy:*")]) == 1


async def test_a_citizen_who_left_with_the_lost_seat_is_no_ghost_at_the_head(hall: Hall) -> None:
    served = await hall.citizen(page_lease_s=120)
    await hall.agent("S1")
    row = await hall.accept("S1")
    await hall.queue.seats.give_back(row.ticket, row.fence, "seat_lost")
    assert (await hall.ticket(served.ticket)).state is TicketState.WAITING
    assert await hall.queue.care.check() == []
    await hall.later(121)
    assert (await hall.ticket(served.ticket)).state is TicketState.ABANDONED


async def test_a_waiting_ticket_without_its_page_s_lease_is_found_and_given_one(hall: Hall, redis: Redis) -> None:
    ghost = await hall.citizen(page_lease_s=120)
    await redis.zrem(hall.queue.key("due"), f"page|{ghost.ticket}")
    assert [one.rule for one in await hall.queue.care.check()] == ["nothing_forgotten"]
    assert await hall.queue.care.check(repair=True) == []
    await hall.later(121)
    assert (await hall.ticket(ghost.ticket)).state is TicketState.ABANDONED


async def test_a_ring_that_nobody_could_answer_while_the_queue_was_away_is_no_miss(hall: Hall, redis: Redis) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    rang = await hall.seat("S1")
    await hall.queue.seats.sweep(30)
    await redis.hset(hall.queue.key("swept"), "at", 1)  # the server and all nodes were away since then
    hall.clock.advance(60)
    await hall.queue.seats.sweep(30)
    rings = await hall.seat("S1")
    assert (rings.state, rings.ticket) == (SeatState.RESERVED, ticket.ticket)
    assert rings.fence > rang.fence
    told = [event for _, event in await hall.queue.journal.entries()]
    assert [one.why for one in told if isinstance(one, ReservationRescinded)] == ["queue_away"]
    assert not [one for one in told if isinstance(one, ReservationExpired)]

    hall.clock.advance(21)  # the queue is back, and still patient with leases: who does not answer now has missed it
    await hall.queue.seats.sweep(30)
    seat = await hall.seat("S1")
    assert (seat.state, seat.reason) == (SeatState.PAUSED, "missed")
    assert await hall.queue.care.check() == []


async def test_a_spoilt_ticket_or_seat_keeps_no_other_one_from_its_lease(hall: Hall, redis: Redis) -> None:
    windows = {(await hall.agent(seat)).seat: hall.windows[seat] for seat in ("S1", "S2")}
    for seat in windows:
        await hall.queue.seats.pause(seat, PauseReason.BREAK)
    spoilt, good = await hall.citizen(page_lease_s=40), await hall.citizen(page_lease_s=40)
    for name in (f"ticket:{spoilt.ticket}", "seat:S1"):
        await redis.delete(hall.queue.key(name))
        await redis.set(hall.queue.key(name), "spoilt")
    hall.clock.advance(10)
    now_ms = hall.clock.now_ms()
    await hall.queue.tickets.seen([spoilt.ticket, good.ticket])
    beats = await hall.queue.seats.heartbeat(windows)
    assert (list(beats), beats.unknown) == ([], [])
    due = {name: await redis.zscore(hall.queue.key("due"), name) for name in (f"page|{good.ticket}", "beat|S2")}
    assert due[f"page|{good.ticket}"] == now_ms + 40_000
    assert (due["beat|S2"] or 0) > now_ms
    assert await redis.hkeys(hall.queue.key("aside")) == [f"page|{spoilt.ticket}".encode(), b"beat|S1"]
    await redis.flushall()  # what is spoilt has no place in the invariants
