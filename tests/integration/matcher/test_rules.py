"""Who is chosen: order, head starts, flexible seats, named seats, districts, surges, appointments, places held."""

import json

import pytest

from matcher import NewTicket, Queue, Rules, Step
from protocol.errors import TicketNotWaiting
from protocol.events import ReservationMade, SeatsAlerted, TicketReturned
from protocol.priorities import Priority
from protocol.states import SeatState, TicketState
from tests.integration.matcher.conftest import Hall, able, needs


def by_rules(hall: Hall, rules: Rules) -> Hall:
    """The same hall under other rules."""
    hall.queue = Queue(hall.queue.redis, hall.queue.realm, hall.clock, rules)
    return hall


async def next_served(hall: Hall, seat: str) -> str:
    ticket = (await hall.accept(seat)).ticket
    await hall.finish(seat)
    return ticket


async def test_a_class_is_worth_its_head_start_and_never_more(hall: Hall) -> None:
    early = await hall.citizen(ticket="early")
    hall.clock.advance(601)
    await hall.citizen(ticket="elder", priority=Priority.PRIORITY)
    hall.clock.advance(1)
    await hall.citizen(ticket="normal")
    await hall.citizen(ticket="sos", priority=Priority.SOS)
    await hall.agent("S1")
    assert early.state is TicketState.WAITING
    assert [await next_served(hall, "S1") for _ in range(4)] == ["sos", "early", "elder", "normal"]


async def test_rare_skills_are_kept_free(hall: Hall) -> None:
    await hall.agent("both", able("MZ HJ"))
    hall.clock.advance(60)
    await hall.agent("only", able("MZ"))
    assert (await hall.citizen(needs("MZ"))).seat == "only"
    assert (await hall.citizen(needs("HJ"))).seat == "both"


async def test_among_equals_the_longest_idle_seat_is_chosen(hall: Hall) -> None:
    by_rules(hall, Rules(seat_rule="longest_idle"))
    await hall.agent("both", able("MZ HJ"))
    hall.clock.advance(60)
    await hall.agent("only", able("MZ"))
    assert (await hall.citizen(needs("MZ"))).seat == "both"


async def test_random_seats_are_all_chosen(hall: Hall) -> None:
    by_rules(hall, Rules(seat_rule="random"))
    for seat in ("S1", "S2", "S3"):
        await hall.agent(seat)
    chosen = set()
    for _ in range(30):
        ticket = await hall.citizen()
        chosen.add(ticket.seat)
        await hall.queue.tickets.leave(ticket.ticket)
    assert chosen == {"S1", "S2", "S3"}


async def test_levels_languages_authority_and_districts_are_exact(hall: Hall) -> None:
    await hall.agent("S1", able("MZ:3 HJ:1", "cmn yue", "HD PY", authority=2))
    for fitting in (needs("MZ:3"), needs("MZ:3 HJ"), needs("HJ", "yue", "PY"), needs("MZ", "", "", authority=2)):
        ticket = await hall.citizen(fitting)
        assert ticket.seat == "S1"
        await hall.queue.tickets.leave(ticket.ticket)
    for unfit in (
        needs("MZ:4"),
        needs("HJ:2"),
        needs("MZ", "eng"),
        needs("MZ", district="NS"),
        needs("MZ", authority=3),
    ):
        assert (await hall.citizen(unfit)).state is TicketState.WAITING


async def test_new_profiles_find_the_lanes_that_wait_for_them(hall: Hall) -> None:
    anywhere, here = await hall.citizen(needs(district="")), await hall.citizen(needs(district="NS"))
    assert (await hall.agent("S1", able(districts="NS"))).ticket == anywhere.ticket
    assert (await hall.agent("S2", able(districts="*"))).ticket == here.ticket


