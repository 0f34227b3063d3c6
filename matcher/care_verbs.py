"""Looking after the queue: checking its invariants, mending it, trimming its journal."""

from typing import cast

import msgspec

from matcher.base import Base
from matcher.check import Holdings, Violation, violations
from matcher.rows import pairs


class CareVerbs(Base):
    """For operators, and for tests."""

    async def check(self, *, repair: bool = False) -> list[Violation]:
        """Return what is wrong with the realm; with `repair`, mend it and return what still is.

        It reads everything at one moment, which stops the realm for that long: not for every second.
        """
        found = violations(await self._holdings())
        if not repair or not found:
            return found
        await self.run("mend")
        return violations(await self._holdings())

    async def trim(self, keep_s: float = 604_800) -> int:
        """Drop journal entries older than `keep_s` that every consumer group has acknowledged; return how many."""
        groups = await self._groups() if await self.command("EXISTS", self.journal_key) else []
        if not groups:
            return 0  # nobody has recorded anything yet: every entry is the only copy
        oldest = min([(self.clock.now_ms() - round(keep_s * 1000), 0), *groups])
        trimmed = await self.command("XTRIM", self.journal_key, "MINID", f"{max(0, oldest[0])}-{oldest[1]}")
        return cast("int", trimmed)

    async def _groups(self) -> list[tuple[int, int]]:
        """Return for each group of readers the first entry that it may still want."""
        firsts = []
        for group in cast("list[object]", await self.command("XINFO", "GROUPS", self.journal_key)):
            facts = pairs(group)
            pending = await self.command("XPENDING", self.journal_key, facts[b"name"])
            known = pending["min"] if isinstance(pending, dict) else cast("list[bytes | None]", pending)[1]
            first = cast("bytes | None", known) or facts[b"last-delivered-id"]
            milliseconds, _, number = first.decode().partition("-")
            firsts.append((int(milliseconds), int(number)))
        return firsts

    async def _holdings(self) -> Holdings:
        text = cast("bytes", await self.run("inspect"))
        return msgspec.json.decode(text, type=Holdings)
