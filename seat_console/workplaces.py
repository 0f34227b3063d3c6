"""The pages people work at all day: the agent's seat console and the supervisor's wallboard."""

from aiohttp import web

from protocol.errors import LedgerUnavailable, NotAllowed
from records.sessions import find as sessions
from runtime.login import Login
from seat_console.page import names, render
from seat_console.services import services_of
from webui import languages


async def console(request: web.Request, login: Login) -> web.StreamResponse:
    """Show the seat console to an account with a seat."""
    if not login.seat:
        raise NotAllowed(role=login.role)
    services, locale = services_of(request), languages.negotiate(request).folder
    context = {
        "names": names(request),
        "today": await served_today(request, login.seat),
        "badge": {
            "name": login.display_name,
            "number": login.staff_number,
            "department": services.directory.places.department_of(login.seat, login.department, locale),
        },
    }
    return render(request, "console.html", login, context, wasm=True)


async def served_today(request: web.Request, seat: str) -> int:
    """Count the seat's closed sessions of today; 0 while the records are out of reach, as calls go on without them."""
    services = services_of(request)
    try:
        async with services.database.read() as db:
            return await sessions.count_closed(db, seat, services.business.now().day(services.directory.zone))
    except LedgerUnavailable:
        return 0


async def wallboard(request: web.Request, login: Login) -> web.StreamResponse:
    """Show the floor to those who watch it."""
    return render(request, "wallboard.html", login, {"names": names(request)})
