"""The pages of a session are found by one look-up, and none is listed that is gone."""

import asyncio
from types import SimpleNamespace
from typing import cast

from signaling.socket.budget import Budget
from signaling.socket.connections import Connection, Connections
from signaling.socket.websocket import Socket


async def pages(connections: Connections, *names: str) -> list[Connection]:
    await asyncio.sleep(0)
    socket = cast("Socket", SimpleNamespace(transport=None))
    made = [Connection(name, socket, connections, Budget(50, 200, 0)) for name in names]
    for page in made:
        connections.all[page.id] = page
    return made


def sessions() -> Connections:
    return Connections(max_bytes=1024, max_frames=8)


async def test_a_session_lists_the_pages_that_stand_in_it() -> None:
    connections = sessions()
    one, two, three = await pages(connections, "c1", "c2", "c3")
    connections.enter(one, "s1")
    connections.enter(two, "s1")
    connections.enter(three, "s2")
    assert set(connections.in_session("s1")) == {one, two}
    connections.enter(two, "s2")
    assert (connections.in_session("s1"), set(connections.in_session("s2"))) == ((one,), {two, three})


async def test_a_page_that_left_its_session_or_is_gone_is_listed_no_more() -> None:
    connections = sessions()
    one, two = await pages(connections, "c1", "c2")
    connections.enter(one, "s1")
    connections.enter(two, "s1")
    connections.exit(one)
    assert (one.session, connections.in_session("s1")) == ("", (two,))
    _ = connections.forget(two)
    assert connections.in_session("s1") == ()
    assert two.session == "s1"  # its grace is that of a call


async def test_a_page_that_went_while_it_was_let_in_is_not_listed() -> None:
    connections = sessions()
    (one,) = await pages(connections, "c1")
    _ = connections.forget(one)
    connections.enter(one, "s1")
    assert connections.in_session("s1") == ()
