"""The catalogue that a node works with now: an immutable directory, replaced whole when the ledger has a newer one."""

import asyncio
from collections.abc import Awaitable, Callable

from records.catalogue import versions
from records.catalogue.directory import Directory
from records.database import Database

Follower = Callable[[Directory], Awaitable[None]]


class CatalogueHolder:
    """Holds `current` and its `version` (milliseconds of the change; 0 before any was written down)."""

    def __init__(self, database: Database, current: Directory, version: int = 0, *, always_open: bool = False) -> None:
        """Hold a directory that was loaded at `version`."""
        self.current = current
        self.version = version
        self.looks = 0
        """Number of looks at the ledger for a newer one."""
        self._database = database
        self._always_open = always_open
        self._followers: dict[Follower, int] = {}
        self._looking = asyncio.Lock()

    @classmethod
    async def load(cls, database: Database, *, always_open: bool = False) -> "CatalogueHolder":
        """Load the catalogue from the ledger.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        # The version first: a change between the two readings is then loaded once more, never missed.
        version = await versions.newest(database)
        return cls(database, await Directory.load(database, always_open=always_open), version, always_open=always_open)

    def follow(self, follower: Follower) -> None:
        """Call `follower` with each new directory, after it became the current one."""
        self._followers[follower] = self.version

    async def refresh(self) -> bool:
        """Load the catalogue if the ledger has a newer one, tell the followers in order, return whether there was.

        Looks at once are done one after the other. A follower that raises ends the look; the next one goes on with it.

        Raises:
            LedgerUnavailable: the database does not answer; the current directory stays.
        """
        async with self._looking:
            self.looks += 1
            version = await versions.newest(self._database)
            is_other = version != self.version
            if is_other:
                directory = await Directory.load(self._database, always_open=self._always_open)
                self.current, self.version = directory, version
            for follower, told in self._followers.items():
                if told != self.version:
                    await follower(self.current)
                    self._followers[follower] = self.version
            return is_other
