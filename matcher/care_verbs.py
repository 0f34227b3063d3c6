"""Looking after the queue: checking its invariants, mending it, trimming its journal."""

from typing import cast

import msgspec

from matcher.base import Base
from matcher.check import Holdings, Violation, violations


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

    async def _holdings(self) -> Holdings:
        text = cast("bytes", await self.run("inspect"))
        return msgspec.json.decode(text, type=Holdings)
