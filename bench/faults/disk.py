"""A row in which the disk of the papers is full."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable

from bench.faults.crowd import TROUBLE, Crowd, paper
from bench.faults.pairs import Pair
from bench.faults.town import Stage

FULL_S = 5.0
AGAIN_S = 0.2


async def papers_full(at: Stage, people: Crowd) -> float:
    """Fill the papers' disk amid calls: papers are refused, lines go on; seconds from room made to a stored paper."""
    assert at.has_small_disk, "only root can mount a small disk: run this row as root"
    pair = await Pair.come(people, at.pairs[0])
    await pair.call()
    filler = at.papers / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, os.statvfs(at.papers).f_bavail * os.statvfs(at.papers).f_frsize)
    try:
        refused = await _sends(pair)
        assert "answered 50" in refused, refused
        _ = await pair.through()
        await asyncio.sleep(FULL_S)
    finally:
        filler.unlink()
    began = time.monotonic()
    while await _sends(pair):  # noqa: ASYNC110
        await asyncio.sleep(AGAIN_S)  # a paper has room again or has not: nothing tells it
    taken = time.monotonic() - began
    _ = await pair.through()
    await pair.close()
    await pair.go()
    return taken


async def _sends(pair: Pair) -> str:
    """Send a paper; return how it was refused, nothing when it is stored."""
    content = paper()
    try:
        document = await pair.citizen.upload("paper.png", content)
    except TROUBLE as problem:
        return repr(problem)
    pair.people.books.paper(content, document)
    return ""


ROWS: dict[str, Callable[[Stage, Crowd], Awaitable[float]]] = {"papers' disk full for 5 s, from room made": papers_full}
