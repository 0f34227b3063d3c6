"""Rows in which pages reload, lines break and papers are cut off, while nodes and stores are well."""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress

from bench.faults.crowd import LONG_S, Crowd
from bench.faults.line import line
from bench.faults.pairs import Pair
from bench.faults.town import Stage
from booth_client.address import Address
from booth_client.uploads import Uploader
from protocol.states import SeatState, TicketState

LOSS_S = 10.0
SLOW_S, SLOW_CUTS = 0.2, 5
CUTS = 20
LINES = 3
JPEG_HEAD, JPEG_TAIL = b"\xff\xd8", 2
COMMENT_BYTES = 65_000
LARGE_BYTES = 4 * 1024 * 1024


async def _timed(act: Awaitable[object]) -> float:
    began = time.monotonic()
    _ = await act
    return time.monotonic() - began


async def _citizen_sees(pair: Pair, state: TicketState) -> None:
    page = await pair.reload_citizen()
    await page.until(lambda: page.state is state)


async def _seat_sees(pair: Pair, state: SeatState) -> None:
    page = await pair.reload_seat()
    await page.until(lambda: page.state is state and (state is not SeatState.RESERVED or page.ringing))


async def reload_waiting(at: Stage, people: Crowd) -> float:
    """Reload a page that waits."""
    pair = await Pair.come(people, at.pairs[0])
    await pair.wait()
    taken = await _timed(_citizen_sees(pair, TicketState.WAITING))
    await pair.ring()
    return await _ended(pair, taken)


async def _ended(pair: Pair, taken: float, *, answer: bool = True) -> float:
    """Bring the call that was begun to its end, so that the row's sums are complete."""
    if answer:
        await pair.answer()
    _ = await pair.through()
    await pair.close()
    await pair.go()
    return taken


def ringing(reload: Callable[[Pair], Awaitable[None]]) -> Callable[[Stage, Crowd], Awaitable[float]]:
    """Make a row that reloads a page while it rings."""

    async def row(at: Stage, people: Crowd) -> float:
        pair = await Pair.come(people, at.pairs[0])
        await pair.wait()
        await pair.ring()
        taken = await _timed(reload(pair))
        return await _ended(pair, taken)

    return row


def talking(reload: Callable[[Pair], Awaitable[object]]) -> Callable[[Stage, Crowd], Awaitable[float]]:
    """Make a row that reloads a page in a call; it is back when a line goes through both ways."""

    async def row(at: Stage, people: Crowd) -> float:
        pair = await Pair.come(people, at.pairs[0])
        await pair.call()
        _ = await pair.through()
        began = time.monotonic()
        _ = await reload(pair)
        _ = await pair.through()
        return await _ended(pair, time.monotonic() - began, answer=False)

    return row


def wrapping(side: str) -> Callable[[Stage, Crowd], Awaitable[float]]:
    """Make a row that reloads a page after the call was closed."""

    async def row(at: Stage, people: Crowd) -> float:
        pair = await Pair.come(people, at.pairs[0])
        await pair.call()
        _ = await pair.through()
        await pair.close()
        if side == "citizen":
            taken = await _timed(_citizen_sees(pair, TicketState.DONE))
            await pair.citizen.rate(4)
            people.books.ratings[pair.session] = 4
        else:
            taken = await _timed(_seat_sees(pair, SeatState.WRAP_UP))
        await pair.go()
        return taken

    return row


async def cut_in_call(at: Stage, people: Crowd) -> float:
    """Cut the citizen's line, three lines are said meanwhile; it is over when both have all of them."""
    async with AsyncExitStack() as stack:
        broken = await stack.enter_async_context(line(_port(at.address)))
        pair = await Pair.come(people, at.pairs[0], Address.parse(f"https://localhost:{broken.port}"))
        await pair.call()
        began = time.monotonic()
        broken.cut()
        for _ in range(LINES):
            _ = await pair.through()
        return await _ended(pair, time.monotonic() - began, answer=False)


async def loss(at: Stage, people: Crowd) -> float:
    """Let the citizen's line carry nothing for 10 s; seconds count from its return until lines went both ways."""
    async with AsyncExitStack() as stack:
        broken = await stack.enter_async_context(line(_port(at.address)))
        pair = await Pair.come(people, at.pairs[0], Address.parse(f"https://localhost:{broken.port}"))
        await pair.call()
        lost = asyncio.create_task(broken.lose(LOSS_S))
        through = asyncio.create_task(pair.through())
        await lost
        taken = await _timed(through)
        return await _ended(pair, taken, answer=False)


