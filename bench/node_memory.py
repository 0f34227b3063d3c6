"""Measure the memory of one node by open pages: each a citizen's WebSocket whose ticket waits in line.

A whole product serves as `cloudwindow demo` does; the pages come from forty addresses, as behind as many halls.
`--tree DIR` measures another version in the same way: a git worktree of the commit before.
"""

import argparse
import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from bench.hostile import HELLO, HERE, memory_mb, product
from bench.tables import table
from protocol.version import PROTOCOL_VERSION

PAGES, QUICK_PAGES = (500, 1000, 2000), (100, 200)
ADDRESSES = 40
SETTLED_S = 5.0
"""Longer than a node takes to tell every waiting page its place."""


async def open_page(http: aiohttp.ClientSession, base: str, wire: int) -> aiohttp.ClientWebSocketResponse:
    """Open a page whose ticket waits."""
    socket = await http.ws_connect(f"{base}/ws", max_msg_size=0)
    await socket.send_json({**HELLO, "version": wire})
    await socket.send_json({"type": "take_ticket", "id": "1"})
    while True:
        said = await socket.receive_json()
        if said.get("id") == "1":
            if said["type"] != "ticket_taken":
                raise SystemExit(f"refused: {said}")
            return socket


async def read(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Read all that comes, as a page does."""
    async for _ in socket:
        pass


async def measure(tree: Path, steps: tuple[int, ...], wire: int) -> list[list[str]]:
    """Return a row for each number of open pages."""
    rows = []
    async with product(tree) as (base, process), AsyncExitStack() as stack:
        halls = [
            await stack.enter_async_context(
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, local_addr=(f"127.0.0.{number}", 0)))
            )
            for number in range(2, ADDRESSES + 2)
        ]
        first = await open_page(halls[0], base, wire)  # what the first page loads is no page's
        reading = [asyncio.create_task(read(first))]
        await asyncio.sleep(SETTLED_S)
        before = memory_mb(process)
        for step in steps:
            while len(reading) < step:
                socket = await open_page(halls[len(reading) % ADDRESSES], base, wire)
                reading.append(asyncio.create_task(read(socket)))
            await asyncio.sleep(SETTLED_S)
            now = memory_mb(process)
            rows.append([f"{step:,}", f"{now:.0f} MB", f"{(now - before) * 1024 / step:.1f} kB"])
        for task in reading:
            task.cancel()
    return [["1", f"{before:.0f} MB", ""], *rows]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tree", type=Path, default=HERE, help="measure the version in this folder")
    parser.add_argument("--wire", type=int, default=PROTOCOL_VERSION, help="the version that this tree speaks")
    said = parser.parse_args()
    table(
        ["open pages", "the node's resident memory", "for each page"],
        asyncio.run(measure(said.tree, QUICK_PAGES if said.quick else PAGES, said.wire)),
    )
