"""Checking a large realm while it goes on: what is wrong is found, what only moved is not taken for wrong."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from matcher import Violation
from protocol.errors import Refused
from tests.integration.matcher.conftest import Hall, able, needs

ALL_SLICED = 0
"""However small the realm is, it is read a little at a time."""
Harm = Callable[[Redis, Callable[[str], str]], Awaitable[object]]


async def a_floor(hall: Hall) -> None:
    """Two that ring, two in calls, two idle, one on a break; a few wait, one is held, one has an appointment."""
    for n in range(4):
        await hall.agent(f"S{n}", able("A"), wrap_up_s=30)
    for n in range(4):
        await hall.citizen(needs("A"), ticket=f"T{n}")
    for n in range(2):
        await hall.accept(f"S{n}")
    for n in range(4, 8):
        await hall.citizen(needs("A"), ticket=f"T{n}")
    await hall.queue.tickets.hold("T7", 600)
    await hall.agent("I1", able("B"))
    await hall.agent("I2", able("B C"))
    await hall.agent("P1", able("C"), ready=False)


async def text(redis: Redis, *command: str) -> str:
    """What a command answers, as text."""
    answer: bytes = await redis.execute_command(*command)
    return answer.decode()


HARMS: dict[str, Harm] = {
    "one_place": lambda redis, key: redis.hset(key("ticket:T4"), "state", "held"),
    "old_place": lambda redis, key: redis.hset(key("ticket:T4"), "score", "5"),
    "one_seat": lambda redis, key: redis.hset(key("ticket:T0"), "fence", "1"),
    "nothing_forgotten": lambda redis, key: redis.zrem(key("due"), "hold|T7"),
    "fence": lambda redis, key: redis.set(key("fence"), "1"),
    "line": lambda redis, key: redis.zrem(key("line"), "T5"),
    "idle_index": lambda redis, key: redis.hset(key("seat:I1"), "state", "paused"),
    "one_ticket": lambda redis, key: redis.hset(key("seat:I2"), "ticket", "T4"),
    "heads": lambda redis, key: redis.delete(key("heads")),
    "idle_heads": lambda redis, key: redis.delete(key("idle_heads")),
    "online": lambda redis, key: redis.delete(key("online")),
    "working": lambda redis, key: redis.delete(key("working")),
}


async def moves(hall: Hall, seed: int, until: asyncio.Event) -> int:
    """Let much happen on seats and tickets of a kind of their own until somebody has seen enough."""
    draw, done = random.Random(seed), 0
    while not until.is_set():
        done += 1
        seat, ticket = f"M{seed}-{draw.randrange(6)}", f"N{seed}-{draw.randrange(done + 1)}"
        with suppress(Refused):
            match draw.choice(["in", "pause", "out", "take", "take", "leave", "answer", "answer"]):
                case "in":
                    await hall.agent(seat, able(draw.choice(["M", "M N", "N"])), wrap_up_s=draw.choice([0, 30]))
                case "pause":
                    await hall.queue.seats.pause(seat, "break")
                case "out":
                    await hall.queue.seats.sign_out(seat)
                case "take":
                    await hall.citizen(needs(draw.choice("MN")), ticket=f"N{seed}-{done}")
                case "leave":
                    await hall.queue.tickets.leave(ticket)
                case _:
                    row = await hall.queue.seats.find(seat)
                    if row and row.fence:
                        ended = row.state == "serving"
                        await (hall.finish(seat) if ended else hall.accept(seat, f"session {done}"))
    return done


@pytest.mark.parametrize("rule", HARMS)
async def test_what_is_wrong_is_found_by_a_slow_look_as_by_a_quick_one(hall: Hall, redis: Redis, rule: str) -> None:
    await a_floor(hall)
    assert await hall.queue.care.check(at_once=ALL_SLICED) == []
    await HARMS[rule](redis, hall.queue.key)
    quick = await hall.queue.care.check()
    assert rule in {fault.rule for fault in quick}
    assert sorted(await hall.queue.care.check(at_once=ALL_SLICED)) == quick
    assert await hall.queue.care.check(repair=True, at_once=ALL_SLICED) == []


async def test_a_link_that_was_worked_out_wrongly_is_found_by_a_slow_look(hall: Hall, redis: Redis) -> None:
    await a_floor(hall)
    lane = (await hall.ticket("T4")).lane
    profile = await text(redis, "ZRANDMEMBER", hall.queue.key(f"cp:{lane}"))
    await redis.zrem(hall.queue.key(f"cp:{lane}"), profile)
    quick = await hall.queue.care.check()
    assert quick == [Violation("links", lane, f"{profile} should fit", profile)]
    assert await hall.queue.care.check(at_once=ALL_SLICED) == quick
    assert await hall.queue.care.check(repair=True, at_once=ALL_SLICED) == []


async def test_an_idle_seat_beside_a_fitting_ticket_is_found_by_a_slow_look(hall: Hall, redis: Redis) -> None:
    await a_floor(hall)
    profile = await text(redis, "HGET", hall.queue.key("seat:S0"), "profile")
    await redis.hset(hall.queue.key("seat:P1"), mapping={"state": "idle", "profile": profile})
    await redis.zadd(hall.queue.key(f"idle:{profile}"), {"P1": 1})
    quick = await hall.queue.care.check()
    assert {fault.subject for fault in quick if fault.rule == "work_conservation"} == {"T4", "T5", "T6"}
    assert sorted(await hall.queue.care.check(at_once=ALL_SLICED)) == quick
    assert await hall.queue.care.check(repair=True, at_once=ALL_SLICED) == []


async def test_a_queue_that_moves_gives_no_false_alarm_and_a_fault_in_it_is_found(hall: Hall, redis: Redis) -> None:
    await a_floor(hall)
    enough = asyncio.Event()
    moving = [asyncio.ensure_future(moves(hall, seed, enough)) for seed in range(3)]
    for _ in range(12):
        assert await hall.queue.care.check(at_once=ALL_SLICED) == []
    await redis.zrem(hall.queue.key("line"), "T5")
    assert await hall.queue.care.check(at_once=ALL_SLICED) == [Violation("line", "T5", "waits")]
    enough.set()
    assert sum(await asyncio.gather(*moving)) > 100, "it moved meanwhile"
    await redis.zadd(hall.queue.key("line"), {"T5": (await hall.ticket("T5")).arrived_ms})
