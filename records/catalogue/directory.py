"""The catalogue in memory: what pages and the queue ask all day, answered without touching the ledger."""

import asyncio
import datetime as dt
from bisect import bisect_right
from functools import lru_cache
from typing import Final

import msgspec

from protocol.errors import ModeNotOffered, SeatNotFound, UnknownBooth, UnknownItem, UnknownSite
from protocol.skills import Abilities, Needs
from protocol.views import GuideView, MaterialView, Mode
from records.calendar.callbacks import Span, callback_refusal, callback_times
from records.calendar.hours import ANY_ITEM, ItemHours, Place
from records.catalogue.directory_rows import Booth, District, Item, Loaded, Package, SeatEntry, Site, Skill, load
from records.catalogue.entries import Cross, LanguageEntry, PolicyEntry, RatingsEntry, RetentionEntry
from records.catalogue.face import Face
from records.catalogue.search import Index
from records.catalogue.widening import Floor, Widening, either, first_needs, steps, with_either
from records.database import Database
from runtime.clock import CHINA

__all__ = ["Booth", "Directory", "District", "Hit", "Item", "OpeningHours", "SeatEntry", "Site", "Skill"]

HALL: Final = "hall"
LIMIT_MAX: Final = 50
MINUTE_MS: Final = 60_000
ALL_DAY: Final[tuple[Span, ...]] = ((0, 2**53),)
TIMES_KEPT: Final = 8192


class Hit(msgspec.Struct, frozen=True):
    """An item that a search found."""

    item: str
    name: str
    department: str
    district: str
    kind: str
    modes: tuple[str, ...] = ()
    closeness: float = 0.0


