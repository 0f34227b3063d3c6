"""The long poll beside the WebSocket: CPU of the node per message, and how long a message takes there and back.

One node serves calls of both transports in turns, in the same run: citizen and seat play ping-pong with candidates of
1,000 bytes, one under way per call, without a pause (load) and two a second (at rest, as people's pages are).
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil
import uvloop

from bench.relay import cpu_s, ours, pin
from bench.relaying import poll
from bench.relaying.pairs import Page, by_socket, candidates, sessions

LONG = 900
"""Bytes from which on a frame is one of ours."""
WARM_S = 1.0
PAUSE_S = 0.5


@dataclass
class Seen:
    """One way at one load."""

    way: str
    load: str
    per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


class Play:
    """Ping-pong over all calls, which begin one after the other within a pause."""

    def __init__(self, calls: Sequence[tuple[Page, Page]], pause_s: float) -> None:
        self.rounds: list[float] = []
        self.is_running = True
        self._pause_s = pause_s
        self._frames = candidates()
        for number, (citizen, seat) in enumerate(calls):
            self._join(citizen, seat, pause_s * number / len(calls))

    def _join(self, citizen: Page, seat: Page, begin_s: float) -> None:
        to_seat, to_citizen = self._frames
        loop = asyncio.get_running_loop()
        sent = 0.0

        def send() -> None:
            nonlocal sent
            sent = time.perf_counter()
            if self.is_running:
                citizen.send(to_seat)

        def back(frame: bytes) -> None:
            if len(frame) > LONG:
                self.rounds.append(time.perf_counter() - sent)
                _ = loop.call_later(self._pause_s, send)

        seat.hear = lambda frame: seat.send(to_citizen) if len(frame) > LONG else None
        citizen.hear = back
        _ = loop.call_later(begin_s, send)


async def measure(
    way: str, load: str, calls: Sequence[tuple[Page, Page]], node: psutil.Process, seconds: float
) -> Seen:
    """Play for a while."""
    play = Play(calls, PAUSE_S if load == "at rest" else 0.0)
    await asyncio.sleep(WARM_S)
    play.rounds.clear()
    cpu, began = cpu_s(node), time.perf_counter()
    await asyncio.sleep(seconds)
    used, took, rounds = cpu_s(node) - cpu, time.perf_counter() - began, sorted(play.rounds)
    play.is_running = False
    await asyncio.sleep(0.5)
    return Seen(
        way,
        load,
        2 * len(rounds) / took,
        used / (2 * len(rounds)) * 1e6,
        rounds[len(rounds) // 2] * 1000,
        rounds[len(rounds) * 99 // 100] * 1000,
    )


async def compare(port: int, cookies: list[str], node: psutil.Process, seconds: float, rounds: int) -> list[Seen]:
    """Measure both ways in turns, each with half of the seats."""
    half = len(cookies) // 2
    polls = await sessions(poll.connect, port, cookies[:half])
    sockets = await sessions(by_socket, port, cookies[half:])
    seen = []
    for _ in range(rounds):
        for load in ("at rest", "load"):
            seen.append(await measure("WebSocket", load, sockets, node, seconds))
            seen.append(await measure("long poll", load, polls, node, seconds))
    for call in polls:
        for page in call:
            page.close()
    return seen


def main() -> int:
    """Print the table and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    calls, seconds, rounds = (10, 2.0, 1) if chosen.quick else (50, 8.0, 3)
    pin(1)
    with ours(2 * calls) as (port, node, cookies):
        seen = uvloop.run(compare(port, cookies, node, seconds, rounds))
    print("| transport | load | messages/s | CPU µs/message | round p50 ms | p99 ms |\n|---|---|---|---|---|---|")
    for one in seen:
        print(f"| {one.way} | {one.load} | {one.per_s:,.0f} | {one.cpu_us:.0f} | {one.p50_ms:.1f} | {one.p99_ms:.1f} |")
    print("\nLong poll by WebSocket, of the same turn: CPU per message, p50")
    for socket, other in zip(seen[::2], seen[1::2], strict=True):
        print(f"{socket.load}: {other.cpu_us / socket.cpu_us:.1f} x, {other.p50_ms / socket.p50_ms:.1f} x")
    print("\nRepeat: `python -m bench long_poll`")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
