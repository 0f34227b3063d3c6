"""A realm's public face in one language: its name, emblem, organiser and notices."""

import hashlib
from collections.abc import Callable

import msgspec


class ShownPassage(msgspec.Struct, frozen=True):
    """A heading with its text."""

    heading: str
    text: str


class Emblem(msgspec.Struct, frozen=True):
    """The emblem as it is sent."""

    media_type: str
    body: bytes
    digest: str


class Realm(msgspec.Struct, frozen=True, kw_only=True):
    """The realm's words for pages; an empty `name` stands for the product's own.

    `version` is the notice in force, which consents name; the days say how long what is kept. By the time zone `zone`
    pages show every time.
    """

    name: str = ""
    organiser: str = ""
    phone: str = ""
    hotline: str = ""
    is_hotline_always_open: bool = False
    email: str = ""
    address: str = ""
    icp: str = ""
    police: str = ""
    site_code: str = ""
    version: str = "0"
    privacy: tuple[ShownPassage, ...] = ()
    accessibility: tuple[ShownPassage, ...] = ()
    paper_days: int = 0
    talk_days: int = 0
    log_days: int = 0
    zone: str = "Asia/Shanghai"
    stylesheet: str = ""
    emblem: Emblem | None = None

    @property
    def style_digest(self) -> str:
        """The digest that the style sheet's address carries."""
        return hashlib.sha256(self.stylesheet.encode()).hexdigest()[:16]


Realms = Callable[[str], Realm]
"""The realm in the language of this tag, as it is now."""


def nameless(_tag: str) -> Realm:
    """Return a realm that says nothing of itself."""
    return Realm()
