"""Answers questions about the catalogue's items: found by id, code or words, with their guides, in each language."""

from bisect import bisect_right
from typing import Final

import msgspec

from protocol.errors import UnknownItem
from protocol.views import GuideView, MaterialView
from records.catalogue.directory_rows import Item, Loaded
from records.catalogue.search import ItemIndex

LIMIT_MAX: Final = 50


class Hit(msgspec.Struct, frozen=True):
    """An item that a search found."""

    item: str
    name: str
    department: str
    district: str
    kind: str
    modes: tuple[str, ...] = ()
    closeness: float = 0.0


class ItemDirectory:
    """The items of one catalogue."""

    def __init__(self, loaded: Loaded) -> None:
        """Build the search index, which is the slow part of loading a catalogue."""
        self._by_id, self._material_names = loaded.items, loaded.material_names
        self._departments = loaded.departments
        self._items = list(loaded.items.values())
        self._ids = sorted(loaded.items)
        self._by_code = {item.impl_code: item for item in self._items}
        self._index = ItemIndex(_words(item) for item in self._items)

    def search(self, text: str, limit: int = 10, *, locale: str = "", district: str = "") -> list[Hit]:
        """Return the items closest to the typed text; those of `district` first among equals."""
        limit = max(1, min(limit, LIMIT_MAX))
        found = self._index.find(text, limit * 2)
        found.sort(key=lambda hit: (-round(hit.closeness, 3), self._items[hit.owner].district != district))
        return [self._hit(self._items[hit.owner], hit.closeness, locale) for hit in found[:limit]]

    def page(self, after: str, limit: int, *, locale: str = "") -> list[Hit]:
        """Return the items whose id follows `after`, by id; their closeness is 0."""
        start = bisect_right(self._ids, after)
        return [self._hit(self._by_id[name], 0.0, locale) for name in self._ids[start : start + limit]]

    def _hit(self, item: Item, closeness: float, locale: str) -> Hit:
        return Hit(
            item=item.id,
            name=item.names.get(locale.replace("-", "_"), item.name),
            department=self._department(item, item.department_name, locale),
            district=item.district,
            kind=item.handling,
            modes=item.modes,
            closeness=round(closeness, 3),
        )

    def find(self, name: str) -> Item:
        """Return an item by its id or its implementation code of 31 characters.

        Raises:
            UnknownItem: there is none.
        """
        found = self._by_id.get(name) or self._by_code.get(name)
        if found is None:
            raise UnknownItem(item=name[:64])
        return found

    def guide(self, name: str, *, locale: str = "") -> GuideView:
        """Return an item's guide.

        Raises:
            UnknownItem: there is none.
        """
        item = self.find(name)
        guide = msgspec.json.decode(item.guide_json, type=GuideView)
        folder = locale.replace("-", "_")
        plain = item.names.get(folder, guide.name)
        return msgspec.structs.replace(
            guide,
            name=plain,
            official="" if plain == guide.name else guide.name,
            department=self._department(item, guide.department, locale),
            materials=tuple(self._in_language(material, folder) for material in guide.materials),
        )

    def _department(self, item: Item, written: str, locale: str) -> str:
        department = self._departments.get(item.department)
        return department.names.get(locale.replace("-", "_"), written) if department else written

    def _in_language(self, material: MaterialView, folder: str) -> MaterialView:
        name = self._material_names.get(material.key, {}).get(folder)
        return msgspec.structs.replace(material, name=name) if name else material

    def name_in(self, name: str, written: str, locale: str) -> str:
        """Return the name of an item in a language; the recorded name for an item that the catalogue no longer has."""
        item = self._by_id.get(name)
        return written if item is None else item.names.get(locale.replace("-", "_"), written)

    def in_words(self, name: str, materials: tuple[str, ...], locale: str) -> tuple[str, ...]:
        """Return materials that were written down by their names, in another language.

        Where the catalogue has no such item, material or language any more, what was written down stands.
        """
        if not materials or name not in self._by_id:
            return materials
        here, there = self.materials(name), self.guide(name, locale=locale).materials
        shown = {old.name: new.name for old, new in zip(here, there, strict=True)}
        return tuple(shown.get(material, material) for material in materials)

    def materials(self, name: str) -> tuple[MaterialView, ...]:
        """Return what an item requires."""
        return self.guide(name).materials

    def all(self) -> tuple[Item, ...]:
        """Return all items."""
        return tuple(self._items)


def _words(item: Item) -> tuple[str, ...]:
    return (item.name, *item.synonyms, *item.names.values(), item.id, item.impl_code)
