"""Machines whose clocks are off serve beside one that is right: they say so, serve nobody, and harm nobody."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import msgspec
import pytest
from redis.asyncio import Redis

from booth_client.citizen import Citizen
from booth_client.client import Client
from matcher import Queue
from protocol.states import SeatState, TicketState
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from tests.support.served import Served, door, served
from tests.support.wire_socket import Closed, WireSocket

OFF_S = (25, 600, -600)
RING_S = 8.0
RINGS = {"ring_s": str(RING_S)}


class Ready(msgspec.Struct):
    """What `/readyz` says."""

    ready: bool
    problems: dict[str, str] = {}


async def readiness(node: Served) -> tuple[int, Ready]:
    """Ask a node whether it should be sent pages."""
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{node.port}/readyz") as answer:
        return answer.status, msgspec.json.decode(await answer.read(), type=Ready)


async def greeting(node: Served) -> list[str]:
    """Say hello as a citizen; return the types and codes of what comes until the socket closes."""
    said = []
    async with aiohttp.ClientSession() as http:
        socket = await WireSocket.open(http, f"http://127.0.0.1:{node.port}")
        await socket.hello("citizen")
        try:
            while frame := await socket.read():
                said.append(frame.get("code") or frame["type"])
        except Closed as end:
            said.append(str(end.code))
        finally:
            await socket.close()
    return said


@pytest.mark.timeout(180)
async def test_three_nodes_with_wrong_clocks_take_no_ticket_and_no_second_of_ringing(
    valkey: EmbeddedValkey, redis: Redis, postgres_ledger: str, tmp_path: Path
):
    async with AsyncExitStack() as stack:
        good = await stack.enter_async_context(served(valkey.url, postgres_ledger, tmp_path, **RINGS))
        window = await stack.enter_async_context(door(good))
        waiting: list[Citizen] = [await window.citizen() for _ in range(4)]
        for citizen in waiting:
            await citizen.take("MZ01")
        wrong = await asyncio.gather(
            *(
                stack.enter_async_context(
                    served(valkey.url, postgres_ledger, tmp_path, **RINGS, machine_clock_off_s=str(off))
                )
                for off in OFF_S
            )
        )

        for node in wrong:
            status, told = await readiness(node)
            assert (status, told.ready, told.problems["clock"]) == (503, False, "clock_wrong")
            assert await greeting(node) == ["clock_wrong", "1013"]
        assert await readiness(good) == (200, Ready(ready=True))

        seat = await window.seat("s004")
        began_s = time.monotonic()
        first = await seat.until(lambda: seat.ringing)
        assert first.left_s > RING_S / 2
        await seat.until(lambda: not seat.ringing)
        assert time.monotonic() - began_s > first.left_s - 1, "it rings as long as it said"
        await seat.until(lambda: seat.seat and seat.seat.reason == "missed")
        for page in waiting:
            assert page.state in {TicketState.WAITING, TicketState.RESERVED}

        await seat.ready()
        session = await seat.accept(await seat.until(lambda: seat.ringing))
        citizen = next(page for page in waiting if page.ticket and page.ticket.ticket == session.ticket)
        await citizen.until(lambda: citizen.conversation.view)
        await hears(seat, citizen)
        assert seat.state is SeatState.SERVING
        assert sorted(page.state or "" for page in waiting) == ["serving", "waiting", "waiting", "waiting"]
        assert await Queue(redis, "window", SystemClock()).care.check() == []


async def hears(speaker: Client, listener: Client) -> None:
    """Say something that the other side hears."""
    await speaker.say("听得到吗")
    await listener.until(lambda: listener.conversation.view and listener.conversation.view.chat)
