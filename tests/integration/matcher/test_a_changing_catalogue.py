"""The catalogue changes while tickets wait: they keep their place and go on by the new steps; rules are one set."""

import msgspec
from redis.asyncio import Redis

from matcher import Queue, Rules, Step
from matcher.board import Board
from protocol.events import ReservationMade, TicketChanged
from protocol.priorities import HEAD_START_S, Priority
from runtime.clock import ManualClock
from tests.integration.matcher.conftest import Hall, able, needs


async def test_a_waiting_ticket_takes_other_steps_and_keeps_its_place(hall: Hall) -> None:
    first, second = await hall.citizen(), await hall.citizen(needs("YS"))
    assert await hall.queue.tickets.change(first.ticket, (Step(0, needs("YS")),), '{"number":"MZ001"}')
    row = await hall.ticket(first.ticket)
    assert (row.score, row.about, row.needs.skills[0].skill) == (first.score, '{"number":"MZ001"}', "YS")
    assert [place.place for place in await hall.queue.line.places([first.ticket, second.ticket])] == [1, 2]
    assert (await hall.agent("S1", able("YS"))).ticket == first.ticket


async def test_the_same_change_again_changes_nothing(hall: Hall) -> None:
    ticket = await hall.citizen()
    assert await hall.queue.tickets.change(ticket.ticket, (Step(0, needs("YS")),), "{}")
    assert not await hall.queue.tickets.change(ticket.ticket, (Step(0, needs("YS")),), "{}")
    assert len(await hall.journal(TicketChanged)) == 1
    assert await hall.queue.care.check() == []


async def test_new_steps_whose_time_has_come_are_in_force_at_once_and_later_ones_in_their_time(hall: Hall) -> None:
    ticket = await hall.citizen()
    await hall.later(70)
    steps = (
        Step(0, needs()),
        Step(60, needs(district=""), ("district",)),
        Step(90, needs("MZ", "", ""), ("language",)),
    )
    assert await hall.queue.tickets.change(ticket.ticket, steps, "{}")
    assert (await hall.ticket(ticket.ticket)).relaxed == ("district",)
    await hall.later(19)
    assert (await hall.ticket(ticket.ticket)).step == 1
    await hall.later(1)
    assert (await hall.ticket(ticket.ticket)).relaxed == ("district", "language")


async def test_a_change_that_an_idle_seat_fits_rings_it(hall: Hall) -> None:
    await hall.agent("S1", able("YS"))
    ticket = await hall.citizen()
    assert await hall.queue.tickets.change(ticket.ticket, (Step(0, needs("YS")),), "{}")
    assert [event.seat for event in await hall.journal(ReservationMade)] == ["S1"]
    assert await hall.queue.care.check() == []


async def test_a_held_ticket_and_a_callback_change_too_but_one_that_rings_or_is_served_does_not(hall: Hall) -> None:
    held, away = await hall.citizen(), await hall.citizen()
    await hall.queue.tickets.hold(held.ticket, 300)
    await hall.queue.tickets.callback(away.ticket, hall.clock.now_ms() + 600_000)
    for one in (held, away):
        assert await hall.queue.tickets.change(one.ticket, (Step(0, needs("YS")),), "{}")
    ringing = await hall.citizen()
    await hall.agent("S1")
    assert not await hall.queue.tickets.change(ringing.ticket, (Step(0, needs("YS")),), "{}")
    await hall.accept("S1")
    assert not await hall.queue.tickets.change(ringing.ticket, (Step(0, needs("YS")),), "{}")
    await hall.queue.tickets.resume(held.ticket)
    assert (await hall.agent("S2", able("YS"))).ticket == held.ticket
    assert not await hall.queue.tickets.change("nobody", (Step(0, needs()),), "{}")
    assert await hall.queue.care.check() == []


async def test_a_board_that_follows_the_journal_shows_the_change(hall: Hall) -> None:
    ticket = await hall.citizen()
    board, last = Board.of(await hall.queue.line.snapshot()), (await hall.queue.line.snapshot()).last_id
    await hall.queue.tickets.change(ticket.ticket, (Step(0, needs("YS")),), "{}")
    for _, event in await hall.queue.journal.entries(last):
        board.apply(event)
    assert board.lanes() == Board.of(await hall.queue.line.snapshot()).lanes()


async def test_all_open_tickets_are_found_once_the_catalogue_changed(hall: Hall) -> None:
    tickets = {(await hall.citizen()).ticket for _ in range(7)}
    assert {one async for some in hall.queue.tickets.open_tickets() for one in some} == tickets


async def test_of_two_nodes_the_newer_rules_are_in_force_for_both_also_after_a_restart(
    redis: Redis, clock: ManualClock
) -> None:
    # a server's functions remember a realm's rules longer than its keys: no other test has this realm
    old = Queue(redis, "rules", clock, Rules(version=1, ring_s=20))
    new = Queue(redis, "rules", clock, Rules(version=1, ring_s=20))
    assert await new.adopt(Rules(version=2, ring_s=45)) == 2
    hall = Hall(old, clock)
    await hall.citizen()
    await hall.agent("S1")
    [made] = await hall.journal(ReservationMade)
    assert made.deadline_ms - made.at_ms == 45_000
    await redis.execute_command("FUNCTION", "FLUSH")  # what a restarted server has forgotten, too
    await hall.citizen(ticket="second")
    await hall.agent("S2")
    assert [event.deadline_ms - event.at_ms for event in await hall.journal(ReservationMade)] == [45_000, 45_000]
    assert await old.adopt(Rules(version=1, ring_s=20)) == 2


async def test_a_node_that_has_the_catalogue_before_changes_no_ticket_back(redis: Redis, clock: ManualClock) -> None:
    old = Queue(redis, "before", clock, Rules(version=1))
    new = Queue(redis, "before", clock, Rules(version=2))
    ticket = (await Hall(old, clock).citizen()).ticket
    assert await new.tickets.change(ticket, (Step(0, needs("YS")),), '{"number":"2"}')
    assert not await old.tickets.change(ticket, (Step(0, needs()),), '{"number":"1"}')
    row = await new.tickets.find(ticket)
    assert row is not None
    assert (row.about, row.needs.skills[0].skill) == ('{"number":"2"}', "YS")


async def test_head_starts_are_those_of_the_rules(redis: Redis, clock: ManualClock) -> None:
    rules = Rules(head_start_s={**HEAD_START_S, Priority.PRIORITY: 60.0})
    hall = Hall(Queue(redis, "realm", clock, rules), clock)
    usual = await hall.citizen()
    soon = await hall.citizen(priority=Priority.PRIORITY)
    assert round((usual.score - soon.score) / 1000) == 60
    assert msgspec.structs.asdict(rules)["version"] == 0
