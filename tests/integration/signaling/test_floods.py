"""What an anonymous socket sends has a cost: a flood is closed with 1008, others are served."""

import asyncio
import os
from collections.abc import Callable

import pytest

from tests.support.nodes import Cluster
from tests.support.people import People
from tests.support.raw import CLOSE, CONTINUATION, PING, PONG, TEXT, Raw, frame

AT_ONCE = 1000


@pytest.mark.parametrize(
    "piece",
    [
        lambda: frame(PING),
        lambda: frame(PING, b"x" * 125),
        lambda: frame(PONG),
        lambda: frame(TEXT),
        lambda: frame(TEXT, b"{}"),
        lambda: frame(TEXT, b'{"type":"media_state","to":"seat","slot":"camera","on":true}'),
    ],
    ids=["ping", "full ping", "pong", "empty text", "no frame", "media"],
)
async def test_every_kind_of_frame_spends_the_budget_and_a_flood_ends_with_1008(
    people: People, piece: Callable[[], bytes]
) -> None:
    socket = await Raw.open(people.at.url)
    code, _ = await socket.flood(piece() * AT_ONCE)
    assert code == 1008
    socket.writer.close()
    assert (await people.waiting()).ticket["state"] == "waiting"


async def test_empty_pieces_of_one_message_are_a_flood_too(people: People) -> None:
    socket = await Raw.open(people.at.url)
    socket.writer.write(frame(TEXT, b"{", last=False))
    code, sent = await socket.flood(frame(CONTINUATION, last=False) * AT_ONCE)
    assert code == 1008
    assert sent < 1000  # about 6 MB would have been a million pieces
    socket.writer.close()


async def test_a_message_in_honest_pieces_is_one_frame(people: People) -> None:
    socket = await Raw.open(people.at.url)
    text = b'{"type":"take_ticket","id":"1"}'
    for _ in range(50):
        socket.writer.write(frame(TEXT, text[:9], last=False))
        socket.writer.write(frame(PING))
        socket.writer.write(frame(CONTINUATION, text[9:]))
    kinds = [(await socket.read())[0] for _ in range(60)]
    assert CLOSE not in kinds
    assert PONG in kinds
    socket.writer.close()


async def test_a_flood_does_not_hold_up_a_quiet_page(shared: Cluster) -> None:
    """Counted, not timed: while floods go on a quiet page's commands are answered; every flood is cut."""
    await shared.start()
    people = People(shared)
    quiet = await people.waiting(item="MZ01")
    sockets = [await Raw.open(people.at.url) for _ in range(4)]
    floods = [asyncio.ensure_future(one.flood(frame(PING, os.urandom(8)) * AT_ONCE)) for one in sockets]
    for _ in range(20):
        await quiet.done("resume_place")
    assert [code for code, _ in await asyncio.gather(*floods)] == [1008] * 4
    for one in sockets:
        one.writer.close()
    await people.close()


async def test_a_frame_without_a_mask_ends_the_socket_and_is_not_carried_out(people: People) -> None:
    raw = await Raw.open(people.at.url)
    taken = b'{"type":"take_ticket","id":"1","item":"MZ01"}'
    raw.writer.write(frame(PING, b"a") + bytes((0x81, len(taken))) + taken)
    kinds = []
    while (read := await raw.read())[0] != CLOSE:
        kinds.append(read[0])
    assert (kinds, read[1][:2]) == ([PONG], (1002).to_bytes(2, "big"))
    raw.writer.close()
