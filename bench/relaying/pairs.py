"""Pairs of connections that may talk to each other, made as each server wants it."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

from bench.relaying.socket import Socket, connect, masked

PAYLOAD = "candidate:1 1 udp 1686052607 8.8.8.8 50000 typ srflx generation 0 ufrag ".ljust(1000, "x")
AT_ONCE = 20
LIMIT_S = 60


class Pair:
    """Two connections and the ready frame that each sends to the other."""

    def __init__(self, one: Socket, other: Socket, to_other: bytes, to_one: bytes) -> None:
        self.one, self.other = one, other
        self.to_other, self.to_one = masked(to_other), masked(to_one)


async def gather(count: int, make: Callable[[int], Awaitable[Pair]]) -> list[Pair]:
    """Make many pairs, a few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Pair:
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


async def hear(socket: Socket, *kinds: str) -> dict[str, Any]:
    """Wait for a frame of one of these kinds."""
    while True:
        frame: dict[str, Any] = json.loads(await socket.kept.get())
        if frame["type"] in kinds:
            return frame


async def hello(port: int, role: str, cookie: str = "") -> Socket:
    """Open a page and be welcomed."""
    page = await connect(port, "/ws", cookie)
    page.send(json.dumps({"type": "hello", "version": 2, "role": role}).encode())
    await hear(page, "welcome")
    return page


async def seat(port: int, cookie: str, meeting: dict[str, asyncio.Future[Socket]]) -> None:
    """An agent who signs in, accepts what rings, and then waits for the citizen of that ticket."""
    page = await hello(port, "seat", cookie)
    page.send(b'{"type":"ready","id":"r"}')
    rings = (await hear(page, "ringing"))["reservation"]
    accept = {"type": "accept", "id": "a", "reservation": rings["reservation"], "fence": rings["fence"]}
    page.send(json.dumps(accept).encode())
    await hear(page, "session")
    meeting.setdefault(rings["ticket"], asyncio.get_running_loop().create_future()).set_result(page)


async def citizen(port: int, meeting: dict[str, asyncio.Future[Socket]]) -> tuple[Socket, Socket]:
    """A citizen who takes a ticket; return it with the seat that it came to."""
    page = await hello(port, "citizen")
    page.send(b'{"type":"take_ticket","id":"t","item":"MZ01"}')
    ticket = (await hear(page, "ticket_taken", "error"))["ticket"]["ticket"]
    await hear(page, "session")
    return page, await meeting.setdefault(ticket, asyncio.get_running_loop().create_future())


async def our_pairs(port: int, cookies: list[str]) -> list[Pair]:
    """As many sessions as there are seats, each made by the whole flow."""
    meeting: dict[str, asyncio.Future[Socket]] = {}
    frame = {"type": "candidate", "epoch": 1, "candidate": PAYLOAD, "mid": "0", "line": 0}
    to_citizen, to_seat = (json.dumps({**frame, "to": to}).encode() for to in ("citizen", "seat"))

    async def make(number: int) -> Pair:
        _, (one, other) = await asyncio.gather(seat(port, cookies[number], meeting), citizen(port, meeting))
        return Pair(one, other, to_seat, to_citizen)

    return await gather(len(cookies), make)
