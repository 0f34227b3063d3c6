"""Reads all that a realm holds in small batches while the queue goes on: the result is from many moments."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar, cast

from matcher.check import Holdings, Row, Scores
from matcher.rows import pairs
from matcher.scripts import Reply

T = TypeVar("T")
Command = Callable[..., Awaitable[Reply]]
"""Sends one plain command with the names of the realm's keys made whole."""
AT_ONCE = 64
SCAN_COUNT = 200


class RealmScan:
    """One slow look at a realm."""

    def __init__(self, command: Command, key: Callable[[str], str]) -> None:
        """Send with `command`, make keys with `key`."""
        self._command = command
        self._key = key

    async def holdings(self) -> Holdings:
        """Return all that was seen."""
        lanes, profiles, seats = [await self._members(name) for name in ("lanes", "profiles", "seats")]
        return Holdings(
            tickets=await self._rows("ticket", await self._members("open")),
            seats=await self._rows("seat", seats),
            lanes=await self._rows("lane", lanes),
            profiles=await self._rows("profile", profiles),
            wait=await self._scores_of("wait", lanes),
            cp=await self._scores_of("cp", lanes),
            idle=await self._scores_of("idle", profiles),
            pc=await self._scores_of("pc", profiles),
            shun=await self._scores_of("shun", seats),
            heads=await self._scores("heads"),
            idle_heads=await self._scores("idle_heads"),
            part_heads=await self._scores("part_heads"),
            line=await self._scores("line"),
            due=await self._scores("due"),
            online=await self._scores("online"),
            working=await self._scores("working"),
            fence=cast("bytes", await self._command("GET", self._key("fence")) or b"0").decode(),
        )

    async def _rows(self, kind: str, ids: Iterable[str]) -> dict[str, Row]:
        return {of: row for of, row in (await self._each(ids, lambda of: self._row(f"{kind}:{of}"))).items() if row}

    async def _row(self, name: str) -> Row:
        return _texts(await self._command("HGETALL", self._key(name)))

    async def _scores_of(self, kind: str, ids: Iterable[str]) -> dict[str, Scores]:
        found = await self._each(ids, lambda of: self._scores(f"{kind}:{of}"))
        return {of: scores for of, scores in found.items() if scores}

    async def _scores(self, name: str) -> Scores:
        found: Scores = {}
        cursor = b"0"
        while True:
            cursor, flat = await self._scan("ZSCAN", name, cursor)
            found |= _texts(flat)
            if cursor == b"0":
                return found

    async def _members(self, name: str) -> list[str]:
        found: set[str] = set()
        cursor = b"0"
        while True:
            cursor, members = await self._scan("SSCAN", name, cursor)
            found |= {member.decode(errors="replace") for member in members}
            if cursor == b"0":
                return sorted(found)

    async def _scan(self, command: str, name: str, cursor: bytes) -> tuple[bytes, list[bytes]]:
        reply = await self._command(command, self._key(name), cursor, "COUNT", SCAN_COUNT)
        return cast("tuple[bytes, list[bytes]]", reply)

    async def _each(self, ids: Iterable[str], read: Callable[[str], Awaitable[T]]) -> dict[str, T]:
        names = list(ids)
        found: dict[str, T] = {}
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            found |= dict(zip(some, await asyncio.gather(*map(read, some)), strict=True))
        return found


def _texts(flat: object) -> dict[str, str]:
    return {name.decode(errors="replace"): value.decode(errors="replace") for name, value in pairs(flat).items()}
