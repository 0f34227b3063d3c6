"""Verbs that are called at the same time share a connection, and nothing else."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from matcher import NewTicket, Queue, Step
from matcher.courier import Ask, Courier, by_connection, by_pipeline
from protocol.errors import QueueUnavailable, TicketNotFound
from runtime.clock import ManualClock
from runtime.engines import EmbeddedValkey
from tests.integration.matcher.conftest import Hall, needs

CROWD = 500


def new(number: int) -> NewTicket:
    return NewTicket(f"T{number}", (Step(0, needs("A")),), page_lease_s=0)


async def test_a_crowd_of_verbs_needs_few_connections_and_each_gets_its_own_answer(hall: Hall, redis: Redis) -> None:
    before = (await redis.info("stats"))["total_connections_received"]
    rows = await asyncio.gather(*(hall.queue.tickets.take(new(number)) for number in range(CROWD)))
    assert [row.ticket for row in rows] == [f"T{number}" for number in range(CROWD)]
    assert (await redis.info("stats"))["total_connections_received"] - before <= 4


@pytest.mark.parametrize("ask", [by_connection, by_pipeline])
async def test_each_way_there_and_back_gives_every_one_its_own_answer(redis: Redis, ask: Ask) -> None:
    courier = Courier(redis, ask)
    answers = await asyncio.gather(
        courier.execute_command("SET", "one", 1),
        courier.execute_command("FUNCTION NONSENSE"),
        courier.execute_command("GET", "one"),
        courier.execute_command("SET", "two", "\ud800"),
        return_exceptions=True,
    )
    assert answers[2] == b"1"
    assert [type(answer) for answer in answers[1::2]] == [ResponseError, UnicodeEncodeError]


async def test_a_refusal_reaches_only_the_one_who_asked(hall: Hall) -> None:
    answers = await asyncio.gather(
        hall.queue.tickets.take(new(1)),
        hall.queue.tickets.leave("nobody"),
        hall.queue.tickets.take(new(2)),
        return_exceptions=True,
    )
    assert [type(answer).__name__ for answer in answers] == ["LiveTicket", "TicketNotFound", "LiveTicket"]
    with pytest.raises(TicketNotFound):
        await hall.queue.tickets.leave("nobody")


async def test_one_who_gives_up_while_it_is_on_its_way_spoils_nothing_for_the_others(hall: Hall) -> None:
    calls = [asyncio.ensure_future(hall.queue.tickets.take(new(number))) for number in range(CROWD)]
    await asyncio.sleep(0)
    for call in calls[::7]:
        call.cancel()
    found = await asyncio.gather(*calls, return_exceptions=True)
    kept = [row for number, row in enumerate(found) if number % 7]
    assert not [row for row in kept if isinstance(row, BaseException)]
    rows = await asyncio.gather(*(hall.ticket(f"T{number}") for number in range(CROWD) if number % 7))
    assert rows == kept


async def test_a_server_that_dies_is_told_to_all_who_wait_and_found_again_when_it_is_back(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path, appendfsync="always") as server, server.client() as redis:
        queue = Queue(redis, "hd", ManualClock())
        await queue.tickets.take(new(0))
        await server.kill()
        found = await asyncio.gather(
            *(queue.tickets.take(new(number)) for number in range(1, 100)), return_exceptions=True
        )
        assert {type(answer) for answer in found} == {QueueUnavailable}
        await server.start()
        rows = await asyncio.gather(*(queue.tickets.take(new(number)) for number in range(1, 100)))
        assert len(rows) == 99
        assert (await queue.line.snapshot()).lanes[0].waiting == 100


async def test_nothing_is_left_on_its_way_when_all_who_asked_have_given_up(hall: Hall) -> None:
    calls = [asyncio.ensure_future(hall.queue.tickets.take(new(number))) for number in range(CROWD)]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert (await hall.queue.tickets.take(new(CROWD))).ticket == f"T{CROWD}", "whoever comes next is carried at once"
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not others, "no task stays behind"
