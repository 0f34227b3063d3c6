"""The catalogue that a node works with now: an immutable directory, replaced whole when the ledger has a newer one."""

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
        self._database = database
        self._always_open = always_open
        self._followers: list[Follower] = []

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
        self._followers.append(follower)

    async def refresh(self) -> bool:
        """Load the catalogue if the ledger has a newer one, tell the followers, return whether there was.

        Raises:
            LedgerUnavailable: the database does not answer; the current directory stays.
        """
        version = await versions.newest(self._database)
        if version == self.version:
            return False
        directory = await Directory.load(self._database, always_open=self._always_open)
        self.current, self.version = directory, version
        for follower in self._followers:
            await follower(directory)
        return True
