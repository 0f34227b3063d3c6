"""Looking after the queue: checking its invariants, mending it, trimming its journal."""

import asyncio
from collections.abc import Sequence
from typing import cast

import msgspec

from matcher.base import QueueBase
from matcher.check import Holdings, Violation, violations
from matcher.look import RealmScan
from matcher.rows import pairs
from matcher.suspects import OF_COUNTS, confirmed, seats_of, suspects_of
from protocol.events import FORGOTTEN
from runtime.kept import read

CHECK_AT_ONCE = 500
"""A realm with more tickets and seats than this is not read at one moment."""
SUSPECTS_AT_ONCE = 20
TRIES = 5
DAY_MS = 86_400_000
ENTRIES_AT_ONCE = 1000
ANNOUNCED = b"seat_announced"


class CareVerbs:
    """For operators, and for tests."""

    def __init__(self, queue: QueueBase) -> None:
        """Run them on this queue's server."""
        self._queue = queue

    async def check(self, *, repair: bool = False, at_once: int = CHECK_AT_ONCE) -> list[Violation]:
        """Return the realm's faults; with `repair`, mend them in one step and return the faults that remain.

        A small realm is read at one moment. A larger one is read a little at a time while it goes on, and what
        looks wrong then is looked at again at one moment, a few suspects a time: a queue that moves gives no
        false alarm, and a fault that stands is found.
        """
        found = await self._faults(at_once)
        if not repair or not found:
            return found
        await self._queue.run("mend")
        return await self._faults(at_once)

    async def _faults(self, at_once: int) -> list[Violation]:
        sizes = [cast("int", await self._queue.command("SCARD", self._queue.key(name))) for name in ("open", "seats")]
        if sum(sizes) <= at_once:
            text = cast("bytes", await self._queue.run("inspect"))
            return violations(msgspec.json.decode(text.decode(errors="replace"), type=Holdings))
        began = await self._last_entry()
        held = await RealmScan(self._queue.ask, self._queue.key).holdings()
        faults = violations(held)
        found: list[Violation] = []
        for start in range(0, len(faults), SUSPECTS_AT_ONCE):
            found += await self._confirmed(faults[start : start + SUSPECTS_AT_ONCE], held, began)
        return found

    async def _confirmed(self, faults: Sequence[Violation], held: Holdings, began: str) -> list[Violation]:
        """Look at a few suspects at one moment; counts need all seats of a profile, also those that came meanwhile."""
        suspects, crowd = suspects_of(faults, held), seats_of(faults, held)
        are_counts = any(fault.rule in OF_COUNTS for fault in faults)
        for _ in range(TRIES):
            asked = msgspec.structs.replace(suspects, crowd=sorted(crowd))
            text, last = cast("list[bytes]", await self._queue.run("inspect_some", msgspec.json.encode(asked)))
            came = await self._announced(began, last.decode()) - crowd if are_counts else set()
            if not came:
                return confirmed(faults, msgspec.json.decode(text.decode(errors="replace"), type=Holdings))
            crowd |= came
        return []  # seats sign in faster than they are counted: nothing is sure

    async def _announced(self, after: str, last: str) -> set[str]:
        """Return the seats that signed in between two entries of the journal."""
        found: set[str] = set()
        while True:
            read = await self._queue.ask("XRANGE", self._queue.journal_key, f"({after}", last, "COUNT", ENTRIES_AT_ONCE)
            entries = cast("list[tuple[bytes, object]]", read)
            found |= {row[b"seat"].decode() for _, fields in entries if (row := pairs(fields))[b"type"] == ANNOUNCED}
            if len(entries) < ENTRIES_AT_ONCE:
                return found
            after = entries[-1][0].decode()

    async def _last_entry(self) -> str:
        last = cast(
            "list[list[bytes]]", await self._queue.ask("XREVRANGE", self._queue.journal_key, "+", "-", "COUNT", 1)
        )
        return last[0][0].decode() if last else "0-0"

    async def aside(self) -> dict[str, str]:
        """Return the duties that the sweeper could not act on, by `kind|id`: when and why, as `milliseconds text`."""
        found = pairs(await self._queue.command("HGETALL", self._queue.key("aside")))
        return {entry.decode(errors="replace"): text.decode(errors="replace") for entry, text in found.items()}

    async def totals(self) -> dict[str, int]:
        """Return how many wait, and today's counters (`answered`, `abandoned`, ...); a spoilt one is left out."""
        now_ms = self._queue.clock.now_ms()
        day = (now_ms + self._queue.business.ahead_ms(now_ms, self._queue.zone)) // DAY_MS
        counters = pairs(await self._queue.command("HGETALL", self._queue.key(f"count:{day}")))
        found = {name.decode(errors="replace"): read("counter", value, int) for name, value in counters.items()}
        return {**{name: value for name, value in found.items() if value is not None}, "waiting": await self.waiting()}

    async def waiting(self) -> int:
        """Return how many tickets wait."""
        return cast("int", await self._queue.command("ZCARD", self._queue.key("line")))

    async def asides(self) -> int:
        """Return how much the sweeper could not act on."""
        return cast("int", await self._queue.command("HLEN", self._queue.key("aside")))

    async def unknown(self, tickets: Sequence[str]) -> list[str]:
        """Return those of these tickets of which the queue knows nothing, not even that they ended."""
        found: list[str] = []
        for first in range(0, len(tickets), CHECK_AT_ONCE):
            some = tickets[first : first + CHECK_AT_ONCE]
            known = await asyncio.gather(
                *(self._queue.ask("EXISTS", self._queue.key(f"ticket:{ticket}")) for ticket in some)
            )
            found += [ticket for ticket, is_known in zip(some, known, strict=True) if not is_known]
        return found

    async def forget(self, ticket: str) -> bool:
        """Tell the records that a ticket expired that the queue has lost; return whether it was told just now."""
        return bool(await self._queue.run_int("forget", ticket, FORGOTTEN))

    async def trim(self, keep_s: float = 604_800) -> int:
        """Drop journal entries older than `keep_s` seconds, acknowledged by all consumer groups; return how many."""
        groups = await self._groups() if await self._queue.command("EXISTS", self._queue.journal_key) else []
        if not groups:
            return 0  # nobody has recorded anything yet: every entry is the only copy
        oldest = min([(self._queue.clock.now_ms() - round(keep_s * 1000), 0), *groups])
        trimmed = await self._queue.command(
            "XTRIM", self._queue.journal_key, "MINID", f"{max(0, oldest[0])}-{oldest[1]}"
        )
        return cast("int", trimmed)

    async def _groups(self) -> list[tuple[int, int]]:
        """Return for each group of readers the first entry that it may still want."""
        firsts = []
        for group in cast("list[object]", await self._queue.command("XINFO", "GROUPS", self._queue.journal_key)):
            facts = pairs(group)
            pending = await self._queue.command("XPENDING", self._queue.journal_key, facts[b"name"])
            known = pending["min"] if isinstance(pending, dict) else cast("list[bytes | None]", pending)[1]
            first = cast("bytes | None", known) or facts[b"last-delivered-id"]
            milliseconds, _, number = first.decode().partition("-")
            firsts.append((int(milliseconds), int(number)))
        return firsts