async def slow_and_cut(at: Stage, people: Crowd) -> float:
    """Let the citizen's line take 200 ms each way and break five times in the call; seconds of the slowest line."""
    async with AsyncExitStack() as stack:
        slow = await stack.enter_async_context(line(_port(at.address), SLOW_S))
        pair = await Pair.come(people, at.pairs[0], Address.parse(f"https://localhost:{slow.port}"))
        await pair.call()
        slowest = 0.0
        for _ in range(SLOW_CUTS):
            slow.cut()
            slowest = max(slowest, await pair.through())
        return await _ended(pair, slowest, answer=False)


def _port(address: Address) -> int:
    return int(address.base.rpartition(":")[2])


async def agent_dies(at: Stage, people: Crowd) -> float:
    """Close an agent's page in a call for good: the citizen waits again, at the head, after the grace time."""
    pair = await Pair.come(people, at.pairs[0])
    await pair.call()
    _ = await pair.through()
    began = time.monotonic()
    await pair.seat.channel.close()
    await pair.citizen.until(lambda: pair.citizen.state is TicketState.WAITING, LONG_S)
    assert pair.citizen.ticket is not None
    assert pair.citizen.ticket.place == 1
    taken = time.monotonic() - began
    await pair.reload_seat()
    await pair.ring()
    return await _ended(pair, taken)


def _large() -> bytes:
    """Return a picture with much to say of itself, of a content of its own."""
    from booth_client.sources import document_pattern
    from booth_client.still import grab

    jpeg = grab(document_pattern())
    comment = b"\xff\xfe" + (COMMENT_BYTES + 2).to_bytes(2, "big")
    filling = b"".join(comment + os.urandom(COMMENT_BYTES) for _ in range(LARGE_BYTES // COMMENT_BYTES))
    return jpeg[:JPEG_TAIL] + filling + jpeg[JPEG_TAIL:]


class _Cut(Uploader):
    """Goes on asking after any number of cuts."""

    async def stubborn(self, content: bytes) -> str:
        """Send all of it."""
        place, offset = "", 0
        while not place:
            with suppress(Exception):
                place = await self._create(len(content), {"filename": "paper.jpg", "purpose": "material"})
        # The address names the host that was asked.
        while offset < len(content):
            try:
                offset = await self._append(place, offset, content[offset : offset + COMMENT_BYTES * 8])
            except Exception:  # noqa: BLE001  (a cut has many exceptions)
                with suppress(Exception):
                    offset = await self._offset(place, offset)
        return place.rsplit("/", 1)[-1]


async def cut_upload(at: Stage, people: Crowd) -> float:
    """Cut an upload of 4 MB twenty times; it is resumed each time."""
    content = await asyncio.to_thread(_large)
    async with AsyncExitStack() as stack:
        broken = await stack.enter_async_context(line(_port(at.address)))
        pair = await Pair.come(people, at.pairs[0])
        await pair.call()
        http = await stack.enter_async_context(people.http())
        way = _Cut(
            http, Address.parse(f"https://localhost:{broken.port}"), {"Authorization": f"Bearer {pair.citizen.token}"}
        )
        began = time.monotonic()
        sending = asyncio.create_task(way.stubborn(content))
        for _ in range(CUTS):
            await asyncio.sleep(random.uniform(0.02, 0.12))
            broken.cut()
        people.books.paper(content, await sending)
        taken = time.monotonic() - began
        return await _ended(pair, taken, answer=False)


ROWS: dict[str, Callable[[Stage, Crowd], Awaitable[float]]] = {
    "reload: citizen waits": reload_waiting,
    "reload: citizen, while it rings": ringing(lambda pair: _citizen_sees(pair, TicketState.RESERVED)),
    "reload: agent, while it rings": ringing(lambda pair: _seat_sees(pair, SeatState.RESERVED)),
    "reload: citizen in a call": talking(Pair.reload_citizen),
    "reload: agent in a call": talking(Pair.reload_seat),
    "reload: citizen after the call": wrapping("citizen"),
    "reload: agent in wrap-up": wrapping("seat"),
    "line cut in a call, 3 lines meanwhile": cut_in_call,
    "10 s loss of the citizen's line, from its return": loss,
    "200 ms each way and 5 cuts in a call, slowest line": slow_and_cut,
    "agent's page dies for good": agent_dies,
    "4 MB cut 20 times, resumed": cut_upload,
}
"""A row's name, and one run of it: it returns how many seconds people were without what they had."""
