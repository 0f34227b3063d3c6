"""The catalogue in memory: what pages and the queue ask all day, answered without touching the ledger."""

import asyncio
from zoneinfo import ZoneInfo

from protocol.errors import ModeNotOffered
from protocol.skills import Needs
from protocol.views import Mode
from records.catalogue.directory_rows import Loaded, Package, Skill, load
from records.catalogue.entries import Cross, LanguageEntry, PolicyEntry, RatingsEntry, RetentionEntry
from records.catalogue.face import Face
from records.catalogue.item_directory import ItemDirectory
from records.catalogue.opening_hours import OpeningHours
from records.catalogue.place_directory import PlaceDirectory
from records.catalogue.seat_directory import SeatDirectory
from records.catalogue.widening import Widening, first_needs, steps
from records.database import Database


class Directory:
    """One version of the catalogue, immutable: its items, seats, places and hours, and the realm's settings."""

    def __init__(self, loaded: Loaded, *, always_open: bool = False) -> None:
        """Hold the loaded catalogue (`load` does the slow part, the search index, in a thread)."""
        self._loaded = loaded
        self.items = ItemDirectory(loaded)
        self.seats = SeatDirectory(loaded)
        self.places = PlaceDirectory(loaded)
        self.hours = OpeningHours(loaded, always_open=always_open)

    @classmethod
    async def load(cls, database: Database, *, always_open: bool = False) -> "Directory":
        """Load the catalogue from the ledger, without holding up the loop.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        loaded = await load(database)
        return await asyncio.to_thread(cls, loaded, always_open=always_open)

    def steps(self, item: str | None, mode: Mode, language: str, site: str | None = None) -> tuple[Widening, ...]:
        """Return a ticket's needs, at once and after each widening: (after seconds, needs, given up).

        Raises:
            UnknownItem, UnknownSite: no such item or site.
            ModeNotOffered: the item is not served in this mode.
            NeverServed: no seat on record could ever serve it.
        """
        home = self.places.site(site).district if site else ""
        if not item:
            needs = first_needs(self.policy.general_skill, Mode.CONSULT, language, home)
            return self._widened(needs, Cross.FULL_ONLINE)
        known = self.items.find(item)
        if mode.value not in known.modes:
            raise ModeNotOffered(item=known.id, modes=",".join(known.modes))
        return self._widened(first_needs(known.skill, mode, language, known.district), known.cross)

    def _widened(self, needs: Needs, cross: Cross) -> tuple[Widening, ...]:
        return steps(needs, cross, self.policy, self.seats.coverage)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the realm."""
        return self._loaded.zone

    @property
    def face(self) -> Face:
        """Presentation of the realm: organiser, notices, name, emblem, colours."""
        return self._loaded.face

    @property
    def notice_versions(self) -> frozenset[str]:
        """The versions of the notice that a consent may name: the one in force, and earlier ones."""
        return self._loaded.notice_versions | {self.face.notices.version}

    @property
    def skills(self) -> dict[str, Skill]:
        """All skills by id."""
        return self._loaded.skills

    @property
    def packages(self) -> dict[str, Package]:
        """All packages by id."""
        return self._loaded.packages

    @property
    def languages(self) -> tuple[LanguageEntry, ...]:
        """The languages that can be asked for."""
        return self._loaded.languages

    @property
    def bad_reasons(self) -> tuple[str, ...]:
        """The reasons one can give for a bad rating."""
        return self._loaded.ratings.bad_reasons

    def outcomes(self) -> tuple[str, ...]:
        """Return the catalogue's words for outcomes (see `protocol.outcomes.OUTCOME_NAMES`)."""
        return self._loaded.outcomes

    @property
    def policy(self) -> PolicyEntry:
        """Settings of the queue: times, head starts, service level."""
        return self._loaded.policy

    @property
    def ratings(self) -> RatingsEntry:
        """The rules of ratings."""
        return self._loaded.ratings

    @property
    def retention(self) -> RetentionEntry:
        """Days that each class of data is kept."""
        return self._loaded.retention