class OpeningHours:
    """Opening hours asked by ids; an empty site means a PC, an empty item the general seat."""

    def __init__(self, loaded: Loaded, *, always_open: bool = False) -> None:
        """Know the hours of these sites and items; `always_open` is for demonstrations."""
        self._loaded = loaded
        self._always_open = always_open
        self._times = lru_cache(maxsize=TIMES_KEPT)(self._callback_times)

    def is_open(self, site: str, item: str, now_ms: int, *, appointment: bool = False) -> bool:
        """Tell whether a ticket can be taken now."""
        place, what = self._places(site, item)
        return self._always_open or self._loaded.hours.is_open(place, what, now_ms, appointment=appointment)

    def next_open(self, site: str, item: str, now_ms: int) -> str | None:
        """Return when a ticket can be taken next, as ISO 8601 with offset; None within 60 days."""
        next_ms = self.next_open_ms(site, item, now_ms)
        return None if next_ms is None else dt.datetime.fromtimestamp(next_ms / 1000, CHINA).isoformat()

    def next_open_ms(self, site: str, item: str, now_ms: int) -> int | None:
        """Return when a ticket can be taken next, in ms since the epoch; `now_ms` itself while it is open."""
        place, what = self._places(site, item)
        return now_ms if self._always_open else self._loaded.hours.next_open(place, what, now_ms)

    def served_until(self, site: str, item: str, taken_ms: int) -> int | None:
        """Return until when a ticket taken then is served, closing time and overrun counted."""
        place, what = self._places(site, item)
        return self._loaded.hours.served_until(place, what, taken_ms)

    def callback_times(self, site: str, item: str, now_ms: int, longest_ms: int) -> tuple[int, ...]:
        """Return today's callback times for this item, in ms since the epoch."""
        # Everybody who waits is shown them again and again: they are worked out once a minute.
        return self._times(site, item, -(-now_ms // MINUTE_MS) * MINUTE_MS, longest_ms)

    def _callback_times(self, site: str, item: str, now_ms: int, longest_ms: int) -> tuple[int, ...]:
        return callback_times(self._taking(site, item, now_ms), now_ms, longest_ms)

    def callback_refusal(self, site: str, item: str, now_ms: int, at_ms: int, longest_ms: int) -> str:
        """Return the reason why a call at that time is refused, or an empty string."""
        return callback_refusal(self._taking(site, item, now_ms), now_ms, at_ms, longest_ms)

    def _taking(self, site: str, item: str, now_ms: int) -> tuple[Span, ...]:
        place, what = self._places(site, item)
        return ALL_DAY if self._always_open else self._loaded.hours.taking(place, what, now_ms)

    def _places(self, site: str, item: str) -> tuple[Place, ItemHours]:
        entry = self._loaded.items.get(item)
        if site:
            if site not in self._loaded.sites:
                raise UnknownSite(site=site)
            place = self._loaded.sites[site].place
        else:
            place = self._hall(entry.district if entry else "")
        return place, entry.hours if entry else ANY_ITEM

    def _hall(self, district: str) -> Place:
        """Return the hall whose people answer a PC: the district's own, or all of them for no district."""
        halls = [site for site in self._loaded.sites.values() if site.kind == HALL]
        own = [site for site in halls if site.district == district] or halls
        return Place(tuple(dict.fromkeys(name for site in own for name in site.place.hours)))


class Directory:
    """Everything of the catalogue that is asked by id or by name."""

    def __init__(self, loaded: Loaded, *, always_open: bool = False) -> None:
        """Hold the loaded catalogue; building the search index is the slow part (`load` does it in a thread)."""
        self._loaded = loaded
        self._items = list(loaded.items.values())
        self._ids = sorted(loaded.items)
        self._by_code = {item.impl_code: item for item in self._items}
        self._index = Index(_words(item) for item in self._items)
        self._announced = {
            seat.id: with_either(seat.abilities, loaded.skills, loaded.policy.general_skill)
            for seat in loaded.seats.values()
        }
        self._floor = Floor(self._announced.items())
        self.hours = OpeningHours(loaded, always_open=always_open)

    @classmethod
    async def load(cls, database: Database, *, always_open: bool = False) -> "Directory":
        """Load the catalogue from the ledger, without holding up the loop.

        Raises:
            LedgerUnavailable: the database does not answer.
        """
        loaded = await load(database)
        return await asyncio.to_thread(cls, loaded, always_open=always_open)

    # --- items

    def search(self, text: str, limit: int = 10, *, locale: str = "", district: str = "") -> list[Hit]:
        """Return the items closest to the typed text; those of `district` first among equals."""
        limit = max(1, min(limit, LIMIT_MAX))
        found = self._index.find(text, limit * 2)
        found.sort(key=lambda hit: (-round(hit.closeness, 3), self._items[hit.owner].district != district))
        return [self._hit(self._items[hit.owner], hit.closeness, locale) for hit in found[:limit]]

    def page(self, after: str, limit: int, *, locale: str = "") -> list[Hit]:
        """Return the items whose id follows `after`, by id; their closeness is 0."""
        start = bisect_right(self._ids, after)
        return [self._hit(self._loaded.items[name], 0.0, locale) for name in self._ids[start : start + limit]]

    def _hit(self, item: Item, closeness: float, locale: str) -> Hit:
        return Hit(
            item=item.id,
            name=item.names.get(locale.replace("-", "_"), item.name),
            department=item.department_name,
            district=item.district,
            kind=item.handling,
            modes=item.modes,
            closeness=round(closeness, 3),
        )

    def item(self, name: str) -> Item:
        """Return an item by its id or its implementation code of 31 characters.

        Raises:
            UnknownItem: there is none.
        """
        found = self._loaded.items.get(name) or self._by_code.get(name)
        if found is None:
            raise UnknownItem(item=name[:64])
        return found

    def guide(self, name: str, *, locale: str = "") -> GuideView:
        """Return an item's guide.

        Raises:
            UnknownItem: there is none.
        """
        item = self.item(name)
        guide = msgspec.json.decode(item.guide_json, type=GuideView)
        folder = locale.replace("-", "_")
        plain = item.names.get(folder, guide.name)
        return msgspec.structs.replace(
            guide,
            name=plain,
            official="" if plain == guide.name else guide.name,
            materials=tuple(self._in_language(material, folder) for material in guide.materials),
        )

    def _in_language(self, material: MaterialView, folder: str) -> MaterialView:
        name = self._loaded.material_names.get(material.key, {}).get(folder)
        return msgspec.structs.replace(material, name=name) if name else material

    def item_name(self, name: str, written: str, locale: str) -> str:
        """Return the name of an item in a language; the recorded name for an item that the catalogue no longer has."""
        item = self._loaded.items.get(name)
        return written if item is None else item.names.get(locale.replace("-", "_"), written)

    def in_words(self, name: str, materials: tuple[str, ...], locale: str) -> tuple[str, ...]:
        """Return materials that were written down by their names, in another language.

        Where the catalogue has no such item, material or language any more, what was written down stands.
        """
        if not materials or name not in self._loaded.items:
            return materials
        here, there = self.materials(name), self.guide(name, locale=locale).materials
        shown = {old.name: new.name for old, new in zip(here, there, strict=True)}
        return tuple(shown.get(material, material) for material in materials)

    def materials(self, name: str) -> tuple[MaterialView, ...]:
        """Return what an item requires."""
        return self.guide(name).materials

    def items(self) -> tuple[Item, ...]:
        """Return all items."""
        return tuple(self._items)

    def steps(self, item: str | None, mode: Mode, language: str, site: str | None = None) -> tuple[Widening, ...]:
        """Return a ticket's needs, at once and after each widening: (after seconds, needs, given up).

        Raises:
            UnknownItem, UnknownSite: no such item or site.
            ModeNotOffered: the item is not served in this mode.
            NeverServed: no seat on record could ever serve it.
        """
        home = self.site(site).district if site else ""
        if not item:
            needs = first_needs(self.policy.general_skill, Mode.CONSULT, language, home)
            return self._widened(needs, Cross.FULL_ONLINE)
        known = self.item(item)
        if mode.value not in known.modes:
            raise ModeNotOffered(item=known.id, modes=",".join(known.modes))
        return self._widened(first_needs(known.skill, mode, language, known.district), known.cross)

    def _widened(self, needs: Needs, cross: Cross) -> tuple[Widening, ...]:
        return steps(needs, cross, self.policy, self._floor)

    # --- places and people

    def seat(self, name: str) -> SeatEntry:
        """Return a seat.

        Raises:
            SeatNotFound: there is none.
        """
        if name not in self._loaded.seats:
            raise SeatNotFound(seat=name[:64])
        return self._loaded.seats[name]

    def announced(self, name: str) -> Abilities:
        """Return the abilities that a seat announces to the queue: more names than its skills have, see `with_either`.

        Raises:
            SeatNotFound: there is none.
        """
        return self._announced[self.seat(name).id]

    @property
    def skill_names(self) -> frozenset[str]:
        """All names of skills that a need or a seat's announcement may hold."""
        general = self.policy.general_skill
        return frozenset(name for skill in self._loaded.skills for name in (skill, either(skill, general)))

    def seats(self) -> tuple[SeatEntry, ...]:
        """Return all seats."""
        return tuple(self._loaded.seats.values())

    def site(self, name: str) -> Site:
        """Return a site.

        Raises:
            UnknownSite: there is none.
        """
        if name not in self._loaded.sites:
            raise UnknownSite(site=name[:64])
        return self._loaded.sites[name]

    def sites(self) -> tuple[Site, ...]:
        """Return all sites."""
        return tuple(self._loaded.sites.values())

    def booth(self, name: str) -> Booth:
        """Return a booth.

        Raises:
            UnknownBooth: there is none.
        """
        if name not in self._loaded.booths:
            raise UnknownBooth(booth=name[:64])
        return self._loaded.booths[name]

    def booths(self) -> tuple[Booth, ...]:
        """Return all booths."""
        return tuple(self._loaded.booths.values())

    def districts(self) -> tuple[District, ...]:
        """Return all districts."""
        return tuple(self._loaded.districts.values())

    def district_name(self, code: str, locale: str = "") -> str:
        """Return a district's name, the code itself when it is unknown."""
        district = self._loaded.districts.get(code)
        return code if district is None else district.names.get(locale.replace("-", "_"), district.name)

    def department_name(self, name: str, locale: str = "") -> str:
        """Return a department's name, the id itself when it is unknown."""
        department = self._loaded.departments.get(name)
        return name if department is None else department.names.get(locale.replace("-", "_"), department.name)

    def department_of(self, seat: str, department: str, locale: str = "") -> str:
        """Return the name of an agent's department; of the seat's district where the account has none."""
        if department:
            return self.department_name(department, locale)
        district = next((one.district for one in self.seats() if one.id == seat), "")
        return self.district_name(district, locale)

    @property
    def departments(self) -> frozenset[str]:
        """The ids of all departments."""
        return frozenset(self._loaded.departments)

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

    # --- words and policies

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


def _words(item: Item) -> tuple[str, ...]:
    return (item.name, *item.synonyms, *item.names.values(), item.id, item.impl_code)
