"""The feed of events over HTTP: pages after a cursor, a poll that wakes on any node, within the scope."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from protocol.outbox import KINDS, ResumedData
from protocol.rights import Role
from protocol.scopes import Scope, ScopeKind
from records.outbox import forget
from records.outbox.tell import Telling, tell
from records.staff import machines
from signaling.news import POLL_RETRY_S, POLLS_MAX
from tests.support.machines import GRANTABLE, bearer, make
from tests.support.nodes import Running
from tests.support.patience import until
from tests.support.people import People
from tests.support.wire_page import WirePage

Answer = tuple[int, Any, str]


async def ask(page: WirePage, **query: object) -> Answer:
    """Return status, body and next cursor of a page of the feed."""
    said = {name: str(value) for name, value in query.items()}
    async with page.http.get(f"{page.at.url}/api/events", params=said) as answer:
        return answer.status, await answer.json(content_type=None), answer.headers.get("Events-Cursor", "")


async def happens(at: Running, *names: str, district: str = "440113") -> None:
    """Commit events as a node does that recorded something."""
    async with at.node.services.database.begin() as db:
        told = [
            Telling(cause=name, subject=name, data=ResumedData(ticket=name), at_ms=1, handling_district=district)
            for name in names
        ]
        await tell(db, told)


def subjects(answer: Answer) -> list[str]:
    assert answer[0] == 200, answer
    return [event["subject"] for event in answer[1]]


async def reader(people: People, at: Running | None = None, scope: Scope | None = None) -> WirePage:
    if scope is None:
        return await people.signed_in("bi", Role.SUPERVISOR, "", at)
    return await people.signed_in(f"bi-{scope.id}", Role.SUPERVISOR, "", at, scope)


async def waits(at: Running, polls: int = 1) -> None:
    _ = await until(lambda: at.node.news.waiting == polls)


async def test_pages_follow_each_other_by_the_cursor_and_end_with_an_empty_one(people: People) -> None:
    page = await reader(people)
    await happens(people.at, "A", "B", "C")
    first = await ask(page, limit=2)
    assert (subjects(first), first[2]) == (["A", "B"], "2")
    second = await ask(page, limit=2, after=first[2])
    assert (subjects(second), second[2]) == (["C"], "3")
    assert await ask(page, after=second[2]) == (200, [], "3")
    assert await ask(page, after="newest") == (200, [], "3")
    assert subjects(await ask(page)) == ["A", "B", "C"]


async def test_a_poll_that_waits_wakes_by_a_commit_on_this_node_and_on_another(
    town: tuple[People, Running, Running],
) -> None:
    people, one, other = town
    page, told = await reader(people, one), people.cluster.database.after_telling
    callbacks = list(told)  # one ledger for both nodes: what commits is told as the one or as the other
    for number, node in enumerate((one, other)):
        told[:] = callbacks[2 * number : 2 * number + 2]
        poll = asyncio.create_task(ask(page, after=number, wait_s=25))
        await waits(one)
        await happens(node, f"T{number}")
        assert subjects(await poll) == [f"T{number}"]


async def test_a_poll_gets_its_answer_at_once_when_its_node_stops(people: People) -> None:
    page = await reader(people)
    poll = asyncio.create_task(ask(page, wait_s=25))
    await waits(people.at)
    await people.at.stop()
    assert await poll == (200, [], "0")


async def test_a_poll_that_waits_ends_with_its_login_and_tells_nothing_more(people: People) -> None:
    page = await reader(people)
    poll = asyncio.create_task(ask(page, wait_s=25))
    await waits(people.at)
    await people.at.node.services.logins.end_all("bi")
    await happens(people.at, "A")
    assert (await poll)[:2] == (401, {"code": "sign_in_required", "params": {}})


async def _read(
    http: aiohttp.ClientSession, url: str, headers: dict[str, str], asked: dict[str, int]
) -> tuple[int, str]:
    async with http.get(url, headers=headers, params=asked) as answer:
        return answer.status, await answer.text()


async def test_a_poll_that_waits_is_ended_with_its_key_its_operation_or_its_scope(people: People) -> None:
    database, at, narrower = people.cluster.database, people.at, Scope(ScopeKind.DISTRICT, "440113")
    acts: dict[str, tuple[int, Callable[[], Awaitable[None]]]] = {
        "closed": (401, lambda: machines.close(database, "closed")),
        "denied": (403, lambda: machines.allow(database, "denied", (), GRANTABLE)),
        "moved": (200, lambda: machines.set_scope(database, "moved", narrower, GRANTABLE)),
    }
    async with aiohttp.ClientSession() as http:
        for number, (name, (status, act)) in enumerate(acts.items()):
            headers, asked = bearer(await make(database, name, "get_events")), {"after": number, "wait_s": 1}
            poll = asyncio.create_task(_read(http, f"{at.url}/api/events", headers, asked))
            await waits(at)
            await act()
            await happens(at, name, district="440114")
            told = await poll
            assert (told[0], "ticket.resumed" in told[1]) == (status, False)


async def test_only_so_many_polls_of_an_account_wait_at_once(people: People) -> None:
    page = await reader(people)
    polls = [asyncio.create_task(ask(page, wait_s=25)) for _ in range(POLLS_MAX)]
    await waits(people.at, POLLS_MAX)
    status, problem, _ = await ask(page, wait_s=25)
    assert (status, problem) == (
        429,
        {"code": "too_many_tries", "params": {"retry_after_s": POLL_RETRY_S, "max": POLLS_MAX}},
    )
    await happens(people.at, "A")
    assert [subjects(await poll) for poll in polls] == [["A"]] * POLLS_MAX
    assert subjects(await ask(page)) == ["A"]


async def test_a_scope_sees_its_own_events_and_its_cursor_passes_the_others(people: People) -> None:
    page = await reader(people, scope=Scope(ScopeKind.DISTRICT, "440114"))
    await happens(people.at, "A", district="440113")
    assert await ask(page) == (200, [], "1")
    poll = asyncio.create_task(ask(page, after="1", wait_s=25))
    await waits(people.at)
    await happens(people.at, "B", district="440113")
    await happens(people.at, "C", district="440114")
    answer = await poll
    assert (subjects(answer), answer[2]) == (["C"], "3")


async def test_an_old_cursor_is_told_where_to_begin(people: People) -> None:
    page = await reader(people)
    await happens(people.at, "A", "B")
    await forget.sweep(people.cluster.database, 2)
    status, problem, _ = await ask(page, after="1")
    assert (status, problem) == (410, {"code": "cursor_gone", "params": {"begin": "2"}})
    assert await ask(page, after="2") == (200, [], "2")


async def test_a_cursor_that_is_none_and_a_wait_that_is_too_long_are_refused(people: People) -> None:
    page = await reader(people)
    for query in ({"after": "soon"}, {"after": "-1"}, {"wait_s": "26"}, {"limit": "0"}, {"limit": "501"}):
        status, problem, _ = await ask(page, **query)
        assert (status, problem["code"]) == (422, "bad_input"), query


async def test_the_kinds_are_shown_with_the_schemas_of_their_data(people: People) -> None:
    page = await reader(people)
    async with page.http.get(f"{page.at.url}/api/events/kinds") as answer:
        shown = {one["kind"]: one for one in await answer.json()}
    assert shown.keys() == KINDS.keys()
    assert shown["ticket.left"]["schema"]["required"] == ["ticket", "state", "why"]
    assert shown["ticket.left"]["dataschema"] == "urn:cloudwindow:schema:ticket.left.v1"
