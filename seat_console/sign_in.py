"""Sign-in and sign-out of staff, as plain forms that work without a script."""

import logging

from aiohttp import web

from protocol.errors import BadCredentials, Busy, ServiceError, TooManyTries
from runtime.login import Login
from runtime.request_logins import COOKIE
from seat_console import guard
from seat_console.page import catalogue
from seat_console.services import services_of
from webui.sentences import tell

log = logging.getLogger(__name__)
NAME_MAX = 64


async def show(request: web.Request) -> web.StreamResponse:
    """Show the form; a signed-in account goes on to work."""
    asked = request.query.get("next", "")
    login = await services_of(request).logins.find(request.cookies.get(COOKIE, ""))
    if login is not None and not login.step:
        raise web.HTTPSeeOther(guard.destination(login.role, asked))
    return form(request, asked)


def form(request: web.Request, asked: str, *, name: str = "", problem: ServiceError | None = None) -> web.Response:
    """Render the form with the last try's fault."""
    fault = tell(catalogue(request), problem.code, **problem.params) if problem else ""
    response = services_of(request).pages.render(
        request,
        "seat_console/sign_in.html",
        {"next": guard.safe_next(asked), "name": name, "fault": fault},
        status=problem.http_status if problem else 200,
    )
    if isinstance(problem, TooManyTries | Busy):
        response.headers["Retry-After"] = str(problem.params["retry_after_s"])
    return response


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check name and password and go to the page of the role."""
    guard.check_same_site(request)
    fields = await request.post()
    name, password, asked = (str(fields.get(key, "")) for key in ("name", "password", "next"))
    services = services_of(request)
    tries, until_now = services.tries.of(request, name), request.cookies.get(COOKIE, "")
    try:
        cookie, login = await services.sign_ins.begin(tries, name, password, instead_of=until_now, leaves=True)
    except (BadCredentials, TooManyTries, Busy) as problem:
        log.info("sign_in_refused", extra={"code": problem.code})
        return form(request, asked, name=name[:NAME_MAX], problem=problem)
    log.info("signed_in", extra={"account": login.account, "role": login.role, "step": login.step})
    response = went_on(request, cookie, login, asked)
    await tries.succeeded(response)
    raise response


def went_on(request: web.Request, cookie: str, login: Login, asked: str = "") -> web.HTTPSeeOther:
    """Return the answer that gives a browser its login and sends it on: to the next step, or to work."""
    response = web.HTTPSeeOther(guard.after(login, asked))
    services_of(request).request_logins.set_cookie(response, cookie)
    return response


async def sign_out(request: web.Request, login: Login) -> web.StreamResponse:
    """End the login; its open pages learn of it by themselves."""
    services = services_of(request)
    await services.sign_ins.end(login, leaves=True)
    log.info("signed_out", extra={"account": login.account})
    response = web.HTTPSeeOther("/sign-in")
    services.request_logins.clear_cookie(response)
    raise response
