"""Answers questions about opening hours by the ids of sites and items."""

from functools import lru_cache
from typing import Final

from protocol.errors import UnknownSite
from records.calendar.callbacks import Span, callback_refusal, callback_times
from records.calendar.hours import ANY_ITEM, HoursPlace, ItemHours
from records.catalogue.directory_rows import Loaded
from runtime.business_clock import BusinessTime
from runtime.clock import local

HALL: Final = "hall"
MINUTE_MS: Final = 60_000
ALL_DAY: Final[tuple[Span, ...]] = ((0, 2**53),)
TIMES_KEPT: Final = 8192


class OpeningHours:
    """Opening hours asked by ids; an empty site means a PC, an empty item the general seat."""

    def __init__(self, loaded: Loaded, *, always_open: bool = False) -> None:
        """Know the hours of these sites and items; `always_open` is for demonstrations."""
        self._loaded = loaded
        self._always_open = always_open
        self._times = lru_cache(maxsize=TIMES_KEPT)(self._callback_times)

    def is_open(self, site: str, item: str, now: BusinessTime, *, appointment: bool = False) -> bool:
        """Tell whether a ticket can be taken now."""
        place, what = self._places(site, item)
        return self._always_open or self._loaded.hours.is_open(place, what, now.ms, appointment=appointment)

    def next_open(self, site: str, item: str, now: BusinessTime) -> str | None:
        """Return when a ticket can be taken next, as ISO 8601 with offset; None within 60 days."""
        next_ms = self.next_open_ms(site, item, now)
        return None if next_ms is None else local(next_ms, self._loaded.zone).isoformat()

    def next_open_ms(self, site: str, item: str, now: BusinessTime) -> int | None:
        """Return when a ticket can be taken next, in ms of the business clock; `now` itself while it is open."""
        place, what = self._places(site, item)
        return now.ms if self._always_open else self._loaded.hours.next_open(place, what, now.ms)

    def served_until(self, site: str, item: str, taken: BusinessTime) -> int | None:
        """Return until when a ticket taken then is served, closing time and overrun counted."""
        place, what = self._places(site, item)
        return self._loaded.hours.served_until(place, what, taken.ms)

    def callback_times(self, site: str, item: str, now: BusinessTime, longest_ms: int) -> tuple[int, ...]:
        """Return today's callback times for this item, in ms of the business clock."""
        # Everybody who waits is shown them again and again: they are worked out once a minute.
        return self._times(site, item, -(-now.ms // MINUTE_MS) * MINUTE_MS, longest_ms)

    def _callback_times(self, site: str, item: str, now_ms: int, longest_ms: int) -> tuple[int, ...]:
        return callback_times(self._taking(site, item, now_ms), now_ms, longest_ms, self._loaded.zone)

    def callback_refusal(self, site: str, item: str, now: BusinessTime, at: BusinessTime, longest_ms: int) -> str:
        """Return the reason why a call at that time is refused, or an empty string."""
        return callback_refusal(self._taking(site, item, now.ms), now.ms, at.ms, longest_ms)

    def _taking(self, site: str, item: str, now_ms: int) -> tuple[Span, ...]:
        place, what = self._places(site, item)
        return ALL_DAY if self._always_open else self._loaded.hours.taking(place, what, now_ms)

    def _places(self, site: str, item: str) -> tuple[HoursPlace, ItemHours]:
        entry = self._loaded.items.get(item)
        if site:
            if site not in self._loaded.sites:
                raise UnknownSite(site=site)
            place = self._loaded.sites[site].place
        else:
            place = self._hall(entry.district if entry else "")
        return place, entry.hours if entry else ANY_ITEM

    def _hall(self, district: str) -> HoursPlace:
        """Return the hall whose people answer a PC: the district's own, or all of them for no district."""
        halls = [site for site in self._loaded.sites.values() if site.kind == HALL]
        own = [site for site in halls if site.district == district] or halls
        return HoursPlace(tuple(dict.fromkeys(name for site in own for name in site.place.hours)))
