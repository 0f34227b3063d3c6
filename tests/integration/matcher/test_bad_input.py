"""What must be refused, with a clear error, and change nothing."""

import pytest
from redis.asyncio import Redis

from matcher import NewTicket, Queue, Rules, SeatCard, SessionNote, Step
from matcher.journal_verbs import How
from protocol.errors import (
    BadInput,
    PolicyNeverMatches,
    ReservationStale,
    SeatNotAble,
    SeatNotFound,
    TicketIdTaken,
    TicketNotFound,
    TicketNotWaiting,
)
from protocol.events import BoothChanged, SessionNoted
from protocol.skills import Abilities, Needs, SkillNeed
from runtime.clock import ManualClock
from tests.integration.matcher.conftest import Hall, able, needs

EMPTY = Needs()
BAD_NEEDS = {
    "empty": EMPTY,
    "a level of six": needs("MZ:6"),
    "a level of zero": Needs((SkillNeed("MZ", 0),)),
    "a skill twice": needs("MZ:1 MZ:2"),
    "a skill without a name": Needs((SkillNeed(""),)),
    "authority out of range": needs(authority=9),
    "any district as a need": needs(district="*"),
}


@pytest.fixture
def rules() -> Rules:
    """A realm that knows which skills there are."""
    return Rules(skills=frozenset({"MZ", "HJ", "SB"}))


@pytest.mark.parametrize("bad", BAD_NEEDS.values(), ids=BAD_NEEDS)
async def test_bad_needs_are_refused(hall: Hall, redis: Redis, bad: Needs) -> None:
    with pytest.raises(BadInput):
        await hall.citizen(bad)
    with pytest.raises(BadInput):
        await hall.citizen(needs(), bad)
    assert await redis.keys("*") == []


@pytest.mark.parametrize(
    "steps",
    [
        (Step(0, needs()), Step(60, needs())),
        (Step(0, needs()), Step(0, needs(district=""))),
        (Step(0, needs()), Step(60, needs(district="")), Step(30, needs(language=""))),
        (Step(5, needs()),),
    ],
    ids=["relaxes nothing", "at once", "before the step before", "no step at first"],
)
async def test_a_policy_with_a_step_that_can_never_be_is_refused(hall: Hall, redis: Redis, steps) -> None:
    with pytest.raises(PolicyNeverMatches):
        await hall.queue.tickets.take(NewTicket("T", steps))
    assert await redis.keys("*") == []


async def test_no_steps_and_bad_ids_are_refused(hall: Hall) -> None:
    for new in (NewTicket("T", ()), NewTicket("", (Step(0, needs()),)), NewTicket("a|b", (Step(0, needs()),))):
        with pytest.raises(BadInput):
            await hall.queue.tickets.take(new)


async def test_an_unknown_skill_is_refused_on_both_sides(hall: Hall) -> None:
    with pytest.raises(BadInput) as refused:
        await hall.citizen(needs("XX"))
    assert refused.value.params["skill"] == "XX"
    with pytest.raises(BadInput):
        await hall.agent("S1", able("XX"))


@pytest.mark.parametrize("seat", ["", "a|b", "a,b"])
async def test_a_malformed_seat_is_refused(hall: Hall, seat: str) -> None:
    with pytest.raises(BadInput):
        await hall.agent(seat)


@pytest.mark.parametrize(
    "card",
    [
        SeatCard("S1", able("MZ:7")),
        SeatCard("S1", able("MZ MZ")),
        SeatCard("S1", able(authority=7)),
        SeatCard("S1", able(), lease_s=0),
    ],
)
async def test_abilities_out_of_range_are_refused(hall: Hall, card: SeatCard) -> None:
    with pytest.raises(BadInput):
        await hall.queue.seats.sign_in(card)
    assert await hall.queue.seats.find("S1") is None


async def test_a_seat_cannot_announce_what_it_does_not_hold(redis: Redis, clock: ManualClock) -> None:
    known = {"S1": able("MZ:3", "cmn", "HD", authority=2)}
    queue = Queue(redis, "hd", clock, Rules(), known.get)
    await queue.seats.sign_in(SeatCard("S1", able("MZ:2", "cmn", "HD", authority=2)))
    for more in (
        able("MZ:4", "cmn", "HD", 2),
        able("MZ HJ", "cmn", "HD", 2),
        able("MZ", "cmn yue", "HD", 2),
        able("MZ", "cmn", "*", 2),
        able("MZ", "cmn", "HD", 3),
    ):
        with pytest.raises(SeatNotAble):
            await queue.seats.sign_in(SeatCard("S1", more))
    with pytest.raises(SeatNotFound):
        await queue.seats.sign_in(SeatCard("S9", Abilities()))
    row = await queue.seats.find("S1")
    assert row is not None
    assert row.abilities.skills == (SkillNeed("MZ", 2),)


