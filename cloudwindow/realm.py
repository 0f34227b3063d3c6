"""Builds the pages' view of the realm from the catalogue, once per catalogue version and language."""

import hashlib
from functools import lru_cache

from records.catalogue import colours, emblems
from records.catalogue.directory import Directory
from records.catalogue.face import Face, Passage
from records.catalogue.holder import CatalogueHolder
from webui import realm
from webui.realm import Emblem, Realm, Realms

LANGUAGES_KEPT = 4


def realms(catalogue: CatalogueHolder) -> Realms:
    """Return what gives pages the realm as the catalogue has it now."""
    kept = lru_cache(maxsize=LANGUAGES_KEPT)(_realm)
    return lambda tag: kept(catalogue.current, tag)


def _realm(directory: Directory, tag: str) -> Realm:
    face, retention, folder = directory.face, directory.retention, tag.replace("-", "_")
    organiser = face.organiser
    return Realm(
        name=face.branding.names.get(folder, face.branding.name),
        organiser=organiser.names.get(folder, organiser.name) if organiser.is_named else "",
        phone=organiser.phone,
        hotline=organiser.hotline,
        is_hotline_always_open=organiser.hotline_all_day,
        email=organiser.email,
        address=organiser.addresses.get(folder, organiser.address),
        icp=organiser.icp,
        police=organiser.police,
        site_code=organiser.site_code,
        version=face.notices.version,
        privacy=_passages(face.notices.privacy.get(folder, ())),
        accessibility=_passages(face.notices.accessibility.get(folder, ())),
        paper_days=retention.uploads_unsubmitted,
        talk_days=retention.chat,
        log_days=retention.audit_log,
        zone=directory.zone.key,
        stylesheet=_stylesheet(face),
        emblem=_emblem(face),
    )


def _passages(text: tuple[Passage, ...]) -> tuple[realm.ShownPassage, ...]:
    return tuple(realm.ShownPassage(one.heading, one.text) for one in text)


def _stylesheet(face: Face) -> str:
    """Return the style sheet that puts the realm's colour into the tokens; empty without one."""
    if not face.colours.light:
        return ""
    light, dark = (_tokens(colour, dark=is_dark) for colour, is_dark in _themes(face))
    return (
        f"@layer tokens {{\n:root {{ {light} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}\n}}\n'
    )


def _themes(face: Face) -> tuple[tuple[str, bool], tuple[str, bool]]:
    return (face.colours.light, False), (face.colours.dark, True)


def _tokens(colour: str, *, dark: bool) -> str:
    values = {
        "azure": colour,
        "azure-deep": colours.strong(colour, dark=dark),
        "azure-wash": colours.wash(colour, dark=dark),
        "on-azure": colours.ON_DARK if dark else colours.ON_LIGHT,
    }
    return " ".join(f"--{name}: {value};" for name, value in values.items())


def _emblem(face: Face) -> Emblem | None:
    if face.emblem.svg:
        kind, body = "image/svg+xml", emblems.svg(face.emblem.svg)
    elif face.emblem.png:
        kind, body = "image/png", emblems.png(face.emblem.png)
    else:
        return None
    return Emblem(kind, body, hashlib.sha256(body).hexdigest()[:16])
