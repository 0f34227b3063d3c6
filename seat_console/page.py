"""Renders one page of staff: its frame, its links, and the names that its scripts need."""

import json
from collections.abc import Mapping

from aiohttp import web
from markupsafe import Markup

from protocol.rights import Right, Role, may
from protocol.scopes import Scope, ScopeKind
from runtime.login import Login
from seat_console.services import services_of
from webui import languages
from webui.translations import Translations

WORKPLACES = (
    (Right.SERVE_CALLS, "/console"),
    (Right.WATCH_FLOOR, "/wallboard"),
    (Right.READ_RECORDS, "/records"),
    (Right.READ_AUDIT, "/audit"),
)
"""Workplace for each right; the first one that an account may open is its home."""


def catalogue(request: web.Request) -> Translations:
    """Return the sentences in the reader's language."""
    return services_of(request).pages.catalogues[languages.negotiate(request).tag]


def home(role: Role) -> str:
    """Return where a role works: its first workplace, or the page of the own account."""
    return next((path for right, path in WORKPLACES if may(role, right)), "/password")


def render(
    request: web.Request,
    template: str,
    login: Login,
    context: Mapping[str, object] | None = None,
    *,
    wasm: bool = False,
    status: int = 200,
) -> web.Response:
    """Answer with a page for a signed-in account; `wasm` lets it show PDF files."""
    frame = {
        "home": home(login.role),
        "me": login.display_name or login.account,
        "scope": scope_name(request, login.scope),
        "csrf": login.csrf,
        "links": [] if login.step else links(catalogue(request), login.role),
        "step": login.step.value,
    }
    return services_of(request).pages.render(
        request, f"seat_console/{template}", {**frame, **(context or {})}, wasm=wasm, status=status
    )


def scope_name(request: web.Request, scope: Scope) -> str:
    """Return the name of a scope's place in the reader's language; empty for the whole realm."""
    directory, locale = services_of(request).directory, languages.negotiate(request).folder
    match scope.kind:
        case ScopeKind.REALM:
            return ""
        case ScopeKind.DISTRICT:
            return directory.places.district_name(scope.id, locale)
        case ScopeKind.DEPARTMENT:
            return directory.places.department_name(scope.id, locale)
        case ScopeKind.SITE:
            return directory.places.site_name(scope.id, locale)


def links(words: Translations, role: Role) -> list[dict[str, str]]:
    """Return the pages that a role may open, as path and words."""
    pages = (
        (Right.WATCH_FLOOR, "/wallboard", words.gettext("Wallboard")),
        (Right.READ_RECORDS, "/records", words.gettext("Records")),
        (Right.READ_AUDIT, "/audit", words.gettext("Audit trail")),
    )
    return [{"path": path, "words": said} for right, path, said in pages if may(role, right)]


def names(request: web.Request) -> Markup:
    """Write the district's own names for the page's scripts: skills, districts, languages, sites, seats."""
    directory = services_of(request).directory
    locale = languages.negotiate(request).folder
    told = {
        "skills": {skill.id: skill.names.get(locale, skill.name) for skill in directory.skills.values()},
        "districts": {one.code: one.names.get(locale, one.name) for one in directory.places.districts()},
        "languages": {one.id: one.names.get(locale, one.name) for one in directory.languages},
        "sites": {site.id: directory.places.site_name(site.id, locale) for site in directory.places.sites()},
        # Frames bring a seat's own name: what is told here is only what is called otherwise in this language.
        "seats": {seat.id: seat.names[locale] for seat in directory.seats.all() if locale in seat.names},
    }
    # Inside <script> only `<` could end the block early.
    return Markup(json.dumps(told, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - JSON, `<` escaped