async def test_the_same_id_for_another_ticket_is_refused(hall: Hall) -> None:
    await hall.citizen(ticket="T")
    with pytest.raises(TicketIdTaken):
        await hall.citizen(needs("HJ"), ticket="T")


async def test_unknown_tickets_and_seats_are_told_so(hall: Hall) -> None:
    await hall.agent("S1")
    for call in (
        hall.queue.tickets.leave("nobody"),
        hall.queue.tickets.hold("nobody", 5),
        hall.queue.tickets.resume("nobody"),
        hall.queue.tickets.recall("nobody"),
        hall.queue.tickets.arrive("nobody"),
        hall.queue.tickets.callback("nobody", 2**42),
        hall.queue.seats.finish("nobody", 1),
        hall.queue.seats.give_back("nobody", 1, "x"),
        hall.queue.seats.claim("S1", "nobody", "S"),
    ):
        with pytest.raises(TicketNotFound):
            await call
    for seat_call in (
        hall.queue.seats.ready("S9"),
        hall.queue.seats.pause("S9", "break"),
        hall.queue.seats.sign_out("S9"),
        hall.queue.seats.accept("S9", "R", 1, "S"),
        hall.queue.seats.decline("S9", "R", 1),
        hall.queue.seats.alerts("S9"),
        hall.queue.seats.call_next("S9", "S"),
        hall.queue.seats.claim("S9", "nobody", "S"),
    ):
        with pytest.raises(SeatNotFound):
            await seat_call
    assert [place.place for place in await hall.queue.line.places(["nobody"])] == [0]


async def test_a_forged_fence_opens_nothing(hall: Hall) -> None:
    await hall.agent("S1")
    await hall.citizen()
    row = await hall.seat("S1")
    for fence in (0, -1, row.fence + 1, 2**60):
        with pytest.raises(ReservationStale):
            await hall.queue.seats.accept("S1", row.reservation, fence, "S")
        with pytest.raises(ReservationStale):
            await hall.queue.seats.decline("S1", row.reservation, fence)
    assert await hall.seat("S1") == row


async def test_a_claim_beyond_the_seat_s_abilities_is_refused(hall: Hall) -> None:
    await hall.agent("P1", able("HJ"), duty="part")
    mine, named = await hall.citizen(needs("MZ")), await hall.citizen(needs("HJ", seat="P2"))
    for ticket in (mine, named):
        with pytest.raises(SeatNotAble):
            await hall.queue.seats.claim("P1", ticket.ticket, "S")


async def test_a_ticket_in_a_call_cannot_be_left_or_held(hall: Hall) -> None:
    await hall.agent("S1")
    ticket = await hall.citizen()
    await hall.accept("S1")
    for call in (
        hall.queue.tickets.leave(ticket.ticket),
        hall.queue.tickets.hold(ticket.ticket, 9),
        hall.queue.tickets.resume(ticket.ticket),
    ):
        with pytest.raises(TicketNotWaiting) as refused:
            await call
        assert refused.value.params["state"] == "serving"


async def test_times_in_the_past_are_refused(hall: Hall) -> None:
    with pytest.raises(BadInput):
        await hall.queue.tickets.schedule(NewTicket("T", (Step(0, needs()),)), hall.clock.now_ms())
    await hall.citizen(ticket="T")
    with pytest.raises(BadInput):
        await hall.queue.tickets.hold("T", 0)
    with pytest.raises(BadInput):
        await hall.queue.tickets.callback("T", 5)


async def test_an_entry_the_reader_cannot_read_is_passed_over_and_counted(hall: Hall, redis: Redis) -> None:
    await redis.xadd(hall.queue.journal_key, {"type": "from_the_future", "at_ms": "1"})
    await redis.xadd(hall.queue.journal_key, {"type": "seat_changed", "at_ms": "now"})
    await redis.xadd(hall.queue.journal_key, {"type": "seat_changed", b"\xff": b"\xfe"})
    await hall.queue.journal.announce(BoothChanged(at_ms=1, booth="B1", online=True))
    assert [type(event) for _, event in await hall.queue.journal.entries()] == [BoothChanged]
    assert [event async for _, event in first_of(hall)] == [BoothChanged(at_ms=1, booth="B1", online=True)]
    assert hall.queue.unread == 2 * 3


async def first_of(hall: Hall):
    async for entry in hall.queue.journal.tail("0-0"):
        yield entry
        return


async def say(
    hall: Hall, session: str, ticket: str, kind: str, body: str, by: str, dedupe: str = "", how: How = "shown"
) -> int:
    """Note one event of a session; return its number."""
    [number] = await hall.queue.journal.note(session, ticket, [SessionNote(kind, body, by, dedupe, how)])
    return number


