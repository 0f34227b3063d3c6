"""Puts the staff's pages into an application."""

from typing import Final

from aiohttp import web

from protocol.rights import Right
from runtime.login import SignInStep
from seat_console import audit_pages, password, records_pages, second_factor, sign_in, workplaces
from seat_console.guard import Handler, Page, open_page, page
from seat_console.services import CONSOLE, ConsoleServices

__all__ = ["OPEN", "PAGES", "ConsoleServices", "mount"]

OPEN: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "/sign-in", sign_in.show),
    ("POST", "/sign-in", sign_in.sign_in),
)
"""Pages that everybody reaches."""
PAGES: Final[tuple[tuple[str, str, Page, Right, tuple[SignInStep, ...]], ...]] = (
    ("GET", "/sign-in/code", second_factor.ask, Right.OWN_LOGIN, (SignInStep.CODE,)),
    ("POST", "/sign-in/code", second_factor.prove, Right.OWN_LOGIN, (SignInStep.CODE,)),
    ("POST", "/sign-out", sign_in.sign_out, Right.OWN_LOGIN, tuple(SignInStep)),
    ("GET", "/password", password.show, Right.OWN_LOGIN, (SignInStep.PASSWORD,)),
    ("POST", "/password", password.change, Right.OWN_LOGIN, (SignInStep.PASSWORD,)),
    ("GET", "/second-factor", second_factor.show, Right.OWN_LOGIN, (SignInStep.FACTOR,)),
    ("POST", "/second-factor", second_factor.confirm, Right.OWN_LOGIN, (SignInStep.FACTOR,)),
    ("GET", "/console", workplaces.console, Right.SERVE_CALLS, ()),
    ("GET", "/wallboard", workplaces.wallboard, Right.WATCH_FLOOR, ()),
    ("GET", "/records", records_pages.search, Right.READ_RECORDS, ()),
    ("GET", "/records.csv", records_pages.export, Right.EXPORT_RECORDS, ()),
    ("GET", "/records/{session}", records_pages.show, Right.READ_RECORDS, ()),
    ("GET", "/audit", audit_pages.show, Right.READ_AUDIT, ()),
    ("POST", "/audit", audit_pages.answer, Right.READ_AUDIT, ()),
)
"""Pages of staff, each with the right that it needs, and the steps of a sign-in that may be missing."""


def mount(app: web.Application, given: ConsoleServices) -> None:
    """Serve sign-in, password, seat console, wallboard and records; static files are served by `webui`."""
    app[CONSOLE] = given
    handlers = [
        *((method, path, open_page(handler)) for method, path, handler in OPEN),
        *((method, path, page(shown, right, *during)) for method, path, shown, right, during in PAGES),
    ]
    for method, path, handler in handlers:
        _ = app.router.add_get(path, handler) if method == "GET" else app.router.add_post(path, handler)
