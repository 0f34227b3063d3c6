"""Puts the staff's pages into an application."""

from aiohttp import web

from seat_console import password, records_pages, sign_in, workplaces
from seat_console.guard import open_page, page
from seat_console.parts import OVERSEERS, PARTS, Parts

__all__ = ["Parts", "mount"]


def mount(app: web.Application, given: Parts) -> None:
    """Serve sign-in, password, seat console, wallboard and records; static files are served by `webui`."""
    app[PARTS] = given
    app.router.add_get("/sign-in", open_page(sign_in.show))
    app.router.add_post("/sign-in", open_page(sign_in.sign_in))
    app.router.add_post("/sign-out", page(sign_in.sign_out))
    app.router.add_get("/password", page(password.show))
    app.router.add_post("/password", page(password.change))
    app.router.add_get("/console", page(workplaces.console, "agent"))
    app.router.add_get("/wallboard", page(workplaces.wallboard, *OVERSEERS))
    app.router.add_get("/records", page(records_pages.search, *OVERSEERS))
    app.router.add_get("/records.csv", page(records_pages.export, *OVERSEERS))
    app.router.add_get("/records/{session}", page(records_pages.show, *OVERSEERS))
