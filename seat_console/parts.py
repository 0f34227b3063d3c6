"""The parts that the staff's pages need, and the rendering of one page."""

import dataclasses
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

from aiohttp import web
from markupsafe import Markup

from protocol.errors import Param
from protocol.rights import Right, Role, may
from protocol.scopes import Scope, ScopeKind
from records import audit
from records.audit import who_of
from records.catalogue.directory import Directory
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.staff.factors import Factors
from runtime.addresses import Visitors
from runtime.clock import Clock
from runtime.logins import Login, Logins
from runtime.tries import Tries
from webui import languages
from webui.catalogues import Catalogue
from webui.pages import Pages

WORKPLACES = (
    (Right.SERVE_CALLS, "/console"),
    (Right.WATCH_FLOOR, "/wallboard"),
    (Right.READ_RECORDS, "/records"),
    (Right.READ_AUDIT, "/audit"),
)
"""Workplace for each right; the first one that an account may open is its home."""


class Note(Protocol):
    """The way to the audit trail."""

    def __call__(
        self, who: Login, action: str, subject: str, facts: Mapping[str, Param] | None = None
    ) -> Awaitable[None]:
        """Put an act on record."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Given by the composition, read by every page.

    `tries` counts sign-ins, `visitors` knows our own origins, `sign_out` ends a login and sends its open pages away,
    `dismiss` sends those of ended logins away.
    """

    pages: Pages
    clock: Clock
    database: Database
    holder: CatalogueHolder
    logins: Logins
    tries: Tries
    visitors: Visitors
    factors: Factors
    sign_out: Callable[[Login], Awaitable[object]] | None = None
    dismiss: Callable[[Collection[str]], Awaitable[object]] | None = None
    note: Note | None = None
    """Puts an act on the trail, as the interface does; without it the act goes to the ledger directly."""

    async def noted(self, login: Login, action: str, subject: str, facts: Mapping[str, Param] | None = None) -> None:
        """Put an act of a signed-in account on the audit trail."""
        if self.note is not None:
            await self.note(login, action, subject, facts)
            return
        async with self.database.begin() as db:
            _ = await audit.note(db, who_of(login), action, subject, facts, clock=self.clock)

    @property
    def directory(self) -> Directory:
        """The catalogue as it is now."""
        return self.holder.current


PARTS: web.AppKey[Parts] = web.AppKey("seat_console", Parts)


def parts(request: web.Request) -> Parts:
    """Return the parts of this request's application."""
    return request.config_dict[PARTS]


def catalogue(request: web.Request) -> Catalogue:
    """Return the sentences in the reader's language."""
    return parts(request).pages.catalogues[languages.negotiate(request).tag]


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
    return parts(request).pages.render(
        request, f"seat_console/{template}", {**frame, **(context or {})}, wasm=wasm, status=status
    )


def scope_name(request: web.Request, scope: Scope) -> str:
    """Return the name of a scope's place in the reader's language; empty for the whole realm."""
    directory, locale = parts(request).directory, languages.negotiate(request).folder
    match scope.kind:
        case ScopeKind.REALM:
            return ""
        case ScopeKind.DISTRICT:
            return directory.district_name(scope.id, locale)
        case ScopeKind.DEPARTMENT:
            return directory.department_name(scope.id, locale)
        case ScopeKind.SITE:
            return next((site.name for site in directory.sites() if site.id == scope.id), scope.id)


def links(words: Catalogue, role: Role) -> list[dict[str, str]]:
    """Return the pages that a role may open, as path and words."""
    pages = (
        (Right.WATCH_FLOOR, "/wallboard", words.gettext("Wallboard")),
        (Right.READ_RECORDS, "/records", words.gettext("Records")),
        (Right.READ_AUDIT, "/audit", words.gettext("Audit trail")),
    )
    return [{"path": path, "words": said} for right, path, said in pages if may(role, right)]


def names(request: web.Request) -> Markup:
    """Write the district's own names for the page's scripts: skills, districts, languages, sites, booths."""
    directory = parts(request).directory
    locale = languages.negotiate(request).folder
    told = {
        "skills": {skill.id: skill.names.get(locale, skill.name) for skill in directory.skills.values()},
        "districts": {one.code: one.names.get(locale, one.name) for one in directory.districts()},
        "languages": {one.id: one.name for one in directory.languages},
        "sites": {site.id: site.name for site in directory.sites()},
    }
    # Inside <script> only `<` could end the block early.
    return Markup(json.dumps(told, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - JSON, `<` escaped
