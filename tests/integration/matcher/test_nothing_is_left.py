"""Nothing is left of tickets and seats that are gone, records that contradict each other are mended, all are told."""

import pytest
from redis.asyncio import Redis

from protocol.errors import TicketNotWaiting
from protocol.events import SeatsAlerted
from tests.integration.matcher.conftest import Hall, able, needs

#: What a realm keeps for good: its journal, what it has learnt, the records of its seats, the day's counters.
KEPT = {"journal", "fence", "pace", "patience", "classes", "seats", "swept"}
KEPT_RECORDS = {"seat", "count"}
DAY_S = 86_400
CONTRADICTIONS = {
    "the ticket is gone": ("DEL", "ticket:T"),
    "the ticket is at another seat": ("HSET", "ticket:T", "seat", "B"),
    "the ticket has another fence": ("HSET", "ticket:T", "fence", "7"),
    "the ticket waits": ("HSET", "ticket:T", "state", "waiting"),
    "the seat has another ticket": ("HSET", "seat:A", "ticket", "U"),
    "the seat is idle": ("HSET", "seat:A", "state", "idle", "ticket", ""),
}


async def test_a_realm_that_everybody_left_keeps_nothing_of_them(hall: Hall, redis: Redis) -> None:
    for seat, more in (("A", {}), ("B", {}), ("P", {"duty": "part"}), ("N", {"ready": False})):
        _ = await hall.agent(seat, able("MZ HJ"), wrap_up_s=1, **more)
    for number in range(4):
        _ = await hall.citizen(needs("HJ"), needs("HJ", district=""), ticket=f"T{number}", page_lease_s=60)
    _ = await hall.citizen(needs(seat="N"), ticket="named")
    _ = await hall.citizen(needs("GS"), ticket="for nobody")
    _ = await hall.decline("A")
    _ = await hall.accept("B")
    _ = await hall.finish("B")
    _ = await hall.queue.tickets.hold("T0", 5)
    for seat in hall.windows:
        _ = await hall.queue.seats.sign_out(seat)
    for seconds in (61, 3600, 3600, DAY_S, DAY_S):
        _ = await hall.later(seconds)
    for ticket in ("named", "for nobody"):
        _ = await hall.queue.tickets.expire(ticket)
    for seconds in (3601, 1):
        _ = await hall.later(seconds)
    for key in [key.decode().partition("}:")[2] for key in await redis.keys() if isinstance(key, bytes)]:
        lives = await redis.ttl(hall.queue.key(key)) > 0
        assert lives or key in KEPT or key.partition(":")[0] in KEPT_RECORDS, key


@pytest.mark.parametrize("is_accepted", [False, True])
@pytest.mark.parametrize("fault", CONTRADICTIONS)
async def test_records_that_contradict_each_other_are_mended(
    hall: Hall, redis: Redis, fault: str, *, is_accepted: bool
) -> None:
    _ = await hall.agent("A")
    _ = await hall.citizen(ticket="T")
    if is_accepted:
        _ = await hall.accept("A")
    command, key, *more = CONTRADICTIONS[fault]
    _ = await redis.execute_command(command, hall.queue.key(key), *more)
    assert await hall.queue.care.check() != []
    assert await hall.queue.care.check(repair=True) == []
    row = await hall.queue.tickets.find("T")
    assert (row is None) is (fault == "the ticket is gone")
    if row is not None:  # it waits, or an idle seat was found for it at once
        assert row.state in {"waiting", "reserved"}


async def test_fences_go_on_above_all_that_are_known_after_a_repair(hall: Hall, redis: Redis) -> None:
    _ = await hall.agent("A")
    fence = (await hall.citizen(ticket="T")).fence
    _ = await redis.delete(hall.queue.key("fence"))
    _ = await hall.queue.run("mend")
    assert int(await redis.get(hall.queue.key("fence")) or 0) == fence


@pytest.mark.parametrize(("seats", "told"), [(1, 1), (3, 3), (50, 50), (51, 50)])
async def test_every_idle_part_time_seat_that_fits_is_told_up_to_fifty(hall: Hall, seats: int, told: int) -> None:
    for number in range(seats):
        await hall.agent(f"P{number}", able("MZ", authority=number % 3), duty="part")
    await hall.agent("Q", able("HJ"), duty="part")
    _ = await hall.citizen(ticket="T")
    (alerted,) = await hall.journal(SeatsAlerted)
    named = alerted.seats.split(",")
    assert (len(set(named)), "Q" in named) == (told, False)


async def test_the_same_claim_again_is_the_same_answer_and_another_one_is_refused(hall: Hall) -> None:
    _ = await hall.agent("P", duty="part")
    _ = await hall.citizen(ticket="T")
    row = await hall.queue.seats.claim("P", "T", "mine")
    assert await hall.queue.seats.claim("P", "T", "mine") == row
    with pytest.raises(TicketNotWaiting):
        _ = await hall.queue.seats.claim("P", "T", "another")
