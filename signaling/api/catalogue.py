"""Serves the catalogue to pages: search, guides, districts, languages, words."""

import asyncio
from typing import Annotated, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import BadInput, QueueUnavailable, TooManyTries, UnknownBooth, UnknownItem, UnknownSite
from protocol.outcomes import OUTCOME_NAMES
from protocol.views import GuideView, Mode
from records.catalogue.directory import Directory
from records.catalogue.entries import LANGUAGES
from records.catalogue.face import NoticesEntry, Passage
from records.catalogue.item_directory import Hit
from runtime.edge import reply
from signaling.api.table import Paging, Route, count_look, read_query
from signaling.node import Node

WAITING_LIMIT_S = 1.0
FEW_OF = 10
"""Fewer than one seat in so many are few."""
IN_LOCALE = "Language of the names; what has none in it comes by its own."


class ItemQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Typed query: a name, pinyin, initials or a synonym."""

    q: Annotated[str, Meta(max_length=100, description="What was typed; empty finds nothing.")] = ""
    limit: Annotated[int, Meta(ge=1, le=50, description="Most items to return.")] = 10
    locale: Annotated[Literal["", "zh-Hans", "zh-Hant", "en"], Meta(description=IN_LOCALE)] = ""
    district: Annotated[str, Meta(max_length=12, description="Of items equally close, this district's first.")] = ""


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Part of the whole list."""

    after: Annotated[str, Meta(max_length=64, description="The `after` of the page before; empty: the first.")] = ""
    limit: Annotated[int, Meta(ge=1, le=500, description="Items a page.")] = 100
    locale: Annotated[Literal["", "zh-Hans", "zh-Hant", "en"], Meta(description=IN_LOCALE)] = ""


class Listed(msgspec.Struct, frozen=True):
    """A page of the catalogue by id; `after` asks for the next one and is empty at the end."""

    items: tuple[Hit, ...]
    after: str


class Locale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which language names should be."""

    locale: Annotated[Literal["", "zh-Hans", "zh-Hant", "en"], Meta(description=IN_LOCALE)] = ""


class PublicQuery(Locale, frozen=True, forbid_unknown_fields=True):
    """Language of the names, and the place whose hours are told: without one those of the halls that answer PCs."""

    site: Annotated[str, Meta(max_length=32, description="A site, by its id.")] = ""
    booth: Annotated[str, Meta(max_length=64, description="A booth, by its id: the hours of its site.")] = ""


class Named(msgspec.Struct, frozen=True):
    """An id with its name."""

    id: str
    name: str


class SpokenLanguage(msgspec.Struct, frozen=True):
    """A language of a conversation."""

    id: str
    name: str
    seats: Literal["many", "few", "none"]
    """Number of seats on record that speak it: `few` is less than one in ten, and means a longer wait."""


class SiteInfo(msgspec.Struct, frozen=True):
    """A site where booths are."""

    id: str
    name: str
    district: str
    kind: str


class PublicNotice(msgspec.Struct, frozen=True):
    """The notice that a citizen agrees to: `version` goes into `consent`, `text` is shown before."""

    version: str
    text: tuple[Passage, ...]
    """Headings with their texts, in the language asked for; empty where the installation has written none."""


class Public(msgspec.Struct, frozen=True):
    """Public facts about the installation."""

    districts: tuple[Named, ...]
    sites: tuple[SiteInfo, ...]
    languages: tuple[SpokenLanguage, ...]
    skills: tuple[Named, ...]
    modes: tuple[Mode, ...]
    bad_reasons: tuple[str, ...]
    outcomes: tuple[Named, ...]
    open_now: bool
    next_open: str | None
    waiting: int | None
    """Citizens who wait now, for all services together; null while the queue does not answer."""
    document_max_bytes: int
    notice: PublicNotice


async def search(node: Node, request: web.Request) -> web.StreamResponse:
    """Find items by a typed query."""
    count_look(node, request)
    asked = read_query(request, ItemQuery)
    found = node.services.directory.items.search(asked.q, asked.limit, locale=asked.locale, district=asked.district)
    return reply(found)


async def listed(node: Node, request: web.Request) -> web.StreamResponse:
    """Return a page of all items, by id."""
    count_look(node, request)
    asked = read_query(request, Page)
    found = node.services.directory.items.page(asked.after, asked.limit + 1, locale=asked.locale)
    page = tuple(found[: asked.limit])
    return reply(Listed(page, page[-1].item if len(found) > asked.limit else ""))


async def item(node: Node, request: web.Request) -> web.StreamResponse:
    """Return an item's guide with its materials."""
    count_look(node, request)
    asked = read_query(request, Locale)
    return reply(node.services.directory.items.guide(request.match_info["item"], locale=asked.locale))