async def test_the_same_agent_as_before_is_the_first_wish(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.agent("S2", able("MZ HJ"))
    assert (await hall.citizen(needs(seat="S2"), needs())).seat == "S2"
    await hall.accept("S2")
    waiting = await hall.citizen(needs(seat="S2"), needs())
    assert waiting.state is TicketState.WAITING
    await hall.later(60)
    assert (await hall.ticket(waiting.ticket)).seat == "S1"


async def test_a_busy_named_seat_takes_its_own_ticket_in_turn(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    hall.clock.advance(1)
    other = await hall.citizen()
    hall.clock.advance(1)
    mine = await hall.citizen(needs(seat="S1"))
    served = [await next_served(hall, "S1") for _ in range(3)]
    assert served[1:] == [other.ticket, mine.ticket]


async def test_a_neighbour_s_ticket_waits_longer_where_districts_have_a_bias(hall: Hall) -> None:
    by_rules(hall, Rules(away_s=30))
    await hall.citizen(needs(district="PY"), ticket="far")
    hall.clock.advance(20)
    await hall.citizen(needs(district="HD"), ticket="near")
    hall.clock.advance(31)
    await hall.citizen(needs(district="HD"), ticket="late")
    await hall.agent("S1", able(districts="HD PY"), home="HD")
    assert [await next_served(hall, "S1") for _ in range(3)] == ["near", "far", "late"]


async def test_a_seat_of_the_own_district_is_chosen_before_a_neighbour_s(hall: Hall) -> None:
    await hall.agent("away", able(districts="HD"), home="PY")
    hall.clock.advance(9)
    await hall.agent("home", able("MZ HJ", districts="HD"), home="HD")
    assert (await hall.citizen(needs(district="HD"))).seat == "home"


async def test_in_a_surge_the_longest_queue_goes_first_but_not_before_an_emergency(hall: Hall) -> None:
    by_rules(hall, Rules(ticket_rule="longest_queue"))
    await hall.citizen(needs(district="PY"), ticket="old")
    for number in range(3):
        hall.clock.advance(1)
        await hall.citizen(needs(("MZ", "HJ")[number % 2], district="HD"), ticket=f"surge{number}")
    await hall.citizen(needs(district="PY"), ticket="sos", priority=Priority.SOS)
    await hall.agent("S1", able("MZ HJ", districts="HD PY"))
    served = [await next_served(hall, "S1") for _ in range(5)]
    assert served == ["sos", "surge0", "surge1", "old", "surge2"]


async def test_the_journal_says_why_this_seat_got_this_ticket(hall: Hall) -> None:
    await hall.citizen()
    hall.clock.advance(7)
    await hall.agent("S1")
    (made,) = await hall.journal(ReservationMade)
    told = json.loads(made.explain)
    assert (told["rule"], told["by"], told["rivals"], told["waited_ms"]) == ("first_come", "seat", 1, 7000)
    assert (await hall.ticket(made.ticket)).explain == made.explain


async def test_an_appointment_on_time_has_its_head_start_and_a_late_one_queues(hall: Hall) -> None:
    at_ms = hall.clock.now_ms() + 3_600_000
    steps = (await hall.citizen(ticket="x")).needs
    new = [await schedule(hall, name, at_ms) for name in ("on_time", "late", "never")]
    assert {row.state for row in new} == {TicketState.SCHEDULED}
    assert steps.district == "HD"
    hall.clock.advance(3600 + 300)
    assert (await hall.queue.tickets.arrive("on_time")).priority is Priority.APPOINTMENT
    hall.clock.advance(299)
    await hall.queue.seats.sweep()
    hall.clock.advance(1)
    assert await hall.queue.seats.sweep() == 2
    assert (await hall.ticket("never")).state is TicketState.NO_SHOW
    with pytest.raises(TicketNotWaiting):
        await hall.queue.tickets.arrive("late")
    assert (await hall.queue.tickets.recall("late")).priority is Priority.NORMAL


async def schedule(hall: Hall, name: str, at_ms: int):
    return await hall.queue.tickets.schedule(NewTicket(name, (Step(0, needs()),)), at_ms)


async def test_an_early_comer_takes_no_advantage_of_the_appointment(hall: Hall) -> None:
    await schedule(hall, "T", hall.clock.now_ms() + 3_600_000)
    row = await hall.queue.tickets.arrive("T")
    assert (row.priority, int(row.score)) == (Priority.NORMAL, hall.clock.now_ms())


async def test_an_elder_keeps_the_own_head_start_when_an_appointment_is_missed(hall: Hall) -> None:
    at_ms = hall.clock.now_ms() + 3_600_000
    steps = (Step(0, needs()),)
    for name, priority in (("elder", Priority.PRIORITY), ("dropped", Priority.RETURNING)):
        await hall.queue.tickets.schedule(NewTicket(name, steps, priority), at_ms)
    early = await hall.queue.tickets.arrive("elder")
    assert (early.priority, int(early.score)) == (Priority.PRIORITY, hall.clock.now_ms() - 600_000)
    hall.clock.advance(3600)
    on_time = await hall.queue.tickets.arrive("dropped")
    assert (on_time.priority, int(on_time.score)) == (Priority.RETURNING, hall.clock.now_ms() - 3_600_000)


async def test_a_call_that_was_lost_comes_back_before_those_who_came_within_an_hour(hall: Hall) -> None:
    await hall.citizen(ticket="lost")
    await hall.agent("S1")
    row = await hall.accept("S1")
    urgent = await hall.citizen(ticket="sos", priority=Priority.SOS)
    on_time = await hall.citizen(ticket="appointment", priority=Priority.APPOINTMENT)
    back = await hall.queue.seats.give_back("lost", row.fence, "seat_lost")
    assert (back.priority, int(back.score)) == (Priority.RETURNING, back.arrived_ms - 3_600_000)
    assert urgent.score < back.score < on_time.score
    await hall.agent("S2")
    await hall.agent("S3")
    assert ((await hall.seat("S2")).ticket, (await hall.seat("S3")).ticket) == ("sos", "lost")
    await hall.accept("S2")
    lost_too = await hall.queue.seats.give_back("sos", (await hall.ticket("sos")).fence, "seat_lost")
    assert lost_too.priority is Priority.SOS, "its own head start is worth more"
    again = await hall.queue.tickets.take(hall.new(ticket="lost"))
    assert again.ticket == "lost", "the same wish is still the same"


async def test_a_call_that_is_handed_on_keeps_its_class(hall: Hall) -> None:
    ticket = await hall.citizen(ticket="T")
    await hall.agent("S1")
    row = await hall.accept("S1")
    handed_on = await hall.queue.seats.give_back("T", row.fence, "transferred")
    assert (handed_on.priority, handed_on.score) == (Priority.NORMAL, ticket.score)


async def test_a_place_is_held_and_stands_where_it_stood(hall: Hall) -> None:
    first, second = await hall.citizen(), await hall.citizen()
    await hall.queue.tickets.hold(first.ticket, 600)
    assert (await hall.agent("S1")).ticket == second.ticket
    await hall.later(300)
    third = await hall.citizen()
    await hall.queue.tickets.resume(first.ticket)
    await hall.queue.seats.ready("S1")
    served = [await next_served(hall, "S1") for _ in range(2)]
    assert third.ticket not in served


async def test_a_place_held_too_long_is_given_up(hall: Hall) -> None:
    ticket = await hall.citizen()
    await hall.queue.tickets.hold(ticket.ticket, 600)
    await hall.later(600)
    assert (await hall.ticket(ticket.ticket)).state is TicketState.ABANDONED


async def test_a_page_that_is_gone_gives_up_its_place_unless_it_is_seen(hall: Hall) -> None:
    gone, here = [await hall.citizen(page_lease_s=120) for _ in range(2)]
    hall.clock.advance(100)
    await hall.queue.tickets.seen([here.ticket, "unknown"])
    await hall.later(20)
    assert (await hall.ticket(gone.ticket)).state is TicketState.ABANDONED
    assert (await hall.ticket(here.ticket)).state is TicketState.WAITING


async def test_a_citizen_gone_while_it_rings_gives_the_seat_its_place_back(hall: Hall) -> None:
    await hall.agent("S1")
    hall.clock.advance(1)
    await hall.agent("S2")
    ticket = await hall.citizen(page_lease_s=10)
    assert ticket.seat == "S1"
    await hall.later(10)
    assert (await hall.citizen()).seat == "S1"


async def test_no_show_in_a_hall_can_be_called_again(hall: Hall) -> None:
    await hall.agent("W1", duty="part")
    first, second = await hall.citizen(), await hall.citizen()
    called = await hall.queue.seats.call_next("W1", "one")
    assert called is not None
    assert called.ticket == first.ticket
    assert (await hall.queue.tickets.no_show(first.ticket)).state is TicketState.NO_SHOW
    assert (await hall.seat("W1")).state is SeatState.IDLE
    await hall.queue.tickets.recall(first.ticket)
    again = await hall.queue.seats.call_next("W1", "two")
    assert again is not None
    assert again.ticket == first.ticket
    assert second.state is TicketState.WAITING


async def test_a_full_hall_and_a_video_seat_share_one_line(hall: Hall) -> None:
    tickets = [(await hall.citizen()).ticket for _ in range(2)]
    await hall.agent("W1", duty="part")
    called = await hall.queue.seats.call_next("W1", "one")
    assert called is not None
    assert (called.ticket, (await hall.agent("S1")).ticket) == tuple(tickets)
    assert await hall.queue.seats.call_next("W1", "one") == called, "the same call again is the same answer"


async def test_a_silent_part_time_seat_pays_nothing(hall: Hall) -> None:
    await hall.agent("P1", duty="part")
    ticket = await hall.citizen()
    await hall.later(3600)
    assert (await hall.seat("P1")).state is SeatState.IDLE
    assert [event.seats for event in await hall.journal(SeatsAlerted)] == ["P1"]
    assert (await hall.queue.seats.claim("P1", ticket.ticket, "S")).state is TicketState.SERVING


async def test_a_transferred_ticket_goes_to_its_new_needs_at_its_old_place(hall: Hall) -> None:
    from matcher import Step

    await hall.agent("S1", able("MZ HJ"))
    ticket = await hall.citizen()
    served = await hall.accept("S1")
    hall.clock.advance(60)
    other = await hall.citizen(needs("HJ"))
    row = await hall.queue.seats.give_back(ticket.ticket, served.fence, "transferred", (Step(0, needs("HJ")),))
    assert (row.state, row.needs.skills[0].skill) == (TicketState.WAITING, "HJ")
    assert (await hall.seat("S1")).ticket == other.ticket, "not back to the one who handed it on"
    assert (await hall.agent("S2", able("HJ"))).ticket == ticket.ticket
    assert [event.why for event in await hall.journal(TicketReturned)] == ["transferred"]


async def test_pause_and_sign_out_during_a_call_count_from_its_end(hall: Hall) -> None:
    for seat, away in (("S1", "pause"), ("S2", "out")):
        await hall.agent(seat, wrap_up_s=30)
        await hall.citizen()
        await hall.accept(seat)
        row = await (hall.queue.seats.pause(seat, "supervisor") if away == "pause" else hall.queue.seats.sign_out(seat))
        assert row.state is SeatState.SERVING
        await hall.finish(seat)
    await hall.later(30)
    assert (await hall.seat("S1")).reason == "supervisor"
    assert (await hall.seat("S2")).state is SeatState.OFFLINE


async def test_the_newer_of_two_windows_wins(hall: Hall) -> None:
    await hall.agent("S1", window="old")
    await hall.agent("S1", window="new", ready=False)
    assert (await hall.seat("S1")).state is SeatState.IDLE, "a second window changes nothing else"
    assert await hall.queue.seats.heartbeat({"S1": "old"}) == ["S1"]
    assert await hall.queue.seats.heartbeat({"S1": "new"}) == []


async def test_a_seat_with_new_abilities_is_matched_at_once(hall: Hall) -> None:
    await hall.agent("S1", able("MZ"))
    ticket = await hall.citizen(needs("HJ"))
    assert (await hall.agent("S1", able("MZ HJ"), ready=False)).ticket == ticket.ticket


async def test_several_misses_may_be_allowed(hall: Hall) -> None:
    by_rules(hall, Rules(misses_max=2, shun_alone_s=5))
    await hall.agent("S1")
    await hall.citizen()
    await hall.later(20)
    assert (await hall.seat("S1")).state is SeatState.IDLE
    await hall.later(5)
    await hall.later(20)
    assert (await hall.seat("S1")).reason == "missed"


async def test_a_ticket_that_both_seats_refused_waits(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.agent("S2")
    await hall.queue.seats.pause("S2", "meal")
    ticket = (await hall.citizen()).ticket
    await hall.decline("S1")
    assert (await hall.ticket(ticket)).state is TicketState.WAITING
    assert (await hall.queue.seats.ready("S2")).ticket == ticket
    await hall.accept("S2")
    row = await hall.ticket(ticket)
    await hall.queue.seats.pause("S1", "break")
    await hall.queue.seats.ready("S1")
    handed_on = await hall.queue.seats.give_back(ticket, row.fence, "transferred")
    assert handed_on.state is TicketState.WAITING, "both had their say"


async def test_a_ticket_handed_on_does_not_ring_at_the_same_seat(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = (await hall.citizen()).ticket
    row = await hall.accept("S1")
    handed_on = await hall.queue.seats.give_back(ticket, row.fence, "transferred")
    assert handed_on.state is TicketState.WAITING
    await hall.agent("S2")
    assert (await hall.ticket(ticket)).seat == "S2"
