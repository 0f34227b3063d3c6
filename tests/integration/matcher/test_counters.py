"""Counters and board: what the scripts count live and what a replay of the journal gives are the same."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from redis.asyncio import Redis

from matcher import Queue, Rules
from matcher.board import Board
from matcher.counters import DayCounters
from protocol.events import Event
from runtime.clock import CHINA, ManualClock, day
from tests.integration.matcher.conftest import Hall, needs


async def a_morning(hall: Hall) -> None:
    """Five citizens: answered at once, answered late, gone at once, gone late, still waiting."""
    await hall.agent("S1", wrap_up_s=30)
    first = await hall.citizen()
    assert first.seat == "S1"
    await hall.accept("S1")
    second = await hall.citizen(needs(), needs(district=""))
    quick = await hall.citizen()
    hall.clock.advance(5)
    await hall.queue.tickets.leave(quick.ticket)
    slow = await hall.citizen(needs(district="PY"))
    await hall.later(85)
    await hall.queue.tickets.leave(slow.ticket)
    await hall.finish("S1")
    await hall.later(30)
    assert (await hall.seat("S1")).ticket == second.ticket
    await hall.accept("S1")
    hall.clock.advance(30)
    await hall.citizen()


async def test_live_counters_equal_the_replay(hall: Hall) -> None:
    await a_morning(hall)
    snapshot = await hall.queue.line.snapshot()
    replayed = Board()
    for event in await hall.journal(Event):
        replayed.apply(event)
    assert replayed.tally.of(day(snapshot.at_ms, CHINA)) == snapshot.counters


async def test_a_board_that_follows_the_journal_equals_a_fresh_one(hall: Hall) -> None:
    await a_morning(hall)
    board = Board.of(await hall.queue.line.snapshot())
    last = (await hall.queue.line.snapshot()).last_id
    await hall.agent("S2")
    await hall.accept("S2")
    await hall.queue.seats.pause("S1", "meal")
    await hall.finish("S1")
    for _, event in await hall.queue.journal.entries(last):
        board.apply(event)
    fresh = Board.of(await hall.queue.line.snapshot())
    assert board.seats == fresh.seats
    assert board.lanes() == fresh.lanes()
    assert board.counters(hall.clock.now_ms()) == fresh.counters(hall.clock.now_ms())


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("Pacific/Pago_Pago", "2026-03-02T11:00"),
        ("Europe/Paris", "2026-03-28T23:00"),  # the day whose clocks go from 02:00 to 03:00 begins
        ("Europe/Paris", "2026-03-29T22:00"),  # and ends, after 23 hours
    ],
)
async def test_counters_begin_anew_at_the_midnight_of_the_realm(redis: Redis, zone: str, midnight: str) -> None:
    before_ms = round(dt.datetime.fromisoformat(f"{midnight}+00:00").timestamp() * 1000) - 1
    clock = ManualClock(before_ms)
    hall = Hall(Queue(redis, "other", clock, Rules(zone=zone)), clock)
    for tickets in (2, 1):
        for _ in range(tickets):
            await hall.citizen()
        snapshot, totals = await hall.queue.line.snapshot(), await hall.queue.care.totals()
        assert snapshot.counters["taken"] == totals["taken"] == tickets
        clock.advance(0.001)
    tally = DayCounters(zone=ZoneInfo(zone))
    for event in await hall.journal(Event):
        tally.apply(event)
    assert [counts["taken"] for counts in tally.days.values()] == [2, 1]
    assert list(tally.days) == [day(at_ms, ZoneInfo(zone)) for at_ms in (before_ms, before_ms + 1)]


async def test_a_spoilt_counter_is_left_out_and_the_others_are_told(redis: Redis) -> None:
    clock = ManualClock(1_780_000_000_000)
    hall = Hall(Queue(redis, "other", clock, Rules()), clock)
    await hall.citizen()
    [counters] = [key async for key in redis.scan_iter("*count:*")]
    _ = await redis.hset(counters, mapping={b"answered": b"many", b"\xff": b"1"})
    totals = await hall.queue.care.totals()
    assert (totals["taken"], totals["waiting"], totals.get("answered")) == (1, 1, None)
