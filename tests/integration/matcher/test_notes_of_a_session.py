"""What is noted of a session: numbered, kept for its pages, told to the journal; once, and not in a closed log."""

from typing import cast

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from matcher import Rules, SessionNote
from matcher.journal_verbs import How
from protocol.errors import TicketNotFound
from protocol.events import SessionNoted
from tests.integration.matcher.conftest import Hall

#: How it is noted; is it kept for pages and marked, in an open log; its number in a closed one (its close is 2).
HOW = {
    "shown": (True, False, 3),
    "private": (False, False, 3),
    "closes": (True, True, 3),
    "while_open": (True, True, 2),
    "said": (True, False, 0),
}


#: Notes of one moment: what they are known by, and how each is noted.
ALL: list[tuple[str, How]] = [
    ("first", "shown"), ("known", "shown"), ("", "private"), ("", "closes"), ("", "while_open"), ("", "said"),
]  # fmt: skip


@pytest_asyncio.fixture(autouse=True)
async def ticket(hall: Hall) -> None:
    """The ticket of the session is served."""
    _ = await hall.agent("A")
    _ = await hall.citizen(ticket="T")
    _ = await hall.accept("A", "S")


async def noted(hall: Hall, how: str, dedupe: str = "", kind: str = "chat", body: str = '{"text":"x"}') -> int:
    [number] = await hall.queue.run_list("note", "S", "T", kind, body, "seat", dedupe, how)
    return cast("int", number)


async def kept(redis: Redis, hall: Hall, name: str) -> list[bytes]:
    return cast("list[bytes]", await redis.zrange(hall.queue.key(f"{name}:S"), 0, -1))


@pytest.mark.parametrize(("how", "is_kept", "is_marked"), [(how, *facts[:2]) for how, facts in HOW.items()])
async def test_what_is_noted_is_numbered_kept_and_told(
    hall: Hall, redis: Redis, how: str, *, is_kept: bool, is_marked: bool
) -> None:
    assert [await noted(hall, "shown"), await noted(hall, how, kind="said", body="{ }")] == [1, 2]
    body = f'{{"seq":2,"at_ms":{hall.clock.now_ms()}}}'
    assert (body.encode() in await kept(redis, hall, "log")) is is_kept
    assert await kept(redis, hall, "marks") == ([body.encode()] if is_marked else [])
    told = await hall.journal(SessionNoted)
    assert [(one.session, one.ticket, one.seq, one.kind, one.by) for one in told] == [
        ("S", "T", 1, "chat", "seat"), ("S", "T", 2, "said", "seat"),
    ]  # fmt: skip
    assert told[1].body == body
    for name in ("numbers", *(["log"] if is_kept else []), *(["marks"] if is_marked else [])):
        assert 0 < Rules().log_s - await redis.ttl(hall.queue.key(f"{name}:S")) + 1 < 60, name


async def test_a_page_that_hung_up_is_marked(hall: Hall, redis: Redis) -> None:
    _ = await noted(hall, "shown", kind="hung_up")
    assert len(await kept(redis, hall, "marks")) == 1


@pytest.mark.parametrize("how", HOW)
async def test_the_same_again_has_the_same_number_and_writes_nothing(hall: Hall, redis: Redis, how: str) -> None:
    first = await noted(hall, how, "command 1")
    before = await redis.dump(hall.queue.key("numbers:S")), await kept(redis, hall, "log")
    assert await noted(hall, how, "command 1", body='{"text":"another"}') == first
    assert (await redis.dump(hall.queue.key("numbers:S")), await kept(redis, hall, "log")) == before
    assert len(await hall.journal(SessionNoted)) == 1
    assert await noted(hall, how, "command 2") == (first if how == "while_open" and first != 1 else 2)


@pytest.mark.parametrize(("how", "number"), [(how, facts[2]) for how, facts in HOW.items()])
async def test_a_closed_log_takes_only_what_may_come_late(hall: Hall, how: str, number: int) -> None:
    assert [await noted(hall, "shown"), await noted(hall, "closes", "close")] == [1, 2]
    assert await noted(hall, how) == number
    assert len(await hall.journal(SessionNoted)) == (3 if number == 3 else 2)


@pytest.mark.parametrize("session", ["S", "another"])
async def test_only_the_session_of_its_ticket_or_one_that_has_a_log_is_noted(hall: Hall, session: str) -> None:
    if session == "S":
        assert await noted(hall, "shown") == 1
        _ = await hall.finish("A")
        assert await noted(hall, "shown") == 2
        return
    with pytest.raises(TicketNotFound):
        _ = await hall.queue.run("note", session, "T", "chat", "{}", "seat", "", "shown")
    assert await hall.journal(SessionNoted) == []


async def test_notes_of_one_moment_are_each_noted_as_if_alone(hall: Hall) -> None:
    _ = await noted(hall, "shown", "known")
    notes = [SessionNote("chat", '{"text":"x"}', "server", dedupe, how) for dedupe, how in ALL]
    assert await hall.queue.journal.note("S", "T", notes) == [2, 1, 3, 4, 4, 0]
    told = await hall.journal(SessionNoted)
    assert [(one.seq, one.by) for one in told] == [(1, "seat"), (2, "server"), (3, "server"), (4, "server")]
    assert await hall.queue.journal.note("S", "T", notes[:2]) == [2, 1]
    assert await hall.queue.journal.note("S", "T", []) == []


async def test_of_many_notes_of_a_session_that_is_forgotten_none_is_written(hall: Hall) -> None:
    with pytest.raises(TicketNotFound):
        _ = await hall.queue.journal.note("another", "T", [SessionNote("chat", "{}", "server")] * 2)
    assert await hall.journal(SessionNoted) == []


async def carried(hall: Hall, dedupe: str = "all") -> int:
    return await hall.queue.run_int("carry_over", "S", dedupe, '{"at_ms":1,"text":"a"}', '{"at_ms":2,"text":"b"}')


async def test_what_is_carried_over_is_numbered_anew_and_not_told_again(hall: Hall, redis: Redis) -> None:
    assert await noted(hall, "shown") == 1
    assert await carried(hall) == 2
    log = await kept(redis, hall, "log")
    assert log[1:] == [b'{"seq":2,"at_ms":1,"text":"a"}', b'{"seq":3,"at_ms":2,"text":"b"}']
    assert (await carried(hall), await carried(hall, "more")) == (0, 2)
    assert len(await kept(redis, hall, "log")) == 5
    assert len(await hall.journal(SessionNoted)) == 1
    assert await noted(hall, "shown") == 6


async def test_what_is_carried_over_is_kept_as_long_as_any_log(hall: Hall, redis: Redis) -> None:
    _ = await carried(hall)
    for name in ("numbers", "log"):
        assert 0 < Rules().log_s - await redis.ttl(hall.queue.key(f"{name}:S")) + 1 < 60, name


async def test_nothing_is_carried_over_into_a_closed_log(hall: Hall, redis: Redis) -> None:
    _ = await noted(hall, "closes")
    assert await carried(hall) == 0
    assert len(await kept(redis, hall, "log")) == 1
