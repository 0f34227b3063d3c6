"""Check a realm's organiser, notices, name, emblem and colours; every fault with its line."""

from collections.abc import Iterator

from protocol.errors import Param
from records.catalogue.colours import LEAST, weakest
from records.catalogue.emblems import BadEmblem, png, svg
from records.catalogue.entries import LANGUAGES
from records.catalogue.values import Catalogue, Fault


def check_face(catalogue: Catalogue) -> list[Fault]:
    """Return every fault of the realm's branding and notices."""
    return [*_notices(catalogue), *_colours(catalogue), *_emblem(catalogue)]


def _notices(catalogue: Catalogue) -> Iterator[Fault]:
    line, notices = catalogue.notices.line, catalogue.notices.entry
    for name, text in (("privacy", notices.privacy), ("accessibility", notices.accessibility)):
        for language in sorted(set(LANGUAGES) ^ set(text)) if text else ():
            code = "notice_language_unknown" if language in text else "notice_language_missing"
            yield Fault(line, code, {"notice": name, "language": language})
    if notices.privacy and not catalogue.organiser.entry.is_named:
        yield Fault(line, "notice_without_organiser", {})


def _colours(catalogue: Catalogue) -> Iterator[Fault]:
    line, colours = catalogue.colours.line, catalogue.colours.entry
    if bool(colours.light) != bool(colours.dark):
        yield Fault(line, "colour_missing", {"theme": "dark" if colours.light else "light"})
    for theme, colour in (("light", colours.light), ("dark", colours.dark)):
        if colour and (found := weakest(colour, dark=theme == "dark")) < LEAST:
            facts: dict[str, Param] = {"theme": theme, "colour": colour, "contrast": round(found, 2), "least": LEAST}
            yield Fault(line, "colour_too_weak", facts)


def _emblem(catalogue: Catalogue) -> Iterator[Fault]:
    line, emblem = catalogue.emblem.line, catalogue.emblem.entry
    if emblem.svg and emblem.png:
        yield Fault(line, "emblem_twice", {})
    try:
        if emblem.svg:
            _ = svg(emblem.svg)
        if emblem.png:
            _ = png(emblem.png)
    except BadEmblem as problem:
        yield Fault(line, "bad_emblem", {"why": problem.why[:200]})