async def test_a_session_s_events_are_numbered_once_and_replayed(hall: Hall) -> None:
    await hall.queue.journal.number_from("S", 0)
    assert await say(hall, "S", "T", "chatted", '{"type":"chatted","by":"seat","text":"a"}', "seat", "one") == 1
    assert await say(hall, "S", "T", "rated", '{"level":5}', "citizen", how="private") == 2
    assert await say(hall, "S", "T", "hung_up", "{}", "citizen") == 3
    assert await say(hall, "S", "T", "chatted", '{"type":"chatted","by":"seat","text":"a"}', "seat", "one") == 1
    now = hall.clock.now_ms()
    assert await hall.queue.journal.session_log("S") == [
        b'{"seq":1,"at_ms":%d,"type":"chatted","by":"seat","text":"a"}' % now,
        b'{"seq":3,"at_ms":%d}' % now,
    ]
    assert len(await hall.queue.journal.session_log("S", 1)) == 1
    assert len(await hall.queue.journal.entries()) == 3


async def test_a_log_that_was_closed_takes_no_more_of_what_is_for_an_open_one(hall: Hall) -> None:
    await hall.queue.journal.number_from("S", 0)
    assert await say(hall, "S", "T", "walked", '{"step":1}', "server", how="while_open") == 1
    assert await say(hall, "S", "T", "bowed", "{}", "seat", how="closes") == 2
    assert await say(hall, "S", "T", "walked", '{"step":2}', "seat", how="while_open") == 2  # saw it open a moment ago
    assert await say(hall, "S", "T", "asked", "{}", "citizen", how="said") == 0  # refused: no page would show it
    assert await say(hall, "S", "T", "applauded", '{"level":5}', "citizen", how="private") == 3
    assert [entry.kind for _, entry in await hall.queue.journal.entries() if isinstance(entry, SessionNoted)] == [
        "walked", "bowed", "applauded",
    ]  # fmt: skip
    assert len(await hall.queue.journal.session_log("S")) == 2


async def test_a_session_that_the_queue_forgot_does_not_begin_its_numbers_anew(hall: Hall) -> None:
    body = '{"type":"chatted","by":"seat","text":"a"}'
    ticket = await hall.citizen()
    await hall.agent("S1")
    served = await hall.accept("S1")
    written = len(await hall.queue.journal.entries())
    for session, of in (("S", "T"), ("S", ticket.ticket), (served.session, "T")):
        with pytest.raises(TicketNotFound):
            await say(hall, session, of, "chatted", body, "seat")
    assert len(await hall.queue.journal.entries()) == written
    assert await say(hall, served.session, ticket.ticket, "chatted", body, "seat") == 1


async def test_a_log_that_was_lost_is_put_back_by_its_old_numbers_and_the_journal_does_not_hear_of_it_again(hall: Hall):
    await hall.queue.journal.number_from("S", 1007)
    await hall.queue.journal.remember("S", {3: b'{"seq":3}', 7: b'{"seq":7}'})
    await hall.queue.journal.remember("S", {3: b'{"seq":3}', 7: b'{"seq":7}'})
    await hall.queue.journal.remember("S", {})
    assert await hall.queue.journal.note("S", "T", [SessionNote("chatted", '{"text":"a"}', "seat")]) == [1008]
    log = await hall.queue.journal.session_log("S")
    assert [entry.split(b",")[0].strip(b"{}") for entry in log] == [b'"seq":3', b'"seq":7', b'"seq":1008']
    assert len(await hall.queue.journal.entries()) == 1


@pytest.mark.parametrize(
    ("field", "junk"),
    [
        ("policy", b"\xff"),
        ("step", b"NaN?"),
        ("state", b"\x00"),
        ("lane", b"\xed\xa0\x80"),
        ("waited", b"9" * 400),
        ("score", b"{}"),
    ],
)
async def test_a_ticket_whose_bytes_make_no_sense_stops_neither_sweeper_nor_snapshot(
    hall: Hall, redis: Redis, field: str, junk: bytes
) -> None:
    later = Step(60, needs("HJ"))
    await hall.queue.tickets.take(NewTicket("BAD", (Step(0, needs("MZ")), Step(30, needs("HJ"))), page_lease_s=40))
    await hall.queue.tickets.take(NewTicket("GOOD", (Step(0, needs("MZ")), later), page_lease_s=300))
    await redis.hset(hall.queue.key("ticket:BAD"), field, junk)
    await redis.hset(hall.queue.key("seat:S9"), mapping={"state": b"\xff"})
    await redis.sadd(hall.queue.key("seats"), "S9")
    for _ in range(7):
        hall.clock.advance(10)
        await hall.queue.seats.sweep()
        await hall.queue.line.snapshot()
    row = await hall.queue.tickets.find("GOOD")
    assert row is not None
    assert row.step == 1
    assert len(await hall.queue.care.aside()) == await hall.queue.care.asides() <= 2
    assert await hall.queue.seats.find("S9") is None
    assert await hall.queue.care.check()
    await redis.flushdb()
