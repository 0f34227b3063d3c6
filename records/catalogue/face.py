"""Entries of a realm's public face: organiser, notices in three languages, name, emblem and colours."""

from typing import Annotated

import msgspec
from msgspec import Meta

from records.catalogue.entries import Entry, Id, Name, Names, Text32, Text100, Text200

Version = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z")]
Sentence = Annotated[str, Meta(min_length=1, max_length=4000)]
Heading = Annotated[str, Meta(min_length=1, max_length=200)]
Hotline = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 -]{1,18}[0-9]\Z")]
Colour = Annotated[str, Meta(pattern=r"^(#[0-9a-fA-F]{6})?\Z")]


class OrganiserEntry(Entry, frozen=True, kw_only=True):
    """The organiser, who answers for the data; shown at the foot of every page."""

    name: Name = "-"
    names: Names = {}
    phone: Text32 = ""
    hotline: Hotline = "12345"
    """The public telephone service that helps where this one cannot; named wherever something does not work."""
    hotline_all_day: bool = True
    """True if it answers day and night, which pages then say."""
    email: Text100 = ""
    address: Text200 = ""
    addresses: Names = {}
    icp: Text100 = ""
    """The registration of the site (ICP)."""
    police: Text100 = ""
    """The registration with the public security organ."""
    site_code: Text32 = ""
    """The identification code of a government site."""

    @property
    def is_named(self) -> bool:
        """True if the realm names its organiser."""
        return self.name != "-"


class Passage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A heading with its text."""

    heading: Heading
    text: Sentence


Text = dict[str, Annotated[tuple[Passage, ...], Meta(max_length=40)]]
"""Language to passages."""


class NoticesEntry(Entry, frozen=True, kw_only=True):
    """The notices of the realm. A change of their text needs a new `version`: consents name the one that was read."""

    version: Version = "0"
    privacy: Text = {}
    accessibility: Text = {}


class ColoursEntry(Entry, frozen=True, kw_only=True):
    """The colour of buttons and links, on light pages and on dark ones."""

    light: Colour = ""
    dark: Colour = ""


class EmblemEntry(Entry, frozen=True, kw_only=True):
    """The emblem: the text of an SVG, or a PNG in base64."""

    svg: str = ""
    png: str = ""


class BrandingEntry(Entry, frozen=True, kw_only=True):
    """The name that pages and titles carry, the emblem beside it and the colour."""

    name: Annotated[str, Meta(max_length=40)] = ""
    names: Names = {}


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """All that a realm shows of itself; the emblem as it is sent, with its media type."""

    organiser: OrganiserEntry = OrganiserEntry()
    notices: NoticesEntry = NoticesEntry()
    branding: BrandingEntry = BrandingEntry()
    colours: ColoursEntry = ColoursEntry()
    emblem: EmblemEntry = EmblemEntry()


__all__ = ["BrandingEntry", "ColoursEntry", "EmblemEntry", "Face", "Id", "NoticesEntry", "OrganiserEntry", "Passage"]
