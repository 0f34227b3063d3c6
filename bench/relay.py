"""Signaling relay between two pages of one node beside PeerJS server: CPU per message, latency, memory.

Both servers run alone on one core, the same client on another. A pair of connections plays ping-pong with messages of
1,000 bytes, one under way per pair. Ours knows both parties by login or signed token, decodes every frame into its type
and checks that it goes to the other party of a live session; PeerJS parses, rewrites and looks the id up.
"""

import argparse
import asyncio
import json
import os
import shutil
import socket as sockets
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from bench.relaying.pairs import Pair, gather, hello, our_pairs, peerjs_pair
from bench.relaying.socket import Socket, connect

PEERS = Path(__file__).parent / "peers"
WARM_S = 1.0
Hear = Callable[[bytes], None]
Open = Callable[[int], Awaitable[Socket]]


@dataclass
class Seen:
    """Results of one run."""

    server: str
    connections: int
    messages: int
    cpu_us: float
    per_s: float
    p50_ms: float
    p99_ms: float


def pin(core: int) -> None:
    """Keep this process on one core where there are two."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


@contextmanager
def ours(seats: int) -> Iterator[tuple[int, psutil.Process, list[str]]]:
    """Run our node."""
    command = [sys.executable, "-m", "bench.relaying.server", str(seats)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: pin(0)
    ) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        try:
            yield said["port"], psutil.Process(process.pid), said["cookies"]
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


@contextmanager
def peerjs() -> Iterator[tuple[int, psutil.Process, list[str]]]:
    """Run PeerJS server; its packages are installed by the lock file on first use."""
    script = PEERS / "node_modules" / "peer" / "dist" / "bin" / "peerjs.js"
    if not script.exists():
        subprocess.run(
            [shutil.which("npm") or "npm", "ci", "--no-audit", "--no-fund"], cwd=PEERS, check=True, capture_output=True
        )
    port = free_port()
    command = ["node", str(script), "--port", str(port), "--host", "127.0.0.1", "--concurrent_limit", "20000"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: pin(0)
    ) as process:
        try:
            wait_for(port)
            yield port, psutil.Process(process.pid), []
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with sockets.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(200):
        try:
            sockets.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(port)


class Play:
    """Ping-pong over all pairs; counts what arrives and how long a round takes."""

    def __init__(self, pairs: list[Pair]) -> None:
        self.messages = 0
        self.rounds: list[float] = []
        self.running = True
        self._sent = [0.0] * len(pairs)
        self._pairs = pairs
        for number, pair in enumerate(pairs):
            pair.other.hear = self._back(pair)
            pair.one.hear = self._again(number, pair)

    def _back(self, pair: Pair) -> Hear:
        write, frame = pair.other.transport.write, pair.to_one

        def hear(message: bytes) -> None:
            if len(message) > 900:
                self.messages += 1
                write(frame)

        return hear

    def _again(self, number: int, pair: Pair) -> Hear:
        write, frame, sent, now = pair.one.transport.write, pair.to_other, self._sent, time.perf_counter

        def hear(message: bytes) -> None:
            if len(message) > 900:
                self.messages += 1
                at = now()
                self.rounds.append(at - sent[number])
                sent[number] = at
                if self.running:
                    write(frame)

        return hear

    def start(self) -> None:
        """Serve."""
        for number, pair in enumerate(self._pairs):
            self._sent[number] = time.perf_counter()
            pair.one.transport.write(pair.to_other)


async def measure(name: str, pairs: list[Pair], process: psutil.Process, seconds: float) -> Seen:
    """Play for a while and measure the server's cost."""
    play = Play(pairs)
    play.start()
    await asyncio.sleep(WARM_S)
    play.rounds.clear()
    before, cpu, began = play.messages, cpu_s(process), time.perf_counter()
    await asyncio.sleep(seconds)
    took, used, count = time.perf_counter() - began, cpu_s(process) - cpu, play.messages - before
    play.running = False
    await asyncio.sleep(0.5)
    rounds = sorted(play.rounds)
    return Seen(
        server=name,
        connections=2 * len(pairs),
        messages=count,
        cpu_us=used / count * 1e6,
        per_s=count / took,
        p50_ms=rounds[len(rounds) // 2] * 1000,
        p99_ms=rounds[len(rounds) * 99 // 100] * 1000,
    )


def cpu_s(process: psutil.Process) -> float:
    """Return the CPU time that a process has used."""
    times = process.cpu_times()
    return times.user + times.system


async def idle(process: psutil.Process, open_one: Open, count: int) -> float:
    """Return the memory that one idle connection costs, in kB."""
    first = [await open_one(number) for number in range(50)]
    await asyncio.sleep(1)
    before = process.memory_info().rss
    more = await gather_sockets(count, open_one)
    await asyncio.sleep(2)
    after = process.memory_info().rss
    for socket in (*first, *more):
        socket.transport.close()
    return (after - before) / count / 1000


async def gather_sockets(count: int, open_one: Open) -> list[Socket]:
    """Open many, a few at a time."""
    gate = asyncio.Semaphore(20)

    async def one(number: int) -> Socket:
        async with gate:
            return await open_one(1000 + number)

    return await asyncio.gather(*(one(number) for number in range(count)))


def run(connections: int, seconds: float, rounds: int) -> list[Seen]:
    """Measure both at one size, in turns."""
    seen = []
    for _ in range(rounds):
        with peerjs() as (port, process, _cookies):
            seen.append(uvloop.run(_peerjs(port, process, connections // 2, seconds)))
        with ours(connections // 2) as (port, process, cookies):
            seen.append(uvloop.run(_ours(port, process, cookies, seconds)))
    return seen


async def _peerjs(port: int, process: psutil.Process, count: int, seconds: float) -> Seen:
    pairs = await gather(count, lambda number: peerjs_pair(port, number))
    return await measure("PeerJS server", pairs, process, seconds)


async def _ours(port: int, process: psutil.Process, cookies: list[str], seconds: float) -> Seen:
    return await measure("Cloud Window", await our_pairs(port, cookies), process, seconds)


def memory(count: int) -> dict[str, float]:
    """Measure what an idle connection costs each."""

    def theirs(port: int) -> Open:
        return lambda number: connect(port, f"/peerjs?key=peerjs&id=idle{number}&token=t{number}")

    with peerjs() as (port, process, _):
        peer = uvloop.run(idle(process, theirs(port), count))
    with ours(1) as (port, process, _):
        own = uvloop.run(idle(process, lambda _: hello(port, "citizen"), count))
    return {"PeerJS server": peer, "Cloud Window": own}


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    sizes, seconds, rounds = ((100,), 2.0, 1) if chosen.quick else ((200, 2000), 8.0, 3)
    pin(1)
    print("| server | connections | messages/s | CPU µs/message | round p50 ms | p99 ms |\n|---|---|---|---|---|---|")
    for size in sizes:
        for one in run(size, seconds, rounds):
            print(
                f"| {one.server} | {one.connections} | {one.per_s:,.0f} | {one.cpu_us:.1f} | {one.p50_ms:.1f} "
                f"| {one.p99_ms:.1f} |",
                flush=True,
            )
    print("\n| server | idle connection, kB |\n|---|---|")
    for name, kilobytes in memory(300 if chosen.quick else 2000).items():
        print(f"| {name} | {kilobytes:.1f} |")
    print("\nRepeat: `python -m bench relay`")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
