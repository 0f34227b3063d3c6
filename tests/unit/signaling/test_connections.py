"""The pages of a session are found by one look-up, and none is listed that is gone."""

import asyncio
from types import SimpleNamespace
from typing import cast

from signaling.socket.budget import Budget, PageLimits
from signaling.socket.connections import Connection, Connections
from signaling.socket.session_cursor import SessionCursor
from signaling.socket.transport import Transport


async def pages(connections: Connections, *names: str) -> list[Connection]:
    await asyncio.sleep(0)
    nowhere = cast("Transport", SimpleNamespace(is_over=False))
    budget = Budget(50, 200, 0)
    made = [Connection(name, nowhere, connections, PageLimits(budget, budget, budget)) for name in names]
    for page in made:
        connections.all[page.id] = page
    return made


def sessions() -> Connections:
    return Connections(max_bytes=1024, max_frames=8)


async def test_a_session_lists_the_pages_that_stand_in_it() -> None:
    connections = sessions()
    one, two, three = await pages(connections, "c1", "c2", "c3")
    connections.enter(one, SessionCursor("s1"))
    connections.enter(two, SessionCursor("s1"))
    connections.enter(three, SessionCursor("s2"))
    assert set(connections.in_session("s1")) == {one, two}
    connections.enter(two, SessionCursor("s2"))
    assert (connections.in_session("s1"), set(connections.in_session("s2"))) == ((one,), {two, three})


async def test_a_page_that_left_its_session_or_is_gone_is_listed_no_more() -> None:
    connections = sessions()
    one, two = await pages(connections, "c1", "c2")
    connections.enter(one, SessionCursor("s1"))
    connections.enter(two, SessionCursor("s1"))
    connections.exit(one)
    assert (one.session, connections.in_session("s1")) == ("", (two,))
    _ = connections.forget(two)
    assert connections.in_session("s1") == ()
    assert two.session == "s1"  # its grace is that of a call


async def test_a_page_that_went_while_it_was_let_in_is_not_listed() -> None:
    connections = sessions()
    (one,) = await pages(connections, "c1")
    _ = connections.forget(one)
    connections.enter(one, SessionCursor("s1"))
    assert connections.in_session("s1") == ()
