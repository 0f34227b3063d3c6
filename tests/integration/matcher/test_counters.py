"""Counters and board: what the scripts count live and what a replay of the journal gives are the same."""

from matcher.board import Board
from protocol.events import Event
from runtime.clock import day
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
    await hall.queue.leave(quick.ticket)
    slow = await hall.citizen(needs(district="PY"))
    await hall.later(85)
    await hall.queue.leave(slow.ticket)
    await hall.finish("S1")
    await hall.later(30)
    assert (await hall.seat("S1")).ticket == second.ticket
    await hall.accept("S1")
    hall.clock.advance(30)
    await hall.citizen()


async def test_live_counters_equal_the_replay(hall: Hall) -> None:
    await a_morning(hall)
    snapshot = await hall.queue.snapshot()
    replayed = Board()
    for event in await hall.journal(Event):
        replayed.apply(event)
    assert replayed.tally.of(day(snapshot.at_ms)) == snapshot.counters


async def test_a_board_that_follows_the_journal_equals_a_fresh_one(hall: Hall) -> None:
    await a_morning(hall)
    board = Board.of(await hall.queue.snapshot())
    last = (await hall.queue.snapshot()).last_id
    await hall.agent("S2")
    await hall.accept("S2")
    await hall.queue.pause("S1", "meal")
    await hall.finish("S1")
    for _, event in await hall.queue.entries(last):
        board.apply(event)
    fresh = Board.of(await hall.queue.snapshot())
    assert board.seats == fresh.seats
    assert board.lanes() == fresh.lanes()
    assert board.counters(hall.clock.now_ms()) == fresh.counters(hall.clock.now_ms())
