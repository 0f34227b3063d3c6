"""Pairs of connections that may talk to each other, made as each server wants it."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from bench.relaying.socket import Socket, connect, masked

PAYLOAD = "candidate:1 1 udp 1686052607 8.8.8.8 50000 typ srflx generation 0 ufrag ".ljust(1000, "x")
AT_ONCE = 20
LIMIT_S = 60


class Page(Protocol):
    """A connection by any transport."""

    hear: Callable[[bytes], None]
    kept: "asyncio.Queue[bytes]"

    def send(self, payload: bytes) -> None:
        """Send one frame."""


P = TypeVar("P", bound=Page)
T = TypeVar("T")
Dial = Callable[[int, str], Awaitable[P]]
"""Connects to a port, with a cookie or an empty one."""


class Pair:
    """Two connections and the ready frame that each sends to the other."""

    def __init__(self, one: Socket, other: Socket, to_other: bytes, to_one: bytes) -> None:
        self.one, self.other = one, other
        self.to_other, self.to_one = masked(to_other), masked(to_one)


async def gather(count: int, make: Callable[[int], Awaitable[T]]) -> list[T]:
    """Make many pairs, a few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> T:
        async with gate, asyncio.timeout(LIMIT_S):
            return await make(number)

    return await asyncio.gather(*(one(number) for number in range(count)))


async def peerjs_pair(port: int, number: int) -> Pair:
    """Two ids of a PeerJS server; it relays between any that know each other's id."""
    names = [f"bench-{side}-{number}-{random.random():.12f}" for side in "ab"]
    one, other = [await connect(port, f"/peerjs?key=peerjs&id={name}&token=t{name}") for name in names]
    for socket in (one, other):
        assert json.loads(await socket.kept.get())["type"] == "OPEN"
    frames = [json.dumps({"type": "CANDIDATE", "dst": name, "payload": PAYLOAD}).encode() for name in names]
    return Pair(one, other, frames[1], frames[0])


async def hear(socket: Page, *kinds: str) -> dict[str, Any]:
    """Wait for a frame of one of these kinds."""
    while True:
        frame: dict[str, Any] = json.loads(await socket.kept.get())
        if frame["type"] in kinds:
            return frame


async def by_socket(port: int, cookie: str) -> Socket:
    """Connect by WebSocket."""
    return await connect(port, "/ws", cookie)


async def hello(port: int, role: str, cookie: str = "") -> Socket:
    """Open a page and be welcomed."""
    return await welcomed(by_socket, port, role, cookie)


async def welcomed(dial: Dial[P], port: int, role: str, cookie: str = "") -> P:
    """Open a page on a transport and be welcomed."""
    page = await dial(port, cookie)
    page.send(json.dumps({"type": "hello", "version": 2, "role": role}).encode())
    await hear(page, "welcome")
    return page


async def seat(dial: Dial[P], port: int, cookie: str, meeting: dict[str, asyncio.Future[P]]) -> None:
    """An agent who signs in, accepts what rings, and then waits for the citizen of that ticket."""
    page = await welcomed(dial, port, "seat", cookie)
    page.send(b'{"type":"ready","id":"r"}')
    rings = (await hear(page, "ringing"))["reservation"]
    accept = {"type": "accept", "id": "a", "reservation": rings["reservation"], "fence": rings["fence"]}
    page.send(json.dumps(accept).encode())
    await hear(page, "session")
    meeting.setdefault(rings["ticket"], asyncio.get_running_loop().create_future()).set_result(page)


async def citizen(dial: Dial[P], port: int, meeting: dict[str, asyncio.Future[P]]) -> tuple[P, P]:
    """A citizen who takes a ticket; return it with the seat that it came to."""
    page = await welcomed(dial, port, "citizen")
    page.send(b'{"type":"take_ticket","id":"t","item":"MZ01"}')
    ticket = (await hear(page, "ticket_taken", "error"))["ticket"]["ticket"]
    await hear(page, "session")
    return page, await meeting.setdefault(ticket, asyncio.get_running_loop().create_future())


async def sessions(dial: Dial[P], port: int, cookies: list[str]) -> list[tuple[P, P]]:
    """As many sessions as there are seats, each made by the whole flow: the citizen's and the seat's page of each."""
    meeting: dict[str, asyncio.Future[P]] = {}

    async def make(number: int) -> tuple[P, P]:
        _, parties = await asyncio.gather(seat(dial, port, cookies[number], meeting), citizen(dial, port, meeting))
        return parties

    return await gather(len(cookies), make)


def candidates() -> tuple[bytes, bytes]:
    """Return the frames from the citizen to the seat and back."""
    frame = {"type": "candidate", "epoch": 1, "candidate": PAYLOAD, "mid": "0", "line": 0}
    to_seat, to_citizen = (json.dumps({**frame, "to": to}).encode() for to in ("seat", "citizen"))
    return to_seat, to_citizen


async def our_pairs(port: int, cookies: list[str]) -> list[Pair]:
    """As many pairs as there are seats, by WebSocket."""
    to_seat, to_citizen = candidates()
    return [Pair(one, other, to_seat, to_citizen) for one, other in await sessions(by_socket, port, cookies)]
