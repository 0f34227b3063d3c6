"""The languages of the pages, and which one a request gets."""

from dataclasses import dataclass
from typing import Literal

from aiohttp import web

Tag = Literal["zh-Hans", "zh-Hant", "en"]
COOKIE = "lang"
COOKIE_AGE_S = 365 * 24 * 3600


@dataclass(frozen=True)
class Language:
    """A face of the pages; `name` is how its own readers call it."""

    tag: Tag
    name: str

    @property
    def folder(self) -> str:
        """The folder of its catalogues."""
        return self.tag.replace("-", "_")


SIMPLIFIED = Language("zh-Hans", "简体")
TRADITIONAL = Language("zh-Hant", "繁體")
ENGLISH = Language("en", "English")
LANGUAGES: tuple[Language, ...] = (SIMPLIFIED, TRADITIONAL, ENGLISH)
BY_TAG = {language.tag.lower(): language for language in LANGUAGES}
TRADITIONAL_TAGS = ("zh-hant", "zh-hk", "zh-mo", "zh-tw", "yue")


def known(tag: str) -> Language | None:
    """Return the language of a tag such as `zh-Hant`, `zh_Hant`, `zh-HK` or `en-GB`."""
    tag = tag.strip().replace("_", "-").lower()
    if tag.startswith(TRADITIONAL_TAGS):
        return TRADITIONAL
    if tag.startswith("zh"):
        return SIMPLIFIED
    return BY_TAG.get(tag.split("-")[0])


def preferred(accept_language: str) -> Language:
    """Choose between the two Chinese faces by the browser's first language.

    English is only ever chosen by hand: many offices run an English browser for Chinese readers.
    """
    first = accept_language.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0]
    return TRADITIONAL if known(first) is TRADITIONAL else SIMPLIFIED


def negotiate(request: web.Request) -> Language:
    """Return the language of this request: `?lang=`, then the cookie, then the browser's."""
    for asked in (request.query.get("lang", ""), request.cookies.get(COOKIE, "")):
        if found := known(asked):
            return found
    return preferred(request.headers.get("Accept-Language", ""))
