"""A catalogue as typed values, each entry with its line, and the faults that keep one from being taken."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from protocol.errors import Param
from records.catalogue.entries import (
    DepartmentEntry,
    DistrictEntry,
    Entry,
    GraceEntry,
    HoursEntry,
    ItemEntry,
    LanguageEntry,
    MaterialEntry,
    MetaEntry,
    OverrideEntry,
    PackageEntry,
    PolicyEntry,
    RatingsEntry,
    RetentionEntry,
    SeatEntry,
    SiteEntry,
    SkillEntry,
    TownEntry,
    YearEntry,
)
from records.catalogue.face import BrandingEntry, ColoursEntry, EmblemEntry, Face, NoticesEntry, OrganiserEntry

E = TypeVar("E", bound=Entry)


class Fault(msgspec.Struct, frozen=True):
    """Something wrong with a catalogue: the line (from 1, 0 for the whole file), a stable code and its facts."""

    line: int
    code: str
    params: dict[str, Param] = {}

    def __str__(self) -> str:
        """Return `line 12: unknown_skill id=MZ01 skill=XX`."""
        facts = " ".join(f"{name}={value}" for name, value in self.params.items())
        return f"line {self.line}: {self.code} {facts}".rstrip()


class CatalogueFaults(Exception):
    """The catalogue is not taken; `faults` lists everything that is wrong with it, by line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults, sorted by line."""
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(map(str, self.faults)))


class Located(msgspec.Struct, Generic[E], frozen=True):
    """An entry and the line it stands on."""

    line: int
    entry: E


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All that is in a catalogue file; checked when it came from `read_catalogue`."""

    districts: tuple[Located[DistrictEntry], ...] = ()
    towns: tuple[Located[TownEntry], ...] = ()
    languages: tuple[Located[LanguageEntry], ...] = ()
    skills: tuple[Located[SkillEntry], ...] = ()
    departments: tuple[Located[DepartmentEntry], ...] = ()
    sites: tuple[Located[SiteEntry], ...] = ()
    materials: tuple[Located[MaterialEntry], ...] = ()
    items: tuple[Located[ItemEntry], ...] = ()
    overrides: tuple[Located[OverrideEntry], ...] = ()
    packages: tuple[Located[PackageEntry], ...] = ()
    seats: tuple[Located[SeatEntry], ...] = ()
    hours: dict[str, Located[HoursEntry]] = {}
    calendar: dict[str, Located[YearEntry]] = {}
    grace: GraceEntry = GraceEntry()
    policy: Located[PolicyEntry] = Located(0, PolicyEntry())
    ratings: RatingsEntry = RatingsEntry()
    retention: RetentionEntry = RetentionEntry()
    outcomes: tuple[str, ...] = ()
    outcomes_line: int = 0
    everywhere_skills: tuple[str, ...] = ()
    organiser: Located[OrganiserEntry] = Located(0, OrganiserEntry())
    notices: Located[NoticesEntry] = Located(0, NoticesEntry())
    branding: Located[BrandingEntry] = Located(0, BrandingEntry())
    colours: Located[ColoursEntry] = Located(0, ColoursEntry())
    emblem: Located[EmblemEntry] = Located(0, EmblemEntry())
    meta: Located[MetaEntry] = Located(0, MetaEntry())
    mentioned: frozenset[tuple[str, str]] = frozenset()
    """(section, id) of every entry, the unreadable ones too, so that one fault does not cause ten."""

    @property
    def face(self) -> Face:
        """Presentation of the realm: organiser, notices, name, emblem, colours."""
        return Face(
            organiser=self.organiser.entry,
            notices=self.notices.entry,
            branding=self.branding.entry,
            colours=self.colours.entry,
            emblem=self.emblem.entry,
        )