async def public(node: Node, request: web.Request) -> web.StreamResponse:
    """Return what every page may know."""
    count_look(node, request)
    asked = read_query(request, PublicQuery)
    locale, waiting = asked.locale, await _waiting(node)
    directory, settings, now = node.services.directory, node.services.settings, node.services.business.now()
    site = directory.places.booth(asked.booth).site if asked.booth else asked.site
    always = settings.hours == "always"
    key = locale.replace("-", "_")
    return reply(
        Public(
            districts=tuple(Named(one.code, one.names.get(key, one.name)) for one in directory.places.districts()),
            sites=tuple(
                SiteInfo(one.id, one.names.get(key, one.name), one.district, one.kind)
                for one in directory.places.sites()
            ),
            languages=tuple(
                SpokenLanguage(one.id, one.names.get(key, one.name), _how_many(directory, one.id))
                for one in directory.languages
            ),
            skills=tuple(Named(one.id, one.names.get(key, one.name)) for one in directory.skills.values()),
            modes=tuple(Mode),
            bad_reasons=directory.bad_reasons,
            outcomes=tuple(Named(outcome.value, name) for name, outcome in OUTCOME_NAMES.items()),
            open_now=always or directory.hours.is_open(site, "", now),
            next_open=None if always else directory.hours.next_open(site, "", now),
            waiting=waiting,
            document_max_bytes=settings.document_max_bytes,
            notice=_notice(directory.face.notices, key),
        )
    )


def _how_many(directory: Directory, language: str) -> Literal["many", "few", "none"]:
    seats = directory.seats.all()
    speakers = sum(language in seat.languages for seat in seats)
    if not speakers:
        return "none"
    return "few" if speakers * FEW_OF < len(seats) else "many"


async def _waiting(node: Node) -> int | None:
    """Return how many wait; None where the queue keeps the page waiting for it."""
    try:
        async with asyncio.timeout(WAITING_LIMIT_S):
            return await node.services.queue.care.waiting()
    except (QueueUnavailable, TimeoutError):
        return None


def _notice(notices: NoticesEntry, language: str) -> PublicNotice:
    text = notices.privacy
    return PublicNotice(notices.version, text.get(language, text.get(LANGUAGES[0], ())))


ROUTES = (
    Route(
        method="GET",
        path="/api/catalogue",
        act=listed,
        for_machines=True,
        says="All items, by id, in pages: ask again with `after` until it is empty.",
        query=Page,
        answer=Listed,
        paging=Paging(items="items", next="after", parameter="after"),
        more="`closeness` is 0 here.",
        errors=(BadInput, TooManyTries),
    ),
    Route(
        method="GET",
        path="/api/catalogue/search",
        act=search,
        for_machines=True,
        says="Find items by name, pinyin, initials or synonym.",
        query=ItemQuery,
        answer=tuple[Hit, ...],
        errors=(BadInput, TooManyTries),
        more="Closest first. `closeness` is 0 to 1, of a whole name 1; less than 0.24 is not shown. It orders the "
        "hits of one search and is not comparable between searches.",
    ),
    Route(
        method="GET",
        path="/api/items/{item}",
        act=item,
        for_machines=True,
        says="An item's guide, by its id or its implementation code of 31 characters.",
        query=Locale,
        answer=GuideView,
        errors=(UnknownItem, BadInput, TooManyTries),
    ),
    Route(
        method="GET",
        path="/api/public",
        act=public,
        for_machines=True,
        says="Districts, sites, languages, modes, outcomes, reasons of bad ratings, the notice, whether it is open.",
        query=PublicQuery,
        answer=Public,
        errors=(BadInput, UnknownBooth, UnknownSite, TooManyTries),
    ),
)
